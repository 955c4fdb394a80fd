output "record" {
  value = provider::mtasts::tlsrpt(["mailto:tls-reports@example.com"])
}
