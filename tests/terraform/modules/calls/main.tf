locals {
  domains = {
    "example.com" = { mode = "enforce", mx = ["a", "b"] }
    "example.org" = { mode = "testing", mx = [] }
  }
}

module "each" {
  source   = "./modules/domain"
  for_each = local.domains
  domain   = each.key
  mode     = each.value.mode
  mx       = each.value.mx
}

module "counted" {
  source = "./modules/domain"
  count  = 2
  domain = "n${count.index}.example"
}

module "none" {
  source = "./modules/domain"
  count  = 0
  domain = "never"
}

module "single" {
  source = "./modules/domain/../domain"
  domain = "single.example"
  mode   = null
}

module "set" {
  source   = "./modules/domain"
  for_each = toset(["y", "x"])
  domain   = "${each.key}.${each.value}.example"
}

output "each_ids" { value = { for k, m in module.each : k => m.id } }
output "each_one" { value = module.each["example.com"].record }
output "counted_ids" { value = module.counted[*].id }
output "counted_one" { value = module.counted[1].record }
output "none" { value = module.none[*].id }
output "none_length" { value = length(module.none) }
output "single" { value = module.single.record }
output "keys" { value = keys(module.each) }
output "values" { value = values(module.each)[*].record }
output "sets" { value = [for m in module.set : m.record] }
output "nested" { value = module.each["example.org"].lines }
output "whole" { value = module.single }
