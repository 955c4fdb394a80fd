output "id" {
  value = provider::mtasts::parse_record("v=STSv1; id=20261126").id
}
