//! Durations as configurations write them: `14d`, `12h`, `10m`, `30s`.

use std::time::Duration;

use super::protocol::{Diagnostic, Value};

/// Reads a duration: a number and its unit. None is longer than a thousand years.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let count: u32 = text.strip_suffix(unit)?.parse().ok()?;
    u64::from(count).checked_mul(seconds).filter(|seconds| *seconds <= 1_000 * 31_557_600).map(Duration::from_secs)
}

/// What is wrong with the duration in an attribute, if it is known.
pub(super) fn fault(config: &Value, attribute: &'static str) -> Option<Diagnostic> {
    let text = config.get(attribute).as_text()?;
    let detail = format!("`{text}` is no duration: write a number and its unit, such as `14d`, `12h`, `10m` or `30s`.");
    parse(text).is_none().then(|| Diagnostic::error("No duration", detail).at(attribute))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_its_unit() {
        assert_eq!(parse("14d"), Some(Duration::from_secs(1_209_600)));
        assert_eq!(parse("0s"), Some(Duration::ZERO));
        for bad in ["", "d", "14", "1.5h", "-1d", "14 d", "4294967295w", "1ä"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
