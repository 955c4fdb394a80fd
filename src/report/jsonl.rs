//! One JSON object a line, each a finding as in the JSON document; no summary.

use std::io;

use super::Report;
use super::json_shape::{FindingShape, put};
use super::lines::Locator;

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let locator = Locator::new(report.sources);
    for finding in report.findings {
        put(&FindingShape::of(finding, report, &locator), out)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{mixed, print};
    use super::super::{Format, Style};

    #[test]
    fn a_line_is_a_finding_of_the_document() {
        let lines = print(Format::Jsonl, &mixed(), &Style::default());
        insta::assert_snapshot!(lines.lines().last().unwrap());
        let document: serde_json::Value =
            serde_json::from_str(&print(Format::Json, &mixed(), &Style::default())).unwrap();
        let parsed: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(document["findings"].as_array().unwrap(), &parsed);
    }
}
