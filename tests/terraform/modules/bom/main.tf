output "a" { value = "bom" }
resource "terraform_data" "a" {
  input = local.text
}
locals {
  text = "x"
}