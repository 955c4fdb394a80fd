use super::*;
use crate::dns::{Data, Listing, NameScope, Record, Rtype};
use crate::formats::testing::{data, slice};
use crate::text::{FileId, Span};

fn apex() -> Name {
    Name::parse(b"example.com", None).unwrap()
}

fn read(text: &str, options: &Options) -> Listing {
    zone(FileId(0), text.as_bytes(), &apex(), options).unwrap()
}

/// A record in one line, with the place of it and of its TTL.
fn shown(source: &str, record: &Record) -> String {
    let data = data(record);
    format!(
        "{} {} {data} <{}>",
        record.owner.name,
        record.ttl.unwrap().0,
        slice(source, record.place).replace('\n', "|")
    )
}

fn gaps(listing: &Listing) -> Vec<String> {
    let scope = |scope: &NameScope| match scope {
        NameScope::Any => "*".to_owned(),
        NameScope::Owner(name) => name.to_string(),
        NameScope::Pattern { front, back } => format!("{front}…{back}"),
    };
    let rtype = |rtype: Option<Rtype>| rtype.map_or("*", Rtype::as_str);
    listing.gaps.iter().map(|gap| format!("{} {}: {}", scope(&gap.scope), rtype(gap.rtype), gap.reason.why)).collect()
}

#[test]
fn records_are_read_with_their_places() {
    let source = r#"---
'':
  - type: MX
    ttl: 300
    values:
      - exchange: MX1.example.net.
        preference: 10
      - {value: mx2.example.net, priority: '20'}
  - type: TXT
    values: [v=spf1 -all, "x\\; y"]
  - {type: NS, value: ns.example.}
  - type: CAA
    value: {flags: 0, tag: issue, value: ca.example}
'*.On':
  type: A
  values: [192.0.2.1]
_mta-sts:
  ttl: 60
  type: TXT
  value: v=STSv1\; id=7
mta-sts: {type: CNAME, value: host.example.}
on:
  type: AAAA
  value: 2001:db8::1
bücher:
  type: A
  value: 192.0.2.2
"#;
    let listing = read(source, &Options::default());
    let expected = [
        "example.com 300 MX 10 mx1.example.net <exchange: MX1.example.net.|        preference: 10>",
        "example.com 300 MX 20 mx2.example.net <{value: mx2.example.net, priority: '20'}>",
        "example.com 3600 TXT v=spf1 -all <v=spf1 -all>",
        "example.com 3600 TXT x; y <\"x\\\\; y\">",
        "example.com 3600 NS ns.example <{type: NS, value: ns.example.}>",
        "*.on.example.com 3600 A 192.0.2.1 <'*.On':|  type: A|  values: [192.0.2.1]>",
        "_mta-sts.example.com 60 TXT v=STSv1; id=7 <_mta-sts:|  ttl: 60|  type: TXT|  value: v=STSv1\\; id=7>",
        "mta-sts.example.com 3600 CNAME host.example <mta-sts: {type: CNAME, value: host.example.}>",
        "true.example.com 3600 AAAA 2001:db8::1 <on:|  type: AAAA|  value: 2001:db8::1>",
        "xn--bcher-kva.example.com 3600 A 192.0.2.2 <bücher:|  type: A|  value: 192.0.2.2>",
        "example.com 3600 other <type: CAA|    value: {flags: 0, tag: issue, value: ca.example}>",
    ];
    let found: Vec<String> = listing.records.iter().map(|record| shown(source, record)).collect();
    assert_eq!(found, expected);
    assert_eq!(gaps(&listing), [""; 0]);
    assert!(listing.partial.is_none());
    let record = &listing.records[6];
    let Data::Txt(text) = &record.data else { panic!() };
    assert_eq!(slice(source, text.place(Span::new(7, 8))), r"\;");
    assert_eq!(slice(source, text.place(Span::new(12, 13))), "7");
    assert_eq!(slice(source, text.place(Span::new(0, 13))), r"v=STSv1\; id=7");
    assert_eq!(slice(source, record.ttl.unwrap().1), "60");
    assert_eq!(slice(source, record.owner.place), "_mta-sts");
    let Data::Mx { exchange, .. } = &listing.records[1].data else { panic!() };
    assert_eq!((slice(source, exchange.place), exchange.is_relative()), ("mx2.example.net", false));
}

