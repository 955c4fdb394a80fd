//! Configurations as they are found, and some as they should not be.

mod hostile;

use std::collections::BTreeMap;

use globset::GlobBuilder;

use super::paths::Tree;
use super::*;

/// A repository: paths and texts. An empty text stands for a file whose content does not matter.
struct Repository {
    files: BTreeMap<String, Vec<u8>>,
    /// Whether it can list its files.
    lists: bool,
}

impl Repository {
    fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        Self { files: files.collect(), lists: true }
    }
}

impl Files for Repository {
    fn get(&mut self, path: &str) -> Option<(FileId, crate::text::Bytes)> {
        let at = self.files.keys().position(|held| held == path)?;
        Some((FileId(u32::try_from(at).unwrap()), self.files[path].clone().into()))
    }

    fn matching(&self, glob: &str) -> Vec<String> {
        let Ok(glob) = GlobBuilder::new(glob).literal_separator(true).build() else { return Vec::new() };
        let matcher = glob.compile_matcher();
        self.files.keys().filter(|path| self.lists && matcher.is_match(path)).cloned().collect()
    }
}

/// Zones as `origin[@view] file,file`, a line each; also checks that each place holds the zone's name.
fn shown(repository: &mut Repository, zones: Vec<ServerZone>) -> Vec<String> {
    let texts: Vec<Vec<u8>> = repository.files.values().cloned().collect();
    let show = |zone: ServerZone| {
        let written = zone.place.span.slice(&texts[zone.place.file.0 as usize]);
        assert_eq!(Name::parse(written, None).as_ref(), Ok(&zone.origin));
        let view = zone.view.map_or(String::new(), |view| format!("@{view}"));
        format!("{}{view} {}", zone.origin, zone.files.join(",")).trim_end().to_owned()
    };
    zones.into_iter().map(show).collect()
}

fn zones(path: &str, files: &[(&str, &str)]) -> Vec<String> {
    let mut repository = Repository::of(files);
    let zones = read(path, Dialect::of(path).unwrap(), &mut repository);
    shown(&mut repository, zones)
}

#[test]
fn a_file_name_tells_the_dialect() {
    let table = [
        ("named.conf", Some(Dialect::Bind)),
        ("etc/bind/named.conf.default-zones", Some(Dialect::Bind)),
        ("named.internal.conf", Some(Dialect::Bind)),
        ("named.conf.j2", Some(Dialect::Bind)),
        ("nsd.conf", Some(Dialect::Nsd)),
        ("a/knot.conf", Some(Dialect::Knot)),
        ("knot.ns1.conf", Some(Dialect::Knot)),
        ("bind.conf", None),
        ("named.zones", None),
        ("zones.conf", None),
        ("named.conf.bak", None),
        ("named.conf.dpkg-dist", None),
        ("named.conf.local~", None),
        ("named..conf", None),
        ("named.conf.", None),
        ("named.conf/db.a", None),
        ("", None),
    ];
    for (path, dialect) in table {
        assert_eq!(Dialect::of(path), dialect, "{path}");
    }
}

const DEBIAN: &[(&str, &str)] = &[
    (
        "bind/named.conf",
        "// This is the primary configuration file for the BIND DNS server named.\n\
         include \"/etc/bind/named.conf.options\";\n\
         include \"/etc/bind/named.conf.local\";\n\
         include \"/etc/bind/named.conf.default-zones\";\n",
    ),
    (
        "bind/named.conf.options",
        "options {\n\tdirectory \"/var/cache/bind\";\n\t// forwarders { 0.0.0.0; };\n\
         \tlisten-on-v6 { any; };\n\tallow-transfer { key \"x\"; };\n};\n",
    ),
    (
        "bind/named.conf.local",
        "//include \"/etc/bind/zones.rfc1918\";\n\
         zone \"example.com\" {\n\ttype master;\n\tfile \"/etc/bind/zones/db.example.com\";\n\
         \tallow-transfer { 192.0.2.1; };\n};\n\
         zone example.net IN { type primary; file \"db.example.net\"; };\n\
         zone \"example.org\" { type slave; file \"db.example.org\"; masters { 192.0.2.1; }; };\n\
         zone \"moved.example\" { type primary; file \"/srv/elsewhere/moved.example.hosts\"; };\n\
         zone \"gone.example\" { type primary; file \"/srv/elsewhere/gone.example\"; };\n",
    ),
    (
        "bind/named.conf.default-zones",
        "zone \".\" {\n\ttype hint;\n\tfile \"/usr/share/dns/root.hints\";\n};\n\
         zone \"127.in-addr.arpa\" {\n\ttype master;\n\tfile \"/etc/bind/db.127\";\n};\n",
    ),
    ("bind/zones/db.example.com", ""),
    ("zones/db.example.com", ""),
    ("var/cache/bind/db.example.net", ""),
    ("bind/db.example.org", ""),
    ("bind/db.127", ""),
    ("old/stuff/moved.example.hosts", ""),
];

