locals {
  policy = provider::mtasts::policy({ mode = "testing", mx = ["mx1.example.com"], max_age = 604800 })
  record = provider::mtasts::record(provider::mtasts::policy_id(local.policy))
}

check "policy" {
  assert {
    condition = alltrue([
      for finding in provider::mtasts::lint(local.policy, local.record, ["mx1.example.com"]) : finding.severity != "error"
    ])
    error_message = "mtasts lint finds an error."
  }
}
