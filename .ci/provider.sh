#!/usr/bin/env bash
# The provider under Terraform, as a user has it: packed, found in a mirror, locked, and planned.
# Usage: .ci/provider.sh [PROFILE], a profile of cargo's; without, release-provider.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v terraform >/dev/null || {
    echo "terraform is not installed: put a release from 1.8 on in the PATH (https://developer.hashicorp.com/terraform/install)" >&2
    exit 1
}
.ci/package.sh "${1:-release-provider}"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mirror=$work/mirror/registry.terraform.io/mtasts/mtasts
mkdir -p "$mirror" "$work/root"
cp target/provider/terraform-provider-mtasts_"$version"_*.zip "$mirror"
cat >"$work/cli.tfrc" <<EOF
provider_installation {
  filesystem_mirror {
    path = "$work/mirror"
  }
}
EOF
cat examples/provider/provider.tf examples/resources/mtasts_policy/resource.tf >"$work/root/main.tf"
export TF_CLI_CONFIG_FILE=$work/cli.tfrc CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
cd "$work/root"
terraform init -input=false -no-color >/dev/null
grep -q '"h1:' .terraform.lock.hcl
provider=$(find -L .terraform -name 'terraform-provider-mtasts_v*' -type f)
if [ "$(uname -s)" = Linux ] && ldd "$provider" >/dev/null 2>&1; then
    echo "the package is not one file: it needs libraries of the system" >&2
    exit 1
fi
terraform validate -no-color
terraform apply -input=false -no-color -auto-approve >/dev/null
terraform plan -input=false -no-color -detailed-exitcode >/dev/null
echo "provider $version: installed from its package, applied, and nothing changes afterwards"
