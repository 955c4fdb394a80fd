//! Real servers on loopback: Knot, nginx, Postfix, Exim, with the faults of many domains in one set of them.

use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::certificates::{Authority, Flaw};
use super::servers;

/// The zone in which the domains of the laboratory are.
pub(super) const ZONE: &str = "lab.test";

/// A running laboratory; its servers end with it.
pub(super) struct Laboratory {
    directory: tempfile::TempDir,
    children: Vec<Child>,
    postfix: Option<PathBuf>,
    pub(super) ports: Ports,
}

/// The ports of all servers, whatever their address.
#[derive(Clone, Copy)]
pub(super) struct Ports {
    pub(super) dns: u16,
    pub(super) https: u16,
    pub(super) smtp: u16,
}

/// A domain of the laboratory: how it is not like the good one.
#[derive(Clone)]
pub(super) struct Domain {
    pub(super) name: &'static str,
    /// Lines in the stead of the usual ones: owner within the domain (`@` itself), type and data; with no data none.
    pub(super) records: &'static [(&'static str, &'static str, &'static str)],
    /// What the second name server says of `_mta-sts`, if it is something else.
    pub(super) secondary: Option<&'static str>,
    /// How nginx serves its policy.
    pub(super) policy: Policy,
    /// The certificate of its policy host.
    pub(super) certificate: Flaw,
    pub(super) mx: Mx,
}

