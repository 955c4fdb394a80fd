"""Mail domains on the loopback network, at the ports that mail uses: Knot (53), nginx (443) and Postfix (25).

To be used in a network namespace of its own, by root.
"""

import dataclasses
import datetime
import pathlib
import socket
import subprocess
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# `MX` stands for the MX host of the domain.
GOOD_POLICY = "version: STSv1\r\nmode: enforce\r\nmx: MX\r\nmax_age: 604800\r\n"
# The MX hosts that good domains share, two for each of five providers.
PROVIDERS = 5
SHARED = [f"mx{host}.p{provider}.test" for provider in range(PROVIDERS) for host in range(2)]


@dataclasses.dataclass
class Domain:
    """A mail domain below `test`: how it is not like a good one."""

    name: str
    # What is wrong with it, in words; what is well but looks odd, if `is_good`.
    words: str
    is_good: bool = False
    # (owner below the domain, `@` itself, and type): data in the stead of the usual.
    # `ADDRESS` stands for that of its own MX host.
    records: dict = dataclasses.field(default_factory=dict)
    # The same, at the second name server only.
    secondary: dict = dataclasses.field(default_factory=dict)
    policy: str = GOOD_POLICY
    # nginx's own words for its server or the location of the policy.
    server: str = ""
    location: str = ""
    # What is wrong with the certificate of the policy host.
    web_flaw: str = ""
    # Whose MX hosts it has, unless it has one of its own; what is wrong with the certificate of that, and settings
    # of Postfix for it, `None` if nothing listens there.
    provider: int = 0
    has_own_mx: bool = False
    mx_flaw: str = ""
    postfix: str | None = ""
    is_signed: bool = False

    @property
    def zone(self):
        return f"{self.name}.test"

    def hosts(self):
        """The names of its MX hosts."""
        return [f"mx.{self.zone}"] if self.has_own_mx else SHARED[2 * self.provider : 2 * self.provider + 2]

    def policy_text(self):
        return self.policy.replace("mx: MX\r\n", "".join(f"mx: {host}\r\n" for host in self.hosts()))


class Authority:
    """A root, an intermediate, and somebody's root that nobody trusts."""

    def __init__(self, directory):
        self.directory = directory
        self.root = self._issuer("Laboratory Root", None)
        self.intermediate = self._issuer("Laboratory Intermediate", self.root)
        self.stranger = self._issuer("Nobody's Root", None)
        (directory / "ca.pem").write_bytes(pem(self.root[1]))

    def _issuer(self, name, issuer):
        key = ec.generate_private_key(ec.SECP256R1())
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        extensions = [(x509.BasicConstraints(True, None), True), (usage, True)]
        return key, certify(name, key, issuer, extensions, (-100, 100))

    def write(self, name, flaw):
        """A key and a chain for `name` in one file; its path."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = "other.example" if flaw == "wrong name" else name
        issuer = {"self-signed": None, "unknown authority": self.stranger}.get(flaw, self.intermediate)
        days = (-90, -1) if flaw == "expired" else (-1, 60)
        chain = pem(certify(name, key, issuer, [(x509.SubjectAlternativeName([x509.DNSName(name)]), False)], days))
        if issuer is self.intermediate and flaw != "missing intermediate":
            chain += pem(self.intermediate[1])
        path = self.directory / "pem" / f"{name}-{flaw.replace(' ', '-')}.pem"
        path.parent.mkdir(exist_ok=True)
        private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        path.write_bytes(key.private_bytes(serialization.Encoding.PEM, *private) + chain)
        return path


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def certify(name, key, issuer, extensions, days):
    """A certificate, valid from and to so many days from now; self-signed without an issuer."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_key, issuer_name = (issuer[0], issuer[1].subject) if issuer else (key, subject)
    start, end = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=day) for day in days)
    extensions = [
        *extensions,
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False),
    ]
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer_name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(end)
    for extension, is_critical in extensions:
        builder = builder.add_extension(extension, is_critical)
    return builder.sign(issuer_key, hashes.SHA256())


