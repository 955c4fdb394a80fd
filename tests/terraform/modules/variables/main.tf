variable "default_only" { default = "default" }
variable "tfvars" { default = "default" }
variable "tfvars_json" { default = "default" }
variable "auto" { default = "default" }
variable "auto_later" { default = "default" }
variable "auto_json" { default = "default" }
variable "number" {
  type    = number
  default = 1
}
variable "list" {
  type    = list(string)
  default = []
}
variable "required" { type = string }
variable "null_wins" { default = "default" }
variable "not_nullable" {
  default  = "default"
  nullable = false
}

output "all" {
  value = {
    default_only = var.default_only
    tfvars       = var.tfvars
    tfvars_json  = var.tfvars_json
    auto         = var.auto
    auto_later   = var.auto_later
    auto_json    = var.auto_json
    number       = var.number
    list         = var.list
    required     = var.required
    null_wins    = var.null_wins
    not_nullable = var.not_nullable
  }
}

resource "terraform_data" "record" {
  input = "v=STSv1; id=${var.auto_later}"
}
