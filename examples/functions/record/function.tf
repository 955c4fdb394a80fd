output "record" {
  value = provider::mtasts::record("20261126")
}
