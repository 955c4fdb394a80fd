#!/usr/bin/env bash
# A commit hook, whole process: a repository of 2,000 files, 200 of them zones and policies, in which one zone was touched; then a
# commit that touches nothing of ours; then 2,000 zones and policies. Beside it, what git itself needs to see what has changed.
source "$(dirname "$0")/lib.sh"
RUNS=${RUNS:-21}
python3 - "$OUT" <<'PY'
import os, subprocess, sys, time

def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)

def domain(root, name):
    hosts = "".join(f"h{n} A 192.0.2.{n}\n" for n in range(25))
    write(f"{root}/dns/zones/{name}.zone", f"""$ORIGIN {name}.
$TTL 3600
@ SOA ns1.example.net. hostmaster.example.net. 1 7200 900 1209600 300
@ NS ns1.example.net.
@ MX 10 smtp.google.com.
{hosts}mta-sts A 192.0.2.10
_mta-sts TXT "v=STSv1; id=1"
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.net"
""")
    write(f"{root}/dns/policies/{name}.txt", "version: STSv1\nmode: enforce\nmx: smtp.google.com\nmax_age: 604800\n")

def repository(root, domains, others):
    if os.path.exists(f"{root}/.git"):
        return
    for n in range(domains):
        domain(root, f"d{n}.example")
    endings = ["py", "md", "go", "ts", "sh", "txt"]
    for n in range(others):
        write(f"{root}/src/part{n % 90}/file{n}.{endings[n % 6]}", "x = 1\n" * 40)
    git = ["git", "-C", root, "-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run(["git", "init", "--quiet", root], check=True)
    subprocess.run([*git, "add", "--all"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "one"], check=True)
    # Files as old as the index would be read again by every git: nobody's repository is that young.
    time.sleep(1.1)
    subprocess.run([*git, "update-index", "-q", "--really-refresh"], check=True)

def touch(root, path, old, new):
    with open(f"{root}/{path}") as file:
        text = file.read()
    write(f"{root}/{path}", text.replace(old, new))
    subprocess.run(["git", "-C", root, "add", "--all"], check=True)

out = sys.argv[1]
repository(f"{out}/hook-mixed", 100, 1800)
touch(f"{out}/hook-mixed", "dns/zones/d7.example.zone", "h3 A 192.0.2.3\n", "h3 A 192.0.2.99\n")
repository(f"{out}/hook-other", 100, 1800)
touch(f"{out}/hook-other", "src/part5/file5.txt", "x = 1\n", "x = 2\n")
repository(f"{out}/hook-zones", 1000, 0)
touch(f"{out}/hook-zones", "dns/zones/d7.example.zone", "h3 A 192.0.2.3\n", "h3 A 192.0.2.99\n")
PY
# As the framework runs it in a commit: these two are in the environment, and what is not staged is put aside.
export PRE_COMMIT=1 GIT_INDEX_FILE=.git/index
compare "2,000 files, one zone touched" "$MTASTS" lint --root "$OUT/hook-mixed"
compare "the same at a desk, not staged" env -u PRE_COMMIT -u GIT_INDEX_FILE "$MTASTS" lint --root "$OUT/hook-mixed"
compare "the same, --no-base" "$MTASTS" lint --no-base --root "$OUT/hook-mixed"
compare "2,000 files, nothing of ours touched" "$MTASTS" lint --root "$OUT/hook-other"
compare "2,000 zones and policies, one touched" "$MTASTS" lint --root "$OUT/hook-zones"
compare "git status, 2,000 files" git -C "$OUT/hook-mixed" status --porcelain
compare "an empty process: true" /bin/true
run_all
