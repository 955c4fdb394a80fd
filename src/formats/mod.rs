//! Other ways in which DNS is written as code: octoDNS, dnscontrol, ExternalDNS, and Terraform's plans.

pub mod plan;
