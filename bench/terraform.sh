#!/usr/bin/env bash
# A monorepo of 5,000 .tf files, few of them about DNS: mtasts beside reading the files, and beside python-hcl2, which only
# parses them. And a repository without Terraform, which must pay nothing for it.
source "$(dirname "$0")/lib.sh"
root=$OUT/terraform
[ -d "$root" ] || python3 bench/terraform.py "$root"

compare "mtasts lint, 5,000 .tf files" "$MTASTS" lint --root "$root"
compare "floor: read and count lines" sh -c "find $root -type f -print0 | xargs -0 $FLOOR"
run_all
echo "mtasts: peak memory $(peak "$MTASTS" lint --root "$root") KiB, for files of $(du -sk --apparent-size "$root" | cut -f1) KiB"

# A parser in Python takes minutes where we take milliseconds: it gets a tenth of the files, once.
if python3 -c 'import hcl2' 2>/dev/null; then
    RUNS=1
    find "$root" -name '*.tf' | sort | awk 'NR % 10 == 0' >"$OUT/terraform.list"
    compare "mtasts lint, 5,000 .tf files" "$MTASTS" lint --root "$root"
    compare "python-hcl2, 500 of them" python3 -c '
import sys, hcl2
for path in open(sys.argv[1]).read().split():
    with open(path) as file:
        hcl2.load(file)
' "$OUT/terraform.list"
    run_all
else
    echo "not installed, left out: python-hcl2 (pip install python-hcl2)"
fi
