variable "names" { type = set(string) }
resource "terraform_data" "names" {
  count = length(var.names)
  input = tolist(var.names)[count.index]
}
output "joined" { value = join(",", var.names) }
