# Given with -var-file.
b = "first"
c = "first"
domains = {
  "example.com" = { mode = "enforce" }
  "example.org" = {}
}
policy = <<-EOT
  version: STSv1
  mode: none
EOT
