module "child" {
  source = "./child"
  file   = "${path.module}/root.txt"
}

resource "terraform_data" "root" {
  input = {
    module = path.module
    root   = path.root
    text   = file("${path.module}/root.txt")
    hash   = filesha256("child/child.txt")
    set    = fileset(path.module, "child/*.txt")
  }
}

output "child" { value = module.child.all }
output "from_top" { value = module.child.from_top }
