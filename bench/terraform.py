"""Writes a monorepo of 5,000 .tf files below the directory given: services of many kinds, and a few modules for DNS."""

import os
import random
import sys

ROOT = sys.argv[1]
random.seed(8461)


def write(path, text):
    path = os.path.join(ROOT, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


VERSIONS = """terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
  backend "s3" {
    bucket = "terraform-state"
    key    = "%s.tfstate"
    region = "eu-central-1"
  }
}
"""

VARIABLES = """variable "environment" {
  description = "The environment that this is applied to."
  type        = string
  default     = "%s"
}

variable "subnets" {
  type    = map(object({ cidr = string, zone = string, public = optional(bool, false) }))
  default = {
    a = { cidr = "10.%d.0.0/24", zone = "eu-central-1a" }
    b = { cidr = "10.%d.1.0/24", zone = "eu-central-1b", public = true }
  }
}

variable "tags" {
  type    = map(string)
  default = {}
}
"""

NETWORK = """resource "aws_vpc" "main" {
  cidr_block           = "10.%d.0.0/16"
  enable_dns_hostnames = true
  tags                 = merge(var.tags, { Name = "${var.environment}-main" })
}

resource "aws_subnet" "each" {
  for_each                = var.subnets
  vpc_id                  = aws_vpc.main.id
  cidr_block              = each.value.cidr
  availability_zone       = each.value.zone
  map_public_ip_on_launch = each.value.public
  tags                    = merge(var.tags, { Name = "${var.environment}-${each.key}" })
}

resource "aws_security_group" "web" {
  name   = "${var.environment}-web"
  vpc_id = aws_vpc.main.id

  dynamic "ingress" {
    for_each = [80, 443]
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}
"""

IAM = """data "aws_iam_policy_document" "task" {
  statement {
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = [for name in ["logs", "assets", "exports"] : "arn:aws:s3:::${var.environment}-${name}/*"]
  }
}

resource "aws_iam_role" "task" {
  name               = "${var.environment}-service-%d"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "task" {
  role   = aws_iam_role.task.id
  policy = data.aws_iam_policy_document.task.json
}
"""

SERVICE = """locals {
  name    = "service-%d"
  command = <<-EOT
    #!/bin/sh
    exec /srv/${local.name} --environment=${var.environment} \\
      %%{for key, subnet in var.subnets~}
      --subnet=${key}:${subnet.cidr} \\
      %%{endfor~}
      --verbose
  EOT
}

resource "aws_ecs_task_definition" "main" {
  family = local.name
  cpu    = var.environment == "prod" ? 1024 : 256
  memory = 2048
  container_definitions = jsonencode([{
    name      = local.name
    image     = "registry.example/${local.name}:latest"
    essential = true
    command   = ["/bin/sh", "-c", local.command]
  }])
}

resource "aws_cloudwatch_log_group" "main" {
  name              = "/ecs/${local.name}"
  retention_in_days = 30
  tags              = var.tags
}
"""

OUTPUTS = """output "vpc_id" {
  value = aws_vpc.main.id
}

output "subnet_ids" {
  value = [for subnet in aws_subnet.each : subnet.id]
}
"""

MODULE_CALL = """module "alarms" {
  source      = "../../modules/alarms-%d"
  environment = var.environment
  names       = ["cpu", "memory", "disk"]
}
"""

ALARMS = """variable "environment" {
  type = string
}

variable "names" {
  type = list(string)
}

resource "aws_cloudwatch_metric_alarm" "each" {
  for_each            = toset(var.names)
  alarm_name          = "${var.environment}-${each.key}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 3
  threshold           = 80
}
"""

MAIL_MODULE = """variable "domain" {
  type = string
}

variable "mx" {
  type = list(string)
}

locals {
  policy = join("\\n", concat(["version: STSv1", "mode: enforce"], [for host in var.mx : "mx: ${host}"], ["max_age: 604800", ""]))
}

resource "aws_route53_zone" "main" {
  name = var.domain
}

resource "aws_route53_record" "mx" {
  zone_id = aws_route53_zone.main.zone_id
  name    = var.domain
  type    = "MX"
  ttl     = 3600
  records = [for index, host in var.mx : "${10 * (index + 1)} ${host}."]
}

resource "aws_route53_record" "mta_sts" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "_mta-sts.${var.domain}"
  type    = "TXT"
  ttl     = 3600
  records = ["v=STSv1; id=${substr(sha256(local.policy), 0, 16)}"]
}

resource "aws_route53_record" "tlsrpt" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "_smtp._tls.${var.domain}"
  type    = "TXT"
  ttl     = 3600
  records = ["v=TLSRPTv1; rua=mailto:tls@example.net"]
}

resource "aws_route53_record" "policy_host" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "mta-sts.${var.domain}"
  type    = "CNAME"
  ttl     = 3600
  records = ["d111111abcdef8.cloudfront.net."]
}

resource "aws_s3_object" "policy" {
  bucket       = "mta-sts.${var.domain}"
  key          = ".well-known/mta-sts.txt"
  content_type = "text/plain"
  content      = local.policy
}
"""

MAIL_ROOT = """module "mail" {
  for_each = {
    %s
  }
  source = "../../modules/mail"
  domain = each.key
  mx     = each.value
}
"""

for n in range(100):
    write(f"modules/alarms-{n}/main.tf", ALARMS)
write("modules/mail/main.tf", MAIL_MODULE)
for n in range(8):
    domains = "\n    ".join(f'"d{n}-{i}.example" = ["smtp.google.com"]' for i in range(12))
    write(f"mail/group-{n}/main.tf", MAIL_ROOT % domains)
for n in range(699):
    base = f"services/service-{n}"
    write(f"{base}/versions.tf", VERSIONS % f"service-{n}")
    write(f"{base}/variables.tf", VARIABLES % (random.choice(["prod", "staging"]), n % 256, n % 256))
    write(f"{base}/network.tf", NETWORK % (n % 256))
    write(f"{base}/iam.tf", IAM % n)
    write(f"{base}/service.tf", SERVICE % n)
    write(f"{base}/outputs.tf", OUTPUTS)
    write(f"{base}/alarms.tf", MODULE_CALL % (n % 100))
