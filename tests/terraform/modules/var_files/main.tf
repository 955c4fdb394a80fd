variable "a" { default = "default" }
variable "b" { default = "default" }
variable "c" { default = "default" }
variable "policy" { default = "" }
variable "domains" {
  type    = map(object({ mode = optional(string, "testing") }))
  default = {}
}

output "all" { value = [var.a, var.b, var.c] }
output "policy" { value = var.policy }
output "workspace" { value = terraform.workspace }

resource "terraform_data" "domain" {
  for_each = var.domains
  input    = each.value.mode
}
