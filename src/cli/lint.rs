//! `mtasts lint`.

use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use super::args::LintArgs;
use super::base::{self, Compared};
use super::fixes::Fixed;
use super::{CLEAN, FAILED, FOUND, complain, live, progress, root, terminal};
use crate::config::Baseline;
use crate::dns::Name;
use crate::finding::Severity;
use crate::fix;
use crate::inputs::{Tree, WorkTree};
use crate::lint::{self, Before, Outcome, PlanFile, Reading, Request, Unusable};
use crate::report::{self, Format, Report};
use crate::rules;

/// Files passed over that are named: a repository of templates has hundreds.
const MOST_NAMED: usize = 5;

/// Lints, prints, and tells the exit status.
pub(super) fn run(args: &LintArgs) -> io::Result<u8> {
    for rule in args.select.iter().chain(&args.ignore) {
        if rules::find(rule).is_none() {
            return Err(io::Error::other(rules::unknown(rule)));
        }
    }
    if args.fixes.most().is_some() && args.against.staged {
        return Err(io::Error::other(
            "fixes change the files of the work tree, and --staged judges git's index: fix first, `git add` what has changed, \
             and then judge the index",
        ));
    }
    if let Some(list) = &args.live.domains {
        return live::run_list(args, list);
    }
    let root = root::find(args.at.repository.root.as_deref(), &args.at.paths)?;
    let request = request_of(args, Some(&root))?;
    let Some(Linted { outcome, fixed }) = run_compared(&root, &request, args)? else { return Ok(FAILED) };
    let fail_on = args.fail_on.map(Severity::from).or(outcome.fail_on).unwrap_or(Severity::Error);
    say_failures(&outcome);
    if let Some(path) = &args.write_baseline {
        std::fs::write(path, Baseline::of(&outcome.findings, &outcome.sources).to_json()?)?;
        return Ok(if outcome.failures.is_empty() { CLEAN } else { FAILED });
    }
    if args.fixes.diff {
        let status = status(&outcome, Severity::Error, true);
        let status = if status == CLEAN && !fixed.is_empty() && !args.exit_zero { FOUND } else { status };
        return fixed.show().map(|()| status);
    }
    fixed.write()?;
    let status = status(&outcome, fail_on, args.exit_zero);
    let printed = print(args.format, &outcome, &root::prefix(&root));
    // The process ends here: giving a hundred thousand domains back piece by piece would be a fifth of its time.
    std::mem::forget(outcome);
    match printed {
        // Whoever reads has read enough: the answer stands.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(status),
        result => result.map(|()| status),
    }
}

/// What is asked for; without a `root` there is no repository.
pub(super) fn request_of(args: &LintArgs, root: Option<&Path>) -> io::Result<Request> {
    let repository = &args.at.repository;
    Ok(Request {
        config: repository.config.as_deref().map(read_config).transpose()?,
        select: args.select.clone(),
        ignore: args.ignore.clone(),
        paths: root.map(|root| root::below(root, &args.at.paths)).transpose()?.unwrap_or_default(),
        domains: domains(&args.domain)?,
        baseline: args.baseline.as_deref().map(load_baseline).transpose()?,
        plan: repository.plan.as_deref().zip(root).map(|(path, root)| read_plan(path, root)).transpose()?,
        now: Some(jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now())),
    })
}

/// Whether something is found that makes the exit status 1.
pub(super) fn is_found(outcome: &Outcome, args: &LintArgs) -> bool {
    let fail_on = args.fail_on.map(Severity::from).or(outcome.fail_on).unwrap_or(Severity::Error);
    status(outcome, fail_on, args.exit_zero) == FOUND
}

fn status(outcome: &Outcome, fail_on: Severity, exit_zero: bool) -> u8 {
    let found = outcome.findings.iter().any(|finding| finding.severity >= fail_on);
    match (outcome.failures.is_empty(), found && !exit_zero) {
        (false, _) => FAILED,
        (true, true) => FOUND,
        (true, false) => CLEAN,
    }
}

fn print(format: Format, outcome: &Outcome, prefix: &str) -> io::Result<()> {
    let report = Report { prefix, ..Report::of(outcome) };
    let mut out = BufWriter::new(io::stdout().lock());
    report::write(format, &report, &terminal::style(), &mut out)?;
    out.flush()?;
    drop(out);
    if format == Format::Github {
        summarize(&report)?;
    }
    if matches!(format, Format::Concise | Format::Github) {
        complain(&report::sentence(&outcome.summary, outcome.findings.len()));
    }
    Ok(())
}

/// Adds the report to the summary of the GitHub job, where there is one.
fn summarize(report: &Report<'_>) -> io::Result<()> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else { return Ok(()) };
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path)?;
    report::write(Format::Markdown, report, &terminal::style(), &mut file)
}

pub(super) fn say_failures(outcome: &Outcome) {
    for failure in &outcome.failures {
        complain(&format!("{}: not checked: {}", failure.path, failure.error));
    }
    for passed in outcome.passed.iter().take(MOST_NAMED) {
        complain(&format!("{}: not checked: {}", passed.path, passed.why));
    }
    if let Some(more @ 1..) = outcome.passed.len().checked_sub(MOST_NAMED) {
        complain(&format!("{more} more files were not checked for the like"));
    }
}

