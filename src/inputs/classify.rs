//! What a file is, by its name and, where names do not settle it, by how it begins.

use memchr::memmem;

use super::copies;
use super::servers::Dialect;
use crate::dns::Name;

/// How much of a file is looked at to see what it is.
pub(super) const SNIFF: usize = 64 * 1024;

/// What a file may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A zone file, by a name that is used for nothing else.
    Zone,
    /// A zone file if it begins like one: `*.db` is as often a database.
    PerhapsZone,
    /// A policy, by the name that senders ask for.
    Policy,
    /// A policy if it reads like one.
    PerhapsPolicy,
    /// The configuration of a name server.
    Server(Dialect),
}

/// What the file at `path` may be, by its name; `None` for the many that are nothing to us.
pub(super) fn by_name(path: &str) -> Option<Kind> {
    let (directory, file) = path.rsplit_once('/').unwrap_or(("", path));
    if is_other(file) || is_backup(file) || copies::is_copy(path) {
        return None;
    }
    if let Some(dialect) = Dialect::of(path) {
        return Some(Kind::Server(dialect));
    }
    if file == "mta-sts.txt" {
        return Some(Kind::Policy);
    }
    let has_extension = |extensions: &[&str]| extensions.iter().any(|extension| file.ends_with(extension));
    if has_extension(&[".zone", ".zone.txt"]) {
        return Some(Kind::Zone);
    }
    if has_extension(&[".txt"]) {
        return Some(Kind::PerhapsPolicy);
    }
    let in_zones = directory.rsplit('/').any(|part| matches!(part, "zones" | "named" | "zonefiles"));
    let is_zone_like = file.starts_with("db.")
        // BIND's and cPanel's, Windows', Webmin's.
        || has_extension(&[".db", ".dns", ".hosts", ".signed"])
        || origin_of(path).is_some_and(|_| file.ends_with('.'));
    let is_zone_like = is_zone_like || is_called_like_a_domain(file);
    (is_zone_like || in_zones && !has_extension(&[".conf"])).then_some(Kind::PerhapsZone)
}

/// Whether the ending is one that says: not a zone, and not a policy. Of most repositories that is nearly everything. Of those that
/// are top levels as well, only `db.` in front tells a zone.
fn is_other(file: &str) -> bool {
    let Some((stem, extension)) = file.rsplit_once('.') else { return false };
    let is_known = matches!(
        extension,
        "c" | "cpp"
            | "css"
            | "go"
            | "h"
            | "html"
            | "j2"
            | "java"
            | "js"
            | "json"
            | "jsx"
            | "lock"
            | "md"
            | "php"
            | "png"
            | "py"
            | "rb"
            | "sh"
            | "sql"
            | "svg"
            | "tf"
            | "toml"
            | "ts"
            | "tsx"
            | "xml"
            | "yaml"
            | "yml"
    );
    is_known && !stem.starts_with("db.")
}

/// Whether a file's whole name is a domain, as people call zone files (`example.com`). The endings of source files that are
/// top levels as well are left out: no repository has to read all its Python to find a zone of Paraguay.
fn is_called_like_a_domain(file: &str) -> bool {
    const ENDINGS: [&str; 24] = [
        "ai", "am", "app", "as", "cc", "dev", "do", "in", "is", "la", "md", "mk", "ml", "mo", "mov", "ms", "pl", "pm",
        "ps", "py", "rs", "sh", "so", "zip",
    ];
    let Some((_, top)) = file.rsplit_once('.') else { return false };
    let is_top = || psl::suffix(top.as_bytes()).is_some_and(|suffix| suffix.is_known());
    !ENDINGS.contains(&top) && !file.starts_with('.') && domain(file).is_some() && is_top()
}

/// A copy that an editor, a person or a package manager left beside the file that counts.
fn is_backup(file: &str) -> bool {
    let endings = ["~", ".bak", ".old", ".orig", ".save", ".rej", ".swp", ".jnl", ".disabled"];
    endings.iter().any(|ending| file.ends_with(ending)) || file.contains(".dpkg-") || file.contains(".rpm")
}

