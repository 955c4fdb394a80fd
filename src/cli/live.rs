//! What is deployed, for `mtasts lint --live` and `--domains`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::task::JoinSet;

use super::args::{LintArgs, Live, LiveArgs, NetworkArgs};
use super::lint::{domain, is_found, request_of, say_failures, usable};
use super::{CLEAN, FAILED, FOUND, complain, progress, terminal};
use crate::dns::Name;
use crate::inputs::MemoryTree;
use crate::lint::{self, Before, Coverage, Reading, Request};
use crate::live::{Dns, Limits, Network, Observer, Servers, Setup, Trust, has_v6, runtime};
use crate::observed::Observed;
use crate::parallel::Progress;
use crate::report::{self, Format, Report};

/// The exit status of what was ended by Ctrl-C.
const INTERRUPTED: u8 = 130;
/// Domains of one run.
const MOST_DOMAINS: usize = 1_000_000;

/// A domain to observe, and the MX hosts that it is to have.
type Task = (String, Vec<String>);

/// Whether a run came to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Whole,
    Interrupted,
}

/// What was observed of a repository's domains, and of how many.
pub(super) struct Deployed {
    pub(super) observed: Vec<Observed>,
    pub(super) coverage: Coverage,
}

/// Observes the domains of a repository, if `--live` asks for it: all, or those that the way from `before` touches.
pub(super) fn of_repository(
    args: &LiveArgs,
    reading: &mut Reading<'_>,
    before: Option<&Before<'_>>,
    progress: &Progress,
) -> io::Result<Option<Deployed>> {
    let Some(which) = args.live else { return Ok(None) };
    let mut domains = reading.protected();
    let of = domains.len();
    if which == Live::Touched {
        match reading.touched(before) {
            Some(touched) => domains.retain(|domain, _| touched.contains(domain)),
            None => complain(
                "--live=touched: there is nothing to compare with, so that every domain with MTA-STS is observed",
            ),
        }
    }
    let observed = observe(&args.network, domains, progress)?;
    let coverage = Coverage { observed: observed.len(), of };
    if coverage.observed < of {
        complain(&format!("--live=touched: {coverage}, and the others were not"));
    }
    Ok(Some(Deployed { observed, coverage }))
}

/// Observes domains, and hands them back in their order.
pub(super) fn observe(
    args: &NetworkArgs,
    domains: BTreeMap<Name, BTreeSet<Name>>,
    progress: &Progress,
) -> io::Result<Vec<Observed>> {
    let texts = |names: BTreeSet<Name>| names.iter().map(ToString::to_string).collect();
    let tasks = domains.into_iter().map(|(domain, hosts)| (domain.to_string(), texts(hosts))).collect();
    let mut all = Vec::new();
    let end = each(args, tasks, progress, |observed| {
        all.push(observed);
        Ok(())
    })?;
    if end == End::Interrupted {
        return Err(io::Error::from(io::ErrorKind::Interrupted));
    }
    all.sort_by(|a, b| a.domain.cmp(&b.domain));
    Ok(all)
}

/// Observes domains, several at a time, and hands each on as soon as it is done.
fn each(
    args: &NetworkArgs,
    tasks: Vec<Task>,
    progress: &Progress,
    mut done: impl FnMut(Observed) -> io::Result<()>,
) -> io::Result<End> {
    progress.total.store(tasks.len(), Ordering::Relaxed);
    if tasks.is_empty() {
        return Ok(End::Whole);
    }
    let runtime = runtime()?;
    let _inside = runtime.enter();
    let observer = Arc::new(Observer::new(setup(args)?));
    let end = runtime.block_on(async {
        let mut tasks = tasks.into_iter();
        let mut running = JoinSet::new();
        let mut start = |running: &mut JoinSet<Observed>| {
            if let Some((domain, hosts)) = tasks.next() {
                let observer = Arc::clone(&observer);
                running.spawn(async move { observer.observe(&domain, &hosts).await });
            }
        };
        for _ in 0..args.jobs {
            start(&mut running);
        }
        loop {
            let finished = tokio::select! {
                finished = running.join_next() => finished,
                _ = tokio::signal::ctrl_c() => return Ok(End::Interrupted),
            };
            let Some(finished) = finished else { return Ok(End::Whole) };
            done(finished.map_err(io::Error::other)?)?;
            progress.done.fetch_add(1, Ordering::Relaxed);
            start(&mut running);
        }
    });
    // What still waits for a server waits for nobody any more.
    runtime.shutdown_background();
    end
}