class Laboratory:
    """The servers; they end with the namespace of processes that they are started in."""

    def __init__(self, directory, domains):
        self.directory = directory
        self.domains = domains
        directory.chmod(0o755)
        self.authority = Authority(directory)
        own = [domain.hosts()[0] for domain in domains if domain.has_own_mx]
        self.addresses = {host: f"127.0.1.{number}" for number, host in enumerate(SHARED + own, 1)}
        self._mail()
        self._web()
        self._names()
        listening = [host for domain in domains if domain.postfix is not None for host in domain.hosts()]
        ports = {(self.addresses[host], 25) for host in listening}
        for address in ports | {("127.0.0.1", 53), ("127.0.0.2", 53), ("127.0.0.3", 443)}:
            wait_for(address)

    def write(self, name, text):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, newline="")
        return path

    def spawn(self, *command):
        log = open(self.directory / f"{pathlib.Path(command[0]).name}.log", "ab")
        subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _mail(self):
        """One Postfix with a listener for each MX host."""
        place = self.directory / "postfix"
        services = ""
        own = [domain for domain in self.domains if domain.has_own_mx and domain.postfix is not None]
        shared = [(host, "", "") for host in SHARED]
        for host, flaw, settings in shared + [(domain.hosts()[0], domain.mx_flaw, domain.postfix) for domain in own]:
            chain = self.authority.write(host, flaw)
            services += f"{self.addresses[host]}:25 inet n - n - - smtpd"
            services += f" -o myhostname={host} -o smtpd_tls_chain_files={chain} {settings}\n"
        for name in ("queue", "data"):
            (place / name).mkdir(parents=True)
        subprocess.run(["chown", "postfix", place / "data"], check=True)
        self.write("postfix/master.cf", services + POSTFIX_SERVICES)
        self.write("postfix/main.cf", POSTFIX.replace("PLACE", str(place)))
        started = subprocess.run(["postfix", "-c", place, "start"], capture_output=True, text=True)
        if started.returncode:
            raise SystemExit(f"Postfix does not start: {started.stderr}")

    def _web(self):
        """One nginx with a server for each policy host."""
        servers = ""
        for domain in self.domains:
            host = f"mta-sts.{domain.zone}"
            self.write(f"web/{domain.name}/.well-known/mta-sts.txt", domain.policy_text())
            chain = self.authority.write(host, domain.web_flaw)
            servers += f"server {{ listen 127.0.0.3:443 ssl; server_name {host}; {domain.server}\n"
            servers += f" ssl_certificate {chain}; ssl_certificate_key {chain};\n"
            servers += f" root {self.directory}/web/{domain.name}; location / {{ {domain.location} }} }}\n"
        path = self.write("nginx.conf", NGINX.replace("PLACE", str(self.directory)).replace("SERVERS", servers))
        self.spawn("nginx", "-c", path, "-e", self.directory / "nginx.log")

    def _names(self):
        """Two Knots; the first is the resolver, too, for it has every zone from the root."""
        for server, address in (("ns1", "127.0.0.1"), ("ns2", "127.0.0.2")):
            place = self.directory / server
            (place / "db").mkdir(parents=True)
            if server == "ns2":
                # Both sign with the same keys.
                subprocess.run(["cp", "-r", self.directory / "ns1" / "db" / "keys", place / "db"], check=True)
            zones = {domain.zone: self._zone(domain, server == "ns2") for domain in self.domains} | self._others()
            signed = {domain.zone for domain in self.domains if domain.is_signed}
            configuration = KNOT.replace("PLACE", str(place)).replace("ADDRESS", address)
            for zone in zones:
                configuration += f"  - domain: {zone}\n    file: {file_of(zone)}\n"
                configuration += "    dnssec-signing: on\n    dnssec-policy: one-key\n" if zone in signed else ""
            path = self.write(f"{server}/knot.conf", configuration)
            if server == "ns1":
                zones["test"] += "".join(self._vouch(path, zone) for zone in signed)
            else:
                zones["test"] = (self.directory / "ns1" / file_of("test")).read_text()
            for zone, text in zones.items():
                self.write(f"{server}/{file_of(zone)}", text)
            self.spawn("knotd", "-c", path)

    def _vouch(self, configuration, zone):
        """Makes a key for `zone` and writes it down as a trust anchor; the DS record for it."""

        def keymgr(*words):
            command = ["keymgr", "-c", configuration, zone, *words]
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout

        keymgr("generate", "ksk=yes", "zsk=yes", "algorithm=13")
        anchor = next(line for line in keymgr("dnskey").splitlines() if "DNSKEY" in line)
        self.write("anchor", anchor.replace(" DNSKEY", " 60 IN DNSKEY") + "\n")
        return "".join(line + "\n" for line in keymgr("ds").splitlines() if line.split()[4:5] == ["2"])

    def _zone(self, domain, is_secondary):
        records = {
            ("@", "MX"): [f"{10 * number} {host}." for number, host in enumerate(domain.hosts(), 1)],
            ("@", "TXT"): ['"v=spf1 mx -all"'],
            ("_dmarc", "TXT"): [f'"v=DMARC1; p=reject; rua=mailto:dmarc@{domain.zone}"'],
            ("mta-sts", "A"): ["127.0.0.3"],
            ("_mta-sts", "TXT"): ['"v=STSv1; id=1"'],
            ("_smtp._tls", "TXT"): [f'"v=TLSRPTv1; rua=mailto:tls@{domain.zone}"'],
        }
        if domain.has_own_mx:
            records["mx", "A"] = ["ADDRESS"]
        records |= domain.records | (domain.secondary if is_secondary else {})
        return head(domain.zone) + lines(records).replace("ADDRESS", self.addresses[domain.hosts()[0]])

    def _others(self):
        """The zones that are about no mail domain: the root, `test`, providers, name servers, addresses."""
        providers = {f"p{provider}.test": {} for provider in range(PROVIDERS)}
        for host in SHARED:
            label, zone = host.split(".", 1)
            providers[zone][label, "A"] = [self.addresses[host]]
        zones = {zone: head(zone) + lines(records) for zone, records in providers.items()}
        servers = {("ns1", "A"): ["127.0.0.1"], ("ns2", "A"): ["127.0.0.2"]}
        zones["dns.test"] = head("dns.test") + lines(servers)
        reverse = {(address.split(".")[3], "PTR"): [f"{host}."] for host, address in self.addresses.items()}
        zones["1.0.127.in-addr.arpa"] = head("1.0.127.in-addr.arpa") + lines(reverse)
        children = [*zones, *(domain.zone for domain in self.domains)]
        delegations = {
            (f"{zone}.", "NS"): ["ns1.dns.test.", "ns2.dns.test."] for zone in children if zone.endswith(".test")
        }
        zones["test"] = head("test") + lines(delegations)
        zones["."] = head("") + lines({("test", "NS"): ["ns1.dns.test.", "ns2.dns.test."]})
        return zones


