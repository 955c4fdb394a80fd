resource "mtasts_policy" "example" {
  domain   = "example.com"
  mode     = "testing"
  mx       = ["mx1.example.com", "mx2.example.com"]
  max_age  = 604800
  mx_hosts = ["mx1.example.com", "mx2.example.com"]
}

output "policy" {
  value = mtasts_policy.example.text
}

output "record" {
  value = mtasts_policy.example.record
}
