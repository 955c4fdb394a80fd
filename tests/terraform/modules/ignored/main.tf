terraform {
  required_version = ">= 1.0"
}

moved {
  from = terraform_data.old
  to   = terraform_data.new
}

removed {
  from = terraform_data.gone
  lifecycle {
    destroy = false
  }
}

check "fine" {
  assert {
    condition     = terraform_data.new.input == "new"
    error_message = "It is not."
  }
}

resource "terraform_data" "new" {
  input            = "new"
  triggers_replace = ["x"]

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [input]
    precondition {
      condition     = var.checked == "x"
      error_message = "Never."
    }
  }

  provisioner "local-exec" {
    command = "true"
  }
}

resource "terraform_data" "depends" {
  depends_on = [terraform_data.new]
  input      = terraform_data.new.input
}

variable "checked" {
  default = "x"
  validation {
    condition     = length(var.checked) == 1
    error_message = "One character."
  }
}

output "checked" {
  value       = var.checked
  description = "Described."
  depends_on  = [terraform_data.new]
}
