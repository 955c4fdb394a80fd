variable "domain" {
  type    = string
  default = "example.org"
}

locals {
  mode = "testing"
  kept = "kept"
}

output "mode" {
  value     = local.mode
  sensitive = true
}

output "domain" { value = var.domain }
output "kept" { value = local.kept }

resource "terraform_data" "record" {
  count = 1
  input = "first"
}

resource "terraform_data" "other" {
  input = "as it was"
}

module "child" {
  source = "./child"
  text   = "first"
}
