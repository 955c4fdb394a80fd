output "policy" {
  value = provider::mtasts::policy({
    mode    = "testing"
    mx      = ["mx1.example.com", "*.mail.example.com"]
    max_age = 604800
  })
}
