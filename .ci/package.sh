#!/usr/bin/env bash
# Packs the Terraform provider as the registry wants a release: into target/provider a zip for this platform, or for each TARGET,
# the manifest, and SHA256SUMS over both. With GPG_FINGERPRINT set, the signature too (an RSA key: the registry takes no other).
# Usage: .ci/package.sh [PROFILE [TARGET...]], a profile of cargo's (without, release-provider) and Rust's names of platforms.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=${1:-release-provider}
shift || true
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)
name=terraform-provider-mtasts
out=$PWD/target/provider
rm -rf "$out" && mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# platform TARGET: what the registry calls it.
platform() {
    case $1 in
        x86_64-*-linux-*) echo linux_amd64 ;;
        aarch64-*-linux-*) echo linux_arm64 ;;
        x86_64-apple-darwin) echo darwin_amd64 ;;
        aarch64-apple-darwin) echo darwin_arm64 ;;
        x86_64-pc-windows-*) echo windows_amd64 ;;
        aarch64-pc-windows-*) echo windows_arm64 ;;
        *) echo "no platform of the registry: $1" >&2 && return 1 ;;
    esac
}

directory=$profile
[ "$profile" = dev ] && directory=debug
host=$(rustc -vV | sed -n 's/^host: //p')
for target in "${@:-$host}"; do
    platform=$(platform "$target")
    suffix=""
    case $platform in windows_*) suffix=.exe ;; esac
    # On Linux, one file that needs nothing of the system (Alpine has no glibc) and that is not relocated: its start takes half the time,
    # and Terraform starts it three times in a plan. Providers written in Go are linked like this, too.
    flags=""
    case $platform in linux_*) flags="-C target-feature=+crt-static -C relocation-model=static" ;; esac
    # With a target, the flags are not those of the programs that run in the build.
    RUSTFLAGS="${RUSTFLAGS:-} $flags" cargo build --quiet --locked --profile "$profile" --bin "$name" --target "$target"
    built=target/$target/$directory/$name$suffix
    rm -rf "${work:?}"/* && cp "$built" "$work/${name}_v$version$suffix"
    chmod 755 "$work/${name}_v$version$suffix"
    # The same bytes make the same archive: no times, no owners.
    touch -d '2020-01-01T00:00:00Z' "$work"/*
    (cd "$work" && TZ=UTC zip -q -X "$out/${name}_${version}_$platform.zip" ./*)
done
cp terraform-registry-manifest.json "$out/${name}_${version}_manifest.json"
cd "$out"
sha256sum ./*.zip ./*_manifest.json | sed 's#\./##' >"${name}_${version}_SHA256SUMS"
if [ -n "${GPG_FINGERPRINT:-}" ]; then
    gpg --batch --local-user "$GPG_FINGERPRINT" --detach-sign "${name}_${version}_SHA256SUMS"
fi
ls -sh "$out"
