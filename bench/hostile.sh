#!/usr/bin/env bash
# Files that mean harm: each should cost less than a second and little memory.
source "$(dirname "$0")/lib.sh"
root=$OUT/hostile
mkdir -p "$root"

# five_megabytes NAME TEXT: a repository whose zone and policy are TEXT again and again.
five_megabytes() {
    mkdir -p "$root/$1"
    python3 -c 'import sys; t = sys.argv[1].encode().decode("unicode_escape").encode("latin-1"); sys.stdout.buffer.write(t * (5 * 2**20 // len(t)))' \
        "$2" >"$root/$1/example.com.zone"
    cp "$root/$1/example.com.zone" "$root/$1/mta-sts.txt"
}
five_megabytes parentheses '('
five_megabytes quotes '"'
five_megabytes backslashes '\\'
five_megabytes nuls '\x00'
five_megabytes one-word 'a'
five_megabytes one-line 'a '
five_megabytes open-quotes '"\n'
five_megabytes colons 'a:\n'
five_megabytes records 'a MX 10 b\n'
five_megabytes bad-records 'a MX b 10\n'
mkdir -p "$root/itself" "$root/generate"
printf '$ORIGIN example.com.\n$INCLUDE example.com.zone\n' >"$root/itself/example.com.zone"
printf '$ORIGIN example.com.\n$GENERATE 0-4294967295 _mta-sts.a$ TXT x\n$GENERATE 0-4294967295 $ MX 1 a\n' \
    >"$root/generate/example.com.zone"

for case in "$root"/*; do compare "$(basename "$case")" "$MTASTS" lint --root "$case"; done
run_all
for case in "$root"/*; do
    printf '%-34s %12s KiB at the peak\n' "$(basename "$case")" "$(peak "$MTASTS" lint --root "$case")"
done