#[test]
fn semicolons_are_what_the_provider_says() {
    // The value in YAML, the text with escaped semicolons, and without.
    let table = [
        (r"v=STSv1\; id=1", "v=STSv1; id=1", r"v=STSv1\; id=1"),
        ("v=STSv1; id=1", "v=STSv1; id=1", "v=STSv1; id=1"),
        (r#"'"v=STSv1\; " "id=1"'"#, "v=STSv1; id=1", r"v=STSv1\; id=1"),
        (r#""v=STSv1\\; id=1""#, "v=STSv1; id=1", r"v=STSv1\; id=1"),
        (r"a\b", r"a\b", r"a\b"),
        (r#"'"'"#, "", ""),
        (r#"'""'"#, "", ""),
        (r#"'" "'"#, " ", " "),
        (r#"a" "b"#, "ab", "ab"),
        ("2026", "2026", "2026"),
    ];
    for (value, escaped, unescaped) in table {
        for (escaped_semicolons, expected) in [(true, escaped), (false, unescaped)] {
            let options = Options { escaped_semicolons, ..Options::default() };
            let listing = read(&format!("x: {{type: TXT, values: [{value}]}}"), &options);
            let Data::Txt(text) = &listing.records[0].data else { panic!() };
            assert_eq!(text.text(), expected, "{value} {escaped_semicolons}");
        }
    }
}

#[test]
fn what_is_not_known_is_a_gap() {
    let table = [
        ("x: {type: ALIAS, value: y.example.}", "x.example.com A: a record of type ALIAS"),
        ("x: {type: Route53Provider/ALIAS, value: {}}", "x.example.com A: a record of type Route53Provider/ALIAS"),
        ("x: {type: A, geo: {AF: [192.0.2.1]}, value: 192.0.2.1}", "x.example.com A: the record is answered by where"),
        ("x: {type: CNAME, dynamic: {pools: {}}, value: y.}", "x.example.com CNAME: the record is answered by where"),
        ("x: {type: A, value: 192.0.2.300}", "x.example.com A: the value is no address"),
        ("x: {type: A}", "x.example.com A: the record has no value"),
        ("x: {type: TXT, values: []}", "x.example.com TXT: the record has no value"),
        ("x: {type: TXT, value: }", "x.example.com TXT: the record has no value"),
        ("x: {type: TXT, values: [a, ~]}", "x.example.com TXT: a value is missing"),
        ("x: {type: CNAME, values: [a.]}", "x.example.com CNAME: the record has no value"),
        ("x: {type: MX, value: {exchange: a.}}", "x.example.com MX: the MX record has no `preference`"),
        ("x: {type: MX, value: {exchange: a., preference: 65536}}", "x.example.com MX: the preference"),
        ("x: {type: MX, value: 10 a.}", "x.example.com MX: the value is none"),
        ("x: {type: MX, value: {exchange: a..b., preference: 1}}", "x.example.com MX: the value is no name"),
        ("x: {value: 1}", "x.example.com *: the record has no `type`"),
        ("x:", "x.example.com *: a value is missing"),
        ("x: !include x.yaml", "x.example.com *: `x.yaml`, which is included here, is not"),
        ("x: {<<: !include x.yaml}", "x.example.com *: `x.yaml`"),
        ("x: {type: TXT, <<: !include x.yaml}", "x.example.com TXT: `x.yaml`"),
        ("x: {type: TXT, value: !include x.yaml}", "x.example.com TXT: `x.yaml`"),
        ("x: !what {}", "x.example.com *: octoDNS does not know the tag `!what`"),
        ("'x..y': {type: A, value: 192.0.2.1}", "* *: `x..y` is no name"),
        ("[x]: {type: A, value: 192.0.2.1}", "* *: the name of the record is no text"),
        ("<<: !include x.yaml", "* *: `x.yaml`"),
        ("x: {type: A, value: 192.0.2.1, octodns: {ignored: true}}", "x.example.com A: octoDNS leaves alone"),
        ("x: {type: A, value: 192.0.2.1, octodns: {excluded: [one, two]}}", "x.example.com A: octoDNS publishes this"),
        ("x: {type: A, value: 192.0.2.1, octodns: {included: [three]}}", "x.example.com A: octoDNS publishes this"),
        ("x: [{type: A, value: 192.0.2.1}, {type: A, value: 192.0.2.2}]", "x.example.com A: x.example.com has its A"),
        ("x: {type: TXT, value: 'a {zone_name}'}", "x.example.com TXT: a processor fills in"),
        ("x: {type: CNAME, value: 'a.{zone_name}'}", "x.example.com CNAME: a processor fills in"),
    ];
    let options = Options { targets: vec!["one".into(), "two".into()], is_templated: true, ..Options::default() };
    for (source, gap) in table {
        let listing = read(source, &options);
        assert!(listing.records.is_empty(), "{source}");
        assert!(gaps(&listing)[0].starts_with(gap), "{source}: {:?}", gaps(&listing));
        if let Some(place) = listing.gaps[0].reason.place {
            assert!(!slice(source, place).is_empty() || source.ends_with([' ', ':', '}']), "{source}");
        }
    }
    let some = "x: {type: A, value: 192.0.2.1, octodns: {excluded: [one], included: [two], lenient: true}}";
    assert_eq!(read(some, &options).records.len(), 1);
}

#[test]
fn files_without_records_are_whole_and_other_files_are_no_zones() {
    for source in ["", "---\n", "# nothing\n", "{}"] {
        let listing = read(source, &Options::default());
        assert!(listing.records.is_empty() && listing.partial.is_none());
    }
    for source in ["- x", "text", "a: [", "a: 1\n---\nb: 2"] {
        assert!(zone(FileId(0), source.as_bytes(), &apex(), &Options::default()).is_err(), "{source}");
    }
    let listing = read("!include all.yaml", &Options::default());
    assert!(listing.partial.is_some() && listing.gaps[0].scope == NameScope::Any);
}

#[test]
fn the_last_of_two_keys_counts_and_aliases_are_followed() {
    let source =
        "a: &a\n  type: A\n  value: 192.0.2.1\nb: *a\nc:\n  <<: *a\n  ttl: 5\na: {type: A, value: 192.0.2.3}\n";
    let listing = read(source, &Options::default());
    let found: Vec<String> = listing.records.iter().map(|record| shown(source, record)).collect();
    assert_eq!(
        found,
        [
            "b.example.com 3600 A 192.0.2.1 <b>",
            "c.example.com 5 A 192.0.2.1 <c:|  <<: *a|  ttl: 5>",
            "a.example.com 3600 A 192.0.2.3 <a: {type: A, value: 192.0.2.3}>",
        ]
    );
}

#[test]
fn included_files_stand_where_they_are_named() {
    let source = "x: !include x.yaml\ny:\n  type: TXT\n  values: !include values.yaml\n<<: !include more.yaml\nz: !include loop.yaml\n";
    let mut includes = |from: FileId, path: &str| {
        let (id, text) = match (from.0, path) {
            (0, "x.yaml") => (1, "{type: A, value: 192.0.2.1}"),
            (0, "values.yaml") => (2, "- a\n- !include b.yaml\n"),
            (2, "b.yaml") => (3, "b\\; c"),
            (0, "more.yaml") => (4, "w: {type: A, value: 192.0.2.4}"),
            (_, "loop.yaml") => (5, "!include loop.yaml"),
            _ => return None,
        };
        Some((FileId(id), crate::text::Bytes::new(text.as_bytes().to_vec())))
    };
    let listing = zone_with(FileId(0), source.as_bytes(), &apex(), &Options::default(), &mut includes).unwrap();
    let files: Vec<(String, u32)> = listing
        .records
        .iter()
        .map(|record| {
            let place = match &record.data {
                Data::Txt(text) => text.place(Span::new(0, 1)),
                _ => record.place,
            };
            (record.owner.name.to_string(), place.file.0)
        })
        .collect();
    let at = |name: &str, file| (format!("{name}.example.com"), file);
    assert_eq!(files, [at("x", 0), at("y", 2), at("y", 3), at("w", 4)]);
    assert_eq!(gaps(&listing).len(), 1);
    assert!(gaps(&listing)[0].starts_with("z.example.com *: `loop.yaml`"));
}

#[test]
fn later_sources_replace_or_are_refused() {
    let options = Options::default();
    let base = || read("x: {type: A, value: 192.0.2.1}\ny: {type: TXT, value: a}\nz: {type: A, geo: {}}", &options);
    let over = || {
        read(
            "x: {type: A, values: [192.0.2.2, 192.0.2.3]}\nx2: {type: CAA, value: 1}\nz: {type: A, value: 192.0.2.9}",
            &options,
        )
    };
    let replaced = join([(base(), true), (over(), true)]).unwrap();
    let names: Vec<String> = replaced.records.iter().map(shown_short).collect();
    assert_eq!(names, ["y TXT", "x A", "x A", "z A", "x2 other"]);
    assert!(replaced.gaps.is_empty());
    let refused = join([(base(), false), (over(), false)]).unwrap();
    let names: Vec<String> = refused.records.iter().map(shown_short).collect();
    assert_eq!(names, ["y TXT", "x2 other"]);
    assert_eq!(gaps(&refused).len(), 2);
    assert!(gaps(&refused)[0].contains("twice, which octoDNS refuses"));
}

fn shown_short(record: &Record) -> String {
    format!("{} {}", record.owner.name.first_label(), record.data.rtype().as_str())
}

#[test]
fn a_configuration_is_known_by_its_keys() {
    let table: [(&str, &str, bool); 7] = [
        ("config/production.yaml", "---\nmanager:\nproviders:\n  x:\nzones:\n", true),
        ("a.YML", "providers:\nzones:", true),
        ("a.yaml", "providers:\n  config:\n    class: octodns.provider.yaml.YamlProvider\n", true),
        ("a.yaml", "providers:\n  aws:\n    region: x\n", false),
        ("a.yaml", "spec:\n  providers:\n  zones:\n", false),
        ("a.tf", "providers:\nzones:\n", false),
        ("a.yaml", "", false),
    ];
    for (path, head, expected) in table {
        assert_eq!(looks_like(path, head.as_bytes()), expected, "{path} {head}");
    }
}

#[test]
fn paths_name_zones() {
    let table: [(&str, Option<&str>, Option<&str>); 10] = [
        ("example.com.yaml", None, Some("example.com")),
        ("bücher.example.yaml", None, Some("xn--bcher-kva.example")),
        ("com.yaml", Some("."), Some("com")),
        ("example.com./www.yaml", Some("."), Some("example.com")),
        ("example.com./$example.com.yaml", Some("."), Some("example.com")),
        ("example.com.tst/a.yaml", Some(".tst"), Some("example.com")),
        ("example.com./a.yaml", None, None),
        ("example.com/a.yaml", Some("."), None),
        ("example.com./a/b.yaml", Some("."), None),
        ("example.com.yml", None, None),
    ];
    for (path, split, zone) in table {
        assert_eq!(zone_path(path, split).map(|name| name.to_string()).as_deref(), zone, "{path}");
    }
}

const CONFIG: &str = r"
manager:
  processors: [acme]
secret_handlers:
  vault: {class: x.Y}
processors:
  acme: {class: octodns.processor.acme.AcmeManagingProcessor}
  only-a: {class: octodns.processor.filter.TypeAllowlistFilter, allowlist: [A]}
  fill: {class: octodns.processor.templating.Templating}
providers:
  config:
    class: octodns.provider.yaml.YamlProvider
    directory: ./config
    default_ttl: 600
    split_extension: .
    shared_filename: shared.yaml
    escaped_semicolons: false
    populate_should_replace: true
  old: {class: octodns.provider.yaml.SplitYamlProvider, directory: vault/x}
  bind: {class: octodns_bind.ZoneFileSource, directory: ./zones, file_extension: .zone}
  out: {class: octodns_route53.Route53Provider}
  nowhere: {class: octodns.provider.yaml.YamlProvider, directory: env/X, split_extension: false}
zones:
  example.com.: {sources: [bind, config], targets: [out]}
  alias.example.: {alias: example.com.}
  '*.one': {sources: [config], glob: '*.test.', targets: [out], processors: [only-a]}
  '*.two': {sources: [old], regex: '^b', targets: [out]}
  '*': {sources: [config], targets: [out], processors: [fill]}
";

#[test]
fn a_configuration_is_read() {
    let config = config(FileId(0), CONFIG.as_bytes()).unwrap();
    let yaml = |name: &str| match &config.provider(name).unwrap().source {
        Source::Yaml(yaml) => yaml.clone(),
        other => panic!("{other:?}"),
    };
    let provider = yaml("config");
    assert_eq!(provider.directory.as_deref(), Ok("./config"));
    assert_eq!((provider.split_extension.as_deref(), provider.shared.as_deref()), (Some("."), Some("shared.yaml")));
    assert!(provider.has_zone_files && !yaml("old").has_zone_files);
    assert!(yaml("old").directory.unwrap_err().why.contains("`vault/x`"));
    assert_eq!((yaml("old").split_extension.as_deref(), yaml("nowhere").split_extension), (Some("."), None));
    assert!(yaml("nowhere").directory.is_err());
    let Source::ZoneFiles { directory, extension } = &config.provider("bind").unwrap().source else { panic!() };
    assert_eq!((directory.as_deref(), &**extension), (Ok("./zones"), ".zone"));
    assert!(matches!(config.provider("out").unwrap().source, Source::Other));
    let zone = &config.zones[0];
    assert_eq!(zone.sources.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["bind", "config"]);
    assert_eq!(slice(CONFIG, zone.sources[1].1), "config");
    assert_eq!(slice(CONFIG, zone.place), "example.com.");
    assert_eq!(config.zones[1].alias, Some(apex()));
    let options = config.options("config", zone);
    assert_eq!((options.default_ttl.0, slice(CONFIG, options.default_ttl.1.unwrap())), (600, "600"));
    assert!(!options.escaped_semicolons && options.replaces && options.doubt.is_none() && !options.is_templated);
    assert_eq!(&*options.targets[0], "out");
    let options = config.options("old", zone);
    assert!(options.escaped_semicolons && options.default_ttl == (3600, None));
}

#[test]
fn patterns_take_the_zones_that_are_left() {
    let config = config(FileId(0), CONFIG.as_bytes()).unwrap();
    let found: Vec<(Arc<str>, Name)> = [
        ("config", "example.com"),
        ("config", "a.test"),
        ("old", "b.test"),
        ("old", "c.test"),
        ("config", "d.example"),
        ("out", "e.example"),
    ]
    .iter()
    .map(|(provider, zone)| (Arc::from(*provider), name(zone, None).unwrap()))
    .collect();
    let zones: Vec<(String, &str)> =
        config.zones(&found).iter().map(|(name, zone)| (name.to_string(), slice(CONFIG, zone.place))).collect();
    let expected = [
        ("example.com", "example.com."),
        ("alias.example", "alias.example."),
        ("a.test", "'*.one'"),
        ("b.test", "'*.two'"),
        ("d.example", "'*'"),
    ];
    assert_eq!(zones, expected.map(|(name, zone)| (name.to_owned(), zone)));
    assert!(config.options("config", &config.zones[2]).doubt.unwrap().why.contains("`only-a`"));
    assert!(config.options("config", &config.zones[4]).is_templated);
    let doubted = read("x: {type: A, value: 192.0.2.1}", &config.options("config", &config.zones[2]));
    assert!(doubted.partial.is_some() && doubted.gaps[0].scope == NameScope::Any);
}

#[test]
fn what_is_no_configuration_is_refused() {
    for text in ["", "providers: {}", "providers: []\nzones: {}", "a: ["] {
        assert!(config(FileId(0), text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn the_fixture_s_zones_are_read() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/octodns-30");
    let config = config(FileId(0), &std::fs::read(root.join("production.yaml")).unwrap()).unwrap();
    let mut records = 0;
    for (name, zone_config) in config.zones(&[]) {
        let text = std::fs::read(root.join(format!("config/{name}.yaml"))).unwrap();
        let listing = zone(FileId(1), &text, &name, &config.options("config", zone_config)).unwrap();
        assert!(listing.partial.is_none() && listing.gaps.is_empty(), "{name}: {:?}", listing.gaps);
        records += listing.records.len();
    }
    assert_eq!((config.zones.len(), records > 200), (30, true));
}
