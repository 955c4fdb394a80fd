domains = {
  "example.com" = { mode = "enforce", mx = ["a", 1], max_age = "604800", unknown = "dropped" }
  "example.org" = { mx = [], tls = { rua = ["mailto:b@example.org"] }, note = "n" }
  "example.net" = { mx = ["x"], mode = null, tls = null }
}
