locals {
  lines = concat(["version: STSv1", "mode: ${var.mode}"], [for h in var.mx : "mx: ${h}.${var.domain}"])
  id    = substr(md5(join("\n", local.lines)), 0, 8)
}

resource "terraform_data" "record" {
  input = "v=STSv1; id=${local.id}"
}

resource "terraform_data" "mx" {
  for_each = toset(var.mx)
  input    = "${each.value}.${var.domain}"
}

module "inner" {
  source = "../inner"
  names  = var.mx
}

output "id" { value = local.id }
output "record" { value = "v=STSv1; id=${local.id}" }
output "lines" { value = local.lines }
output "inner" { value = module.inner.joined }