/// What is served at the URL of a policy.
#[derive(Clone, Copy)]
pub(super) enum Policy {
    Good,
    Testing,
    Text(&'static str),
    /// nginx's own words for the location.
    Nginx(&'static str),
    /// At an address of its own, where nginx speaks TLS 1.1 only.
    OldTls,
    /// At this address, where a script answers, or nothing.
    At(&'static str, Option<fn(TcpStream)>),
}

/// The MX host of a domain.
#[derive(Clone, Copy)]
pub(super) enum Mx {
    /// Postfix, with a good certificate.
    Good,
    Exim,
    Postfix(Flaw),
    /// Postfix, with these settings.
    Set(&'static str),
    /// A script.
    Script(fn(TcpStream)),
    /// Nothing listens.
    Nobody,
}

/// Programs that the laboratory needs, and Debian's packages that have them.
pub(super) const PROGRAMS: [(&str, &str); 4] =
    [("knotd", "knot"), ("keymgr", "knot"), ("nginx", "nginx-light"), ("postfix", "postfix")];

impl Laboratory {
    pub(super) fn start(domains: &[Domain]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let ports = Ports { dns: free_port(), https: free_port(), smtp: free_port() };
        let mut laboratory = Self { directory, children: Vec::new(), postfix: None, ports };
        // The servers' own users read their files.
        open(laboratory.path(""));
        let authority = Authority::new(&laboratory.path(""));
        laboratory.mail(domains, &authority);
        laboratory.web(domains, &authority);
        laboratory.names(domains);
        laboratory
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn spawn(&mut self, program: &str, arguments: &[&str]) {
        let log = std::fs::File::create(self.path(&format!("log-{}", self.children.len()))).unwrap();
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        self.children.push(command.spawn().unwrap());
    }

    /// The address of the MX host of the `index`th domain.
    fn mx_address(index: usize) -> Ipv4Addr {
        Ipv4Addr::new(127, 0, 1, u8::try_from(index + 1).unwrap())
    }

    fn mail(&mut self, domains: &[Domain], authority: &Authority) {
        let directory = self.path("postfix");
        let mut services = String::new();
        for (index, domain) in domains.iter().enumerate() {
            let address = SocketAddr::new(Self::mx_address(index).into(), self.ports.smtp);
            let host = format!("mx.{}.{ZONE}", domain.name);
            let (flaw, settings) = match domain.mx {
                Mx::Good => (Flaw::None, ""),
                Mx::Postfix(flaw) => (flaw, ""),
                Mx::Set(settings) => (Flaw::None, settings),
                Mx::Script(script) => {
                    servers::serve(address, script);
                    continue;
                }
                Mx::Exim => {
                    self.exim(address, &authority.write(&host, Flaw::None));
                    continue;
                }
                Mx::Nobody => continue,
            };
            let certificate = authority.write(&host, flaw);
            writeln!(
                services,
                "{address} inet n - n - - smtpd -o smtpd_tls_chain_files={} -o myhostname={host} {settings}",
                certificate.display()
            )
            .unwrap();
        }
        for name in ["queue", "data", "conf"] {
            std::fs::create_dir_all(directory.join(name)).unwrap();
        }
        let chown = Command::new("chown").arg("postfix").arg(directory.join("data")).status().unwrap();
        assert!(chown.success());
        self.write(
            "postfix/conf/main.cf",
            &format!(
                "compatibility_level = 3.6\nqueue_directory = {0}/queue\ndata_directory = {0}/data\n\
                 maillog_file = {0}/log\nmaillog_file_prefixes = {0}\ninet_interfaces = all\ninet_protocols = ipv4\n\
                 smtpd_tls_security_level = may\nsmtpd_relay_restrictions = reject\nmydestination =\nalias_maps =\n\
                 smtpd_peername_lookup = no\nlocal_recipient_maps =\n",
                directory.display()
            ),
        );
        self.write("postfix/conf/master.cf", &format!("{services}{POSTFIX_SERVICES}"));
        let conf = directory.join("conf");
        let started = Command::new("postfix").arg("-c").arg(&conf).arg("start").output().unwrap();
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
        self.postfix = Some(conf);
        for (index, domain) in domains.iter().enumerate() {
            if !matches!(domain.mx, Mx::Nobody) {
                wait_for(SocketAddr::new(Self::mx_address(index).into(), self.ports.smtp));
            }
        }
    }

    fn exim(&mut self, address: SocketAddr, certificate: &Path) {
        let configuration = format!(
            "local_interfaces = <; [{}]:{}\ndaemon_smtp_ports = {}\ntls_advertise_hosts = *\ntls_certificate = {certificate}\n\
             tls_privatekey = {certificate}\nspool_directory = {spool}\nlog_file_path = {spool}/%slog\nexim_user = root\n\
             host_lookup =\nrfc1413_hosts =\nbegin acl\nbegin routers\nbegin transports\n",
            address.ip(),
            address.port(),
            address.port(),
            certificate = certificate.display(),
            spool = self.path("exim").display(),
        );
        std::fs::create_dir_all(self.path("exim")).unwrap();
        let path = self.write("exim.conf", &configuration);
        let program = exim().unwrap();
        self.spawn(
            &program,
            &["-bdf", "-C", path.to_str().unwrap(), "-oX", &format!("{}.{}", address.ip(), address.port())],
        );
    }

    fn web(&mut self, domains: &[Domain], authority: &Authority) {
        let mut servers = String::new();
        for domain in domains {
            let host = format!("mta-sts.{}.{ZONE}", domain.name);
            let mx = format!("mx.{}.{ZONE}", domain.name);
            let text = |text: &str| {
                let text = text.replace("MX", &mx);
                self.write(&format!("web/{}/.well-known/mta-sts.txt", domain.name), &text);
                format!("location / {{ root {}; }}", self.path(&format!("web/{}", domain.name)).display())
            };
            let (location, listen, extra) = match domain.policy {
                Policy::Good => (text(GOOD), "127.0.0.1", ""),
                Policy::Testing => (text(&GOOD.replace("enforce", "testing")), "127.0.0.1", ""),
                Policy::Text(policy) => (text(policy), "127.0.0.1", ""),
                Policy::Nginx(words) => {
                    text(GOOD);
                    let root = self.path(&format!("web/{}", domain.name));
                    (words.replace("ROOT", root.to_str().unwrap()), "127.0.0.1", "")
                }
                Policy::OldTls => (text(GOOD), "127.0.0.5", "ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL@SECLEVEL=0;"),
                Policy::At(address, script) => {
                    let address = SocketAddr::new(address.parse().unwrap(), self.ports.https);
                    if let Some(script) = script {
                        servers::serve(address, script);
                    }
                    continue;
                }
            };
            let certificate = authority.write(&host, domain.certificate);
            let v6 = if domain.name.starts_with("v6") {
                format!("listen [::1]:{} ssl;", self.ports.https)
            } else {
                String::new()
            };
            writeln!(
                servers,
                "server {{ listen {listen}:{port} ssl; {v6} server_name {host}; default_type text/plain;\n\
                 ssl_certificate {certificate}; ssl_certificate_key {certificate}; {extra}\n{location} }}",
                port = self.ports.https,
                certificate = certificate.display(),
            )
            .unwrap();
        }
        let configuration = format!(
            "load_module /usr/lib/nginx/modules/ngx_http_echo_module.so;\ndaemon off; pid {0}/nginx.pid; error_log {0}/nginx.log; worker_processes 1;\nevents {{ worker_connections 512; }}\n\
             http {{ access_log off; server_names_hash_bucket_size 128; client_body_temp_path {0}/t1; proxy_temp_path {0}/t2;\n\
             fastcgi_temp_path {0}/t3; uwsgi_temp_path {0}/t4; scgi_temp_path {0}/t5;\n{servers} }}\n",
            self.path("").display()
        );
        let path = self.write("nginx.conf", &configuration);
        self.spawn("nginx", &["-c", path.to_str().unwrap(), "-e", self.path("nginx.log").to_str().unwrap()]);
        wait_for(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), self.ports.https));
    }

    /// Two name servers: the first signs the zone, the second has what it was given.
    fn names(&mut self, domains: &[Domain]) {
        for (server, address) in [("ns1", "127.0.0.1"), ("ns2", "127.0.0.2")] {
            let mut zone = format!(
                "$ORIGIN {ZONE}.\n$TTL 60\n@ SOA ns1 host 1 3600 900 86400 60\n@ NS ns1\n@ NS ns2\nns1 A 127.0.0.1\nns2 A 127.0.0.2\n"
            );
            for (index, domain) in domains.iter().enumerate() {
                let secondary = domain.secondary.filter(|_| server == "ns2");
                zone.push_str(&records(domain, index, secondary));
            }
            self.write(&format!("{server}/{ZONE}.zone"), &zone);
            // A zone that only the first serves, although its NS set names both; and one that it cannot load.
            let lame = "$ORIGIN lame.test.\n$TTL 60\n@ SOA ns1.lab.test. host 1 3600 900 86400 60\n@ NS ns1.lab.test.\n\
                        @ NS ns2.lab.test.\n@ MX 10 mx.good.lab.test.\nmta-sts A 127.0.0.1\n\
                        _mta-sts TXT \"v=STSv1; id=1\"\n_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\"\n";
            self.write(&format!("{server}/lame.test.zone"), lame);
            let (signing, second) = if server == "ns1" {
                (
                    "dnssec-signing: on\n    dnssec-policy: one-key\n    ",
                    "  - domain: lame.test\n    file: lame.test.zone\n  - domain: broken.test\n    file: nothing\n",
                )
            } else {
                ("", "")
            };
            let configuration = format!(
                "server:\n  rundir: {dir}\n  listen: {address}@{port}\nlog:\n  - target: stderr\n    any: warning\n\
                 database:\n  storage: {dir}/db\nzone:\n  - domain: {ZONE}\n    storage: {dir}\n    file: {ZONE}.zone\n    {signing}\n\
                 template:\n  - id: default\n    storage: {dir}\n",
                dir = self.path(server).display(),
                port = self.ports.dns,
            );
            // A template stands before the zones that it is for.
            let (head, zones) = configuration.split_once("zone:\n").unwrap();
            let (zones, template) = zones.split_once("template:\n").unwrap();
            let configuration = format!(
                "{head}policy:\n  - id: one-key\n    single-type-signing: on\ntemplate:\n{template}zone:\n{zones}{second}"
            );
            std::fs::create_dir(self.path(&format!("{server}/db"))).unwrap();
            let path = self.write(&format!("{server}/knot.conf"), &configuration);
            self.spawn("knotd", &["-c", path.to_str().unwrap()]);
        }
        for address in ["127.0.0.1", "127.0.0.2"] {
            wait_for(SocketAddr::new(address.parse().unwrap(), self.ports.dns));
        }
        self.trust();
    }

    /// Writes the key that signs the zone as a trust anchor, once there is one.
    fn trust(&self) {
        let configuration = self.path("ns1/knot.conf");
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let output =
                Command::new("keymgr").args(["-c", configuration.to_str().unwrap(), ZONE, "dnskey"]).output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            if let Some(line) = text.lines().find(|line| line.contains("DNSKEY")) {
                let words: Vec<&str> = line.split_whitespace().collect();
                let at = words.iter().position(|word| *word == "DNSKEY").unwrap();
                let key = format!("{ZONE}. 60 IN DNSKEY {}\n", words[at + 1..].join(" "));
                std::fs::write(self.path("anchor"), key).unwrap();
                return;
            }
            assert!(Instant::now() < until, "{text}{}", String::from_utf8_lossy(&output.stderr));
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Laboratory {
    fn drop(&mut self) {
        for child in &mut self.children {
            // SIGTERM lets a server end those that it has started.
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
        if let Some(conf) = &self.postfix {
            let _ = Command::new("postfix").arg("-c").arg(conf).arg("stop").output();
        }
    }
}

/// A policy that is good where `MX` stands for the MX host.
const GOOD: &str = "version: STSv1\nmode: enforce\nmx: MX\nmax_age: 604800\n";

/// What Postfix needs besides its listeners.
const POSTFIX_SERVICES: &str = "pickup unix n - n 60 1 pickup\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n\
    tlsmgr unix - - n 1000? 1 tlsmgr\nrewrite unix - - n - - trivial-rewrite\nanvil unix - - n - 1 anvil\n\
    postlog unix-dgram n - n - 1 postlogd\n";

fn records(domain: &Domain, index: usize, secondary: Option<&str>) -> String {
    let web = match domain.policy {
        Policy::OldTls => "127.0.0.5",
        Policy::At(address, _) => address,
        _ => "127.0.0.1",
    };
    let mx = format!("10 mx.{}.{ZONE}.", domain.name);
    let address = Laboratory::mx_address(index).to_string();
    let usual = [
        ("@", "MX", mx.as_str()),
        ("mx", "A", address.as_str()),
        ("mta-sts", "A", web),
        ("_mta-sts", "TXT", "\"v=STSv1; id=1\""),
        ("_smtp._tls", "TXT", "\"v=TLSRPTv1; rua=mailto:tls@example.net\""),
    ];
    let is_other = |owner: &str, rtype: &str| domain.records.iter().any(|other| (other.0, other.1) == (owner, rtype));
    let usual = usual.into_iter().filter(|(owner, rtype, _)| !is_other(owner, rtype));
    let mut text = String::new();
    for (owner, rtype, data) in usual.chain(domain.records.iter().copied()).filter(|(.., data)| !data.is_empty()) {
        let data = if owner == "_mta-sts" { secondary.unwrap_or(data) } else { data };
        let owner = if owner == "@" { domain.name.to_owned() } else { format!("{owner}.{}", domain.name) };
        writeln!(text, "{owner} {rtype} {data}").unwrap();
    }
    text
}

/// Exim, which Debian does not install beside Postfix: `.ci/run` unpacks it.
pub(super) fn exim() -> Option<String> {
    ["/usr/sbin/exim4", "/opt/exim4/usr/sbin/exim4"]
        .iter()
        .find(|path| Path::new(path).exists())
        .map(ToString::to_string)
}

fn free_port() -> u16 {
    // Free at every address of the loopback network, for TCP and UDP.
    loop {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        if UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok() {
            return port;
        }
    }
}

fn wait_for(address: SocketAddr) {
    let until = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(address).is_err() {
        assert!(Instant::now() < until, "nothing answers at {address}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn open(directory: PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o755)).unwrap();
}
