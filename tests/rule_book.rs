//! The rule book is executed: every example of every page is linted, and says what the page says that it says.
//!
//! `MTASTS_BLESS=1 cargo test rule_book` writes the `output` blocks anew, and behind them, as `fixed` blocks, what `--fix
//! --unsafe-fixes` makes of the files. Read what it wrote.

use std::fmt::Write;
use std::path::Path;

use crate::observation;
use crate::support::{self, Files};

/// An example of a page: the files, and the findings that the page prints for them.
#[derive(Debug, Default)]
pub(crate) struct Example {
    pub(crate) heading: String,
    files: Vec<File>,
    /// The files of the state before, where the example has one.
    base: Vec<File>,
    /// What the files of the state before came to be when, in the order of the page.
    past: Vec<(jiff::civil::Date, File)>,
    /// In what the deployed domain is not as it is declared: blocks called `dns`, `https` and `smtp`, and their texts.
    observed: Vec<(String, String)>,
    pub(crate) output: Option<String>,
    /// What the files become.
    fixed: Vec<File>,
}

/// A file of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
struct File {
    path: String,
    text: String,
    /// The language of its block, and `escaped`.
    kind: String,
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
        let rule = rule_of(&path);
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
            refresh(&path, &page, rule);
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
        Some(_) if !bless => {
            let fixed = fixed(example, rule);
            if fixed != example.fixed {
                let (shown, made) = (blocks_of(&example.fixed), blocks_of(&fixed));
                writeln!(failures, "{place}: the page says that it is fixed so\n{shown}and the linter makes\n{made}")
                    .unwrap();
            }
        }
        _ => {}
    }
}

/// Every example that prints something, and the rule on whose page it is.
pub(crate) fn bad_examples() -> Vec<(String, Example)> {
    let mut all = Vec::new();
    for path in support::files("rules", "md") {
        let examples = examples(&std::fs::read_to_string(&path).unwrap());
        let bad = examples.into_iter().filter(|example| example.output.is_some());
        all.extend(bad.map(|example| (rule_of(&path).to_owned(), example)));
    }
    all
}

fn rule_of(page: &Path) -> &str {
    page.file_stem().unwrap().to_str().unwrap()
}

fn output_of(example: &Example) -> String {
    if !example.observed.is_empty() {
        let outcome = support::lint_live(example.before(), example.now(), &|observed| {
            example.observed.iter().for_each(|(kind, text)| observation::apply(observed, kind, text));
        });
        return support::concise(&outcome);
    }
    if example.past.is_empty() {
        return support::concise(&support::lint_change(example.before(), example.now()));
    }
    let past = example.past.iter().map(|(day, file)| (*day, file.path.clone(), file.text.clone().into_bytes()));
    support::concise(&support::lint_history(&support::Past(past.collect()), example.before(), example.now()))
}

/// The files that the fixes of `rule` change, as they are then.
fn fixed(example: &Example, rule: &str) -> Vec<File> {
    let settled = support::settle(&example.before(), &example.now(), &[rule]);
    let file = |changed: &mtasts::fix::Changed| {
        let kind = example.files.iter().find(|file| *file.path == *changed.path).unwrap().kind.clone();
        File { path: changed.path.to_string(), text: String::from_utf8(changed.after.to_vec()).unwrap(), kind }
    };
    settled.changed.iter().map(file).collect()
}

impl Example {
    /// The files.
    pub(crate) fn now(&self) -> Files {
        self.files.iter().map(|file| (file.path.clone(), file.text.clone().into_bytes())).collect()
    }

    /// The files of the state before.
    pub(crate) fn before(&self) -> Files {
        self.base.iter().map(|file| (file.path.clone(), file.text.clone().into_bytes())).collect()
    }

    /// Takes the file of a block: `rev=base` puts it into the state before, `rev=both` into both. `at=2026-11-01` says when it came
    /// to be; of several with one path the last is the one of the state before.
    fn take(&mut self, block: &Block) {
        if ["dns", "https", "smtp"].contains(&&*block.info) {
            self.observed.push((block.info.clone(), block.text.clone()));
        }
        let Some(file) = file_of(block) else { return };
        if block.is("fixed") {
            return self.fixed.push(file);
        }
        let rev = block.info.split(' ').find_map(|word| word.strip_prefix("rev="));
        if rev.is_some() {
            let at = block.info.split(' ').find_map(|word| word.strip_prefix("at="));
            self.past.extend(at.map(|day| (day.parse().unwrap(), file.clone())));
            self.base.retain(|known| known.path != file.path);
            self.base.push(file.clone());
        }
        if rev != Some("base") {
            self.files.push(file);
        }
    }
}

/// Writes the page with every `output` block as the linter has it now, and with what the fixes make of the files behind it.
fn refresh(path: &Path, page: &str, rule: &str) {
    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    let mut replacements = Vec::new();
    let mut example = Example::default();
    for block in blocks(page) {
        match block {
            Item::Heading(_) => example = Example::default(),
            Item::Block(block) if block.info == "output" => {
                let text = format!("{}```\n{}", output_of(&example), blocks_of(&fixed(&example, rule)));
                replacements.push((block.lines.start..block.lines.end + 1, text));
            }
            // With the blank line before it, and its fences.
            Item::Block(block) if block.is("fixed") => {
                replacements.push((block.lines.start - 2..block.lines.end + 1, String::new()));
            }
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

/// The `fixed` blocks for these files, a blank line before each.
fn blocks_of(files: &[File]) -> String {
    let block = |file: &File| {
        let text = if file.kind.ends_with("escaped") { escaped(&file.text) } else { file.text.clone() };
        format!("\n```{} fixed path={}\n{text}```\n", file.kind, file.path)
    };
    files.iter().map(block).collect()
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

/// The file that a block stands for. `\r`, `\ufeff`, `\0` and `\t` in an `escaped` block are these characters, so that a page can
/// show what no editor does.
fn file_of(block: &Block) -> Option<File> {
    let path = block.info.split(' ').find_map(|word| word.strip_prefix("path="))?;
    let language = block.info.split(' ').next().unwrap();
    let (kind, text) = if block.is("escaped") {
        (
            format!("{language} escaped"),
            ESCAPES.iter().fold(block.text.clone(), |text, (shown, is)| text.replace(shown, is)),
        )
    } else {
        (language.to_owned(), block.text.clone())
    };
    Some(File { path: path.to_owned(), text, kind })
}

/// What stands for what in an `escaped` block.
const ESCAPES: [(&str, &str); 4] = [("\\r", "\r"), ("\\ufeff", "\u{feff}"), ("\\0", "\0"), ("\\t", "\t")];

fn escaped(text: &str) -> String {
    ESCAPES.iter().fold(text.to_owned(), |text, (shown, is)| text.replace(is, shown))
}

impl Block {
    fn is(&self, word: &str) -> bool {
        self.info.split(' ').any(|found| found == word)
    }
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
