//! Reports for the printers' tests.

use super::{Format, Report, Style, write};
use crate::dns::Name;
use crate::finding::{Applicability, Edit, Finding, Fix, Related, Severity};
use crate::inputs::{Failure, Passed};
use crate::lint::Summary;
use crate::text::{FileId, Place, Sources, Span};

#[derive(Default)]
pub(super) struct Sample {
    pub(super) findings: Vec<Finding>,
    pub(super) sources: Sources,
    pub(super) summary: Summary,
    pub(super) failures: Vec<Failure>,
    pub(super) passed: Vec<Passed>,
}

impl Sample {
    pub(super) fn report(&self) -> Report<'_> {
        let rule_url: &dyn Fn(&str) -> Option<String> =
            &|rule| (rule != "no-page").then(|| format!("https://mtasts.example/rules/{rule}"));
        Report {
            findings: &self.findings,
            sources: &self.sources,
            summary: self.summary.clone(),
            failures: &self.failures,
            passed: &self.passed,
            rule_url,
            prefix: "",
        }
    }

    /// The place of `words` in a file.
    pub(super) fn find(&self, file: FileId, words: &str) -> Place {
        let text = &self.sources.get(file).text;
        let at = memchr::memmem::find(text, words.as_bytes()).unwrap();
        Place::new(file, Span::of(at..at + words.len()))
    }
}

pub(super) fn print(format: Format, sample: &Sample, style: &Style) -> String {
    let mut out = Vec::new();
    write(format, &sample.report(), style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

pub(super) fn finding(rule: &'static str, severity: Severity, place: Place, message: &str) -> Finding {
    Finding {
        rule,
        severity,
        domain: None,
        message: message.to_owned(),
        place,
        label: String::new(),
        related: Vec::new(),
        help: None,
        fix: None,
    }
}

const ZONE: &str = "$ORIGIN example.com.\n$TTL 3600\n_mta-sts\tTXT\t\"v=STSv1; id=2024-01-01;\"\n@ MX 10 mx1\n  MX 20 mx2\n\
                    \n; hosts\nmx1 A 192.0.2.1\nmx2 A 192.0.2.2\n_smtp._tls TXT \"v=TLSRPTv1;\"\n";
const POLICY: &str = "version: STSv1\r\nmode: enforce\r\nmx: mx1.example.com\r\nmax_age: 86400\r\n";

/// One of each: places in one file near and far, places in two files, a fix.
pub(super) fn mixed() -> Sample {
    let mut sample = Sample::default();
    let zone = sample.sources.push("dns/example.com.zone", ZONE.as_bytes());
    let policy = sample.sources.push("hosting/mta-sts.txt", POLICY.as_bytes());
    let domain = Name::parse(b"example.com", None).ok();

    let id = sample.find(zone, "2024-01-01");
    let mut first = finding("record-id-invalid", Severity::Error, id, "the id holds `-`, which is no letter or digit");
    first.domain.clone_from(&domain);
    first.label("here").help("write it as `20240101`");
    first.fix = Some(Fix {
        applicability: Applicability::Safe,
        edits: vec![Edit { place: id, content: "20240101".to_owned() }],
    });

    let mx2 = sample.find(zone, "mx2");
    let message =
        "senders that hold the policy will not deliver to `mx2.example.com`, because no `mx` of it matches that host";
    let mut second = finding("mx-not-covered", Severity::Error, mx2, message);
    second.domain = domain;
    second.label("an MX host").help("add `mx: mx2.example.com` to the policy, and change the id");
    second.related(sample.find(policy, "mx1.example.com"), "the only pattern");
    second.related(sample.find(policy, "max_age: 86400"), "and it is kept for a day");
    second.related(sample.find(zone, "mx2 A 192.0.2.2"), "its address");

    let third = finding("policy-syntax", Severity::Warning, Place::new(policy, Span::new(0, 70)), "a label over lines");
    let fourth = finding("no-page", Severity::Info, sample.find(zone, "\"v=TLSRPTv1;\""), "worth knowing");
    sample.findings = vec![first, second, third, fourth];
    sample.summary = Summary {
        files: 2,
        records: 6,
        domains: 1,
        unknown: 0,
        errors: 2,
        warnings: 1,
        infos: 1,
        suppressed: 3,
        base: Some("origin/main".to_owned()),
        deployed: None,
        not_compared: None,
        fixable: (0, 0),
    };
    sample
}

/// What a pull request from a stranger might hold.
pub(super) fn hostile() -> Sample {
    let mut sample = Sample::default();
    let odd = "\u{1b}]0;title\u{7}\u{1b}[31m::error::x\r\n\
               a\u{202e}b\u{2066}c\u{9b}31m\t##[error]boo\n\
               ::set-output name=x::y\n\
               \u{feff}##vso[task.setvariable]z\u{7f}\n";
    let bytes = [odd.as_bytes(), b"\xff\xfe raw \xc3\x28\n"].concat();
    let file = sample.sources.push("::error file=x::\u{1b}[2J\u{202e}txt.\n##[group]", bytes);
    let colon = sample.sources.push(":", &b"x"[..]);
    let boo = sample.find(file, "::set-output");
    let mut first = finding(
        "policy-syntax",
        Severity::Error,
        boo,
        "::error::\u{1b}[31m\n::warning::\u{2028}\u{e0001}##[error]x ::y",
    );
    first.label("::error::label\n::x").help("##vso[x] and\r\n::stop-commands::z");
    first.related(sample.find(file, "\u{202e}b"), "\u{202e}reversed\n::x");
    let at = u32::try_from(sample.sources.get(file).text.len()).unwrap() - 9;
    first.related.push(Related { place: Place::new(file, Span::new(at, at + 4)), message: String::new() });
    let second = finding("policy-syntax", Severity::Info, Place::new(colon, Span::new(0, 1)), "a::b");
    sample.findings = vec![first, second];
    let path = "\u{1b}::error::]]>\n@team |<script>".to_owned();
    sample.failures = vec![Failure { path, error: "##[error]denied\n::error::x".to_owned() }];
    sample
}
