check "mail" {
  data "mtasts_domain" "example" {
    domain = "example.com"
  }

  assert {
    condition     = data.mtasts_domain.example.ok
    error_message = join("\n", data.mtasts_domain.example.findings[*].message)
  }
}
