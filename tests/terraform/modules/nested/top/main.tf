variable "config" {
  type = object({ name = string, values = list(number), suffix = optional(string, "!") })
}

module "middle" {
  source   = "./middle"
  for_each = { for v in var.config.values : "v${v}" => v }
  name     = "${var.config.name}.${each.key}"
  value    = each.value
}

output "through" { value = { for k, m in module.middle : k => m.leaf } }
output "object" {
  value = {
    names = [for m in module.middle : m.name]
    total = sum([for m in module.middle : m.doubled])
  }
}
