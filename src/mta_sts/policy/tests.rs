//! Tables of truth for policies.

use proptest::prelude::*;

use super::*;

const GOOD: &str = "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 604800\n";

#[test]
fn policies_that_senders_take() {
    let crlf = GOOD.replace('\n', "\r\n");
    let good = [
        GOOD,
        &crlf,
        GOOD.trim_end(),
        "version:STSv1\nmode:testing\nmx:a.example\nmax_age:86400",
        "max_age: 86400\nmx: a.example\nmode: testing\nversion: STSv1\n",
        "version: STSv1  \nmode: none\t\nmax_age: 0\n",
        "version: STSv1\r\nmode: none\nmax_age: 0031557600\n",
        "version: STSv1\nmode: none\nmax_age: 1\nx-note: münchen ist schön\n",
    ];
    for text in good {
        assert!(parse(text.as_bytes()).is_valid(), "{text:?}: {:?}", parse(text.as_bytes()));
    }
}

#[test]
fn faults_are_told_apart() {
    use FaultKind as F;
    let bad: [(&[u8], &[F]); 19] = [
        (b"", &[F::Empty]),
        (b" \r\n\n", &[F::Empty]),
        (b"\xef\xbb\xbfversion: STSv1\n", &[F::Bom]),
        (b"\xff\xfev\0", &[F::Utf16]),
        (b"<!DOCTYPE html>\n<p>", &[F::Html]),
        (b"{\"mode\": \"enforce\"}", &[F::Json]),
        (b"version: STSv1\n\nmode: none\n", &[F::BlankLine]),
        (b"version: STSv1\n\n", &[F::TrailingBlankLine]),
        (b"\nversion: STSv1\n", &[F::BlankLine]),
        (b"# x\nversion: STSv1\n", &[F::Comment]),
        (b"; x\n// y\nversion: STSv1\n", &[F::Comment, F::Comment]),
        (b"version\n", &[F::NoColon]),
        (b"mode=enforce\n", &[F::Equals]),
        (b" mode: enforce\n", &[F::LeadingBlank]),
        (b"mode : enforce\n", &[F::BlankBeforeColon]),
        (b"m\xc3\xb6de: enforce\n", &[F::BadName]),
        (b"version: STSv1\rmode: none\n", &[F::BareCr]),
        (b"mode: enf\0rce\n", &[F::Nul]),
        (b"x: \xff\n", &[F::InvalidUtf8]),
    ];
    for (text, faults) in bad {
        let policy = parse(text);
        let found: Vec<F> = policy.faults.iter().map(|fault| fault.kind).collect();
        assert_eq!(found, faults, "{:?}", String::from_utf8_lossy(text));
        assert!(!policy.is_valid());
    }
    let large = GOOD.repeat(1000);
    assert_eq!(parse(large.as_bytes()).faults[0].kind, F::TooLarge);
    let many = parse("#\n".repeat(1000).as_bytes());
    assert_eq!((many.faults.len(), many.faults_left_out), (100, 900));
}

#[test]
fn values_are_judged_and_kept() {
    let value = |text: &str| parse(text.as_bytes()).fields[0].meaning.clone();
    assert_eq!(value("version: stsv1"), Meaning::Version(false));
    assert_eq!(value("mode: Enforce"), Meaning::Mode(None));
    let ages = [
        ("0", Ok(0)),
        ("31557600", Ok(MAX_AGE)),
        ("31557601", Err(MaxAgeError::AboveMaximum)),
        ("9999999999", Err(MaxAgeError::AboveMaximum)),
        ("00000000001", Err(MaxAgeError::TooManyDigits)),
        ("-1", Err(MaxAgeError::NotANumber)),
        ("+1", Err(MaxAgeError::NotANumber)),
        ("0x10", Err(MaxAgeError::NotANumber)),
        ("7d", Err(MaxAgeError::NotANumber)),
        ("1 2", Err(MaxAgeError::NotANumber)),
        ("", Err(MaxAgeError::Empty)),
    ];
    for (text, age) in ages {
        assert_eq!(value(&format!("max_age: {text}")), Meaning::MaxAge(age), "{text}");
    }
    assert_eq!(value("nmx: a.example"), Meaning::Unknown(b"nmx".as_slice().into()));
    let policy = parse(b"mode: testing\nmode: enforce\nmx: a.example\nmx: a.example\n");
    assert_eq!(policy.mode(), Some(Mode::Testing));
    assert_eq!(policy.duplicates().count(), 1);
    assert_eq!(policy.fields[1].value.slice(b"mode: testing\nmode: enforce\n"), b"enforce");
}

proptest! {
    #[test]
    fn printing_then_parsing_is_the_identity(
        mode in prop::sample::select(vec![Mode::Enforce, Mode::Testing, Mode::None]),
        hosts in prop::collection::vec("(\\*\\.)?[a-z][a-z0-9]{0,9}(\\.[a-z][a-z0-9]{0,9}){0,3}", 1..6),
        max_age in 0..=MAX_AGE,
    ) {
        let mx: Vec<MxPattern> = hosts.iter().map(|host| MxPattern::parse(host.as_bytes()).unwrap()).collect();
        let text = render(mode, &mx, max_age);
        let policy = parse(text.as_bytes());
        prop_assert!(policy.is_valid());
        prop_assert_eq!(policy.mode(), Some(mode));
        prop_assert_eq!(policy.max_age(), Some(max_age));
        let read: Vec<MxPattern> = policy.mx().map(|(_, pattern)| pattern.clone().unwrap()).collect();
        prop_assert_eq!(read, mx);
    }

    #[test]
    fn any_bytes_are_read_and_every_span_lies_inside(
        text in prop::collection::vec(prop::sample::select(b"mode: x\n\r#;\0\xff\xc3\xb6*.,=\t<".to_vec()), 0..200),
    ) {
        let policy = parse(&text);
        let fields = policy.fields.iter().flat_map(|field| [field.name, field.value]);
        for span in fields.chain(policy.faults.iter().map(|fault| fault.span)) {
            prop_assert!(span.start <= span.end && span.end as usize <= text.len());
        }
    }
}
