use std::io::Write;

use jiff::civil::date;

use super::*;

/// RFC 8460, appendix B.
const RFC: &str = r#"{
  "organization-name": "Company-X",
  "date-range": {"start-datetime": "2016-04-01T00:00:00Z", "end-datetime": "2016-04-01T23:59:59Z"},
  "contact-info": "sts-reporting@company-x.example",
  "report-id": "5065427c-23d3-47ca-b6e0-946ea0e8c4be",
  "policies": [{
    "policy": {
      "policy-type": "sts",
      "policy-string": ["version: STSv1", "mode: testing", "mx: *.mail.company-y.example", "max_age: 86400"],
      "policy-domain": "company-y.example",
      "mx-host": "*.mail.company-y.example"
    },
    "summary": {"total-successful-session-count": 5326, "total-failure-session-count": 303},
    "failure-details": [
      {"result-type": "certificate-expired", "sending-mta-ip": "2001:db8:abcd:0012::1",
       "receiving-mx-hostname": "mx1.mail.company-y.example", "failed-session-count": 100},
      {"result-type": "starttls-not-supported", "sending-mta-ip": "2001:db8:abcd:0013::1",
       "receiving-mx-hostname": "mx2.mail.company-y.example", "receiving-ip": "203.0.113.56", "failed-session-count": 200,
       "additional-information": "https://reports.company-x.example/report_info ? id = 5065427 c - 23 d3# StarttlsNotSupported "},
      {"result-type": "validation-failure", "sending-mta-ip": "198.51.100.62", "receiving-ip": "203.0.113.58",
       "receiving-mx-hostname": "mx-backup.mail.company-y.example", "failed-session-count": 3,
       "failure-reason-code": "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED"}
    ]
  }]
}"#;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(text).unwrap();
    out.finish().unwrap()
}

/// A mail as senders write them (RFC 8460 §5.3), with a `type` and a body in base64.
fn mail(kind: &str, name: &str, body: &[u8]) -> String {
    use base64::Engine;
    let body = base64::engine::general_purpose::STANDARD.encode(body);
    let lines: Vec<&str> = body.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!(
        "From: tlsrpt@mail.sender.example\nSubject: Report Domain: company-y.example\nTLS-Report-Domain: company-y.example\n\
         MIME-Version: 1.0\nContent-Type: multipart/report; report-type=\"tlsrpt\"; boundary=\"b\"\n\n\
         --b\nContent-Type: text/plain\n\nThis is an aggregate TLS report.\n\n\
         --b\nContent-Type: {kind}\nContent-Transfer-Encoding: base64\n\
         Content-Disposition: attachment; filename=\"{name}\"\n\n{}\n--b--\n",
        lines.join("\n")
    )
}

/// The sums, and what is wrong, of one file.
fn summed(file: &[u8]) -> (Sums, Vec<String>) {
    let mut sums = Sums::default();
    let faults = read(&mut &file[..], &mut sums);
    (sums, faults.iter().map(ToString::to_string).collect())
}

#[test]
fn the_example_of_the_rfc() {
    let (sums, faults) = summed(RFC.as_bytes());
    assert!(faults.is_empty(), "{faults:?}");
    let domain = &sums.domains["company-y.example"];
    assert_eq!(domain.total(), Day { successful: 5326, failed: 303 });
    let day = date(2016, 4, 1);
    let found: Vec<_> = sums
        .failures("company-y.example", day, day)
        .map(|(cause, _, sessions, last)| (cause.mx.clone().unwrap(), cause.result.clone().unwrap(), sessions, last))
        .collect();
    let failed =
        |mx: &str, result: &str, sessions| (format!("{mx}.mail.company-y.example"), result.to_owned(), sessions, day);
    assert_eq!(
        found,
        [
            failed("mx-backup", "validation-failure", 3),
            failed("mx1", "certificate-expired", 100),
            failed("mx2", "starttls-not-supported", 200)
        ]
    );
    assert_eq!(sums.failures("company-y.example", date(2016, 4, 2), date(2016, 5, 1)).count(), 0);
}

#[test]
fn every_form_comes_to_the_same_sums() {
    let (expected, _) = summed(RFC.as_bytes());
    let name = "sender.example!company-y.example!1459468800!1459555199!001.json";
    let packed = gzip(RFC.as_bytes());
    let typed = mail("application/tlsrpt+gzip", "report", &packed);
    let plain = mail("application/tlsrpt+json", "report", RFC.as_bytes());
    let named = mail("application/gzip", &format!("{name}.gz"), &packed);
    let octets = mail("application/octet-stream", name, RFC.as_bytes());
    let forms = [
        packed.clone(),
        format!("\u{feff}{RFC}").into_bytes(),
        typed.replace('\n', "\r\n").into_bytes(),
        plain.into_bytes(),
        named.into_bytes(),
        octets.into_bytes(),
        format!("From tlsrpt@sender.example Thu Nov 26 00:00:00 2026\n{typed}\n").into_bytes(),
    ];
    for (number, form) in forms.iter().enumerate() {
        let (sums, faults) = summed(form);
        assert_eq!((sums, faults), (expected.clone(), Vec::new()), "form {number}");
    }
}

