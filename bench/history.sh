#!/usr/bin/env bash
# A history of 10,000 commits of which 100 touch the zone and the policy: what it costs to look for an id in it, in a repository that
# git has packed, as it does by itself from some thousand objects on, and in one that it never did.
source "$(dirname "$0")/lib.sh"
root=$OUT/history
packed=$OUT/history-packed
if [ ! -d "$root/.git" ]; then
    rm -rf "$root"
    git init --quiet --initial-branch=main "$root"
    python3 - <<'PY' | git -C "$root" fast-import --quiet
import sys
COMMITS, EVERY = 10_000, 100

def put(path, text):
    sys.stdout.write(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n")

def domain(number):
    put("zones/example.com.zone", f"""$ORIGIN example.com.
$TTL 3600
@ SOA ns1.example.net. hostmaster.example.net. {number} 7200 900 1209600 300
@ NS ns1.example.net.
@ MX 10 smtp.google.com.
mta-sts A 192.0.2.10
_mta-sts TXT "v=STSv1; id={number}"
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.net"
""")
    put("mta-sts.example.com/.well-known/mta-sts.txt",
        f"version: STSv1\nmode: enforce\nmx: smtp.google.com\nmax_age: {700_000 + number}\n")

for n in range(COMMITS + 1):
    sys.stdout.write(f"commit refs/heads/main\ncommitter A <a@example.com> {1_700_000_000 + n * 3600} +0000\ndata 1\nx\n")
    for k in range(3):
        put(f"app/part{(n * 7 + k) % 100}/file{(n + k) % 50}.txt", f"{n} {k}\n")
    if n % EVERY == 0:
        domain(n)
    if n == COMMITS:
        domain(99_999)
PY
    git -C "$root" reset --quiet --hard
    # A directory of this repository would be its root otherwise.
    touch "$root/mtasts.toml"
    git -C "$root" add mtasts.toml
    git -C "$root" -c user.name=A -c user.email=a@example.com commit --quiet --amend --no-edit
    rm -rf "$packed"
    cp -r "$root" "$packed"
    git -C "$packed" gc --quiet
fi
for repository in "$packed" "$root"; do
    echo "$repository"
    compare "mtasts lint --base HEAD~1" "$MTASTS" lint --root "$repository" --base HEAD~1
    compare "the same without history" "$MTASTS" lint --root "$repository" --base HEAD~1 --ignore id-reused,testing-too-short
    compare "git log of the two files" git -C "$repository" log --format=%H -- zones/example.com.zone mta-sts.example.com
    compare "mtasts lint --no-base" "$MTASTS" lint --root "$repository" --no-base
    run_all
done