#[test]
fn debian_splits_the_configuration_of_bind() {
    let all = [
        "example.com bind/zones/db.example.com,zones/db.example.com",
        "example.net var/cache/bind/db.example.net",
        "moved.example old/stuff/moved.example.hosts",
        "gone.example",
        "127.in-addr.arpa bind/db.127",
    ];
    assert_eq!(zones("bind/named.conf", DEBIAN), all);
    // Alone, named.conf.local knows no directory; the one file of that name is found all the same.
    assert_eq!(zones("bind/named.conf.local", DEBIAN), all[..4]);

    let mut repository = Repository::of(DEBIAN);
    let paths: Vec<String> = repository.files.keys().cloned().collect();
    let together = read_all(paths.iter().map(String::as_str), &mut repository);
    assert_eq!(shown(&mut repository, together), all, "what is included is read once");
}

#[test]
fn views_of_bind() {
    let files = [
        (
            "ns1/named.conf",
            r#"
            acl internal { 10/8; };          # a shell comment
            options { directory "zones"; };
            view "internal" {
                match-clients { internal; };
                include "internal.conf";
                zone "shared.example" { type primary; file "shared"; };
            };
            view external IN { /* the rest { of the world */
                match-clients { any; };
                zone "example.com" { type primary; file "external/example.com"; };
                zone "shared.example" { in-view "internal"; };
                zone "nowhere.example" { in-view "internal"; };
            };
            view "version" CH { zone "bind" CH { type primary; file "bind"; }; };
            "#,
        ),
        ("ns1/internal.conf", "ZONE \"Example.COM.\" { TYPE Master; FILE \"internal/example.com\"; };"),
        ("ns1/zones/internal/example.com", ""),
        ("ns1/zones/external/example.com", ""),
        ("ns1/zones/shared", ""),
        ("ns1/zones/bind", ""),
    ];
    assert_eq!(
        zones("ns1/named.conf", &files),
        [
            "example.com@internal ns1/zones/internal/example.com",
            "shared.example@internal ns1/zones/shared",
            "example.com@external ns1/zones/external/example.com",
            "shared.example@external ns1/zones/shared",
        ]
    );
}

#[test]
fn bind_as_it_is_written_and_as_it_should_not_be() {
    let table: &[(&str, &[&str])] = &[
        ("zone \"a.example\" { type primary; file \"z\"; };", &["a.example z"]),
        ("zone a.example { file z; };", &["a.example z"]),
        ("zone a.example { file \"z\"; }; options { directory \"d\"; };", &["a.example d/z,z"]),
        ("zone a.example{type primary;file\"z\";};", &["a.example z"]),
        ("zone a.example { type primary; };", &["a.example"]),
        ("zone a.example { type secondary; file \"z\"; };", &[]),
        ("zone a.example { type forward; forwarders { 192.0.2.1; }; };", &[]),
        ("zone a.example { type primary; update-policy { grant x zonesub any; }; file \"z\"; };", &["a.example z"]),
        // A block that is not a zone's own says nothing about it.
        ("zone a.example { other { file \"y\"; type secondary; }; file \"z\"; };", &["a.example z"]),
        ("catalog-zones { zone a.example { file \"z\"; }; };", &[]),
        // Cut short, a brace forgotten, one too many, quotes left open.
        ("zone a.example { type primary; file \"z\";", &["a.example z"]),
        ("zone a.example { file \"z\"; zone b.example { file \"d/z\"; };", &["a.example z", "b.example d/z"]),
        ("options { directory \"d\"; zone b.example { file \"z\"; };", &["b.example d/z,z"]),
        ("}; } zone a.example { file \"z\"; };", &["a.example z"]),
        ("zone a.example { file \"z\"; }; zone \"b", &["a.example z"]),
        ("zone a.example { file \"z\"; }; /* zone b { file \"z\"; };", &["a.example z"]),
        ("zone \"{{ zone }}\" { file \"z\"; }; zone \"a..b\" { file \"z\"; }; zone { }; zone a b c d;", &[]),
        ("zone a.example { file \"../../../etc/passwd\"; };", &["a.example"]),
        ("zone a.example { file \"/etc/../../c/z\"; };", &["a.example z"]),
        ("include \"named.conf\"; include \"/etc/named.conf\"; zone a.example { file \"z\"; };", &["a.example z"]),
        ("zone a.example { include \"part\"; };", &["a.example d/z"]),
        ("include \"conf.d/*.conf\"; include \"[\";", &["x.example z", "y.example z"]),
    ];
    for (text, expected) in table {
        let files = [
            ("named.conf", *text),
            ("part", "file \"d/z\"; }; };"),
            ("conf.d/x.conf", "zone x.example { file \"z\"; };"),
            ("conf.d/y.conf", "zone y.example { file \"z\"; };"),
            ("z", ""),
            ("d/z", ""),
            ("passwd.txt", ""),
        ];
        assert_eq!(&zones("named.conf", &files), expected, "{text}");
    }
}

