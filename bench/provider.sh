#!/usr/bin/env bash
# `terraform plan` with 1 and 1,000 policies, beside the same texts and ids by HCL's own functions in terraform_data.
#
# Where the rest goes, by a profile of both (Terraform 1.11.4, processor time): terraform_data takes 1.7 s for 1,000, and the policies
# 0.35 s more of Terraform's own time: 0.2 s to encode, send and decode two calls for each, which the built-in provider does not need,
# 0.1 s to compare and print twelve attributes instead of four, 0.04 s to make a P-521 key for each of three starts. The provider
# itself is less than a tenth of the whole: a third of that judges the policies, the rest is HTTP/2, TLS and the encoding.
#
# Of a plan with one policy, too, a tenth is the provider's, in three starts: it executes 10 million instructions in each, of which 7
# check Terraform's P-521 signature; the rest is the kernel's, for a process that starts and ends. What is more than terraform_data's is
# Terraform's own otherwise: a key and a certificate of P-521 before each start, TLS, the schemas.
source "$(dirname "$0")/lib.sh"
RUNS=${RUNS:-5}
command -v terraform >/dev/null || { echo "terraform is not installed: nothing was compared" >&2; exit 0; }
# As it is packed: that is what users have.
.ci/package.sh >/dev/null
PACKED=$PWD/$OUT/packed
rm -rf "$PACKED" && mkdir -p "$PACKED"
unzip -q target/provider/terraform-provider-mtasts_*.zip -d "$PACKED"
cat >"$OUT/dev.tfrc" <<EOF
provider_installation {
  dev_overrides { "mtasts/mtasts" = "$PACKED" }
  direct {}
}
EOF
export TF_CLI_CONFIG_FILE=$PWD/$OUT/dev.tfrc CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1

# From the start of the process to the line with which it tells Terraform where it is found. A key of P-521, as Terraform has one.
export TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2
PLUGIN_CLIENT_CERT=$(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-521 -nodes -keyout /dev/null -subj /CN=localhost 2>/dev/null)
export PLUGIN_CLIENT_CERT
# One that is killed leaves its socket behind.
TMPDIR=$(mktemp -d)
export TMPDIR
handshake() { # PROGRAM...
    coproc "$@"
    read -r _ <&"${COPROC[0]}"
    kill "$COPROC_PID"
    wait "$COPROC_PID"
}
compare "start of a program that says a line" handshake sh -c 'echo; exec sleep 1'
compare "start of the provider" handshake "$PACKED"/terraform-provider-mtasts_v*
run_all
rm -rf "$TMPDIR"
unset TF_PLUGIN_MAGIC_COOKIE PLUGIN_CLIENT_CERT TMPDIR

for count in 1 1000; do
    ours=$PWD/$OUT/provider-$count theirs=$PWD/$OUT/data-$count
    mkdir -p "$ours" "$theirs"
    cat >"$ours/main.tf" <<EOF
terraform {
  required_providers {
    mtasts = { source = "mtasts/mtasts" }
  }
}
resource "mtasts_policy" "main" {
  count   = $count
  domain  = "d\${count.index}.example.com"
  mode    = "testing"
  mx      = ["mx1.example.com", "mx2.example.com"]
  max_age = 604800
}
EOF
    cat >"$theirs/main.tf" <<EOF
locals {
  text = [for index in range($count) : join("\r\n", concat(["version: STSv1", "mode: testing"],
    formatlist("mx: %s", ["mx1.example.com", "mx2.example.com"]), ["max_age: 604800", ""]))]
}
resource "terraform_data" "main" {
  count = $count
  input = {
    domain = "d\${count.index}.example.com"
    text   = local.text[count.index]
    id     = substr(sha256(local.text[count.index]), 0, 32)
    record = "v=STSv1; id=\${substr(sha256(local.text[count.index]), 0, 32)}"
  }
}
EOF
    (cd "$theirs" && terraform init -input=false >/dev/null)
    compare "terraform_data, $count" terraform -chdir="$theirs" plan -input=false -lock=false
    compare "mtasts_policy, $count" terraform -chdir="$ours" plan -input=false -lock=false
    run_all
done
