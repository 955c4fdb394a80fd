//! Certificates that resources have issued.

use super::*;
use crate::certificates::Doubt;

/// What declares each certificate, its names, and what stands against it.
fn certificates(resources: &[Resource]) -> Vec<(String, Vec<String>, Option<Doubt>)> {
    let all = published(resources).certificates.into_iter();
    all.map(|one| (one.by.to_string(), one.names, one.doubt)).collect()
}

#[test]
fn an_acme_certificate_is_for_its_common_name_and_its_other_names() {
    let found = certificates(&[resource(
        "acme_certificate.mx",
        &json!({"common_name": "mx.example.com", "subject_alternative_names": ["*.example.com", "mx.example.net"]}),
    )]);
    let names = ["mx.example.com", "*.example.com", "mx.example.net"].map(str::to_owned).to_vec();
    assert_eq!(found, [("acme_certificate.mx".to_owned(), names, None)]);
}

#[test]
fn a_request_is_worth_what_the_authority_is_that_is_given_it() {
    let request = resource(
        "module.mail.tls_cert_request.mx",
        &json!({"dns_names": ["mx.example.com"], "subject": [{"common_name": "example.com"}]}),
    );
    let given = "${module.mail.tls_cert_request.mx.cert_request_pem}";
    let by_acme = resource("acme_certificate.mx", &json!({"certificate_request_pem": given}));
    let by_hand = resource("tls_locally_signed_cert.mx", &json!({"cert_request_pem": given}));
    let other =
        resource("acme_certificate.id", &json!({"certificate_request_pem": given.replace("cert_request_pem", "id")}));
    assert!(certificates(std::slice::from_ref(&request)).is_empty());
    let name = vec!["mx.example.com".to_owned()];
    assert_eq!(
        certificates(&[by_acme, by_hand, other, request]),
        [
            ("acme_certificate.mx".to_owned(), name.clone(), None),
            ("tls_locally_signed_cert.mx".to_owned(), name, Some(Doubt::PrivateAuthority)),
        ]
    );
}

#[test]
fn what_signs_itself_is_told() {
    let body = json!({"dns_names": ["mx.example.com"], "subject": [{"common_name": "other.example.com"}]});
    let found = certificates(&[resource("tls_self_signed_cert.mx", &body)]);
    assert_eq!(
        found,
        [("tls_self_signed_cert.mx".to_owned(), vec!["mx.example.com".to_owned()], Some(Doubt::SelfSigned))]
    );
}

#[test]
fn a_server_for_tests_is_no_authority() {
    let certificate = resource("acme_certificate.mx", &json!({"common_name": "mx.example.com"}));
    let provider = |url: &str| {
        let body = json!({"server_url": format!("https://{url}.api.letsencrypt.org/directory")});
        Resource { kind: "provider.acme".into(), ..resource("provider.acme", &body) }
    };
    let (staging, production) = (provider("acme-staging-v02"), provider("acme-v02"));
    let unknown = Resource { body: value(&json!({"server_url": "${var.url}"})), ..staging.clone() };
    let table: [(&[&Resource], Option<Doubt>); 6] = [
        (&[], None),
        (&[&production], None),
        (&[&staging], Some(Doubt::TestAuthority)),
        (&[&staging, &staging], Some(Doubt::TestAuthority)),
        (&[&staging, &production], None),
        (&[&staging, &unknown], None),
    ];
    for (providers, doubt) in table {
        let all: Vec<Resource> = providers.iter().copied().chain([&certificate]).cloned().collect();
        assert_eq!(certificates(&all)[0].2, doubt, "{providers:?}");
    }
}

#[test]
fn what_is_not_known_is_no_name_and_what_may_not_be_there_is_nothing() {
    let body =
        json!({"common_name": "${var.host}", "subject_alternative_names": ["mx.${var.domain}", "a.example", null, 7]});
    let known = resource("acme_certificate.mx", &body);
    let mut perhaps = known.clone();
    perhaps.uncertain = Some(Reason::nowhere("nobody knows"));
    let managed = resource("aws_acm_certificate.mx", &json!({"domain_name": "mx.example.com"}));
    let data = resource("data.acme_certificate.mx", &body);
    let none = resource("acme_certificate.none", &json!({"common_name": "${var.host}"}));
    let found = certificates(&[known, perhaps, managed, data, none]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].1, ["a.example", "7"]);
    assert!(knows("acme_certificate") && knows("tls_cert_request") && !knows("tls_private_key"));
}
