//! Observations, as the rule book writes them down: `dns`, `https` and `smtp` blocks say in what the deployed domain is not as
//! it is declared.

use mtasts::observed::{
    Answer, Certificate, CertificateFault, End, Exchange, Fetch, Fetched, Handshake, Host, NameServer, Observed, Probe,
    Probed, Response, Said, TlsVersion,
};
use mtasts::site::Site;

const WHEN: &str = "2026-11-24T12:00:00Z";

/// A domain that is deployed as `site` declares it, with everything in order.
pub(crate) fn as_declared(site: &Site) -> Observed {
    let domain = site.domain.to_string();
    let texts =
        |texts: Vec<&[u8]>| Answer::of(texts.into_iter().map(|text| String::from_utf8_lossy(text).into()).collect());
    let mx: Vec<Exchange> = site
        .mx
        .values
        .iter()
        .map(|mx| Exchange { preference: mx.preference, host: mx.exchange.name.to_string() })
        .collect();
    let record: Answer<String> = texts(site.record.values.iter().map(|text| text.text.bytes()).collect());
    let server = NameServer {
        asked: format!("_mta-sts.{domain}"),
        name: "ns1.example.net".into(),
        address: "192.0.2.53".parse().unwrap(),
        said: Said::Records(record.values.clone()),
    };
    let policy = site.policy.text().map(|policy| Fetch {
        address: "192.0.2.10".parse().unwrap(),
        milliseconds: 20,
        outcome: Fetched::Answered(Response {
            status: 200,
            location: None,
            content_type: Some("text/plain".into()),
            body: String::from_utf8_lossy(policy.text.bytes()).into(),
            end: End::Whole,
            handshake: handshake(&format!("mta-sts.{domain}")),
        }),
    });
    Observed {
        when: WHEN.parse().unwrap(),
        nameservers: vec![server],
        record,
        tlsrpt: texts(site.tlsrpt.values.iter().map(|text| text.text.bytes()).collect()),
        policy_host: Answer::of(site.policy_host.values.iter().map(|address| address.ip).collect()),
        policy: policy.into_iter().collect(),
        hosts: mx.iter().map(|mx| host(&mx.host)).collect(),
        mx: Answer::of(mx),
        unanswered: Vec::new(),
        domain,
    }
}

fn host(name: &str) -> Host {
    let address = "192.0.2.25".parse().unwrap();
    let probe = Probe { address, outcome: Probed::Handshake(handshake(name)) };
    Host { name: name.into(), addresses: Answer::of(vec![address]), tlsa: Answer::of(Vec::new()), probes: vec![probe] }
}

/// A handshake that nobody holds anything against.
fn handshake(name: &str) -> Handshake {
    let certificate = Certificate {
        subject: format!("CN={name}"),
        issuer: "CN=Example CA".into(),
        names: vec![name.into()],
        not_before: "2026-10-01T00:00:00Z".parse().unwrap(),
        not_after: "2027-01-01T00:00:00Z".parse().unwrap(),
        sha256: "aa".repeat(32),
        spki_sha256: "bb".repeat(32),
    };
    Handshake { version: Some(TlsVersion::Tls13), failure: None, chain: vec![certificate], faults: Vec::new() }
}

/// Changes an observation as a block of the rule book says.
pub(crate) fn apply(observed: &mut Observed, kind: &str, text: &str) {
    match kind {
        "dns" => dns(observed, text),
        "https" => observed.policy = vec![https(&observed.domain, text)],
        "smtp" => smtp(observed, text),
        other => panic!("no observation: {other}"),
    }
}

/// Lines `<name> <type> <data>`: what is there of a name and type that is mentioned, and, with no data, that there is nothing. Behind
/// `; <name server> <address>` stands what that server says.
fn dns(observed: &mut Observed, text: &str) {
    let mut cleared = Vec::new();
    let mut server: Option<NameServer> = None;
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("; ") {
            observed.nameservers.extend(server.take());
            let words: Vec<&str> = head.split_whitespace().collect();
            let said =
                if words.get(2) == Some(&"lame") { Said::Lame(words[3].into()) } else { Said::Records(Vec::new()) };
            let asked = format!("_mta-sts.{}", observed.domain);
            server = Some(NameServer { asked, name: words[0].into(), address: words[1].parse().unwrap(), said });
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let (name, rtype, data) = (words[0].trim_end_matches('.'), words[1], words[2..].join(" "));
        if let Some(NameServer { said, .. }) = server.as_mut().filter(|_| rtype == "CNAME") {
            *said = Said::Alias(data.trim_end_matches('.').into());
            continue;
        }
        if let Some(NameServer { asked, said: Said::Records(records), .. }) = &mut server {
            name.clone_into(asked);
            records.push(data.trim_matches('"').into());
            continue;
        }
        let is_first = !cleared.contains(&(name, rtype));
        cleared.push((name, rtype));
        set(observed, name, rtype, &data, is_first);
    }
    observed.nameservers.extend(server);
}

