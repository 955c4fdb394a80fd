# What the expressions of tests/terraform/expressions refer to.

variable "domain" {
  type    = string
  default = "example.com"
}

variable "domains" {
  type    = map(object({ mode = optional(string, "testing"), mx = list(string), max_age = optional(number) }))
  default = {
    "example.org" = { mx = ["mx1.example.org", "mx2.example.org"] }
    "example.com" = { mode = "enforce", mx = ["mail.example.com"], max_age = 604800 }
  }
}

variable "nothing" {
  type    = string
  default = null
}

variable "any" {
  default = { a = [1, "2", true], b = null }
}

variable "numbers" {
  type    = list(number)
  default = ["3", 1, 2]
}

variable "texts" {
  type    = list(string)
  default = [1, true, "x"]
}

variable "names" {
  type    = set(string)
  default = ["b", "a", "b", "C"]
}

variable "tags" {
  type    = map(string)
  default = { b = 2, a = true, c = "x" }
}

variable "port" {
  type    = number
  default = "25"
}

variable "is_on" {
  type    = bool
  default = "true"
}

variable "pair" {
  type    = tuple([string, number])
  default = [1, "2"]
}

variable "deep" {
  type = object({
    name    = string
    age     = optional(number, 86400)
    flags   = optional(object({ a = optional(bool, true), b = optional(string) }), {})
    list    = optional(list(object({ x = optional(number, 1) })), [{}])
    nothing = optional(string)
    extra   = optional(map(string), {})
  })
  default = { name = "n", dropped = "d" }
}

variable "not_null" {
  type     = string
  nullable = false
  default  = "fallback"
}

locals {
  policy = <<-EOT
    version: STSv1
    mode: enforce
    mx: mail.${var.domain}
    max_age: 604800
  EOT
  id     = substr(sha256(local.policy), 0, 10)
  mx     = ["mx1.example.com", "mx2.example.com"]
  chain1 = "${local.chain2}!"
  chain2 = upper(local.chain3)
  chain3 = "end"
  objects = [
    { name = "a", n = 1, tags = ["x", "y"] },
    { name = "b", n = 2, tags = [] },
  ]
  by_name = { for o in local.objects : o.name => o }
  null    = null
  list    = tolist(["a", "b", "c"])
  set     = toset(["c", "a", "b"])
  map     = tomap({ z = "1", a = "2" })
  empty   = []
  mixed   = { "key with space" = 1, "ünï" = 2, plain = 3, "3" = 4 }
}

locals {
  template = "Hello, $${name}!"
}
