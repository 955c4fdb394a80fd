output "object" { value = local.object }
output "list" { value = local.list }
output "whole" { value = local.whole }
output "policy" { value = local.policy }
output "numbers" { value = [local.number, local.big] }
output "child" { value = module.child.text }
