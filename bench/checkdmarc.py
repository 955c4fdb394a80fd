#!/usr/bin/env python3
"""What mtasts and checkdmarc find in the laboratory of the working directory, and their times for its 200 good domains.

The arguments are the command line of `mtasts lint` in the laboratory. bench/checkdmarc.sh runs it.
"""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

MTASTS = [os.environ.get("MTASTS", sys.argv[1]), *sys.argv[2:], "--format", "jsonl"]
# Python trusts the laboratory's authority, as mtasts is told to.
AUTHORITY = {"REQUESTS_CA_BUNDLE": "ca.pem", "SSL_CERT_FILE": "ca.pem"}
# What speaks of MTA-STS: all else is missing in a laboratory of MTA-STS.
SECTIONS = ["mta_sts", "mx", "smtp_tls_reporting"]
LONGEST = 120


def checkdmarc(what):
    return ["checkdmarc", what, "--check-mx-tls", "--nameserver", "127.0.0.1"]


def run(command, timeout=None):
    return subprocess.run(command, env=os.environ | AUTHORITY, capture_output=True, text=True, timeout=timeout)


def said_by_mtasts(domains):
    """The rules that mtasts reports of each domain, and `not checked` where it says so."""
    output = run([*MTASTS, "--domains", "faults"])
    found = {domain: set() for domain in domains}
    for finding in map(json.loads, output.stdout.splitlines()):
        found[finding["domain"]].add(finding["rule"])
    for domain in domains:
        if any(domain in line and "not checked" in line for line in output.stderr.splitlines()):
            found[domain].add("not checked")
    return found


def complaints(value):
    """All errors and warnings in a part of checkdmarc's report."""
    if isinstance(value, list):
        return [text for one in value for text in complaints(one)]
    if not isinstance(value, dict):
        return []
    found = complaints(list(value.values()))
    for key in ("error", "errors", "warnings"):
        texts = value.get(key) or []
        found += [texts] if isinstance(texts, str) else [text for text in texts if isinstance(text, str)]
    return found


def said_by_checkdmarc(domain):
    try:
        output = run(checkdmarc(domain), timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return {f"(no end after {LONGEST} s)"}
    try:
        report = json.loads(output.stdout)
    except json.JSONDecodeError:
        return {"(no report) " + output.stderr.strip()[-200:]}
    texts = complaints([report.get(section) for section in SECTIONS])
    return {" ".join(text.replace(domain, "DOMAIN").split()) for text in texts}


def cell(texts):
    return "<br>".join(sorted(text.replace("|", "\\|")[:200] for text in texts)) or "-"


def table():
    with open("faults") as file:
        domains = file.read().split()
    ours = said_by_mtasts(domains)
    with ThreadPoolExecutor(4) as pool:
        theirs = dict(zip(domains, pool.map(said_by_checkdmarc, domains)))
    usual = theirs["good.lab.test"]
    print("\n| domain | mtasts | checkdmarc |\n|---|---|---|")
    for domain in domains:
        print(f"| {domain.split('.')[0]} | {cell(ours[domain])} | {cell(theirs[domain] - usual)} |")
    print(f"\ncheckdmarc says of every domain, the good one too: {cell(usual)}")


def seconds(command):
    start = time.monotonic()
    status = run(command).returncode
    return time.monotonic() - start, status


def times():
    commands = {"mtasts": [*MTASTS, "--domains", "many"], "checkdmarc": checkdmarc("many")}
    # The first run wakes the servers.
    run(commands["mtasts"])
    taken = {}
    for name, command in commands.items():
        taken[name], status = seconds(command)
        print(f"{name}: 200 domains in {taken[name]:.2f} s, exit status {status}")
    print(f"ratio: {taken['checkdmarc'] / taken['mtasts']:.1f}")


times()
sys.stdout.flush()
table()
