"""The domains of which both tools are asked: good ones, of which some look odd, and ones with one fault each."""

from laboratory import Domain

RECORD = "_mta-sts", "TXT"
TLSRPT = "_smtp._tls", "TXT"
HOST = "mta-sts", "A"
MX = "@", "MX"
# For domains that receive no mail: reports go elsewhere.
ELSEWHERE = '"v=TLSRPTv1; rua=mailto:tls@good.test"'
# Postfix with TLS 1.0 and no later; OpenSSL 3 must be asked for it.
OLD_TLS = """-o smtpd_tls_protocols=TLSv1 -o smtpd_tls_ciphers=null -o smtpd_tls_mandatory_ciphers=null
 -o tls_medium_cipherlist=ALL@SECLEVEL=0 -o tls_null_cipherlist=ALL@SECLEVEL=0""".replace("\n", "")


def policy(**fields):
    """A policy with these fields in the stead of the good ones; `None` leaves one out."""
    fields = {"version": "STSv1", "mode": "enforce", "mx": "MX", "max_age": "604800"} | fields
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)


def good(name, words, **other):
    return Domain(name, f"good{words}", is_good=True, **other)


def of_good():
    wildcard = policy(mx="*.p0.test").replace("\r\n", "\n").removesuffix("\n")
    aliases = {HOST: [], ("mta-sts", "CNAME"): ["a"], ("a", "CNAME"): ["b"], ("b", "A"): ["127.0.0.3"]}
    return [
        good("good", ""),
        good("charset", ": `Text/Plain; charset=utf-8`", server="default_type 'Text/Plain; charset=utf-8';"),
        good("alias", ": policy host behind two CNAMEs", records=aliases),
        good("strings", ": record in two strings, `;` at its end", records={RECORD: ['"v=STSv1; " "id=1;"']}),
        good("wildcard", ": wildcard, LF alone, no newline at the end", policy=wildcard),
    ]


def of_policy_hosts():
    return [
        Domain("web-expired", "policy host: certificate expired", web_flaw="expired"),
        Domain("web-name", "policy host: certificate for another name", web_flaw="wrong name"),
        Domain("web-self", "policy host: self-signed", web_flaw="self-signed"),
        Domain("web-chain", "policy host: intermediate missing", web_flaw="missing intermediate"),
        Domain("web-404", "policy: 404", location="return 404;"),
        Domain("web-redirect", "policy: redirect", location="return 301 https://www.test/mta-sts.txt;"),
        Domain("web-type", "policy: `text/html`", server="types {} default_type text/html;"),
        Domain("web-large", "policy: 70 KB, of which senders read 64", policy=policy(max_age="604800" + 70_000 * " ")),
        # The header goes out at once, the 80 octets of the policy do not.
        Domain("web-slow", "policy: an octet a second", location="limit_rate_after 250; limit_rate 1;"),
    ]


def of_policies():
    return [
        Domain("html", "policy: an HTML page", policy="<html><body>hello</body></html>\n"),
        Domain("bad-mode", "policy: `mode: enforced`", policy=policy(mode="enforced")),
        Domain("no-max-age", "policy: no max_age", policy=policy(max_age=None)),
        Domain("unknown", "policy: an unknown field", policy=policy() + "note: hello\r\n"),
        Domain("short", "policy: max_age of an hour", policy=policy(max_age="3600")),
        Domain("pattern", "policy: no pattern covers the MX hosts", policy=policy(mx="mail.other.test")),
        Domain("unused", "policy: a pattern that covers no MX host", policy=policy() + "mx: old.unused.test\r\n"),
        Domain("none", "policy: `mode: none` although mail is received", policy=policy(mode="none", mx=None)),
    ]


def of_records():
    twice = ["10 mx0.p0.test.", "20 mx0.p0.test.", "20 mx1.p0.test."]
    return [
        Domain("two-records", "two MTA-STS records", records={RECORD: ['"v=STSv1; id=1"', '"v=STSv1; id=2"']}),
        Domain("unrelated", "another TXT record beside it", records={RECORD: ['"v=STSv1; id=1"', '"x"']}),
        Domain("bad-id", "id with a hyphen", records={RECORD: ['"v=STSv1; id=2026-11-24"']}),
        Domain("no-record", "policy, but no record", records={RECORD: []}),
        Domain("stale", "second name server has another id", secondary={RECORD: ['"v=STSv1; id=0"']}),
        Domain("no-host", "record, but no policy host", records={HOST: []}),
        Domain(
            "v6-only",
            "policy host with IPv6 only",
            records={HOST: [], ("mta-sts", "AAAA"): ["::1"]},
            server="listen [::1]:443 ssl;",
        ),
        Domain("no-tlsrpt", "no TLSRPT record", records={TLSRPT: []}),
        Domain("rua", "TLSRPT: rua without `mailto:`", records={TLSRPT: ['"v=TLSRPTv1; rua=x@good.test"']}),
        Domain("no-mx", "no MX record", records={MX: [], TLSRPT: [ELSEWHERE]}),
        Domain("null-mx", "null MX beside a policy", records={MX: ["0 ."], TLSRPT: [ELSEWHERE]}),
        Domain("mx-twice", "one MX host in two records", records={MX: twice}),
    ]


def of_mx_hosts():
    alias = {("mx", "A"): [], ("mx", "CNAME"): ["real"], ("real", "A"): ["ADDRESS"]}
    closed = "-o smtpd_delay_reject=no -o smtpd_client_restrictions=reject"
    tlsa = {("_25._tcp.mx", "TLSA"): ["3 1 1 " + 64 * "0"]}
    return [
        Domain("mx-alias", "MX: a CNAME", has_own_mx=True, records=alias),
        Domain("mx-plain", "MX: no STARTTLS", has_own_mx=True, postfix="-o smtpd_tls_security_level=none"),
        Domain("mx-expired", "MX: certificate expired", has_own_mx=True, mx_flaw="expired"),
        Domain("mx-name", "MX: certificate for another name", has_own_mx=True, mx_flaw="wrong name"),
        Domain("mx-self", "MX: self-signed", has_own_mx=True, mx_flaw="self-signed"),
        Domain("mx-chain", "MX: intermediate missing", has_own_mx=True, mx_flaw="missing intermediate"),
        Domain("mx-old", "MX: TLS 1.0 only", has_own_mx=True, postfix=OLD_TLS),
        Domain("mx-closed", "MX: greets with 554", has_own_mx=True, postfix=closed),
        Domain("mx-refused", "MX: nothing listens", has_own_mx=True, postfix=None),
        Domain("tlsa", "MX: TLSA of another key, signed", has_own_mx=True, records=tlsa, is_signed=True),
    ]


def table():
    return [*of_good(), *of_policy_hosts(), *of_policies(), *of_records(), *of_mx_hosts()]
