variable "host" {
  default = "mail.example.com"
}

locals {
  plain = <<EOT
version: STSv1
mode: enforce
mx: ${var.host}

max_age: 604800
EOT
  indented = <<-EOT
    version: STSv1
    mode: enforce
    %{ for h in ["a", "b"] ~}
    mx: ${h}
    %{ endfor ~}
    max_age: 604800
    EOT
  joined = join("\n", [
    "a", # one
    "b", // two
  ])
  /* a comment
     over lines */
  object = {
    a = 1
    b = 2
  }
}

output "plain" { value = local.plain }
output "indented" { value = local.indented }
output "joined" { value = local.joined }
output "object" { value = local.object }

resource "terraform_data" "record" {
  input = "v=STSv1; id=${substr(sha256(local.plain), 0, 16)}"
}