/// Reads the work tree at `root`; `None` after the errors of its configuration have been printed.
pub(super) fn run_request(root: &Path, request: &Request) -> io::Result<Option<Outcome>> {
    let result =
        progress::watch("files", |progress| Ok::<_, io::Error>(lint::run(&WorkTree::walk(root)?, request, progress)))?;
    Ok(usable(result))
}

/// What came of a run: what is found, and what was mended.
struct Linted {
    outcome: Outcome,
    fixed: Fixed,
}

impl Linted {
    fn plain(outcome: Outcome) -> Self {
        Self { outcome, fixed: Fixed::default() }
    }
}

/// Lints the work tree at `root`, or its index, and the change from its base; makes fixes, if any are asked for.
fn run_compared(root: &Path, request: &Request, args: &LintArgs) -> io::Result<Option<Linted>> {
    let result = progress::watch("files", |progress| {
        std::thread::scope(|scope| {
            let (work_tree, found) = base::look(scope, &args.against, root)?;
            let index = base::index(&args.against, root, &work_tree)?;
            let tree: &dyn Tree = index.as_ref().map_or(&work_tree, |index| index);
            let is_read_first = args.fixes.most().is_none() && request.plan.is_none();
            let early = is_read_first.then(|| lint::read(tree, 0, request, progress));
            let compared = found()?.beside(&work_tree);
            let before = compared.before();
            let mut result = if let Some(most) = args.fixes.most() {
                let settled = fix::settle(before.as_ref(), tree, request, most, progress);
                settled.map(|settled| Linted {
                    fixed: Fixed::new(settled.changed, settled.mended, &work_tree),
                    outcome: settled.outcome,
                })
            } else {
                let files = before.as_ref().map_or(0, |before| before.tree.paths().len());
                let mut reading = early.unwrap_or_else(|| lint::read(tree, files, request, progress));
                let deployed = match &mut reading {
                    Ok(reading) => live::of_repository(&args.live, reading, before.as_ref(), progress)?,
                    Err(_) => None,
                };
                reading.map(|reading| Linted::plain(judge(reading, before.as_ref(), deployed)))
            };
            if let Ok(Linted { outcome, .. }) = &mut result {
                let fixable = fix::fixable(outcome, tree);
                outcome.summary.fixable = (fixable.safe, fixable.unsafely);
                if let Compared::Nothing(why) = compared {
                    outcome.summary.not_compared = why;
                }
            }
            Ok::<_, io::Error>(result)
        })
    })?;
    Ok(usable(result))
}

fn judge(reading: Reading<'_>, before: Option<&Before<'_>>, deployed: Option<live::Deployed>) -> Outcome {
    let Some(live::Deployed { observed, coverage }) = deployed else { return reading.judge(before, &[]) };
    let mut outcome = reading.judge(before, &observed);
    outcome.summary.deployed = Some(coverage);
    outcome
}

/// What came of a run; `None` after the errors of its configuration have been printed.
pub(super) fn usable<T>(result: Result<T, Unusable>) -> Option<T> {
    match result {
        Ok(answer) => Some(answer),
        Err(Unusable { errors, source }) => {
            for error in errors {
                let at = source.line_column(error.place.span.start);
                complain(&format!("{}:{}:{}: {}", source.path, at.line, at.column, error.message));
            }
            None
        }
    }
}

/// A configuration from elsewhere: its path as shown, and its text.
pub(super) fn read_config(path: &Path) -> io::Result<(String, crate::text::Bytes)> {
    let say = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    Ok((path.display().to_string(), std::fs::read(path).map_err(say)?.into()))
}

/// A plan: from standard input, if its path is `-`. It is of the root module in whose directory it lies.
pub(super) fn read_plan(path: &Path, root: &Path) -> io::Result<PlanFile> {
    if path.as_os_str() == "-" {
        let mut text = Vec::new();
        io::stdin().lock().read_to_end(&mut text)?;
        return Ok(PlanFile { path: "<stdin>".to_owned(), text: text.into(), directory: String::new() });
    }
    let say = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let text = std::fs::read(path).map_err(say)?.into();
    let below = root::below(root, &[path.to_owned()]).ok().and_then(|mut paths| paths.pop());
    let path = below.clone().unwrap_or_else(|| path.display().to_string());
    let directory = below.and_then(|path| Some(path.rsplit_once('/')?.0.to_owned())).unwrap_or_default();
    Ok(PlanFile { path, text, directory })
}

fn load_baseline(path: &Path) -> io::Result<Baseline> {
    let say = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(say)?;
    Baseline::parse(&text).map_err(|error| io::Error::other(format!("{}: {error}", path.display())))
}

/// The domains that are asked for.
pub(super) fn domains(texts: &[String]) -> io::Result<Vec<Name>> {
    texts.iter().map(|text| domain(text).map_err(|error| io::Error::other(format!("{text}: {error}")))).collect()
}

/// A mail domain that a person names; else why it is none.
pub(super) fn domain(text: &str) -> Result<Name, String> {
    let name = Name::parse(text.as_bytes(), None).map_err(|error| format!("no domain name: {error}"))?;
    let is_of_hosts = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if text.bytes().all(is_of_hosts) {
        Ok(name)
    } else if text.is_ascii() {
        Err("no domain name: a label has letters, digits, `-` and `_`".to_owned())
    } else {
        Err("no domain name as the DNS has it: write its A-labels (`xn--...`)".to_owned())
    }
}
