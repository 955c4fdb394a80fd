#!/usr/bin/env bash
# 10,000 deployed domains against real servers on loopback (Knot, nginx, Postfix): wall time, peak memory, files and connections open at
# once; then the same run killed in the middle and resumed. Needs Debian's packages knot, nginx-light, postfix and openssl, and root.
source "$(dirname "$0")/lib.sh"
export PATH=$PATH:/usr/sbin
COUNT=${COUNT:-10000} HOSTS=100
lab=$(mktemp -d)
chmod 755 "$lab"
# Only what was started here ends here.
trap 'kill $(jobs -p) 2>/dev/null || true; postfix -c "$lab/postfix" stop >/dev/null 2>&1 || true; rm -rf "$lab"' EXIT
read -r DNS HTTPS SMTP <<<"$(python3 -c '
import socket
found = [socket.socket() for _ in range(3)]
for one in found: one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in found))')"

# An authority, and certificates for a hundred names each, linked under every name.
mkdir -p "$lab/pem" "$lab/web/.well-known" "$lab/names"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$lab/ca.key" -out "$lab/ca.pem" -days 90 -subj "/CN=Laboratory Root" 2>/dev/null
certificate() { # FILE NAME...
    local file=$1
    shift
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$file" -out "$lab/csr" -subj "/CN=x" 2>/dev/null
    printf 'subjectAltName=%s\n' "$(printf ',DNS:%s' "$@" | cut -c2-)" >"$lab/ext"
    openssl x509 -req -in "$lab/csr" -CA "$lab/ca.pem" -CAkey "$lab/ca.key" -days 60 -extfile "$lab/ext" 2>/dev/null >>"$file"
}
for ((start = 0; start < COUNT; start += 100)); do
    names=()
    for ((n = start; n < start + 100; n++)); do names+=("mta-sts.d$n.lab.test"); done
    certificate "$lab/pem/$start" "${names[@]}"
    for name in "${names[@]}"; do ln "$lab/pem/$start" "$lab/names/$name"; done
done
hosts=()
for ((n = 0; n < HOSTS; n++)); do hosts+=("mx$n.lab.test"); done
certificate "$lab/mx.pem" "${hosts[@]}"
printf 'version: STSv1\nmode: enforce\nmx: *.lab.test\nmax_age: 604800\n' >"$lab/web/.well-known/mta-sts.txt"
{
    printf '$ORIGIN lab.test.\n$TTL 60\n@ SOA ns1 host 1 3600 900 86400 60\n@ NS ns1\nns1 A 127.0.0.1\n'
    for ((n = 0; n < HOSTS; n++)); do echo "mx$n A 127.0.0.1"; done
    for ((n = 0; n < COUNT; n++)); do
        printf 'd%d MX 10 mx%d\nmta-sts.d%d A 127.0.0.1\n_mta-sts.d%d TXT "v=STSv1; id=1"\n_smtp._tls.d%d TXT "v=TLSRPTv1; rua=mailto:tls@example.net"\n' \
            "$n" $((n % HOSTS)) "$n" "$n" "$n"
    done
} >"$lab/lab.test.zone"
cat >"$lab/knot.conf" <<CONF
server:
  rundir: $lab
  listen: 127.0.0.1@$DNS
database:
  storage: $lab/db
zone:
  - domain: lab.test
    storage: $lab
    file: lab.test.zone
CONF
mkdir "$lab/db"
knotd -c "$lab/knot.conf" >"$lab/knot.log" 2>&1 &
cat >"$lab/nginx.conf" <<CONF
daemon off; pid $lab/nginx.pid; error_log $lab/nginx.log; worker_processes 1; user root;
events { worker_connections 4096; }
http { access_log off; default_type text/plain; client_body_temp_path $lab/t1; proxy_temp_path $lab/t2; fastcgi_temp_path $lab/t3;
  uwsgi_temp_path $lab/t4; scgi_temp_path $lab/t5;
  server { listen 127.0.0.1:$HTTPS ssl backlog=4096; root $lab/web;
    ssl_certificate $lab/names/\$ssl_server_name; ssl_certificate_key $lab/names/\$ssl_server_name; } }
CONF
nginx -c "$lab/nginx.conf" -e "$lab/nginx.log" &
mkdir -p "$lab/postfix" "$lab/queue" "$lab/data"
chown postfix "$lab/data"
cat >"$lab/postfix/main.cf" <<CONF
compatibility_level = 3.6
queue_directory = $lab/queue
data_directory = $lab/data
maillog_file = $lab/mail.log
maillog_file_prefixes = $lab
inet_protocols = ipv4
smtpd_tls_security_level = may
smtpd_tls_chain_files = $lab/mx.pem
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_relay_restrictions = reject
alias_maps =
local_recipient_maps =
mydestination =
CONF
cat >"$lab/postfix/master.cf" <<CONF
127.0.0.1:$SMTP inet n - n - - smtpd
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
CONF
postfix -c "$lab/postfix" start 2>/dev/null
for port in "$DNS" "$HTTPS" "$SMTP"; do
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.1; done
done
for ((n = 0; n < COUNT; n++)); do echo "d$n.lab.test"; done >"$lab/list"
network=(--resolver "127.0.0.1:$DNS" --ca-file "$lab/ca.pem" --lab 127.0.0.0/8 --lab-ports "$DNS,$HTTPS,$SMTP" --format jsonl)

python3 - "$lab" "$MTASTS" lint --domains "$lab/list" "${network[@]}" <<'PY'
import os, resource, signal, subprocess, sys, time

lab, command = sys.argv[1], sys.argv[2:]

def run(extra, kill_at=None):
    """Wall time, exit status, and the most file descriptors open at once."""
    start, most = time.time(), 0
    with open(f"{lab}/said", "wb") as said:
        process = subprocess.Popen(command + extra, stdout=subprocess.DEVNULL, stderr=said)
        while process.poll() is None:
            try:
                most = max(most, len(os.listdir(f"/proc/{process.pid}/fd")))
            except OSError:
                pass
            if kill_at and os.path.exists(extra[1]) and sum(1 for _ in open(extra[1], "rb")) >= kill_at:
                process.kill()
                process.wait()
                break
            time.sleep(0.02)
    return time.time() - start, process.returncode, most

wall, status, most = run([])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
domains = sum(1 for _ in open(f"{lab}/list"))
print(f"{domains} domains: {wall:.1f} s, exit status {status}, peak memory {peak / 1024:.0f} MiB, at most {most} files open")
print(open(f"{lab}/said").read().strip()[-300:])
journal = f"{lab}/journal"
wall, _, _ = run(["--resume", journal], kill_at=domains // 2)
kept = sum(1 for line in open(journal, "rb") if line.endswith(b"\n"))
again, status, _ = run(["--resume", journal])
lines = open(journal).read().splitlines()
names = {line.split('"domain":"', 1)[1].split('"', 1)[0] for line in lines}
print(f"killed after {wall:.1f} s with {kept} done; resumed: {again:.1f} s, exit status {status}, {len(lines)} done, {len(names)} of them different")
PY
