resource "terraform_data" "policy" {
  input = {
    mode = "enforce"
    mx   = ["a.example", "b.example"]
  }
}

resource "terraform_data" "counted" {
  count = 3
  input = "n${count.index}"
}

resource "terraform_data" "each" {
  for_each = { b = 2, a = 1 }
  input    = each.value * 10
}

resource "terraform_data" "none" {
  count = 0
  input = "never"
}

resource "terraform_data" "maybe" {
  count = length(terraform_data.policy.input.mx) > 1 ? 1 : 0
  input = terraform_data.policy.input.mx[0]
}

resource "terraform_data" "derived" {
  input = "id=${substr(md5(jsonencode(terraform_data.policy.input)), 0, 8)}"
}

resource "terraform_data" "chained" {
  for_each = terraform_data.each
  input    = "${each.key}:${each.value.input}"
}

output "splat" { value = terraform_data.counted[*].input }
output "legacy_splat" { value = terraform_data.counted.*.input }
output "legacy_index" { value = terraform_data.counted.1.input }
output "index" { value = terraform_data.counted[2].input }
output "each" { value = { for k, r in terraform_data.each : k => r.input } }
output "each_one" { value = terraform_data.each["a"].input }
output "none" { value = terraform_data.none[*].input }
output "one" { value = one(terraform_data.maybe[*].input) }
output "one_none" { value = one(terraform_data.none[*].input) == null }
output "try" { value = try(terraform_data.none[0].input, "fallback") }
output "length" { value = length(terraform_data.counted) }
output "keys" { value = keys(terraform_data.each) }
