use proptest::prelude::*;

use super::super::samples::{Sample, finding, hostile, mixed, print};
use super::super::{Format, Style};
use crate::finding::Severity;
use crate::lint::{Coverage, Summary};
use crate::text::{FileId, Place, Span};

fn human(sample: &Sample, style: &Style) -> String {
    print(Format::Human, sample, style)
}

fn plain(sample: &Sample) -> String {
    human(sample, &Style::default())
}

#[test]
fn every_place_is_shown_with_its_words() {
    insta::assert_snapshot!(plain(&mixed()));
}

#[test]
fn ascii_and_narrow() {
    insta::assert_snapshot!(human(&mixed(), &Style { unicode: false, width: 50, ..Style::default() }));
}

#[test]
fn nothing_hostile_reaches_the_terminal() {
    let text = plain(&hostile());
    check_harmless(&text);
    insta::assert_snapshot!(text);
}

#[test]
fn colour_and_links_only_when_asked() {
    assert!(!plain(&mixed()).contains('\x1b'));
    let text = human(&mixed(), &Style { color: true, links: true, ..Style::default() });
    assert!(text.contains("\x1b]8;;https://mtasts.example/rules/mx-not-covered\x1b\\\x1b[31m"), "{text}");
}

#[test]
fn the_summary_says_what_was_checked() {
    let summary = |domains, suppressed| {
        let summary = Summary { files: 2, records: 1, domains, suppressed, ..Summary::default() };
        plain(&Sample { summary, ..Sample::default() })
    };
    assert_eq!(summary(3, 0), "3 domains checked: nothing wrong found (2 files and 1 record read)\n");
    assert_eq!(summary(1, 2), "1 domain checked: nothing wrong found, 2 suppressed (2 files and 1 record read)\n");
    assert_eq!(summary(0, 0), "no mail domain was found to check (2 files and 1 record read)\n");
}

#[test]
fn the_summary_says_of_how_many_domains_the_deployment_was_looked_at() {
    let summary = |domains, observed, of| {
        let summary = Summary { domains, deployed: Some(Coverage { observed, of }), ..Summary::default() };
        plain(&Sample { summary, ..Sample::default() }).split(':').next().unwrap().to_owned()
    };
    assert_eq!(summary(3, 2, 2), "3 domains checked, 2 of them as deployed");
    assert_eq!(summary(3, 1, 2), "3 domains checked, 1 of 2 with MTA-STS as deployed, for the change touches no other");
    assert_eq!(summary(3, 0, 2), "3 domains checked, none as deployed");
    assert_eq!(summary(3, 0, 0), "3 domains checked, none as deployed, for none has MTA-STS");
    assert_eq!(summary(0, 0, 0), "no mail domain was found to check (0 files and 0 records read)\n");
}

#[test]
fn a_line_of_5_mb_is_clipped_around_the_labels() {
    let mut sample = Sample::default();
    let mut text = vec![b'a'; 2_500_000];
    text.extend_from_slice("ü\tid=x€".as_bytes());
    text.extend_from_slice(&vec![b'b'; 2_500_000]);
    let file = sample.sources.push("long", text);
    let mut found = finding("no-page", Severity::Error, sample.find(file, "id=x"), "long");
    found.label("the id").related(Place::new(file, Span::new(5, 4_000_000)), "most of it");
    sample.findings = vec![found];
    insta::assert_snapshot!(plain(&sample));
}

#[test]
fn labels_that_overlap_are_shown_apart() {
    let mut sample = Sample::default();
    let file = sample.sources.push("zone", &b"_mta-sts TXT \"v=STSv1; id=1;\"\n@ MX 10 mx\n"[..]);
    let mut found = finding("no-page", Severity::Error, sample.find(file, "id=1"), "inside");
    found.label("the id").related(sample.find(file, "\"v=STSv1; id=1;\""), "the record");
    found.related(sample.find(file, "MX"), "the type").related(sample.find(file, "_mta-sts"), "the name");
    sample.findings = vec![found];
    insta::assert_snapshot!(plain(&sample));
}