fn set(observed: &mut Observed, name: &str, rtype: &str, data: &str, is_first: bool) {
    fn put<T>(answer: &mut Answer<T>, value: Option<T>, is_first: bool) {
        if is_first {
            answer.values.clear();
        }
        answer.values.extend(value);
    }
    let text = || (!data.is_empty()).then(|| data.trim_matches('"').to_owned());
    let owner = name.strip_suffix(&observed.domain).map(|owner| owner.trim_end_matches('.'));
    match (owner, rtype) {
        (Some("_mta-sts"), "TXT") => {
            put(&mut observed.record, text(), is_first);
            observed.nameservers[0].said = Said::Records(observed.record.values.clone());
        }
        (Some("_smtp._tls"), "TXT") => put(&mut observed.tlsrpt, text(), is_first),
        (Some("mta-sts"), "A" | "AAAA") => put(&mut observed.policy_host, data.parse().ok(), is_first),
        (Some(""), "MX") => {
            let mx = data.split_once(' ').map(|(preference, host)| Exchange {
                preference: preference.parse().unwrap(),
                host: host.trim_end_matches('.').into(),
            });
            if is_first {
                observed.hosts.clear();
            }
            observed.hosts.extend(mx.iter().map(|mx| host(&mx.host)));
            put(&mut observed.mx, mx, is_first);
        }
        (_, "TLSA") => {
            let host = observed.hosts.iter_mut().find(|host| name == format!("_25._tcp.{}", host.name)).unwrap();
            host.tlsa.secure = true;
            put(&mut host.tlsa, text(), is_first);
        }
        (_, "A" | "AAAA") => {
            let host = observed.hosts.iter_mut().find(|host| name == host.name).unwrap();
            put(&mut host.addresses, data.parse().ok(), is_first);
            if data.is_empty() {
                host.probes.clear();
            }
        }
        _ => panic!("what is {name} {rtype}?"),
    }
}

/// An answer as HTTP writes it; before it, `unreachable: <why>`, `certificate: <faults>`, or `ends: too-slow` and the like.
fn https(domain: &str, text: &str) -> Fetch {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let field =
        |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned);
    let handshake = faulty(field("certificate").as_deref(), &format!("mta-sts.{domain}"));
    let status = head.lines().find_map(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
    let outcome = match (field("unreachable"), status) {
        (Some(why), _) => Fetched::Unreachable(why),
        (None, None) => Fetched::Untrusted(handshake),
        (None, Some(status)) => Fetched::Answered(Response {
            status,
            location: field("Location"),
            content_type: field("Content-Type"),
            body: body.into(),
            end: field("ends").map_or(End::Whole, |end| serde_json::from_value(end.into()).unwrap()),
            handshake,
        }),
    };
    Fetch { address: "192.0.2.10".parse().unwrap(), milliseconds: 20, outcome }
}

/// `host: <name>`, and `unreachable: <why>`, `no starttls: <why>` or `certificate: <faults>`.
fn smtp(observed: &mut Observed, text: &str) {
    let field =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned);
    let name = field("host").unwrap();
    let outcome = match (field("unreachable"), field("no starttls")) {
        (Some(why), _) => Probed::Unreachable(why),
        (None, Some(why)) => Probed::NoStarttls(why),
        (None, None) => Probed::Handshake(faulty(field("certificate").or(field("handshake")).as_deref(), &name)),
    };
    let host = observed.hosts.iter_mut().find(|host| host.name == name).unwrap();
    host.probes[0].outcome = outcome;
}

/// A handshake in which these things are wrong, parted by `;`.
fn faulty(faults: Option<&str>, name: &str) -> Handshake {
    let mut handshake = handshake(name);
    for fault in faults.into_iter().flat_map(|faults| faults.split("; ")) {
        let (kind, rest) = fault.split_once(' ').unwrap_or((fault, ""));
        let day = || format!("{rest}T00:00:00Z").parse().unwrap();
        handshake.faults.push(match kind {
            "expired" => CertificateFault::Expired(day()),
            "for" => {
                handshake.chain[0].names = vec![rest.into()];
                CertificateFault::WrongName
            }
            "self-signed" => CertificateFault::SelfSigned,
            "issuer" => CertificateFault::UnknownIssuer(rest.into()),
            "without" => CertificateFault::MissingIntermediate(rest.into()),
            "below-1.2" => {
                handshake.version = Some(TlsVersion::Old);
                handshake.failure = Some("the server speaks no TLS newer than 1.1".into());
                handshake.chain.clear();
                continue;
            }
            other => panic!("no fault: {other}"),
        });
    }
    handshake
}
