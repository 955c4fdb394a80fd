module "top" {
  source = "./top"
  config = { name = "root", values = [1, 2] }
}

output "through" { value = module.top.through }
output "object" { value = module.top.object }
output "sum" { value = module.top.object.total + 1 }
