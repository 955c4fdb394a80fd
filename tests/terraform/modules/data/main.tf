locals {
  from_yaml = yamldecode(file("${path.module}/domains.yaml"))
  from_json = jsondecode(file("${path.module}/domains.json"))
  from_csv  = csvdecode(file("${path.module}/records.csv"))
  by_name   = { for r in local.from_csv : "${r.name}/${r.type}" => r... }
}

resource "terraform_data" "yaml" {
  for_each = local.from_yaml.domains
  input    = { id = try(each.value.id, "none"), mx = try(each.value.mx, local.from_yaml.defaults.mx), mode = lookup(each.value, "mode", local.from_yaml.defaults.mode) }
}

resource "terraform_data" "csv" {
  for_each = { for i, r in local.from_csv : i => r }
  input    = "${each.value.name} ${each.value.ttl} IN ${each.value.type} ${each.value.value}"
}

resource "terraform_data" "files" {
  for_each = fileset("${path.module}/policies", "*.txt")
  input    = { domain = trimsuffix(each.value, ".txt"), text = file("${path.module}/policies/${each.value}"), id = filemd5("${path.module}/policies/${each.value}") }
}

output "json" { value = local.from_json }
output "yaml" { value = local.from_yaml }
output "grouped" { value = { for k, v in local.by_name : k => v[*].value } }
