locals {
  mode = "enforce"
}

resource "terraform_data" "record" {
  count = 2
}

output "kept" { value = "output overridden" }
