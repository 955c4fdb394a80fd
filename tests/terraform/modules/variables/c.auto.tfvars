auto_later = "c.auto.tfvars"
