variable "file" {}
output "all" {
  value = {
    module   = path.module
    root     = path.root
    own      = file("${path.module}/child.txt")
    given    = file(var.file)
    template = templatefile("${path.module}/policy.tftpl", { mode = "enforce", hosts = ["a", "b"] })
    set      = fileset(path.module, "*.txt")
  }
}
output "from_top" { value = fileexists("child.txt") }
resource "terraform_data" "policy" {
  input = templatefile("${path.module}/policy.tftpl", { mode = "testing", hosts = [] })
}
