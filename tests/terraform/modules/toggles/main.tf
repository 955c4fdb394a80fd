variable "enabled" {
  type    = bool
  default = true
}

variable "disabled" {
  type    = bool
  default = false
}

variable "names" {
  type    = list(string)
  default = ["b", "a", "b"]
}

resource "terraform_data" "on" {
  count = var.enabled ? 1 : 0
  input = "on"
}

resource "terraform_data" "off" {
  count = var.disabled ? 1 : 0
  input = "off"
}

resource "terraform_data" "text_count" {
  count = "2"
  input = count.index + 1
}

resource "terraform_data" "set" {
  for_each = toset(var.names)
  input    = each.key
}

resource "terraform_data" "filtered" {
  for_each = { for i, n in var.names : "${n}${i}" => n if i > 0 }
  input    = upper(each.value)
}

resource "terraform_data" "empty_each" {
  for_each = var.disabled ? { a = 1 } : {}
  input    = each.value
}

resource "terraform_data" "odd_keys" {
  for_each = { "key with space" = 1, "quote\"d" = 2, "back\\slash" = 3, "ünï" = 4, "new\nline" = 5, "$${x}" = 6 }
  input    = each.key
}

module "maybe" {
  source = "./child"
  count  = var.enabled ? 1 : 0
}

module "never" {
  source   = "./child"
  for_each = var.disabled ? toset(["x"]) : toset([])
}

output "maybe" { value = try(module.maybe[0].text, null) }
output "never" { value = [for m in module.never : m.text] }
output "concat" { value = concat(terraform_data.on[*].input, terraform_data.off[*].input) }
output "first" { value = element(concat(terraform_data.off[*].input, ["none"]), 0) }