#[test]
fn patterns_of_nsd() {
    let files = [
        (
            "nsd/nsd.conf",
            r#"
# NSD configuration file for Debian.
include: "/etc/nsd/nsd.conf.d/*.conf"
server:
    zonesdir: "/var/lib/nsd"
    ip-address: 2001:db8::
key:
    name: "tsig.example"
    algorithm: hmac-sha256
pattern:
	name: "primary"
	zonefile: "primary/%s.zone"
	notify: 192.0.2.1 NOKEY
pattern:
    name: "special"
    include-pattern: "primary"
    zonefile: "%z/%y/%1/%s"
pattern: name: secondary
    request-xfr: 192.0.2.1 NOKEY
    zonefile: "primary/%s.zone"
zone:
    name: "example.com"
    include-pattern: "primary"
zone: name: 'example.net' include-pattern: special
zone:
  name: example.org
  zonefile: example.org.zone # with a comment
zone:
    name: "0/25.2.0.192.in-addr.arpa"
    include-pattern: primary
zone:
    name: copy.example
    include-pattern: secondary
zone:
    include-pattern: primary
zone:
    name: unknown.example
    include-pattern: nowhere
"#,
        ),
        ("nsd/nsd.conf.d/a.conf", "zone:\n name: a.example\n zonefile: \"/var/lib/nsd/a.example.zone\"\n"),
        ("nsd/nsd.conf.d/a.txt", "zone:\n name: b.example\n"),
        ("nsd/primary/example.com.zone", ""),
        ("nsd/primary/copy.example.zone", ""),
        ("nsd/primary/0\\04725.2.0.192.in-addr.arpa.zone", ""),
        ("nsd/net/example/e/example.net", ""),
        ("var/lib/nsd/example.org.zone", ""),
        ("zones/a.example.zone", ""),
    ];
    assert_eq!(
        zones("nsd/nsd.conf", &files),
        [
            "a.example zones/a.example.zone",
            "example.com nsd/primary/example.com.zone",
            "example.net nsd/net/example/e/example.net",
            "example.org var/lib/nsd/example.org.zone",
            "0/25.2.0.192.in-addr.arpa nsd/primary/0\\04725.2.0.192.in-addr.arpa.zone",
            "unknown.example",
        ]
    );
}

#[test]
fn nsd_fills_in_what_a_pattern_leaves_open() {
    let table = [
        ("%s.zone", "example.com", "example.com.zone"),
        ("%1/%2/%3/%s", "ab", "a/b/./ab"),
        ("%z.%y.%x", "www.example.com", "com.example.www"),
        ("%x-%z", "com", ".-com"),
        ("100%/%q%", "a", "100%/%q%"),
        ("%s", "a/b", "a\\047b"),
        ("é%sé", "a", "éaé"),
    ];
    for (file, origin, expected) in table {
        let origin = Name::parse(origin.as_bytes(), None).unwrap();
        assert_eq!(nsd::expand(file, &origin).as_deref(), Some(expected), "{file}");
    }
    let long = Name::parse("abcdefgh.".repeat(20).as_bytes(), None).unwrap();
    assert_eq!(nsd::expand(&"%s".repeat(500), &long), None);
    assert_eq!(knot::expand(&"%s".repeat(500), &long), None);
}

