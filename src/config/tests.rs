use super::*;
use crate::text::{FileId, Source, Sources};

const RULES: &[&str] = &["record-syntax", "policy-mode-testing", "max-age-short", "tlsrpt-missing"];

const FULL: &str = r#"
fail-on = "warning"
select = ["record-syntax", "max-age-short", "tlsrpt-missing"]
ignore = ["policy-mode-testing"]
exclude = ["legacy/**", "*.bak", "!keep.bak"]
[severity]
tlsrpt-missing = "off"
"max-age-short" = "error"
[thresholds]
max-age = 604_800
record-ttl = 0x15180
soak = 1209600
evidence-age = 1
certificate-left = 2
report-age = 3
[[zone]]
path = "dns/*.db"
origin = "Example.com."
view = "internal"
[[zone]]
path = "zones/{origin}.db"
[[policy]]
path = "hosting/{domain}/mta-sts.txt"
domains = ["a.example", "b.example"]
view = "external"
[[terraform]]
path = "./envs/prod/"
var-files = ["prod.tfvars", "../common.tfvars"]
workspace = "default"
view = "prod"
[reports]
path = "./mail/tls-reports/"
[[ignore-finding]]
rule = "max-age-short"
path = "hosting/**"
domain = "a.example"
reason = "moving hosts this week"
"#;

fn parse(text: &str) -> Result<Config, Vec<ConfigError>> {
    Config::parse(text, FileId(0), RULES)
}

fn name(text: &str) -> Name {
    domain_name(text).unwrap()
}

#[test]
fn every_key_is_read_with_its_place() {
    let config = parse(FULL).unwrap();
    let at = |place: Place| &FULL[place.span.range()];
    let fail_on = config.fail_on.unwrap();
    assert_eq!((fail_on.value, at(fail_on.place)), (Severity::Warning, "\"warning\""));
    assert_eq!(config.select.iter().map(|rule| at(rule.place)).next(), Some("\"record-syntax\""));
    assert_eq!(config.thresholds.max_age.unwrap().value, 604_800);
    assert_eq!(config.thresholds.record_ttl.unwrap().value, 86_400);
    assert_eq!(at(config.thresholds.record_ttl.unwrap().place), "0x15180");
    assert_eq!(config.thresholds.soak.unwrap().value, 1_209_600);
    assert_eq!(config.thresholds.evidence_age.unwrap().value, 1);
    assert_eq!(config.thresholds.certificate_left.unwrap().value, 2);
    assert_eq!(config.thresholds.report_age.unwrap().value, 3);
    assert_eq!(config.zones[0].view.as_ref().unwrap().value, "internal");
    assert_eq!(config.reports.as_ref().unwrap().value, "mail/tls-reports");
    let terraform = &config.terraform[0];
    let var_files: Vec<&str> = terraform.var_files.iter().map(|path| path.value.as_str()).collect();
    assert_eq!(
        (terraform.path.value.as_str(), &var_files[..]),
        ("envs/prod", &["prod.tfvars", "../common.tfvars"][..])
    );
    assert_eq!(terraform.view.as_ref().unwrap().value, "prod");
    let ignored = &config.ignore_findings[0];
    assert_eq!((ignored.rule.value, &*ignored.reason.value), ("max-age-short", "moving hosts this week"));
    assert_eq!(at(ignored.domain.as_ref().unwrap().place), "\"a.example\"");
    assert!(at(ignored.place).starts_with("[[ignore-finding]]"), "{}", at(ignored.place));
}

#[test]
fn rules_are_selected_and_reweighed() {
    let config = parse(FULL).unwrap();
    let runs: Vec<_> = RULES.iter().filter(|rule| config.runs(rule)).collect();
    assert_eq!(runs, [&"record-syntax", &"max-age-short"]);
    assert_eq!(config.severity("max-age-short", Severity::Info), Severity::Error);
    assert_eq!(config.severity("record-syntax", Severity::Info), Severity::Info);
    assert!(RULES.iter().all(|rule| Config::default().runs(rule)));
}

