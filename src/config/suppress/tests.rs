use super::*;
use crate::finding::Severity;

const RULES: &[&str] = &["record-syntax", "max-age-short", "mx"];
const FILE: FileId = FileId(0);

fn scan(text: &[u8]) -> Suppressions {
    let mut suppressions = Suppressions::new(Vec::new());
    suppressions.scan(FILE, text, RULES);
    suppressions
}

fn finding(rule: &'static str, at: usize) -> Finding {
    Finding {
        rule,
        severity: Severity::Error,
        domain: None,
        message: String::new(),
        place: Place::new(FILE, Span::of(at..at + 1)),
        label: String::new(),
        related: Vec::new(),
        help: None,
        fix: None,
    }
}

/// The lines (from 1) of `text` on which a finding of `rule` is suppressed.
fn suppressed(text: &str, rule: &'static str) -> Vec<usize> {
    let (suppressions, sources) = (scan(text.as_bytes()), Sources::default());
    let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|lf| lf + 1));
    let hit = |(line, start): (usize, usize)| suppressions.apply(&finding(rule, start), &sources).then_some(line + 1);
    starts.enumerate().filter_map(hit).collect()
}

#[test]
fn a_comment_covers_its_line_and_alone_the_next() {
    let table: [(&str, &[usize]); 12] = [
        ("a\nb ; mtasts: ignore[mx] known\nc\n", &[2]),
        ("a\n  ; mtasts: ignore[mx] known\nb\nc\n", &[2, 3]),
        ("# mtasts: ignore[mx] known\r\nb\r\nc", &[1, 2]),
        ("// mtasts:ignore [record-syntax , mx] known\nb", &[1, 2]),
        (";; see RFC; mtasts: ignore[mx] known\nb", &[1, 2]),
        ("; mtasts: ignore[mx] a\n; mtasts: ignore[record-syntax] b\nb\nc", &[1, 2, 3]),
        ("; mtasts: ignore[mx] a\n\nb", &[1, 2]),
        ("; mtasts: ignore[mx] at the end", &[1]),
        ("; mtasts: ignore[mx] at the end\n", &[1, 2]),
        ("mtasts: ignore[mx] no comment\nb", &[]),
        ("a ; mtasts: ignored[mx] is prose\nb", &[]),
        ("a ; mtasts: ignore[record-syntax] another\nb", &[]),
    ];
    for (text, lines) in table {
        assert_eq!(suppressed(text, "mx"), lines, "{text:?}");
        assert!(scan(text.as_bytes()).faults().is_empty(), "{text:?}");
    }
}

#[test]
fn what_ignores_nothing_is_a_fault_in_its_place() {
    let blanket = "this names no rule, and there is no ignoring them all";
    let no_reason = "this gives no reason, so it ignores nothing; write why after the `]`";
    let table = [
        ("; mtasts: ignore", "mtasts: ignore", blanket),
        ("; mtasts: ignore because", "mtasts: ignore because", blanket),
        ("; mtasts: ignore[] x", "mtasts: ignore[] x", blanket),
        ("; mtasts: ignore[ * ] x \r", "mtasts: ignore[ * ] x", blanket),
        ("; mtasts: ignore[mx", "mtasts: ignore[mx", "the `[` is not closed"),
        ("; mtasts: ignore[mx]", "mtasts: ignore[mx]", no_reason),
        ("; mtasts: ignore[mx] -- \r", "mtasts: ignore[mx] --", no_reason),
        (
            "; mtasts: ignore[mx, max-age-shrt] x",
            "max-age-shrt",
            "there is no rule `max-age-shrt`; did you mean `max-age-short`?",
        ),
        ("; mtasts: ignore[mx,] x", "", "there is no rule ``"),
    ];
    for (line, at, message) in table {
        let text = format!("first\n{line}\nlast");
        let suppressions = scan(text.as_bytes());
        let shown: Vec<_> =
            suppressions.faults().iter().map(|fault| (&text[fault.place.span.range()], &*fault.message)).collect();
        assert_eq!(shown, [(at, message)], "{line:?}");
        assert!(message == no_reason || !suppressed(&text, "record-syntax").contains(&3));
    }
}

#[test]
fn a_known_rule_beside_an_unknown_one_still_counts() {
    assert_eq!(suppressed("; mtasts: ignore[mx, nope-at-all] x\nb", "mx"), [1, 2]);
    assert_eq!(suppressed("; mtasts: ignore[mx]\nb", "mx"), [0; 0]);
}

#[test]
fn use_is_tracked_per_rule() {
    let text = "; mtasts: ignore[mx, max-age-short] why\nb\n; mtasts: ignore[mx] why\n";
    let suppressions = scan(text.as_bytes());
    let unused = |suppressions: &Suppressions, ran: &dyn Fn(&str) -> bool| {
        let at = |unused: &Unused| (unused.place.span.start, &text[unused.place.span.range()]);
        suppressions.unused(ran).iter().map(at).collect::<Vec<_>>()
    };
    assert_eq!(unused(&suppressions, &|_| true), [(17, "mx"), (21, "max-age-short"), (59, "mx")]);
    assert!(suppressions.apply(&finding("mx", 41), &Sources::default()));
    assert_eq!(unused(&suppressions, &|_| true), [(21, "max-age-short"), (59, "mx")]);
    assert_eq!(unused(&suppressions, &|rule| rule == "mx"), [(59, "mx")]);
}

#[test]
fn hostile_files_are_read_once() {
    let texts = [
        "mtasts:".repeat(70_000),
        "; mtasts: ignore[".repeat(30_000),
        "; mtasts: ignore[mx] x\n".repeat(20_000),
        "; mtasts: ignore\n".repeat(30_000),
        format!("; mtasts: ignore[{}] x", "y,".repeat(200_000)),
        format!("; mtasts: ignore[{}] x", "mx,".repeat(2_000)),
    ];
    for text in &texts {
        let suppressions = scan(text.as_bytes());
        assert!(suppressions.faults().len() <= 100);
        for at in (0..text.len()).step_by(text.len() / 1000) {
            suppressions.apply(&finding("record-syntax", at), &Sources::default());
        }
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes(text in proptest::collection::vec(proptest::sample::select(b"mtasts: ignore[mx] x\n;#/,*\r\xff".as_slice()), 0..80)) {
        let text = [&b"; mtasts: ignore["[..], &text].concat();
        let suppressions = scan(&text);
        for fault in suppressions.faults() {
            assert!(fault.place.span.end as usize <= text.len());
        }
        for at in 0..text.len() {
            suppressions.apply(&finding("mx", at), &Sources::default());
        }
        suppressions.unused(&|_| true);
    }
}
