//! The rule book is executed: every example of every page is linted, and says what the page says that it says.
//!
//! `MTASTS_BLESS=1 cargo test rule_book` writes the `output` blocks anew. Read what it wrote.

use std::fmt::Write;
use std::path::Path;

use crate::support;

/// An example of a page: the files, and the findings that the page prints for them.
#[derive(Debug, Default)]
struct Example {
    heading: String,
    files: Vec<(String, String)>,
    /// The files of the state before, where the example has one.
    base: Vec<(String, String)>,
    output: Option<String>,
}

/// A fenced block: its info string and its text, and the lines that the text takes (from 0, the fences left out).
struct Block {
    info: String,
    text: String,
    lines: std::ops::Range<usize>,
}

#[test]
fn every_example_says_what_its_page_says() {
    let bless = std::env::var_os("MTASTS_BLESS").is_some();
    let mut failures = String::new();
    let mut count = 0;
    for path in support::files("rules", "md") {
        let page = std::fs::read_to_string(&path).unwrap();
        let rule = path.file_stem().unwrap().to_str().unwrap();
        let examples = examples(&page);
        for example in &examples {
            check(rule, example, bless, &mut failures);
            count += 1;
        }
        let has_bad = examples.iter().any(|example| example.output.is_some());
        let has_good = examples.iter().any(|example| example.output.is_none());
        if !has_bad || !has_good {
            writeln!(failures, "{rule}: a page needs an example with output and a good one").unwrap();
        }
        if bless {
            refresh(&path, &page);
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    assert!(count >= 2 * mtasts::rules::RULES.len(), "only {count} examples were run");
}

fn check(rule: &str, example: &Example, bless: bool, failures: &mut String) {
    let found = output_of(example);
    let place = format!("{rule}, {:?}", example.heading);
    match &example.output {
        None if !found.is_empty() => writeln!(failures, "{place}: a good example triggers\n{found}").unwrap(),
        Some(_) if !found.contains(&format!("[{rule}]")) => {
            writeln!(failures, "{place}: the rule does not show in\n{found}").unwrap();
        }
        Some(expected) if *expected != found && !bless => {
            writeln!(failures, "{place}: the page says\n{expected}the linter says\n{found}").unwrap();
        }
        _ => {}
    }
}

fn output_of(example: &Example) -> String {
    let bytes = |files: &'_ [(String, String)]| -> Vec<(String, Vec<u8>)> {
        files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect()
    };
    support::concise(&support::lint_change(bytes(&example.base), bytes(&example.files)))
}

impl Example {
    /// Takes the file of a block: `rev=base` puts it into the state before, `rev=both` into both.
    fn take(&mut self, block: &Block) {
        let Some(file) = file_of(block) else { return };
        let rev = block.info.split(' ').find_map(|word| word.strip_prefix("rev="));
        if rev.is_some() {
            self.base.push(file.clone());
        }
        if rev != Some("base") {
            self.files.push(file);
        }
    }
}

/// Writes the page with every `output` block as the linter has it now.
fn refresh(path: &Path, page: &str) {
    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    let mut replacements = Vec::new();
    let mut example = Example::default();
    for block in blocks(page) {
        match block {
            Item::Heading(_) => example = Example::default(),
            Item::Block(block) if block.info == "output" => replacements.push((block.lines, output_of(&example))),
            Item::Block(block) => example.take(&block),
        }
    }
    for (range, text) in replacements.into_iter().rev() {
        lines.splice(range, text.lines().map(str::to_owned));
    }
    let mut text = lines.join("\n");
    text.push('\n');
    if text != page {
        std::fs::write(path, text).unwrap();
    }
}

fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for item in blocks(page) {
        match (item, examples.last_mut()) {
            (Item::Heading(heading), _) => examples.push(Example { heading, ..Example::default() }),
            (Item::Block(block), Some(example)) if block.info == "output" => example.output = Some(block.text),
            (Item::Block(block), Some(example)) => example.take(&block),
            (Item::Block(_), None) => {}
        }
    }
    examples.retain(|example| !example.files.is_empty());
    examples
}

/// The file that a block stands for. `\xHH` in an `escaped` block is that byte, so that a page can show what no editor does.
fn file_of(block: &Block) -> Option<(String, String)> {
    let path = block.info.split(' ').find_map(|word| word.strip_prefix("path="))?;
    let text = if block.info.split(' ').any(|word| word == "escaped") {
        block.text.replace("\\r", "\r").replace("\\ufeff", "\u{feff}").replace("\\0", "\0").replace("\\t", "\t")
    } else {
        block.text.clone()
    };
    Some((path.to_owned(), text))
}

enum Item {
    Heading(String),
    Block(Block),
}

fn blocks(page: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some("")) => {
                items.extend(open.take().map(|block| Item::Block(Block { lines: block.lines.start..number, ..block })));
            }
            (Some(block), _) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, Some(info)) => {
                open = Some(Block { info: info.to_owned(), text: String::new(), lines: number + 1..number + 1 });
            }
            (None, None) => items.extend(line.strip_prefix("### ").map(|heading| Item::Heading(heading.to_owned()))),
        }
    }
    items
}
