auto       = "a.auto.tfvars"
auto_later = "a.auto.tfvars"
auto_json  = "a.auto.tfvars"
