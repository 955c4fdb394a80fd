#!/usr/bin/env bash
# checkdmarc (PyPI) beside mtasts in one laboratory: what each finds of some 40 faults, and the time for 200 good domains.
# checkdmarc can be told neither ports nor a resolver for all it asks, so both run in a network of their own, with its own
# resolver, on the usual ports. Needs root, Debian's packages knot, nginx-light, postfix, iproute2, util-linux and python3-venv,
# and PyPI; takes two to three minutes, for one web server is very slow.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PATH:/usr/sbin:/sbin

missing=()
[ "$(id -u)" = 0 ] || missing+=("root")
for need in knotd:knot keymgr:knot nginx:nginx-light postfix:postfix ip:iproute2 unshare:util-linux python3:python3; do
    command -v "${need%:*}" >/dev/null || missing+=("${need%:*} (package ${need#*:})")
done
if [ ${#missing[@]} -gt 0 ]; then
    printf 'missing: %s\n' "${missing[@]}" >&2
    exit 2
fi

RUNS=${RUNS:-3}
source bench/lib.sh
source .ci/venv.sh
tools=$PWD/$OUT/checkdmarc
[ -x "$tools/bin/checkdmarc" ] || venv "$tools" checkdmarc
echo "checkdmarc $("$tools/bin/checkdmarc" --version), $("$MTASTS" --version), $(nproc) cores"

# All that is started there ends with the first process there.
unshare --net --mount --pid --mount-proc --fork --kill-child bash -euo pipefail -c '
    ip link set lo up
    given=$(mktemp -d)
    trap "rm -rf $given" EXIT
    echo "nameserver 127.0.0.1" >"$given/resolv.conf"
    echo "hosts: files dns" >"$given/nsswitch.conf"
    for file in resolv.conf nsswitch.conf; do
        mount --bind "$given/$file" "/etc/$file"
    done
    "$@"' laboratory "$tools/bin/python" bench/checkdmarc/beside.py "$MTASTS" "$tools/bin/checkdmarc" "$RUNS"
