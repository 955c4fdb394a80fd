#!/usr/bin/env bash
# What the pre-commit framework makes of the hooks: which commits it refuses and which it lets pass.
# Usage: .ci/pre-commit.sh MTASTS
set -euo pipefail
mtasts=$(realpath "${1:?usage: .ci/pre-commit.sh MTASTS}")
cd "$(dirname "$0")/.."
source .ci/venv.sh
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

venv "$work/venv" pre-commit==4.7.0
mkdir "$work/bin"
ln -s "$mtasts" "$work/bin/mtasts"
export PATH=$work/bin:$work/venv/bin:$PATH PRE_COMMIT_HOME=$work/cache
# As on a desk, also where a platform runs this: its variables say what its own push or pull request changes.
unset CI GITHUB_ACTIONS GITLAB_CI TF_BUILD BUILDKITE BITBUCKET_BUILD_NUMBER
export GIT_CONFIG_GLOBAL=$work/gitconfig GIT_CONFIG_NOSYSTEM=1
git config --global user.name mtasts
git config --global user.email mtasts@example.net
git config --global init.defaultBranch main

pre-commit validate-manifest .pre-commit-hooks.yaml

said=$work/said
fail() { printf 'pre-commit: %s\n' "$*" >&2; cat "$said" >&2; exit 1; }
passes() { git commit --quiet --message "$1" >"$said" 2>&1 || fail "$1: was refused"; }
# refused RULE MESSAGE: as the rule has it, and not for a hook that cannot run.
refused() {
    if git commit --quiet --message "$2" >"$said" 2>&1; then fail "$2: was let pass"; fi
    grep -q "\[$1\]" "$said" || fail "$2: was refused, but not by $1"
}

# A domain as it should be, and a commit of it.
begin() {
    mkdir "$work/$1"
    cd "$work/$1"
    git init --quiet
    mkdir dns web
    cat > dns/example.com.zone <<'ZONE'
$ORIGIN example.com.
$TTL 3600
@ SOA ns1.example.net. hostmaster.example.net. 1 7200 900 1209600 300
@ NS ns1.example.net.
@ MX 10 smtp.google.com.
mta-sts A 192.0.2.10
_mta-sts TXT "v=STSv1; id=1"
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.net"
ZONE
    mkdir -p web/mta-sts.example.com/.well-known
    policy=web/mta-sts.example.com/.well-known/mta-sts.txt
    printf 'version: STSv1\nmode: enforce\nmx: smtp.google.com\nmax_age: 604800\n' > "$policy"
    cat > .pre-commit-config.yaml
    git add --all
    pre-commit install >/dev/null
    passes "a first commit"
}

# What every way of installing the hook must do.
judges() {
    sed -i 's/604800/1209600/' "$policy"
    git add --all
    refused id-not-bumped "a policy that changes without its id"
    # Only what is staged is judged: the id that is bumped in the work tree alone does not count.
    sed -i 's/id=1/id=2/' dns/example.com.zone
    refused id-not-bumped "a policy whose id is changed, and not staged"
    git checkout --quiet -- dns
    "$mtasts" lint --fix --unsafe-fixes >"$said" 2>&1 || fail "the fix does not fix it"
    git add --all
    passes "a policy that changes with its id"
    git rm --quiet "$policy"
    refused policy-removed-early "a policy that is only deleted"
    git reset --quiet --hard
    echo hello > README
    git add --all
    passes "a file that has nothing to do with it"
}

# milliseconds CONFIGURATION: of a commit of one unrelated file.
milliseconds() {
    sed "s/entry: .*/entry: '$1'/" .pre-commit-config.yaml > "$work/config"
    echo "$1" >> README
    git add README
    local start
    start=$(date +%s%N)
    pre-commit run --config "$work/config" >"$said" 2>&1 || fail "$1: was refused"
    echo $((($(date +%s%N) - start) / 1000000))
}

# The entry that `mtasts init` writes.
mkdir "$work/init"
git -C "$work/init" init --quiet
mtasts init --root "$work/init" >/dev/null
begin local < "$work/init/.pre-commit-config.yaml"
judges
with=$(milliseconds "mtasts lint") without=$(milliseconds true)
echo "pre-commit: mtasts lint took $with ms, where a hook that does nothing took $without ms"

# This repository as the framework takes it: cloned at a revision, and installed by pip, with maturin. Unoptimised: what
# it builds here is gone when the script ends.
mkdir "$work/mtasts"
cd "$work/mtasts"
git -C "$here" ls-files -z | tar cf - --directory "$here" --null --files-from - | tar xf -
git init --quiet
git add --all
git commit --quiet --message "as it is here"
revision=$(git rev-parse HEAD)
export CARGO_TARGET_DIR=$here/target MATURIN_PEP517_ARGS="--profile=dev"
for hook in mtasts-system mtasts; do
    # What pip installs, the framework itself puts on the path.
    [ "$hook" = mtasts-system ] || rm "$work/bin/mtasts"
    begin "by-$hook" <<CONFIG
repos:
  - repo: $work/mtasts
    rev: $revision
    hooks:
      - id: $hook
CONFIG
    judges
done
