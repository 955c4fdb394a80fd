variable "name" { type = string }
variable "value" { type = string }

module "leaf" {
  source = "../../leaf"
  count  = 2
  text   = "${var.name}/${var.value}/${count.index}"
}

output "leaf" { value = module.leaf[*].text }
output "name" { value = var.name }
output "doubled" { value = var.value * 2 }
