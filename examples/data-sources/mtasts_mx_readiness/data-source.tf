data "mtasts_mx_readiness" "example" {
  hosts = ["mx1.example.com", "mx2.example.com"]
}

resource "mtasts_policy" "example" {
  domain  = "example.com"
  mode    = "enforce"
  mx      = data.mtasts_mx_readiness.example.hosts
  max_age = 604800

  lifecycle {
    precondition {
      condition     = data.mtasts_mx_readiness.example.ready
      error_message = "An MX host is not ready: under enforce senders would not deliver to it."
    }
  }
}
