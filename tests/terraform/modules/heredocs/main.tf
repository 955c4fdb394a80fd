locals {
  a = <<EOT
plain
  kept
EOT
  b = <<-EOT
    stripped
      kept
  EOT
  c = <<-EOT
	tabs
		two
	EOT
  d = "${<<EOT
inside
EOT
  }!"
  e = [<<EOT
one
EOT
    , "two"]
  f = <<EOT
    EOT indented
EOTX
EOT
  g = <<-EOT

    blank first

    blank between

  EOT
  h = <<EOT
"quotes" \n \\ $${x} %%{y} ${"\n"}|
EOT
  i = trimspace(<<-EOT
      v=STSv1; id=1
  EOT
  )
  j = <<-EOT
    ${local.i}
      ${local.i} x
  EOT
}

output "all" {
  value = [local.a, local.b, local.c, local.d, local.e, local.f, local.g, local.h, local.i, local.j]
}

resource "terraform_data" "it" {
  input = <<-EOT
    %{ for x in ["a", "b"] ~}
    - ${x}
    %{ endfor ~}
  EOT
}
