//! A mail domain on loopback: a name server, a policy host and an MX host, in threads of this process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The servers of `lab.test`: they live as long as the process.
pub(super) struct Laboratory {
    directory: tempfile::TempDir,
    ports: [u16; 3],
    /// What is served at the policy's URL; nothing at first.
    pub(super) policy: Arc<Mutex<Option<String>>>,
    looks: Arc<AtomicUsize>,
}

impl Laboratory {
    pub(super) fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.distinguished_name.push(DnType::CommonName, "Laboratory");
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        std::fs::write(directory.path().join("ca.pem"), authority.pem()).unwrap();
        let key = KeyPair::generate().unwrap();
        let names = vec!["mta-sts.lab.test".to_owned(), "mx.lab.test".to_owned()];
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
            .unwrap();
        let config = Arc::new(config);
        let policy = Arc::new(Mutex::new(None));
        let served = Arc::clone(&policy);
        let looks = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&looks);
        let web = Arc::clone(&config);
        let https = listen(move |stream| {
            answer_https(stream, &web, served.lock().unwrap().clone());
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let smtp = listen(move |stream| answer_smtp(stream, &config));
        Self { directory, ports: [name_server(), https, smtp], policy, looks }
    }

    /// How often somebody has looked for the policy.
    pub(super) fn looks(&self) -> usize {
        self.looks.load(Ordering::SeqCst)
    }

    /// The block that configures the provider for it.
    pub(super) fn provider(&self) -> String {
        let [dns, https, smtp] = self.ports;
        format!(
            "provider \"mtasts\" {{\n  resolver         = \"127.0.0.1:{dns}\"\n  laboratory       = [\"127.0.0.0/8\"]\n  \
             laboratory_ports = [{dns}, {https}, {smtp}]\n  ca_file          = \"{}\"\n  timeout          = \"5s\"\n}}\n",
            self.ca_file().display()
        )
    }

    fn ca_file(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }
}

fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            std::thread::spawn(move || serve(stream));
        }
    });
    port
}

fn answer_https(stream: TcpStream, config: &Arc<ServerConfig>, policy: Option<String>) {
    let mut stream = BufReader::new(StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream));
    let mut line = String::new();
    while matches!(stream.read_line(&mut line), Ok(read) if read > 2) {
        line.clear();
    }
    let (status, body) = policy.map_or(("404 Not Found", String::new()), |policy| ("200 OK", policy));
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let stream = stream.get_mut();
    let _ = stream.write_all((head + &body).as_bytes());
    stream.conn.send_close_notify();
    let _ = stream.flush();
}

fn answer_smtp(mut stream: TcpStream, config: &Arc<ServerConfig>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    for reply in ["220 mx.lab.test ESMTP\r\n", "250-mx.lab.test\r\n250 STARTTLS\r\n", "220 go\r\n"] {
        let _ = stream.write_all(reply.as_bytes());
        if !reply.starts_with("220 go") && lines.read_line(&mut line).is_err() {
            return;
        }
    }
    let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream);
    let mut said = [0; 512];
    while let Ok(read @ 1..) = stream.read(&mut said) {
        let is_quit = said[..read].to_ascii_uppercase().starts_with(b"QUIT");
        let _ = stream.write_all(if is_quit { b"221 bye\r\n" } else { b"250 mx.lab.test\r\n" });
    }
}

/// Answers from memory, over UDP; what it does not know is not there.
fn name_server() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut question = [0; 1500];
        while let Ok((len, from)) = socket.recv_from(&mut question) {
            if let Some(answer) = answer_dns(&question[..len]) {
                let _ = socket.send_to(&answer, from);
            }
        }
    });
    port
}

/// RFC 1035 §4.1: the header, the question again, and at most one answer.
fn answer_dns(question: &[u8]) -> Option<Vec<u8>> {
    let (mut at, mut labels) = (12, Vec::new());
    while question[at] != 0 {
        let end = at + 1 + usize::from(question[at]);
        labels.push(String::from_utf8_lossy(question.get(at + 1..end)?).to_ascii_lowercase());
        at = end;
    }
    let end = at + 5;
    let rtype = u16::from_be_bytes([question[at + 1], question[at + 2]]);
    let data: Option<Vec<u8>> = match (labels.join(".").as_str(), rtype) {
        ("lab.test", 15) => Some(b"\x00\x0a\x02mx\x03lab\x04test\x00".to_vec()),
        ("mx.lab.test" | "mta-sts.lab.test" | "ns.lab.test", 1) => Some(vec![127, 0, 0, 1]),
        ("_mta-sts.lab.test", 16) => Some(b"\x0fv=STSv1; id=lab".to_vec()),
        ("_smtp._tls.lab.test", 16) => Some(with_length(b"\x00v=TLSRPTv1; rua=mailto:tls@lab.test".to_vec())),
        ("lab.test", 2) => Some(b"\x02ns\x03lab\x04test\x00".to_vec()),
        _ => None,
    };
    let mut answer = question.get(..2)?.to_vec();
    // An authoritative answer, with recursion; one question, and the answers.
    answer.extend([0x85, 0x80, 0, 1, 0, u8::from(data.is_some()), 0, 0, 0, 0]);
    answer.extend(question.get(12..end)?);
    if let Some(data) = data {
        answer.extend([0xc0, 12]);
        answer.extend(rtype.to_be_bytes());
        answer.extend([0, 1, 0, 0, 0, 60]);
        answer.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        answer.extend(data);
    }
    Some(answer)
}

/// The first byte of a character-string is the length of the others.
fn with_length(mut data: Vec<u8>) -> Vec<u8> {
    data[0] = u8::try_from(data.len() - 1).unwrap();
    data
}
