resource "terraform_data" "child" { input = "child" }
output "text" { value = terraform_data.child.input }
