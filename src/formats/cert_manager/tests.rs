use super::*;
use crate::formats::testing::slice;

/// The certificates of these files: what declares each, its names, and what stands against it.
fn read(files: &[&str]) -> Vec<(String, Vec<String>, Option<Doubt>)> {
    let mut manifests = Manifests::default();
    for text in files {
        assert!(looks_like(text.as_bytes()), "{text}");
        manifests.add(FileId(0), text.as_bytes()).unwrap();
    }
    let all = manifests.into_certificates().into_iter();
    all.map(|declared| (declared.by.to_string(), declared.names, declared.doubt)).collect()
}

/// A certificate called `mx` with this in its `spec`.
fn certificate(spec: &str) -> String {
    format!("apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {{name: mx}}\nspec: {{{spec}}}\n")
}

/// A cluster's issuer called `ca` that issues so.
fn issuer(spec: &str) -> String {
    format!("apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata: {{name: ca}}\nspec: {{{spec}}}\n")
}

const BY_CA: &str = "dnsNames: [mx.example.com], issuerRef: {name: ca, kind: ClusterIssuer}";

#[test]
fn the_names_of_a_certificate_are_read_with_its_place() {
    let text =
        certificate("commonName: Mail.example.com, dnsNames: [mx.example.com, '*.example.net', '{{ .Values.host }}']");
    let mut manifests = Manifests::default();
    manifests.add(FileId(0), text.as_bytes()).unwrap();
    let all = manifests.into_certificates();
    assert_eq!(all.len(), 1);
    assert_eq!((&*all[0].by, slice(&text, all[0].place)), ("Certificate mx", "mx"));
    assert_eq!(all[0].names, ["mx.example.com", "*.example.net", "Mail.example.com"]);
    assert_eq!((all[0].lasts, all[0].doubt), (None, None));
}

#[test]
fn what_no_sender_would_trust_is_told_from_its_issuer() {
    let staging = "acme: {server: 'https://acme-staging-v02.api.letsencrypt.org/directory'}";
    let production = "acme: {server: 'https://acme-v02.api.letsencrypt.org/directory'}";
    let table: [(&[&str], Option<Doubt>); 8] = [
        (&[], None),
        (&[production], None),
        (&["acme: {server: '${ACME}'}"], None),
        (&["venafi: {zone: x}"], None),
        (&["selfSigned: {}"], Some(Doubt::SelfSigned)),
        (&["ca: {secretName: x}"], Some(Doubt::PrivateAuthority)),
        (&["vault: {path: pki}"], Some(Doubt::PrivateAuthority)),
        (&[staging], Some(Doubt::TestAuthority)),
    ];
    for (issuers, doubt) in table {
        let mut files: Vec<String> = issuers.iter().map(|spec| issuer(spec)).collect();
        files.push(certificate(BY_CA));
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        assert_eq!(read(&files)[0].2, doubt, "{issuers:?}");
    }
    // Of two of one name, in two environments, the better one counts, in either order.
    let [a, b, own] = [issuer(staging), issuer(production), certificate(BY_CA)];
    assert_eq!((read(&[&a, &b, &own])[0].2, read(&[&own, &b, &a])[0].2), (None, None));
    // An issuer of a namespace is another one.
    let own = certificate("dnsNames: [mx.example.com], issuerRef: {name: ca}");
    assert_eq!(read(&[&issuer("selfSigned: {}"), &own])[0].2, None);
}

#[test]
fn certificates_of_authorities_and_of_clients_are_none_of_servers() {
    assert!(read(&[&certificate("isCA: true, commonName: a.example")]).is_empty());
    let table = [
        ("[client auth]", Some(Doubt::NotForServers)),
        ("[client auth, server auth]", None),
        ("[digital signature, key encipherment]", None),
        ("[]", None),
    ];
    for (usages, doubt) in table {
        assert_eq!(read(&[&certificate(&format!("dnsNames: [a.example], usages: {usages}"))])[0].2, doubt, "{usages}");
    }
}

#[test]
fn lists_are_read_and_other_resources_are_left_alone() {
    let item =
        "{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: a}, spec: {dnsNames: [a.example]}}";
    let list = format!("kind: List\nitems: [{item}, {item}]\n");
    assert_eq!(read(&[&list]).len(), 2);
    for text in [
        "apiVersion: cert.gardener.cloud/v1alpha1\nkind: Certificate\nspec: {dnsNames: [a.example]} # cert-manager.io/v1\n",
        "apiVersion: cert-manager.io/v1\nkind: CertificateRequest\nspec: {dnsNames: [a.example]}\n",
        "apiVersion: cert-manager.io/v1\nkind: Certificate\n",
    ] {
        assert!(read(&[text]).is_empty(), "{text}");
    }
    let annotated =
        b"kind: Ingress\nmetadata: {annotations: {cert-manager.io/cluster-issuer: letsencrypt}}\nkind2: Issuer";
    assert!(!looks_like(annotated));
    let error = Manifests::default().add(FileId(0), b"{{- if .x }}\na: b: c\n").unwrap_err();
    assert!(error.message.contains("template"), "{error}");
}
