//! One JSON document: `version`, `findings`, `summary`. Written finding by finding, never held whole.

use std::io;

use super::Report;
use super::json_shape::{FindingShape, put, put_list};
use super::lines::Locator;

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let locator = Locator::new(report.sources);
    out.write_all(b"{\"version\":1,\n\"findings\":")?;
    put_list(report.findings.iter().map(|finding| FindingShape::of(finding, report, &locator)), out)?;
    out.write_all(b",\n\"summary\":")?;
    put(&report.summary, out)?;
    out.write_all(b"}\n")
}

#[cfg(test)]
mod tests {
    use std::io;

    use clap::ValueEnum;

    use super::super::samples::{Sample, hostile, mixed, print};
    use super::super::{Format, Style, write};

    fn json(sample: &Sample) -> String {
        print(Format::Json, sample, &Style::default())
    }

    #[test]
    fn the_shape_is_the_documented_one() {
        let text = json(&mixed());
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn no_findings_is_an_empty_list() {
        insta::assert_snapshot!(json(&Sample::default()));
    }

    #[test]
    fn hostile_text_parses_to_itself_and_shows_nothing_odd() {
        let sample = hostile();
        let text = json(&sample);
        assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')), "{text}");
        assert!(!text.contains("##[") && !text.contains("##vso["), "{text}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        for (shown, finding) in value["findings"].as_array().unwrap().iter().zip(&sample.findings) {
            assert_eq!(shown["message"], finding.message.as_str());
            assert_eq!(shown["path"], &*sample.sources.get(finding.place.file).path);
        }
    }

    #[test]
    fn a_closed_pipe_stays_a_closed_pipe() {
        struct Closed;
        impl io::Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let sample = mixed();
        for format in Format::value_variants() {
            let error = write(*format, &sample.report(), &Style::default(), &mut Closed).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{format:?}");
        }
    }
}
