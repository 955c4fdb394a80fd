#!/usr/bin/env bash
# Builds the wheel into target/wheels, and checks it as pip installs it in an environment of its own.
# Usage: .ci/wheel.sh [PROFILE], a profile of cargo's; without, release, as a wheel is published.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/venv.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wheels=$PWD/target/wheels
rm -rf "$wheels"

venv "$work/build" maturin==1.16.0
# The interpreter is not linked; any will do.
"$work/build/bin/maturin" build --quiet --locked --profile "${1:-release}" --out "$wheels"

venv "$work/clean"
"$work/clean/bin/pip" install --quiet --disable-pip-version-check --no-index "$wheels"/mtasts-*.whl
mtasts=$work/clean/bin/mtasts
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)
[ "$("$mtasts" --version)" = "mtasts $version" ]
"$mtasts" lint --root fixtures/clean --no-base --format concise
status=0
"$mtasts" lint --root fixtures/mistakes --no-base --format concise >/dev/null 2>&1 || status=$?
[ "$status" = 1 ]
ls -sh "$wheels"