#[test]
fn reports_as_large_senders_write_them() {
    // Google: no failures, no details, `mx-host` an array.
    let google = r#"{"organization-name":"Google Inc.","date-range":{"start-datetime":"2026-11-20T00:00:00Z",
        "end-datetime":"2026-11-20T23:59:59Z"},"contact-info":"smtp-tls-reporting@google.com",
        "report-id":"2026-11-20T00:00:00Z_example.com","policies":[{"policy":{"policy-type":"sts","policy-string":
        ["version: STSv1","mode: enforce","mx: mx.example.com","max_age: 604800"],"policy-domain":"example.com",
        "mx-host":["mx.example.com"]},"summary":{"total-successful-session-count":12,"total-failure-session-count":0}}]}"#;
    // Microsoft: a fraction of a second, `null` for none, several policies; a failure without a host.
    let microsoft = r#"{"organization-name":"Microsoft Corporation","date-range":{"start-datetime":"2026-11-20T00:00:00.0000000Z",
        "end-datetime":"2026-11-20T23:59:59Z"},"contact-info":"tlsrpt-noreply@microsoft.com","report-id":"1343+Example.COM",
        "policies":[{"policy":{"policy-type":"tlsa","policy-string":[],"policy-domain":"Example.COM."},
        "summary":{"total-successful-session-count":5,"total-failure-session-count":0},"failure-details":null},
        {"policy":{"policy-type":"sts","policy-domain":"example.com"},
        "summary":{"total-successful-session-count":0,"total-failure-session-count":7},"failure-details":[
        {"result-type":"sts-webpki-invalid","failed-session-count":4,"receiving-mx-hostname":null}]}]}"#;
    let mut sums = Sums::default();
    for text in [google, microsoft, google] {
        assert!(read(&mut text.as_bytes(), &mut sums).is_empty());
    }
    assert_eq!((sums.reports, sums.repeated), (2, 1));
    let domain = &sums.domains["example.com"];
    assert_eq!(domain.total(), Day { successful: 17, failed: 7 });
    assert_eq!(domain.organizations.len(), 2);
    let causes: Vec<_> =
        domain.failures.iter().map(|(cause, failed)| (cause.result.as_deref(), failed.total())).collect();
    assert_eq!(causes, [(None, 3), (Some("sts-webpki-invalid"), 4)]);
}

#[test]
fn what_is_no_report_is_named() {
    let huge_count = RFC.replace("5326", "99999999999999999999");
    let undated = RFC.replace("2016-04-01T00", "yesterday");
    let (cut, bomb) = (gzip(RFC.as_bytes()), gzip(&vec![b' '; 17 << 20]));
    let table: [(&[u8], &str); 9] = [
        (&b""[..], "neither JSON"),
        (&b"\x89PNG\r\n"[..], "neither JSON"),
        (&b"{"[..], "EOF while parsing"),
        (&b"{\"report-id\":\"1\"}"[..], "missing field `date-range`"),
        (undated.as_bytes(), "a date-time is none"),
        (huge_count.as_bytes(), "invalid type"),
        (&cut[..200], "damaged gzip"),
        (&b"Subject: hello\n\nNo report in here.\n"[..], "a mail without"),
        (&bomb, "longer than 16 MiB"),
    ];
    for (file, words) in table {
        let (sums, faults) = summed(file);
        assert_eq!(sums, Sums::default());
        assert!(faults.len() == 1 && faults[0].contains(words), "{words}: {faults:?}");
    }
}

#[test]
fn a_mailbox_is_read_past_what_is_wrong_in_it() {
    let from = "From tlsrpt@sender.example Thu Nov 26 00:00:00 2026\n";
    let good = mail("application/tlsrpt+gzip", "report", &gzip(RFC.as_bytes()));
    let bad = mail("application/tlsrpt+gzip", "report", b"{}");
    let reply = "Subject: thanks\n\nFrom now on I read them.\n>From here too.\n";
    let mailbox = format!("{from}{bad}\n{from}{reply}\n{from}{good}\n{from}{good}\n");
    let (sums, faults) = summed(mailbox.as_bytes());
    assert_eq!((sums.reports, sums.repeated), (1, 1));
    assert!(faults.len() == 1 && faults[0].starts_with("message 1: no TLS report"), "{faults:?}");
    let (_, faults) = summed(format!("{from}{bad}\n").repeat(30).as_bytes());
    assert_eq!((faults.len(), &*faults[20]), (21, "10 more in this file are no reports"));
}

#[test]
fn counts_beyond_all_reason_stay_counts() {
    let most = RFC.replace("5326", &u64::MAX.to_string()).replace(": 200", &format!(": {}", u64::MAX));
    let mut sums = Sums::default();
    for id in ["a", "b"] {
        read(&mut most.replace("5065427c", id).as_bytes(), &mut sums);
    }
    assert_eq!(sums.domains["company-y.example"].total(), Day { successful: u64::MAX, failed: u64::MAX });
}

proptest::proptest! {
    #[test]
    fn no_bytes_are_too_much(file in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400), start in 0..4usize) {
        let head: &[u8] = [&b""[..], b"{\"policies\":", b"From \nA: b\n\n", b"\x1f\x8b\x08"][start];
        summed(&[head, &file].concat());
    }
}
