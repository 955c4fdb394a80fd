terraform {
  required_version = ">= 1.8"

  required_providers {
    mtasts = {
      source = "mtasts/mtasts"
    }
  }
}

provider "mtasts" {
  timeout = "10s"
}
