//! The result types of RFC 8460 §4.3, and what is to be done about each.

/// A result type, and what to do where sessions fail so.
const REMEDIES: [(&str, &str); 11] = [
    ("starttls-not-supported", "let the host offer STARTTLS on port 25 to every sender"),
    ("certificate-host-mismatch", "give the host a certificate that names it as its MX record does"),
    ("certificate-expired", "renew the host's certificate, and make sure that the mail server loads the new one"),
    (
        "certificate-not-trusted",
        "let the host send its intermediate certificates, from an authority that senders trust",
    ),
    ("validation-failure", "ask the sender why, or look at the host's TLS with `mtasts lint --live`"),
    ("tlsa-invalid", "correct the host's TLSA records"),
    ("dnssec-invalid", "mend the DNSSEC signatures of the MX host's zone"),
    ("dane-required", "the sender wants DANE: publish TLSA records, or ask it not to"),
    ("sts-policy-fetch-error", "let `mta-sts.` and the domain answer over HTTPS, with the policy at its path"),
    ("sts-policy-invalid", "correct the policy that is served"),
    ("sts-webpki-invalid", "give the policy host a certificate for `mta-sts.` and the domain, of a public authority"),
];

/// What to do about sessions that fail with `result_type`; for one that RFC 8460 does not have, to ask the sender.
pub fn remedy(result_type: &str) -> &'static str {
    let known = REMEDIES.iter().find(|(known, _)| *known == result_type);
    known.map_or("RFC 8460 has no such result type: ask the sender what it means", |(_, remedy)| remedy)
}
