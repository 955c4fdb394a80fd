//! The rule book's pages: front matter, prose, and examples that are run as tests.

use crate::finding::Severity;

/// A page of `rules/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// How bad it is, unless one of `severity_when` holds.
    pub severity: Severity,
    /// Other severities, by the case in which they hold: `severity in testing: warning`.
    pub severity_when: Vec<(&'a str, Severity)>,
    /// The table it belongs to.
    pub category: Category,
    /// One line, without its full stop.
    pub summary: &'a str,
    /// Where it is laid down, such as `RFC 8461 §3.1`.
    pub rfc: &'a str,
    /// The version that brought it.
    pub since: &'a str,
    /// Everything after the front matter.
    pub body: &'a str,
}

/// The tables in which rules are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// The files themselves and how they are read.
    Input,
    /// The `_mta-sts` TXT record.
    Record,
    /// The policy.
    Policy,
    /// Record, policy and MX together.
    Together,
    /// How the id follows the policy, and the policy its time.
    Change,
    /// TLS before mode.
    Tls,
    /// The `_smtp._tls` TXT record.
    Tlsrpt,
    /// What is deployed.
    Live,
}

impl<'a> Page<'a> {
    /// Reads a page. What its front matter lacks takes a default here; a test holds every page to having it.
    pub fn parse(text: &'a str) -> Self {
        let (front, body) =
            text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).unwrap_or(("", text));
        let mut page = Self {
            severity: Severity::Error,
            severity_when: Vec::new(),
            category: Category::Input,
            summary: "",
            rfc: "",
            since: "",
            body: body.trim_start(),
        };
        for (key, value) in front.lines().filter_map(|line| line.split_once(": ")) {
            match key {
                "severity" => page.severity = severity(value).unwrap_or(page.severity),
                "category" => page.category = Category::named(value).unwrap_or(page.category),
                "summary" => page.summary = value,
                "rfc" => page.rfc = value,
                "since" => page.since = value,
                _ => {
                    let case = key.strip_prefix("severity in ").zip(severity(value));
                    page.severity_when.extend(case);
                }
            }
        }
        page
    }

    /// How bad it is in `case`, where the page tells it apart.
    pub fn severity_in(&self, case: &str) -> Severity {
        self.severity_when.iter().find(|(known, _)| *known == case).map_or(self.severity, |(_, severity)| *severity)
    }

    /// The document in which it is laid down: the RFC's section where one is named.
    pub fn url(&self) -> Option<String> {
        let (number, section) = self.rfc.strip_prefix("RFC ")?.split_once(" §")?;
        let section = section.split([',', ' ']).next()?;
        Some(format!("https://www.rfc-editor.org/rfc/rfc{number}#section-{section}"))
    }
}

impl Category {
    const ALL: [(&'static str, Self); 8] = [
        ("input", Self::Input),
        ("record", Self::Record),
        ("policy", Self::Policy),
        ("together", Self::Together),
        ("change", Self::Change),
        ("tls", Self::Tls),
        ("tlsrpt", Self::Tlsrpt),
        ("live", Self::Live),
    ];

    /// The category that front matter calls `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, category)| *category)
    }

    /// Its name in front matter.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, category)| *category == self).map_or("", |(name, _)| name)
    }
}

fn severity(word: &str) -> Option<Severity> {
    match word {
        "error" => Some(Severity::Error),
        "warning" => Some(Severity::Warning),
        "info" => Some(Severity::Info),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_read() {
        let page = Page::parse(
            "---\nseverity: error\nseverity in testing: warning\ncategory: policy\nsummary: A: b\nrfc: RFC 8461 §3.2, §4.1\nsince: 0.1.0\n---\n\n# x\n",
        );
        assert_eq!(page.severity_in("testing"), Severity::Warning);
        assert_eq!(page.severity_in("enforce"), Severity::Error);
        assert_eq!(page.category, Category::Policy);
        assert_eq!(page.summary, "A: b");
        assert_eq!(page.url().as_deref(), Some("https://www.rfc-editor.org/rfc/rfc8461#section-3.2"));
        assert_eq!(page.body, "# x\n");
    }
}
