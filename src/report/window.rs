//! Which parts of a line are worth showing: all of it, or, of a very long one, what is around the labels.

use std::ops::Range;

/// The byte ranges of `line` to show, in order and apart from one another; an ellipsis stands for what is between. No
/// more is looked at than is shown, so a line of 5 MB costs what a line of 100 bytes does.
pub(super) fn windows(text: &[u8], line: &Range<usize>, focuses: &mut Vec<usize>, width: usize) -> Vec<Range<usize>> {
    if line.len() <= width {
        return vec![line.clone()];
    }
    if focuses.is_empty() {
        focuses.push(line.start);
    }
    focuses.sort_unstable();
    let mut windows: Vec<Range<usize>> = Vec::new();
    for &focus in focuses.iter() {
        let start = boundary_before(text, line, focus.saturating_sub(width / 4).max(line.start));
        let end = boundary_after(text, line, focus.saturating_add(width / 2).min(line.end));
        match windows.last_mut() {
            // An ellipsis in place of a few bytes would hide more than it saves.
            Some(last) if start <= last.end + 8 => last.end = last.end.max(end),
            _ => windows.push(start..end.max(start)),
        }
    }
    windows
}

/// A character has at most three continuation bytes; a longer run is no UTF-8 and can be cut anywhere.
fn boundary_before(text: &[u8], line: &Range<usize>, at: usize) -> usize {
    (at.saturating_sub(3).max(line.start)..=at).rev().find(|&at| !is_continuation(text, at)).unwrap_or(at)
}

fn boundary_after(text: &[u8], line: &Range<usize>, at: usize) -> usize {
    (at..=(at + 3).min(line.end)).find(|&at| !is_continuation(text, at)).unwrap_or(at)
}

fn is_continuation(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_shown_around_its_labels() {
        let text = vec![b'x'; 5_000_000];
        let line = 10..4_999_999;
        let table = [
            (vec![], vec![(10, 50)]),
            (vec![12], vec![(10, 52)]),
            (vec![1000], vec![(980, 1040)]),
            (vec![1000, 1030, 2000], vec![(980, 1070), (1980, 2040)]),
            (vec![4_999_999], vec![(4_999_979, 4_999_999)]),
        ];
        let shown = |line: Range<usize>, focuses: &[usize]| -> Vec<_> {
            windows(&text, &line, &mut focuses.to_vec(), 80).into_iter().map(|range| (range.start, range.end)).collect()
        };
        for (focuses, expected) in table {
            assert_eq!(shown(line.clone(), &focuses), expected, "{focuses:?}");
        }
        assert_eq!(shown(10..90, &[20]), [(10, 90)]);
    }

    #[test]
    fn characters_are_not_cut() {
        let text = "€".repeat(100);
        let shown = windows(text.as_bytes(), &(0..300), &mut vec![150], 40);
        assert!(shown.iter().all(|range| text.get(range.clone()).is_some()), "{shown:?}");
    }
}
