//! Agreement with Terraform itself: see `tests/terraform/README.md`.

mod cases;
mod compare;
mod directory;
mod modules;
mod oracle;

use std::collections::BTreeSet;

use mtasts::hcl::eval::{self, Root};
use mtasts::hcl::value::Value;

use crate::support;
use cases::{Case, Topic};
use compare::{Tally, Verdict};
use directory::Directory;

/// Where the expressions are evaluated: variables, locals and files for them.
fn ground() -> std::path::PathBuf {
    support::root().join("tests/terraform/root")
}

/// The root module, in the workspace that Terraform is in.
fn root() -> Root {
    Root { workspace: Some("default".into()), ..Root::default() }
}

/// What the linter makes of a case.
fn judge(case: &Case, files: &Directory) -> Verdict {
    let ask = |text: &str| eval::expression(text, &root(), files);
    // A heredoc ends with its line.
    let value = match ask(&format!("{}\n", case.it)) {
        Err(message) => return case.with_an_error(&message),
        Ok(value) => match value.first_unknown() {
            Some(reason) => return case.without_a_value(&reason.why),
            None => value,
        },
    };
    let encoded = ask(&format!("jsonencode({}\n)", case.it)).ok();
    case.with(&value, encoded.as_ref().and_then(Value::as_known_text).as_deref())
}

#[test]
fn expressions_come_to_what_terraform_says() {
    let files = Directory::read(&ground());
    let mut tally = Tally::default();
    for topic in Topic::all() {
        for case in &topic.cases {
            tally.add(&format!("{}: {:?}", topic.name, case.it), judge(case, &files));
        }
    }
    support::say(&format!("terraform: expressions: {tally}"));
    tally.hold(2800);
}

#[test]
fn modules_come_to_what_terraform_plans() {
    let mut tally = Tally::default();
    for module in modules::all() {
        modules::judge(&module, &mut tally);
    }
    support::say(&format!("terraform: values in whole modules: {tally}"));
    tally.hold(160);
}

#[test]
fn every_function_is_asked_for() {
    let text: String = Topic::all().iter().flat_map(|topic| &topic.cases).map(|case| case.it.clone() + "\n").collect();
    let words: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let names = std::fs::read_to_string(support::root().join("tests/terraform/functions.txt")).unwrap();
    let missing: Vec<&str> = names.lines().filter(|name| !words.contains(name)).collect();
    assert!(missing.is_empty(), "no case has {missing:?}");
}

/// Asks again, or records what is said: with `MTASTS_RECORD=1` the answers are rewritten.
#[test]
fn terraform_still_says_so() {
    if !oracle::is_installed() {
        return;
    }
    let record = std::env::var_os("MTASTS_RECORD").is_some();
    let mut wrong = Vec::new();
    for topic in Topic::all() {
        if record {
            topic.write(oracle::record(&ground(), &topic.cases));
            continue;
        }
        let answers = oracle::ask(&ground(), &topic.cases);
        wrong.extend(topic.cases.iter().zip(&answers).filter_map(|(case, answer)| {
            let text = format!("{}: {}: it was {}, and is {answer}", topic.name, case.it, case.answer());
            (!case.answer().allows(answer)).then_some(text)
        }));
    }
    for module in modules::all() {
        let planned = oracle::plan(&module);
        if record {
            modules::write(&module, &planned);
        } else if modules::expected(&module) != planned {
            wrong.push(format!("{}: the plan is another: {planned:#}", module.display()));
        }
    }
    let names = oracle::functions();
    let path = support::root().join("tests/terraform/functions.txt");
    if record {
        return std::fs::write(path, names).unwrap();
    }
    if std::fs::read_to_string(path).unwrap() != names {
        wrong.push("it has other functions".to_owned());
    }
    support::say("terraform: every recorded answer was asked for again");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
