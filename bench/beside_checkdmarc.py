"""mtasts beside checkdmarc in one laboratory: what each finds, and the time for 200 good domains.

    checkdmarc.py MTASTS CHECKDMARC RUNS    in namespaces of its own (see checkdmarc.sh)
    checkdmarc.py part LIST OUTPUT          only those of checkdmarc's checks that mtasts makes, too, through its library
"""

import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

COUNT = 200
# What of checkdmarc's answer is about the transport of mail; the rest is SPF, DMARC, BIMI, SOA and NS.
PARTS = ("mta_sts", "mx", "smtp_tls_reporting")


def policy(**fields):
    """A policy with these fields in the stead of the good ones; `None` leaves one out."""
    fields = {"version": "STSv1", "mode": "enforce", "mx": "MX", "max_age": "604800"} | fields
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)


def table(Domain):
    """The good domains that look odd, and the faults, each a domain."""
    broken_tlsa = {("_25._tcp.mx", "TLSA"): ["3 1 1 " + 64 * "0"]}
    old = "smtpd_tls_protocols=TLSv1", "smtpd_tls_ciphers=null", "tls_medium_cipherlist=ALL@SECLEVEL=0"
    old += "smtpd_tls_mandatory_ciphers=null", "tls_null_cipherlist=ALL@SECLEVEL=0"
    alias = {("mta-sts", "A"): [], ("mta-sts", "CNAME"): ["a"], ("a", "CNAME"): ["b"], ("b", "A"): ["127.0.0.3"]}
    v6 = {("mta-sts", "A"): [], ("mta-sts", "AAAA"): ["::1"]}
    elsewhere = '"v=TLSRPTv1; rua=mailto:tls@good.test"'
    closed = "-o smtpd_delay_reject=no -o smtpd_client_restrictions=reject"
    record = "_mta-sts", "TXT"
    return [
        Domain("good", "good", True),
        Domain("charset", "good: `Text/Plain; charset=utf-8`", True, server="default_type 'Text/Plain; charset=utf-8';"),
        Domain("alias", "good: policy host behind two CNAMEs", True, records=alias),
        Domain("unrelated", "good: an unrelated TXT record beside", True, records={record: ['"v=STSv1; id=1"', '"x"']}),
        Domain("web-expired", "policy host: certificate expired", web_flaw="expired"),
        Domain("web-name", "policy host: certificate for another name", web_flaw="wrong name"),
        Domain("web-self", "policy host: self-signed", web_flaw="self-signed"),
        Domain("web-chain", "policy host: intermediate missing", web_flaw="missing intermediate"),
        Domain("web-404", "policy: 404", location="return 404;"),
        Domain("web-redirect", "policy: redirect", location="return 301 https://www.test/mta-sts.txt;"),
        Domain("web-type", "policy: `text/html`", server="types {} default_type text/html;"),
        Domain("web-large", "policy: 70 KB, of which senders read 64", policy=policy(max_age="604800" + 70_000 * " ")),
        Domain("web-slow", "policy: an octet a second", location="limit_rate_after 250; limit_rate 1;"),
        Domain("web-html", "policy: an HTML page", policy="<html><body>hello</body></html>\n"),
        Domain("bad-mode", "policy: `mode: enforced`", policy=policy(mode="enforced")),
        Domain("no-max-age", "policy: no max_age", policy=policy(max_age=None)),
        Domain("short", "policy: max_age of an hour", policy=policy(max_age="3600")),
        Domain("pattern", "policy: no pattern covers the MX hosts", policy=policy(mx="mail.other.test")),
        Domain("unused", "policy: a pattern that covers no MX host", policy=policy() + "mx: old.unused.test\r\n"),
        Domain("none", "`mode: none` although mail is received", policy=policy(mode="none", mx=None)),
        Domain("two-records", "two MTA-STS records", records={record: ['"v=STSv1; id=1"', '"v=STSv1; id=2"']}),
        Domain("bad-id", "id with a hyphen", records={record: ['"v=STSv1; id=2026-11-24"']}),
        Domain("no-record", "policy, but no record", records={record: []}),
        Domain("no-host", "record, but no policy host", records={("mta-sts", "A"): []}),
        Domain("v6-only", "policy host with IPv6 only", records=v6, server="listen [::1]:443 ssl;"),
        Domain("stale", "second name server has another id", secondary={record: ['"v=STSv1; id=0"']}),
        Domain("no-tlsrpt", "no TLSRPT record", records={("_smtp._tls", "TXT"): []}),
        Domain("null-mx", "null MX beside a policy", records={("@", "MX"): ["0 ."], ("_smtp._tls", "TXT"): [elsewhere]}),
        Domain("mx-plain", "MX: no STARTTLS", postfix="-o smtpd_tls_security_level=none"),
        Domain("mx-expired", "MX: certificate expired", mx_flaw="expired"),
        Domain("mx-name", "MX: certificate for another name", mx_flaw="wrong name"),
        Domain("mx-self", "MX: self-signed", mx_flaw="self-signed"),
        Domain("mx-chain", "MX: intermediate missing", mx_flaw="missing intermediate"),
        Domain("mx-old", "MX: TLS 1.0 only", postfix=" ".join(f"-o {setting}" for setting in old)),
        Domain("mx-closed", "MX: greets with 554", postfix=closed),
        Domain("mx-refused", "MX: nothing listens", postfix=None),
        Domain("tlsa", "MX: TLSA of another key, signed", records=broken_tlsa, is_signed=True),
    ]