def file_of(zone):
    return "root.zone" if zone == "." else f"{zone}.zone"


def head(zone):
    soa = "ns1.dns.test. hostmaster.dns.test. 1 3600 900 86400 60"
    return f"$ORIGIN {zone}.\n$TTL 60\n@ SOA {soa}\n@ NS ns1.dns.test.\n@ NS ns2.dns.test.\n"


def lines(records):
    return "".join(f"{owner} {rtype} {data}\n" for (owner, rtype), values in records.items() for data in values)


def wait_for(address):
    """Waits until something listens at `address`, 20 seconds at most."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            return socket.create_connection(address, 1).close()
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nothing answers at {address[0]} port {address[1]}")


POSTFIX = """compatibility_level = 3.6
queue_directory = PLACE/queue
data_directory = PLACE/data
maillog_file = PLACE/mail.log
maillog_file_prefixes = PLACE
inet_interfaces = all
inet_protocols = ipv4
smtpd_tls_security_level = may
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_relay_restrictions = reject
alias_maps =
local_recipient_maps =
mydestination =
"""

# What Postfix needs besides its listeners.
POSTFIX_SERVICES = """tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

NGINX = """daemon off; pid PLACE/nginx.pid; error_log PLACE/nginx.log; worker_processes 1; user root;
events { worker_connections 4096; }
http { access_log PLACE/access.log; default_type text/plain;
server_names_hash_bucket_size 128; server_names_hash_max_size 4096;
client_body_temp_path PLACE/t1; proxy_temp_path PLACE/t2; fastcgi_temp_path PLACE/t3;
uwsgi_temp_path PLACE/t4; scgi_temp_path PLACE/t5;
SERVERS}
"""

KNOT = """server:
  rundir: PLACE
  listen: ADDRESS@53
log:
  - target: stderr
    any: warning
database:
  storage: PLACE/db
policy:
  - id: one-key
    single-type-signing: on
    manual: on
template:
  - id: default
    storage: PLACE
zone:
"""
