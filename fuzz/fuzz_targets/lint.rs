//! Any bytes as a small repository: a zone, a policy, a configuration, a server's configuration and an include, parted by
//! lines of `====`. Everything is linted, and printed in every format; no printer lets a control character through.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mtasts::inputs::MemoryTree;
use mtasts::lint::{Request, run};
use mtasts::parallel::Progress;
use mtasts::report::{Format, Report, Style, Understood, show, write};

const PATHS: [&str; 5] =
    ["zones/example.com.zone", "mta-sts.example.com/mta-sts.txt", "mtasts.toml", "named.conf", "zones/common"];

fuzz_target!(|data: &[u8]| {
    let mut parts: Vec<Vec<u8>> = vec![Vec::new()];
    for line in data.split_inclusive(|byte| *byte == b'\n') {
        if line == b"====\n" && parts.len() < PATHS.len() {
            parts.push(Vec::new());
        } else if let Some(part) = parts.last_mut() {
            part.extend_from_slice(line);
        }
    }
    let tree = MemoryTree::new(PATHS.into_iter().zip(parts));
    let Ok(outcome) = run(&tree, &Request::default(), &Progress::default()) else { return };
    for format in [Format::Human, Format::Concise, Format::Json, Format::Jsonl] {
        let mut out = Vec::new();
        write(format, &Report::of(&outcome), &Style::default(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.chars().any(|shown| shown.is_control() && shown != '\n'), "{text:?}");
        assert!(format != Format::Json || serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
    let mut out = Vec::new();
    let understood = Understood::of(outcome.picture.sites.iter(), &outcome.sources);
    show::human(&understood, &Style::default(), &mut out).unwrap();
    assert!(!String::from_utf8(out).unwrap().chars().any(|shown| shown.is_control() && shown != '\n'));
});