class Tools:
    """Both tools, and what each has to say of a list of domains."""

    def __init__(self, directory, mtasts, checkdmarc):
        self.directory, self.program, self.checkdmarc = directory, mtasts, checkdmarc
        self.environment = os.environ | {
            "SSL_CERT_FILE": f"{directory}/ca.pem",
            "REQUESTS_CA_BUNDLE": f"{directory}/ca.pem",
            "NO_COLOR": "1",
        }

    def list(self, name, domains):
        path = self.directory / name
        path.write_text("".join(f"{domain.zone}\n" for domain in domains))
        return path

    def start(self, name, command):
        """Starts a tool; what it says goes to two files."""
        command = [str(word) for word in command]
        output, errors = (open(self.directory / f"{name}.{end}", "w") for end in ("out", "err"))
        return subprocess.Popen(command, env=self.environment, cwd=self.directory, stdout=output, stderr=errors)

    def text(self, name):
        return (self.directory / name).read_text()

    def mtasts(self, path, *more):
        return [self.program, "lint", "--domains", path, "--lab", "127.0.0.0/8,::1", "--ca-file", self.directory / "ca.pem",
                "--trust-anchor", self.directory / "anchor", "--format", "jsonl", *more]  # fmt: skip

    def whole(self, path, output):
        return [self.checkdmarc, "--check-mx-tls", path, "-o", output]

    def part(self, path, output):
        return [sys.executable, __file__, "part", path, output]


def said(result, parts=PARTS):
    """The errors and warnings in checkdmarc's answer for a domain."""
    words = []
    for part in parts:
        answer = result[part]
        words += [answer["error"]] if "error" in answer else []
        words += answer.get("warnings", [])
    return words


def shortened(words):
    """What checkdmarc says without the names of Python's exceptions, 90 characters at most."""
    if found := re.search(r"CERTIFICATE_VERIFY_FAILED\] (.*?) \(_ssl", words):
        words = ("MX: " if words.startswith("mx") else "") + found[1]
    words = re.sub(r"HTTPSConnectionPool.*\(Caused by (\w+)\(.*?: ", r"\1: ", words)
    words = " ".join(words.split()).replace("|", "\\|")
    return words if len(words) <= 90 else words[:89] + "…"


def read(path):
    results = json.loads(pathlib.Path(path).read_text())
    return {result["domain"]: result for result in (results if isinstance(results, list) else [results])}


def found_by_mtasts(output, errors):
    """By domain: the rules, and `?` with the words for what was not answered."""
    found = {}
    for line in output.splitlines():
        finding = json.loads(line)
        rules = found.setdefault(finding["domain"], [])
        rules += [finding["rule"]] if finding["rule"] not in rules else []
    for line in errors.splitlines():
        if "not checked" in line:
            found.setdefault(line.split(": ")[1].split()[0], []).append(f"? {line}")
    return found


def compare(tools, domains):
    """The table of what each finds."""
    path = tools.list("faults", domains)
    ours = tools.start("mtasts", tools.mtasts(path))
    theirs = tools.start("checkdmarc", tools.whole(path, "faults.json"))
    for tool in (ours, theirs):
        tool.wait()
    found = found_by_mtasts(tools.text("mtasts.out"), tools.text("mtasts.err"))
    results = read(tools.directory / "faults.json")
    print("| the domain | mtasts | checkdmarc |\n| --- | --- | --- |")
    for domain in domains:
        rules = ", ".join(f"`{rule}`" if rule[0] != "?" else rule for rule in found.get(domain.zone, []))
        words = [shortened(words) for words in said(results[domain.zone])]
        words = "; ".join(words[:2]) + (f"; {len(words) - 2} more" if words[2:] else "")
        print(f"| {domain.words} | {rules or 'nothing'} | {words or 'nothing'} |")
    return found, results
