output "mode" {
  value = provider::mtasts::parse_policy("version: STSv1\nmode: none\nmax_age: 86400\n").mode
}