/// Whether `head`, the beginning of a file, is that of a zone file: no NUL, the first entry a directive or a record, and
/// an SOA, `$ORIGIN` or `$TTL` in sight.
pub(super) fn begins_like_a_zone(head: &[u8]) -> bool {
    let head = &head[..head.len().min(SNIFF)];
    if memchr::memchr(0, head).is_some() {
        return false;
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let Some(first) = lines.find(|line| !line.is_empty() && line[0] != b';') else { return false };
    let is_directive = first[0] == b'$';
    let words = first.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let is_record = words.clone().count() >= 2 && words.take(5).any(is_type_or_class);
    (is_directive || is_record)
        && text.split(|&byte| byte == b'\n').any(|line| {
            let line = line.split(|&byte| byte == b';').next().unwrap_or_default();
            let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
            words.any(|word| [&b"SOA"[..], b"$ORIGIN", b"$TTL"].iter().any(|mark| word.eq_ignore_ascii_case(mark)))
        })
}

fn is_type_or_class(word: &[u8]) -> bool {
    [&b"IN"[..], b"SOA", b"NS", b"MX", b"TXT", b"A", b"AAAA", b"CNAME"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether `head` reads like a policy. With a telling name (`*mta-sts*.txt`) one of a policy's fields is enough; any
/// other `.txt` must begin as every policy does.
pub(super) fn begins_like_a_policy(path: &str, head: &[u8]) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if !file.contains("mta-sts") {
        let mut words = text.splitn(2, |&byte| byte == b':');
        return words.next() == Some(b"version")
            && words.next().is_some_and(|rest| rest.trim_ascii_start().starts_with(b"STSv1"));
    }
    let head = &head[..head.len().min(SNIFF)];
    [&b"STSv1"[..], b"mode:", b"max_age"].iter().any(|mark| memmem::find(head, mark).is_some())
}

/// Whether a text is a template (Jinja, ERB, a shell's or Terraform's) rather than what would be published: what it would
/// become is not known.
pub(super) fn is_template(text: &[u8]) -> bool {
    let head = &text[..text.len().min(SNIFF)];
    [&b"{{"[..], b"{%", b"<%", b"${"].iter().any(|mark| memmem::find(head, mark).is_some())
}

/// The origin that a zone file's name tells: `db.` in front or `.zone`, `.db`, ... behind taken off, and at least two
/// labels left; BIND's and octoDNS's customs.
pub(super) fn origin_of(path: &str) -> Option<Name> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let mut stem = file.strip_prefix("db.").unwrap_or(file);
    for suffix in [".signed", ".txt", ".zone", ".db", ".dns", ".hosts"] {
        stem = stem.strip_suffix(suffix).unwrap_or(stem);
    }
    domain(stem.strip_suffix('.').unwrap_or(stem))
}

/// `text` as a domain of two labels or more, if it is one.
pub(super) fn domain(text: &str) -> Option<Name> {
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if !text.contains('.') || !text.bytes().all(is_host) {
        return None;
    }
    // A name like `v1.2` or `mta-sts.txt` is no domain: its last label must be one that a top level could be.
    let top = text.rsplit('.').next()?;
    let is_top = top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic()) || top.starts_with("xn--");
    is_top.then(|| Name::parse(text.as_bytes(), None).ok()).flatten()
}

