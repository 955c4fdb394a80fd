variable "mx" {
  type    = string
  default = "mx1.mail.example.com"

  validation {
    condition     = provider::mtasts::mx_matches("*.mail.example.com", var.mx)
    error_message = "The policy does not cover this host."
  }
}