#[test]
fn files_are_assigned_and_excluded() {
    let config = parse(FULL).unwrap();
    let origin = |path| config.zone(path).map(|(_, origin)| origin);
    assert_eq!(origin("dns/x.db"), Some(Some(name("example.com"))));
    assert_eq!(origin("zones/B.Example.db"), Some(Some(name("b.example"))));
    assert_eq!(origin("zones/not a name.db"), Some(None));
    assert_eq!(origin("zones/x/y.db"), None);
    let (policy, domains) = config.policy("hosting/c.example/mta-sts.txt").unwrap();
    assert_eq!(policy.view.as_ref().unwrap().value, "external");
    assert_eq!(domains, [name("a.example"), name("b.example"), name("c.example")]);
    let excluded = |path| config.exclude.matches(path, false);
    assert_eq!(["legacy/a/b", "x/y.bak", "/y.bak"].map(excluded), [true; 3]);
    assert_eq!(["x/keep.bak", "new/legacy", "a"].map(excluded), [false; 3]);
    assert!(!Config::default().exclude.matches("a", true));
}

#[test]
fn each_mistake_has_its_sentence_and_place() {
    let table = [
        ("selct = []", "selct", "unknown key `selct`; did you mean `select`?"),
        ("fail_on = \"error\"", "fail_on", "unknown key `fail_on`; did you mean `fail-on`?"),
        ("[[terraform]]\npath = \"/etc\"", "\"/etc\"", "expected a relative path, with `/` between its parts"),
        ("[[terraform]]\npath = \"a\"\nvar-file = []", "var-file", "unknown key `var-file`; did you mean `var-files`?"),
        ("zzz = 1", "zzz", "unknown key `zzz`"),
        ("select = \"x\"", "\"x\"", "expected an array of rule names, found a string"),
        ("select = [1]", "1", "expected a string, found an integer"),
        (
            "select = [\"record-sytnax\"]",
            "\"record-sytnax\"",
            "there is no rule `record-sytnax`; did you mean `record-syntax`?",
        ),
        ("fail-on = \"bad\"", "\"bad\"", "expected one of `error`, `warning`, `info`, found `bad`"),
        ("severity = 1", "1", "expected a table, found an integer"),
        ("[severity]\nx = \"off\"", "x", "there is no rule `x`"),
        (
            "[severity]\nrecord-syntax = \"of\"",
            "\"of\"",
            "expected one of `error`, `warning`, `info`, `off`, found `of`",
        ),
        ("[thresholds]\nmax-age = -1", "-1", "expected a number of seconds from 0 to 4294967295"),
        ("[thresholds]\nmax-age = \"1w\"", "\"1w\"", "expected a number of seconds, found a string"),
        ("[thresholds]\nmax_age = 1", "max_age", "unknown key `max_age`; did you mean `max-age`?"),
        ("[thresholds]\nreports-age = 1", "reports-age", "unknown key `reports-age`; did you mean `report-age`?"),
        ("exclude = [\"\"]", "\"\"", "`` excludes nothing"),
        ("zone = [1]", "1", "expected a table, found an integer"),
        ("[[zone]]\nview = \"x\"", "[[zone]]", "this `zone` has no `path`"),
        ("[[zone]]\npath = \"a[\"", "\"a[\"", "a `[` of the pattern is not closed by a `]`"),
        (
            "[[zone]]\npath = \"{origin}\"\norigin = \"a.b\"",
            "\"a.b\"",
            "the origin is given here and by `{origin}` in `path`",
        ),
        (
            "[[zone]]\npath = \"{domain}\"",
            "\"{domain}\"",
            "the only placeholder here is `{origin}`; write `\\{` for a brace that is meant as such",
        ),
        ("[[zone]]\npath = \"a\"\norigin = \"a..b\"", "\"a..b\"", "`a..b` is no domain name"),
        (
            "[[policy]]\npath = \"a\"\ndomains = [\"münchen.example\"]",
            "\"münchen.example\"",
            "`münchen.example` is no domain name; its A-label form is `xn--mnchen-3ya.example`",
        ),
        (
            "[[ignore-finding]]\nrule = \"record-syntax\"\nreason = \"x\"",
            "[[ignore-finding]]",
            "an `ignore-finding` needs a `path` or a `domain`; to drop a rule everywhere, list it in `ignore`",
        ),
        (
            "[[ignore-finding]]\nrule = \"record-syntax\"\npath = \"a\"",
            "[[ignore-finding]]",
            "this `ignore-finding` has no `reason`",
        ),
        ("[[ignore-finding]]\nrule = \"record-syntax\"\npath = \"a\"\nreason = \" \"", "\" \"", "this is empty"),
    ];
    for (text, at, message) in table {
        let errors = parse(text).unwrap_err();
        let shown: Vec<_> = errors.iter().map(|error| (&text[error.place.span.range()], &*error.message)).collect();
        assert_eq!(shown.len(), 1, "{text}: {shown:?}");
        assert!(shown[0].0.starts_with(at), "{text}: {shown:?}");
        assert_eq!(shown[0].1, message, "{text}");
    }
}

