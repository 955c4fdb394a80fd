#!/usr/bin/env bash
# One zone of 1,000,000 records: mtasts beside the name servers' own checkers, and beside reading and counting lines.
source "$(dirname "$0")/lib.sh"
zone=$OUT/zone/example.com.zone
mkdir -p "$OUT/zone"
if [ ! -s "$zone" ]; then
    awk 'BEGIN {
        print "$ORIGIN example.com.\n$TTL 3600"
        print "@ IN SOA ns1.example.net. hostmaster.example.net. 2026112401 7200 900 1209600 300"
        print "@ IN NS ns1.example.net.\n@ IN NS ns2.example.net.\n@ IN MX 10 mx1\n@ IN MX 20 mx2"
        print "mx1 IN A 192.0.2.25\nmx2 IN A 192.0.2.26\nmta-sts IN A 192.0.2.80"
        print "_mta-sts IN TXT \"v=STSv1; id=2026112401\"\n_smtp._tls IN TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\""
        for (i = 0; i < 999988; i++) {
            k = i % 10
            if (k < 5) printf "host%d IN A 198.51.%d.%d\n", i, (i / 256) % 256, i % 256
            else if (k < 7) printf "host%d 300 IN AAAA 2001:db8:%x::%x\n", i, i % 65536, i / 16
            else if (k == 7) printf "www%d IN CNAME host%d.example.com.\n", i, i - 7
            else if (k == 8) printf "txt%d IN TXT \"some text for host %d; with a semicolon\"\n", i, i
            else printf "sub%d IN NS ns%d.example.net.\n", i, i % 4 + 1
        }
    }' >"$zone"
    mkdir -p "$OUT/zone/mta-sts.example.com"
    printf 'version: STSv1\nmode: testing\nmx: mx1.example.com\nmx: mx2.example.com\nmax_age: 604800\n' \
        >"$OUT/zone/mta-sts.example.com/mta-sts.txt"
fi
compare "mtasts lint" "$MTASTS" lint --root "$OUT/zone"
compare "floor: read and count lines" "$FLOOR" "$zone"
compare "wc -l, in a window of 256 KiB" wc -l "$zone"
peer "kzonecheck" kzonecheck -o example.com "$zone"
peer "named-checkzone -i none" named-checkzone -i none example.com "$zone"
peer "nsd-checkzone" nsd-checkzone example.com "$zone"
peer "ldns-read-zone" ldns-read-zone "$zone"
run_all
echo "mtasts: peak memory $(peak "$MTASTS" lint --root "$OUT/zone") KiB, for a file of $(($(stat -c %s "$zone") / 1024)) KiB"
