variable "domain" {
  type = string
}

variable "mode" {
  type     = string
  default  = "testing"
  nullable = false
}

variable "mx" {
  type    = list(string)
  default = ["mail"]
}
