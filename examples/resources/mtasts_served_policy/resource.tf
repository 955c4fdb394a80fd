resource "mtasts_policy" "example" {
  domain  = "example.com"
  mode    = "testing"
  mx      = ["mx1.example.com"]
  max_age = 604800
}

# Waits for the web host that another resource publishes the text at.
resource "mtasts_served_policy" "example" {
  domain  = mtasts_policy.example.domain
  text    = mtasts_policy.example.text
  timeout = "15m"
}

# What the TXT record holds: it can only follow the policy.
output "record" {
  value = mtasts_served_policy.example.record
}