/// The mail domain whose policy the path of a policy file tells: the innermost directory, or the file's name, that is a
/// domain or `mta-sts.<domain>`.
pub(super) fn policy_domain(path: &str) -> Option<Name> {
    let (directories, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.strip_suffix(".txt").unwrap_or(file);
    from_stem(stem).or_else(|| directories.rsplit('/').filter(|part| *part != ".well-known").find_map(policy_host))
}

/// The domain in the name of a policy file: `example.com.txt`, `mta-sts.example.com.txt`, `example.com-mta-sts.txt`.
fn from_stem(stem: &str) -> Option<Name> {
    let rest = ["-mta-sts", "_mta-sts", ".mta-sts"].iter().find_map(|end| stem.strip_suffix(end)).unwrap_or(stem);
    let rest = ["mta-sts-", "mta-sts_"].iter().find_map(|start| rest.strip_prefix(start)).unwrap_or(rest);
    policy_host(rest)
}

fn policy_host(part: &str) -> Option<Name> {
    let name = domain(part)?;
    match name.first_label() {
        "mta-sts" => name.parent().filter(|parent| parent.labels().nth(1).is_some()),
        _ => Some(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_a_file_may_be() {
        let table = [
            ("dns/example.com.zone", Some(Kind::Zone)),
            ("zones/db.example.com", Some(Kind::PerhapsZone)),
            ("zones/example.com", Some(Kind::PerhapsZone)),
            ("zones/README.md", None),
            ("zones/db.example.md", Some(Kind::PerhapsZone)),
            ("zones/example.rs", Some(Kind::PerhapsZone)),
            ("config/example.com.", Some(Kind::PerhapsZone)),
            ("example.com", Some(Kind::PerhapsZone)),
            ("dns/example.co.uk", Some(Kind::PerhapsZone)),
            ("src/example.py", None),
            ("index.html", None),
            ("CHANGELOG.md", None),
            ("data/app.db", Some(Kind::PerhapsZone)),
            ("dns/example.com.dns", Some(Kind::PerhapsZone)),
            ("zones/db.example.com.bak", None),
            ("zones/example.com.zone~", None),
            ("a/.well-known/mta-sts.txt", Some(Kind::Policy)),
            ("mta-sts.txt", Some(Kind::Policy)),
            ("policies/example.com-mta-sts.txt", Some(Kind::PerhapsPolicy)),
            ("notes.txt", Some(Kind::PerhapsPolicy)),
            ("src/main.rs", None),
        ];
        for (path, kind) in table {
            assert_eq!(by_name(path), kind, "{path}");
        }
    }

    #[test]
    fn zones_are_told_from_other_files_by_how_they_begin() {
        let good: [&[u8]; 5] = [
            b"$TTL 1h\n@ IN SOA a b 1 2 3 4 5\n",
            b"; a comment\n\n$ORIGIN example.com.\n",
            b"example.com. 3600 IN SOA a. b. (\n1 2 3 4 5 )\n",
            b"\xef\xbb\xbf$ORIGIN example.com.\n",
            b"@ soa a b 1 2 3 4 5",
        ];
        for head in good {
            assert!(begins_like_a_zone(head), "{:?}", String::from_utf8_lossy(head));
        }
        let bad: [&[u8]; 5] = [
            b"SQLite format 3\0",
            b"# README\nthe SOA\n",
            b"",
            b"key: value\n$TTL: x\n",
            b"www IN A 192.0.2.1\n", // a fragment that some zone includes
        ];
        for head in bad {
            assert!(!begins_like_a_zone(head), "{:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn the_domain_of_a_policy_is_in_its_path() {
        let table = [
            ("www/mta-sts.example.com/.well-known/mta-sts.txt", Some("example.com")),
            ("policies/example.com/mta-sts.txt", Some("example.com")),
            ("sites/example.com/a.example/mta-sts.txt", Some("a.example")),
            ("policies/example.com.txt", Some("example.com")),
            ("policies/mta-sts.example.co.uk.txt", Some("example.co.uk")),
            ("policies/example.com-mta-sts.txt", Some("example.com")),
            ("policies/mta-sts-example.com.txt", Some("example.com")),
            ("policies/mta-sts.txt", None),
            (".well-known/mta-sts.txt", None),
            ("releases/v1.2/mta-sts.txt", None),
            ("mta-sts.com/mta-sts.txt", None),
        ];
        for (path, expected) in table {
            assert_eq!(policy_domain(path).as_ref().map(Name::as_str), expected, "{path}");
        }
        assert_eq!(origin_of("zones/db.example.com").unwrap().as_str(), "example.com");
        assert_eq!(origin_of("zones/example.com.zone.signed").unwrap().as_str(), "example.com");
        assert_eq!(origin_of("zones/example.com.").unwrap().as_str(), "example.com");
        assert_eq!(origin_of("zones/common.zone"), None);
    }

    #[test]
    fn templates_are_no_policies() {
        assert!(is_template(b"mode: {{ mode }}\n"));
        assert!(!is_template(b"mode: enforce\n"));
        assert!(begins_like_a_policy("x.txt", b"version: STSv1\r\n"));
        assert!(!begins_like_a_policy("x.txt", b"version: 2\n"));
        assert!(!begins_like_a_policy("about-mta-sts.txt", b"How to set it up\n"));
        assert!(begins_like_a_policy("old-mta-sts.txt", b"mode: none\n"));
    }
}
