#!/usr/bin/env bash
# checkdmarc beside mtasts on the laboratory of tests/live: what each finds of every fault, as a table in markdown, then the time of
# both for 200 good domains. checkdmarc cannot be told ports, so all happens in a network of its own. Needs root, what the
# laboratory needs, and checkdmarc on the PATH. MTASTS names another build than the one under test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v checkdmarc >/dev/null || { echo "not installed: checkdmarc"; exit 2; }
# Everything is built before: there is no way out of that network.
cargo test --quiet --no-run
export MTASTS_BESIDE=$PWD/bench/checkdmarc.py
exec unshare --net --mount bash -euc '
    ip link set lo up
    resolver=$(mktemp)
    echo "nameserver 127.0.0.1" >"$resolver"
    mount --bind "$resolver" /etc/resolv.conf
    rm "$resolver"
    cargo test --quiet --offline --test all another_program_looks_at_the_laboratory -- --ignored --nocapture'
