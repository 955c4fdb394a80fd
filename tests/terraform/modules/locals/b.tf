locals {
  middle = "${local.first}-middle"
}

locals {
  list  = [local.first, local.middle, upper(local.first)]
  by    = { for i, x in local.list : x => i }
  merge = merge(local.by, { extra = length(local.list) })
}

output "merge" { value = local.merge }
resource "terraform_data" "it" {
  input = [for k, v in local.merge : "${k}=${v}"]
}
