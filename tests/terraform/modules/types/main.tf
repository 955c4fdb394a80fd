variable "domains" {
  type = map(object({
    mode    = optional(string, "testing")
    mx      = list(string)
    max_age = optional(number, 86400)
    tls     = optional(object({ rua = optional(list(string), ["mailto:a@example.com"]), on = optional(bool, true) }), {})
    note    = optional(string)
  }))
}

variable "list_of_objects" {
  type    = list(object({ name = string, ttl = optional(number, 300) }))
  default = [{ name = "a" }, { name = "b", ttl = "60", extra = "dropped" }]
}

variable "nullable_object" {
  type    = object({ a = optional(string, "x") })
  default = null
}

variable "any" {
  type    = any
  default = { a = 1, b = ["x"] }
}

variable "list_of_any" {
  type    = list(any)
  default = [1, "2", true]
}

variable "map_of_any" {
  type    = map(any)
  default = { a = 1, b = "x" }
}

variable "set_of_numbers" {
  type    = set(number)
  default = ["10", 9, 1, "1"]
}

variable "tuple" {
  type    = tuple([string, number, bool])
  default = [1, "2", "true"]
}

variable "nested_maps" {
  type    = map(map(string))
  default = { a = { x = 1 }, b = {} }
}

variable "string" {
  type    = string
  default = 1.50
}

variable "untyped_number" { default = 1.50 }
variable "untyped_list" { default = [1, "a"] }
variable "default_null_list" {
  type    = list(string)
  default = null
}
variable "object_null_attribute" {
  type    = object({ a = optional(string, "d"), b = optional(string) })
  default = { a = null, b = null }
}
variable "object_of_map" {
  type    = map(string)
  default = { b = 2, a = true }
}

output "domains" { value = var.domains }
output "list_of_objects" { value = var.list_of_objects }
output "nullable_object" { value = var.nullable_object == null }
output "any" { value = var.any }
output "list_of_any" { value = var.list_of_any }
output "map_of_any" { value = var.map_of_any }
output "set_of_numbers" { value = var.set_of_numbers }
output "tuple" { value = var.tuple }
output "nested_maps" { value = var.nested_maps }
output "string" { value = var.string }
output "untyped_number" { value = "${var.untyped_number}" }
output "untyped_list" { value = var.untyped_list }
output "default_null_list" { value = var.default_null_list == null }
output "object_null_attribute" { value = var.object_null_attribute }
output "object_of_map" { value = var.object_of_map }
output "same_type" { value = var.list_of_any == tolist(["1", "2", "true"]) }

resource "terraform_data" "record" {
  for_each = var.domains
  input    = { name = "_mta-sts.${each.key}", age = each.value.max_age, rua = each.value.tls.rua, note = each.value.note }
}
