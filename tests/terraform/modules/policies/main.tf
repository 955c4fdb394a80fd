variable "domains" {
  type = map(object({ mode = string, mx = list(string), max_age = number }))
  default = {
    "example.com" = { mode = "enforce", mx = ["mx1.example.com", "*.mail.example.com"], max_age = 604800 }
    "example.org" = { mode = "none", mx = [], max_age = 86400 }
  }
}

locals {
  policies = {
    for domain, p in var.domains : domain => <<-EOT
      version: STSv1
      mode: ${p.mode}
      %{ for host in p.mx ~}
      mx: ${host}
      %{ endfor ~}
      max_age: ${p.max_age}
    EOT
  }
  joined = {
    for domain, p in var.domains : domain => join("\r\n", concat(
      ["version: STSv1", "mode: ${p.mode}"],
      [for host in p.mx : "mx: ${host}"],
      ["max_age: ${p.max_age}", ""],
    ))
  }
  templated = { for domain, p in var.domains : domain => templatefile("${path.module}/templates/mta-sts.txt.tftpl", p) }
  ids       = { for domain, text in local.policies : domain => substr(sha256(text), 0, 20) }
  same      = { for domain, text in local.policies : domain => text == local.templated[domain] }
}

resource "terraform_data" "record" {
  for_each = local.ids
  input = {
    name    = "_mta-sts.${each.key}"
    type    = "TXT"
    records = ["v=STSv1; id=${each.value}"]
    ttl     = 300
  }
}

resource "terraform_data" "policy" {
  for_each = local.policies
  input    = each.value
}

output "policies" { value = local.policies }
output "joined" { value = local.joined }
output "templated" { value = local.templated }
output "ids" { value = local.ids }
output "same" { value = local.same }
output "worker" {
  value = <<-JS
    const policies = ${jsonencode(local.policies)};
    addEventListener("fetch", (e) => e.respondWith(new Response(policies[`$${e.host}`])));
  JS
}
