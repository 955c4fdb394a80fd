# hash
// slashes
/* block
   comment */ locals { one = 1 }
locals { two = 2 }
locals {
  three = (
    1 + 2
  )
  four = true ? (
    "yes"
  ) : "no"
  five   = { a = 1, b = 2 }["b"]
  six    = [1, 2, 3,]
  seven  = { "a" : 1, b = 2, (local.name) = 3, "${local.name}x" = 4 }
  name   = "key"
  eight  = [for x in [1, 2] : x] /* after */
  nine   = "a" # after
  _ten   = "underscore"
  e-leven = "dash"
  ünï    = "letters"
  last = join(",", [
    "a",
    "b", // b
    # c
    "d"
  ])
}
output one { value = local.one }
output "all" {
  value = [local.three, local.four, local.five, local.six, local.seven, local.eight, local.nine, local._ten, local.e-leven, local.ünï, local.last]
}
resource "terraform_data" "one_line" { input = { a = 1, b = [2] } }
resource terraform_data unquoted {
  input = local.e-leven
}
