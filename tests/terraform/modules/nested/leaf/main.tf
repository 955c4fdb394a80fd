variable "text" {}
variable "unused" { default = "u" }
resource "terraform_data" "leaf" { input = "${var.text}:${path.module}" }
output "text" { value = upper(terraform_data.leaf.input) }