#[test]
fn templates_of_knot() {
    let files = [
        (
            "knot/knot.conf",
            r#"
server:
    listen: [ 0.0.0.0@53, ::@53 ]

acl:
  - id: transfer
    address: 192.0.2.0/24

include: conf.d

template:
  - id: default
    storage: "/var/lib/knot/primary"
    semantic-checks: on
  - id: signed
    storage: /var/lib/knot/signed
    file: "%s.signed"
  - id: copy
    master: ns0

zone:
  - domain: example.com      # the first
    acl:
      - transfer
      - domain: not-a-zone.example
  - domain: "example.net."
    template: signed
  - domain: Example.ORG
    file: other/org
  -
    domain: late.example
    storage: /etc/knot
  - domain: copy.example
    template: copy
  - domain: copy2.example
    master: [ns0, ns1]
  - domain: parts.example
    file: "%c[0]/%s.zone"
  - domain: 0/25.2.0.192.in-addr.arpa
  - {domain: flow.example, file: "flow", acl: [a, b]}
"#,
        ),
        (
            "knot/conf.d/a.conf",
            "zone: [ { domain: a.example }, {domain: b.example, file: \"/x/b.zone\"},\n {domain: c.example} ]\n",
        ),
        ("knot/primary/example.com.zone", ""),
        ("knot/primary/copy.example.zone", ""),
        ("knot/primary/0_25.2.0.192.in-addr.arpa.zone", ""),
        ("knot/signed/example.net.signed", ""),
        ("knot/primary/other/org", ""),
        ("knot/late.example.zone", ""),
        ("flow", ""),
        ("z/a.example.zone", ""),
        ("z/b.zone", ""),
        ("y/c.example.zone", ""),
        ("z/c.example.zone", ""),
    ];
    assert_eq!(
        zones("knot/knot.conf", &files),
        [
            "a.example z/a.example.zone",
            "b.example z/b.zone",
            "c.example",
            "example.com knot/primary/example.com.zone",
            "example.net knot/signed/example.net.signed",
            "example.org knot/primary/other/org",
            "late.example knot/late.example.zone",
            "parts.example",
            "0/25.2.0.192.in-addr.arpa knot/primary/0_25.2.0.192.in-addr.arpa.zone",
            "flow.example flow",
        ]
    );
}

#[test]
fn knot_as_it_is_written_and_as_it_should_not_be() {
    let table: &[(&str, &[&str])] = &[
        ("zone:\n- domain: a.example\n  file: z\n- domain: b.example\n", &["a.example z", "b.example"]),
        ("zone:\r\n\t- domain: a.example\r\n\t  file: \"z\"\r\n", &["a.example z"]),
        (
            "zone:\n  - domain: a.example\n    file: \"z\n  - domain: b.example\n    file: z",
            &["a.example z", "b.example z"],
        ),
        ("zone:\n  - file: z\n    domain: a.example\n", &["a.example z"]),
        ("zone:\n  - domain: {{ zone }}\n  - domain:\n  - domain: a..b\n", &[]),
        ("zone: [{domain: a.example, file: z}, {domain: b.example, file: z", &["a.example z", "b.example z"]),
        ("remote:\n  - id: x\nzone:\n  domain: a.example\n", &[]),
        ("---\nzone:\n  # - domain: a.example\n", &[]),
        ("zone:\n  - domain: a.example\ninclude: knot.conf\nlog:\n  - domain: b.example\n", &["a.example"]),
        ("zone:\n  - domain: a.example\n    storage: ..\n    file: z\n", &["a.example z"]),
    ];
    for (text, expected) in table {
        assert_eq!(&zones("knot.conf", &[("knot.conf", text), ("z", "")]), expected, "{text}");
    }
}

#[test]
fn without_a_listing_every_candidate_may_exist() {
    let mut repository = Repository::of(&[("c/named.conf", "zone a.example { file \"d/z\"; };")]);
    repository.lists = false;
    let zones = read("c/named.conf", Dialect::Bind, &mut repository);
    assert_eq!(shown(&mut repository, zones), ["a.example c/d/z,d/z"]);
    assert_eq!(read("nowhere", Dialect::Bind, &mut repository), []);
}