fn setup(args: &NetworkArgs) -> io::Result<Setup> {
    let limits = Limits { retries: args.retries.into(), ..Limits::default() };
    let limits = match args.timeout {
        Some(seconds) => limits.at_most(Duration::from_secs(seconds.into())),
        None => limits,
    };
    let is_v4_only = args.ipv4;
    let network = |text: &String| {
        Network::parse(text).ok_or_else(|| io::Error::other(format!("--lab {text}: no network such as 192.0.2.0/24")))
    };
    let laboratory = args.lab.iter().map(network).collect::<io::Result<Vec<Network>>>()?;
    if !is_v4_only && laboratory.is_empty() && !has_v6() {
        return Err(io::Error::other(
            "there is no way to IPv6 from this machine: say --ipv4 to leave it out, or check from another one",
        ));
    }
    let port = |at: usize| args.lab_ports.get(at).copied();
    let servers = Servers {
        resolver: args.resolver.as_deref().map(resolver).transpose()?,
        trust_anchor: args.trust_anchor.as_deref(),
        port: port(0),
    };
    Ok(Setup {
        dns: Dns::new(&servers, limits)?,
        trust: args.ca_file.as_deref().map_or_else(Trust::system, Trust::with_file)?,
        limits,
        laboratory,
        https_port: port(1).unwrap_or(443),
        smtp_port: port(2).unwrap_or(25),
        ehlo: args.ehlo.clone(),
        is_v4_only,
    })
}

fn resolver(text: &str) -> io::Result<SocketAddr> {
    let address = text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 53)).or_else(|_| text.parse());
    address
        .map_err(|_| io::Error::other(format!("--resolver {text}: no address such as 192.0.2.53 or 192.0.2.53:5353")))
}

/// Checks the deployment of listed domains, and prints what is found of each as soon as it is known.
pub(super) fn run_list(args: &LintArgs, list: &Path) -> io::Result<u8> {
    let format = match args.format {
        Format::Jsonl => Format::Jsonl,
        Format::Human | Format::Concise => Format::Concise,
        _ => return Err(io::Error::other("--domains prints as it goes: its formats are human, concise and jsonl")),
    };
    let request = Request { domains: Vec::new(), ..request_of(args, None)? };
    let domains = shard(read_list(list)?, args.live.shard.as_deref())?;
    let mut journal = args.live.resume.as_deref().map(Journal::open).transpose()?;
    let mut tally = Tally { format, request, args, checked: 0, findings: 0, failures: 0, status: CLEAN };
    for observed in journal.iter_mut().flat_map(|journal| std::mem::take(&mut journal.known)) {
        if domains.contains(&observed.domain) {
            tally.add(&observed)?;
        }
    }
    let is_known = |domain: &String| journal.as_ref().is_some_and(|journal| journal.domains.contains(domain));
    let tasks: Vec<Task> =
        domains.iter().filter(|domain| !is_known(domain)).map(|domain| (domain.clone(), Vec::new())).collect();
    let end = progress::watch("domains", |progress| {
        each(&args.live.network, tasks, progress, |observed| {
            if let Some(journal) = &mut journal {
                journal.add(&observed)?;
            }
            tally.add(&observed)
        })
    })?;
    tally.end();
    Ok(if end == End::Interrupted { INTERRUPTED } else { tally.status })
}

/// The domains of a list: one a line, and behind `#` a comment.
fn read_list(path: &Path) -> io::Result<BTreeSet<String>> {
    let say = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let text: Box<dyn BufRead> = if path.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(io::BufReader::new(std::fs::File::open(path).map_err(say)?))
    };
    let mut domains = BTreeSet::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.map_err(say)?;
        let word = line.split('#').next().unwrap_or_default().trim();
        if word.is_empty() {
            continue;
        }
        let at = |what: &dyn std::fmt::Display| io::Error::other(format!("{}:{}: {what}", path.display(), number + 1));
        let name = domain(word).map_err(|error| at(&error))?;
        domains.insert(name.to_string());
        if domains.len() > MOST_DOMAINS {
            return Err(at(&format!("more than {MOST_DOMAINS} domains: split the list with --shard")));
        }
    }
    Ok(domains)
}

/// The part of the domains that a `--shard` names.
fn shard(domains: BTreeSet<String>, shard: Option<&str>) -> io::Result<BTreeSet<String>> {
    let Some(shard) = shard else { return Ok(domains) };
    let index = std::env::var("JOB_COMPLETION_INDEX").ok();
    let Some((part, parts)) = read_shard(shard, index.as_deref()) else {
        return Err(io::Error::other(format!(
            "--shard {shard}: no part such as 1/4; /4 needs JOB_COMPLETION_INDEX, from 0, in the environment"
        )));
    };
    Ok(domains.into_iter().enumerate().filter(|(at, _)| at % parts == part).map(|(_, domain)| domain).collect())
}

/// The part, from 0, and how many there are.
fn read_shard(shard: &str, index: Option<&str>) -> Option<(usize, usize)> {
    let (part, parts) = shard.split_once('/')?;
    let parts = parts.parse().ok()?;
    let part = if part.is_empty() { index?.parse().ok()? } else { part.parse::<usize>().ok()?.checked_sub(1)? };
    (part < parts).then_some((part, parts))
}

/// What was observed, a line of JSON a domain: a run that is ended in the middle goes on from it.
struct Journal {
    file: std::fs::File,
    /// What is in it, until it is taken.
    known: Vec<Observed>,
    domains: BTreeSet<String>,
}

