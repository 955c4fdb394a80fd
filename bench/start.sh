#!/usr/bin/env bash
# What a hook costs: the start of the process, and a small repository, whole process.
source "$(dirname "$0")/lib.sh"
RUNS=${RUNS:-41}
root=$OUT/small
if [ ! -d "$root" ]; then
    mkdir -p "$root/dns" "$root/policies"
    for n in 1 2 3 4 5 6 7 8 9 10; do
        printf '%s\n' '$TTL 3600' '@ SOA ns1.example.net. hostmaster.example.net. 1 7200 900 1209600 300' \
            '@ NS ns1.example.net.' '@ MX 10 smtp.google.com.' 'mta-sts A 192.0.2.80' '_mta-sts TXT "v=STSv1; id=1"' \
            '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.net"' >"$root/dns/d$n.example.zone"
        printf 'version: STSv1\nmode: enforce\nmx: smtp.google.com\nmax_age: 604800\n' >"$root/policies/mta-sts.d$n.example.txt"
    done
fi
compare "mtasts --version" "$MTASTS" --version
compare "mtasts lint, 20 files" "$MTASTS" lint --root "$root"
compare "an empty process: true" /bin/true
run_all
