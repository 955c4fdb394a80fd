locals {
  policy = provider::mtasts::policy({ mode = "testing", mx = ["mx1.example.com"], max_age = 604800 })
}

output "id" {
  value = provider::mtasts::policy_id(local.policy)
}