impl Journal {
    /// Reads what is there. A last line that was not written to its end is taken away; such a line in the middle, where journals
    /// were put behind each other, is passed over.
    fn open(path: &Path) -> io::Result<Self> {
        let say = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let mut file = std::fs::OpenOptions::new().read(true).append(true).create(true).open(path).map_err(say)?;
        let (mut known, mut domains, mut whole) = (Vec::new(), BTreeSet::new(), 0);
        let mut reader = io::BufReader::new(&mut file);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).map_err(say)?;
            if !line.ends_with(b"\n") {
                break;
            }
            whole += read as u64;
            match serde_json::from_slice::<Observed>(line.trim_ascii_end()) {
                Ok(observed) if domains.insert(observed.domain.clone()) => known.push(observed),
                Ok(_) => {}
                Err(error) if error.is_eof() => {}
                Err(error) => {
                    let path = path.display();
                    return Err(io::Error::other(format!("{path}:{number}: not what --resume has written: {error}")));
                }
            }
        }
        drop(reader);
        file.set_len(whole).map_err(say)?;
        Ok(Self { file, known, domains })
    }

    /// One write a line: a process that is killed leaves at most one torn line.
    fn add(&mut self, observed: &Observed) -> io::Result<()> {
        let mut line = serde_json::to_vec(observed)?;
        line.push(b'\n');
        self.file.write_all(&line)
    }
}

/// What came of the domains so far.
struct Tally<'a> {
    format: Format,
    request: Request,
    args: &'a LintArgs,
    checked: usize,
    findings: usize,
    failures: usize,
    status: u8,
}

impl Tally<'_> {
    /// Judges a domain and prints what is found.
    fn add(&mut self, observed: &Observed) -> io::Result<()> {
        let tree = MemoryTree::default();
        let progress = Progress::default();
        let Some(reading) = usable(lint::read(&tree, 0, &self.request, &progress)) else {
            self.status = FAILED;
            return Ok(());
        };
        let outcome = reading.judge(None, std::slice::from_ref(observed));
        say_failures(&outcome);
        let mut out = io::BufWriter::new(io::stdout().lock());
        report::write(self.format, &Report::of(&outcome), &terminal::style(), &mut out)?;
        out.flush()?;
        self.checked += 1;
        self.findings += outcome.findings.len();
        self.failures += outcome.failures.len();
        if !outcome.failures.is_empty() {
            self.status = FAILED;
        } else if self.status == CLEAN && is_found(&outcome, self.args) {
            self.status = FOUND;
        }
        Ok(())
    }

    fn end(&self) {
        let Self { checked, findings, failures, .. } = self;
        let checked = report::count(*checked, "domain", "domains");
        let findings = report::count(*findings, "finding", "findings");
        let failures = report::count(*failures, "question", "questions");
        complain(&format!("{checked} checked as deployed: {findings}, {failures} without an answer"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_share_all_and_nothing_twice() {
        assert_eq!(read_shard("1/4", None), Some((0, 4)));
        assert_eq!(read_shard("4/4", Some("0")), Some((3, 4)));
        assert_eq!(read_shard("/4", Some("3")), Some((3, 4)));
        for (shard, index) in
            [("0/4", None), ("5/4", None), ("/4", None), ("/4", Some("4")), ("1", None), ("a/b", None), ("1/0", None)]
        {
            assert_eq!(read_shard(shard, index), None, "{shard} {index:?}");
        }
        let all: BTreeSet<String> = (0..100).map(|n| format!("d{n}.example")).collect();
        let parts: Vec<String> =
            (1..=7).flat_map(|part| shard(all.clone(), Some(&format!("{part}/7"))).unwrap()).collect();
        assert_eq!(parts.len(), 100);
        assert_eq!(parts.into_iter().collect::<BTreeSet<_>>(), all);
    }

    #[test]
    fn a_torn_line_of_a_journal_is_passed_over_and_any_other_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        let open = |text: &[u8]| {
            std::fs::write(&path, text).unwrap();
            Journal::open(&path).map(|journal| journal.known.len())
        };
        // Torn between the octets of a character, at the end and in the middle.
        assert_eq!(open(b"{\"domain\":\"a\xe2").unwrap(), 0);
        assert_eq!(std::fs::read(&path).unwrap(), b"");
        assert_eq!(open(b"{\"domain\":\"a\xe2\n{\n").unwrap(), 0);
        let error = |text| open(text).unwrap_err().to_string();
        assert!(error(b"{\n{}\n").contains("journal:2: not what --resume has written: missing field"));
        assert!(error(b"domains\n").contains("journal:1: not what"));
    }

    #[test]
    fn a_resolver_is_an_address_with_or_without_its_port() {
        assert_eq!(resolver("192.0.2.1").unwrap().to_string(), "192.0.2.1:53");
        assert_eq!(resolver("::1").unwrap().to_string(), "[::1]:53");
        assert_eq!(resolver("[::1]:5353").unwrap().port(), 5353);
        assert!(resolver("dns.example").is_err());
    }
}
