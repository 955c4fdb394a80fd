variable "domain" {
  default = "override.example"
}

locals {
  mode = "none"
}

resource "terraform_data" "record" {
  input = "override.tf"
}

module "child" {
  text = "overridden"
}
