#!/usr/bin/env bash
# Many small zones and policies in one tree: time, peak memory, and how both grow.
source "$(dirname "$0")/lib.sh"

# tree COUNT: COUNT zones of 30 records, and as many policies.
tree() {
    local root=$OUT/tree-$1
    [ -d "$root" ] || python3 - "$root" "$1" <<'PY'
import os, sys
root, count = sys.argv[1], int(sys.argv[2])
os.makedirs(f"{root}/zones"), os.makedirs(f"{root}/policies")
for n in range(count):
    d = f"d{n}.example"
    lines = ["$TTL 3600", "@ IN SOA ns1.example.net. hostmaster.example.net. 2026112401 7200 900 1209600 300",
             "@ IN NS ns1.example.net.", "@ IN NS ns2.example.net.", "@ IN MX 10 smtp.google.com.", "@ IN A 192.0.2.80",
             "mta-sts IN A 192.0.2.81", f'_mta-sts IN TXT "v=STSv1; id={n}"',
             '_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto:tls@example.net"', '@ IN TXT "v=spf1 include:_spf.google.com -all"']
    lines += [f"host{i} IN A 198.51.100.{i}" for i in range(20)]
    open(f"{root}/zones/{d}.zone", "w").write("\n".join(lines) + "\n")
    open(f"{root}/policies/mta-sts.{d}.txt", "w").write("version: STSv1\nmode: enforce\nmx: smtp.google.com\nmax_age: 604800\n")
PY
    echo "$root"
}

for count in 20000 100000; do
    root=$(tree "$count")
    echo "$count zones of 30 records and $count policies"
    compare "mtasts lint" "$MTASTS" lint --root "$root"
    compare "floor: read and count lines" sh -c "find $root -type f -print0 | xargs -0 $FLOOR"
    run_all
    echo "mtasts: peak memory $(peak "$MTASTS" lint --root "$root") KiB, for files of $(du -sk --apparent-size "$root" | cut -f1) KiB"
done
