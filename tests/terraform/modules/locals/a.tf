locals {
  last   = "${local.middle}-last"
  first  = "first"
  object = { a = local.first, b = { c = local.list[1] } }
}

output "last" { value = local.last }
output "object" { value = local.object }
output "deep" { value = local.object.b.c }