#[test]
fn edges_of_a_file() {
    let mut sample = Sample::default();
    let empty = sample.sources.push("empty", &b""[..]);
    let two = sample.sources.push("two", &b"one\r\ntwo\n"[..]);
    let at = |file, start, end| finding("no-page", Severity::Info, Place::new(file, Span::new(start, end)), "edge");
    sample.findings = vec![at(empty, 0, 0), at(two, 4, 5), at(two, 9, 9), at(two, 50, 60), at(two, 0, 9)];
    for found in &mut sample.findings {
        found.label("here");
    }
    insta::assert_snapshot!(plain(&sample));
}

#[test]
fn thousands_of_places_are_counted_not_drawn() {
    let mut sample = Sample::default();
    let file = sample.sources.push("many", "line\n".repeat(50_000).into_bytes());
    let mut found = finding("no-page", Severity::Error, Place::new(file, Span::new(0, 4)), "many");
    for n in 1..50_000 {
        found.related(Place::new(file, Span::new(n * 5, n * 5 + 4)), "again");
    }
    sample.findings = vec![found];
    let text = plain(&sample);
    assert!(text.contains("help: 49991 more places not shown here"), "{text}");
    assert!(text.lines().count() < 60, "{text}");
}

#[test]
fn many_findings_in_a_big_file() {
    // Reading to each place from the file's start would be 200 GB: a square would be felt.
    let mut sample = Sample::default();
    let file = sample.sources.push("big", vec![b'x'; 20_000_000]);
    let at = |n: u32| finding("no-page", Severity::Error, Place::new(file, Span::new(n * 1000, n * 1000 + 9)), "big");
    sample.findings = (0..20_000).map(at).collect();
    let text = plain(&sample);
    assert!(text.contains("[big:1:19999001]"));
}

/// Nothing that a terminal or a CI runner would obey.
fn check_harmless(text: &str) {
    for line in text.split('\n') {
        assert!(!line.chars().any(char::is_control), "{line:?}");
        assert!(!line.contains(['\u{202e}', '\u{2066}', '\u{2028}', '\u{feff}']), "{line:?}");
        assert!(!line.trim_start().starts_with("::"), "{line:?}");
        assert!(!line.contains("##[") && !line.contains("##vso["), "{line:?}");
    }
}

/// SGR codes, which are ours, taken out; any other escape code stays and is found.
fn without_sgr(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('m') {
            Some((code, rest)) if code.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b';')) => out.push_str(rest),
            _ => out.extend(["\x1b[", part]),
        }
    }
    out
}

fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..20),
        "\\PC{0,9}".prop_map(String::into_bytes),
        prop::sample::select(vec![
            "\n",
            "\r\n",
            "\t",
            "::error::",
            " ::x",
            "##[",
            "##vso[",
            "\u{202e}",
            "\x1b[31m",
            "\u{e0001}",
            "€",
            "::",
            "\n::"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        (any::<u8>(), 100usize..400).prop_map(|(byte, count)| vec![byte; count]),
    ];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_and_any_spans_are_shown_harmlessly(
        files in prop::collection::vec(hostile_bytes(), 1..3),
        spans in prop::collection::vec((0u32..2, 0u32..900, 0u32..900), 1..6),
        words in ".{0,40}",
        (color, unicode, width) in (any::<bool>(), any::<bool>(), 0usize..200),
    ) {
        let mut sample = Sample::default();
        for bytes in &files {
            sample.sources.push(&words, bytes.clone());
        }
        let last = u32::try_from(files.len()).unwrap() - 1;
        let place = |&(file, start, len): &(u32, u32, u32)| Place::new(FileId(file.min(last)), Span::new(start, start + len));
        let mut found = finding("no-page", Severity::Warning, place(&spans[0]), &words);
        found.label(&*words).help(&*words);
        for span in &spans[1..] {
            found.related(place(span), &*words);
        }
        sample.findings = vec![found];
        let text = human(&sample, &Style { color, unicode, width, links: false });
        check_harmless(&without_sgr(&text));
        prop_assert!(color || !text.contains('\x1b'));
    }
}