#[test]
fn all_mistakes_are_said_at_once_and_in_order() {
    let text = "zone = 1\nfoo = 2\n[thresholds]\nbar = 1\nmax-age = true\n";
    let starts: Vec<_> = parse(text).unwrap_err().iter().map(|error| error.place.span.start).collect();
    assert_eq!(starts, [7, 9, 30, 48]);
    let broken = parse("a = \nb = [1\n[c\n").unwrap_err();
    assert!(
        broken.len() > 1 && broken.iter().all(|error| error.message.starts_with("this is no TOML: ")),
        "{broken:?}"
    );
}

#[test]
fn hostile_files_cost_little() {
    let texts = [
        "x".repeat(2 << 20),
        format!("select = [\"{}\"]", "x".repeat(1_000_000)),
        "[[".repeat(400_000),
        "a=[".repeat(200_000),
        format!("x = {}", "{a=".repeat(200_000)),
        (0..60_000).fold(String::new(), |text, n| text + &format!("k{n} = 1\n")),
        format!("exclude = [{}]", "\"**/[a-z]*?x\", ".repeat(2000)),
    ];
    for text in &texts {
        if let Err(errors) = parse(text) {
            assert!(!errors.is_empty() && errors.len() <= 50);
            assert!(errors.iter().all(|error| error.message.len() < 400));
        }
    }
}

#[test]
fn a_finding_is_ignored_by_rule_path_and_domain() {
    let config = parse(FULL).unwrap();
    let source = |path: &str| Source { path: path.into(), text: b"x".to_vec().into(), is_private: false };
    let sources = Sources::new(vec![source("mtasts.toml"), source("hosting/a/x.txt"), source("dns/a")]);
    let finding = |file, rule, domain: Option<&str>| crate::finding::Finding {
        rule,
        severity: Severity::Error,
        domain: domain.map(name),
        message: String::new(),
        place: Place::new(FileId(file), crate::text::Span::new(0, 1)),
        label: String::new(),
        related: Vec::new(),
        help: None,
        fix: None,
    };
    let suppressions = Suppressions::new(config.ignore_findings);
    let all = |_: &str| true;
    assert_eq!(suppressions.unused(&all).len(), 1);
    assert!(!suppressions.apply(&finding(2, "max-age-short", Some("a.example")), &sources));
    assert!(!suppressions.apply(&finding(1, "record-syntax", Some("a.example")), &sources));
    assert!(!suppressions.apply(&finding(1, "max-age-short", Some("b.example")), &sources));
    assert!(!suppressions.apply(&finding(1, "max-age-short", None), &sources));
    assert_eq!(suppressions.unused(&all).len(), 1);
    assert!(suppressions.apply(&finding(1, "max-age-short", Some("a.example")), &sources));
    assert_eq!(suppressions.unused(&all), []);
}
