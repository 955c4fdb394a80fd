//! `path:line:col: severity[rule] message`, a line a finding and nothing else: what editors and `grep` read.

use std::io;

use super::lines::Locator;
use super::{Report, Style};
use crate::finding::Severity;
use crate::text::{Escaped, escape};

pub(super) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let locator = Locator::new(report.sources);
    for finding in report.findings {
        let path = &locator.source(finding.place.file).path;
        let at = locator.line_column(finding.place.file, finding.place.span.start);
        // Escaped with the colon that follows it: a file named `:` would begin the line with `::`.
        let place = format!("{path}:{}:{}:", at.line, at.column);
        let (on, off) = if style.color { (sgr(finding.severity), "\x1b[0m") } else { ("", "") };
        writeln!(
            out,
            "{} {on}{}{off}[{}] {}",
            escape(&place),
            finding.severity.as_str(),
            finding.rule,
            Escaped(&finding.message)
        )?;
    }
    Ok(())
}

fn sgr(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "\x1b[31m",
        Severity::Warning => "\x1b[33m",
        Severity::Info => "\x1b[36m",
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{hostile, mixed, print};
    use super::super::{Format, Style};

    #[test]
    fn a_line_a_finding() {
        insta::assert_snapshot!(print(Format::Concise, &mixed(), &Style::default()));
    }

    #[test]
    fn nothing_hostile_reaches_the_terminal() {
        insta::assert_snapshot!(print(Format::Concise, &hostile(), &Style::default()));
    }

    #[test]
    fn colour_marks_the_severity_only() {
        let text = print(Format::Concise, &mixed(), &Style { color: true, ..Style::default() });
        assert!(text.starts_with("dns/example.com.zone:3:27: \x1b[31merror\x1b[0m[record-id-invalid] "), "{text}");
    }
}
