//! The arguments, described once: help, man page and completions come from here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::finding::{Applicability, Severity};
use crate::report::Format;

/// Lints the MTA-STS and TLSRPT deployment that a repository declares, before it is published.
#[derive(Debug, Parser)]
#[command(
    name = "mtasts",
    version,
    about,
    long_about = "Reads a repository that declares mail domains (DNS zone files, MTA-STS policies), works out what each \
                  domain would publish, and says what a sending server would hold against it.",
    after_help = "Exit status: 0 nothing at or above --fail-on; 1 findings; 2 no full answer.",
    max_term_width = 100
)]
pub struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check the repository and report what is wrong
    Lint(Box<LintArgs>),
    /// Print what was understood of each domain, and what is unknown and why
    Show(ShowArgs),
    /// Look at the TLS of MX hosts as a sender does, without sending mail, and keep what is seen in mtasts.lock if asked to
    Probe(Box<ProbeArgs>),
    /// Print the page of a rule: why it matters, how to fix it, examples
    Explain(ExplainArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Sum the TLS reports that senders sent: sessions per domain and day, failures per MX host and cause
    Reports(ReportsArgs),
    /// Write a commented mtasts.toml and a pre-commit entry, from what is found here
    Init(InitArgs),
    /// Serve editors over the language server protocol, on standard input and output
    Lsp,
    /// Print a completion script
    Completions {
        /// The shell to complete in
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Which repository, and how it is read.
#[derive(Args, Debug)]
pub(super) struct Repository {
    /// The directory to take for the whole repository [default: the nearest directory upward that holds mtasts.toml or .git]
    #[arg(long, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// The configuration [default: mtasts.toml or .mtasts.toml in the root]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// What `terraform show -json` says of a plan, in the stead of the Terraform files; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(super) plan: Option<PathBuf>,
}

/// The repository, and what of it is reported.
#[derive(Args, Debug)]
pub(super) struct Where {
    /// Report only what lies in these files and directories; the whole repository is read all the same
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) repository: Repository,
}

/// What the files are compared with.
#[derive(Args, Debug)]
pub(super) struct Against {
    /// Judge the change from this revision too [default: what the CI platform or pre-commit says; else HEAD, if there are changes;
    /// else where the branch left origin's default branch]
    #[arg(long, value_name = "REV")]
    pub(super) base: Option<String>,
    /// Judge what is in git's index, and the change from HEAD
    #[arg(long, conflicts_with = "base")]
    pub(super) staged: bool,
    /// Judge only what is here, and no change
    #[arg(long, conflicts_with_all = ["base", "staged"])]
    pub(super) no_base: bool,
}

#[derive(Args, Debug)]
pub(super) struct LintArgs {
    #[command(flatten)]
    pub(super) at: Where,
    #[command(flatten)]
    pub(super) against: Against,
    /// How findings are printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(super) format: Format,
    /// Run only these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
    /// Report only on these domains
    #[arg(long, value_name = "DOMAIN")]
    pub(super) domain: Vec<String>,
    /// The least severity that makes the exit status 1 [default: error, or what mtasts.toml says]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<FailOn>,
    /// Leave out what this file lists as known
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Write all that is found to this file, as known from now on, and exit with 0
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub(super) write_baseline: Option<PathBuf>,
    /// Exit with 0 even if there are findings; 2 stays 2
    #[arg(long)]
    pub(super) exit_zero: bool,
    #[command(flatten)]
    pub(super) fixes: FixArgs,
    #[command(flatten)]
    pub(super) live: LiveArgs,
}

/// What is deployed.
#[derive(Args, Debug)]
#[command(next_help_heading = "What is deployed")]
pub(super) struct LiveArgs {
    /// Compare with what is deployed: ask the DNS, fetch the policies, open SMTP sessions with the MX hosts (no mail is sent);
    /// without WHICH, all
    #[arg(
        long,
        value_enum,
        value_name = "WHICH",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "all",
        conflicts_with_all = ["fix", "diff", "write_baseline"]
    )]
    pub(super) live: Option<Live>,
    /// Check the deployment of the domains in this file, one a line, whether or not a repository declares them; `-` reads standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["live", "base", "staged", "plan", "fix", "diff", "write_baseline"])]
    pub(super) domains: Option<PathBuf>,
    /// With --domains: keep in this file what was observed, and do not ask again for what is in it
    #[arg(long, value_name = "FILE", requires = "domains")]
    pub(super) resume: Option<PathBuf>,
    /// With --domains: only part I of N, from 1; without I (`/N`) the part that `JOB_COMPLETION_INDEX` says, from 0
    #[arg(long, value_name = "I/N", requires = "domains")]
    pub(super) shard: Option<String>,
    #[command(flatten)]
    pub(super) network: NetworkArgs,
}

#[derive(Args, Debug)]
pub(super) struct ProbeArgs {
    /// The mail domains whose MX hosts are looked at [default: those of the repository that take part in MTA-STS]
    #[arg(value_name = "DOMAIN")]
    pub(super) domains: Vec<String>,
    /// Keep what is seen in mtasts.lock, in the root of the repository: `mtasts lint` goes by it
    #[arg(long)]
    pub(super) record: bool,
    #[command(flatten)]
    pub(super) repository: Repository,
    #[command(flatten)]
    pub(super) network: NetworkArgs,
}

/// How the network is used.
#[derive(Args, Debug)]
pub(super) struct NetworkArgs {
    /// The resolver to ask [default: those of this system]
    #[arg(long, value_name = "IP[:PORT]")]
    pub(super) resolver: Option<String>,
    /// Trust only the root certificates in this PEM file [default: those of this system]
    #[arg(long, value_name = "FILE")]
    pub(super) ca_file: Option<PathBuf>,
    /// Trust the DNSKEY records in this file in the stead of those of the root
    #[arg(long, value_name = "FILE")]
    pub(super) trust_anchor: Option<PathBuf>,
    /// Leave IPv6 out, where there is no way to it
    #[arg(long)]
    pub(super) ipv4: bool,
    /// Domains that are checked at the same time
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: u16,
    /// The most that one question, connection or session may take, in seconds [default: 5, 10 and 60]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) timeout: Option<u16>,
    /// How often what is temporary is tried again
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(..=10))]
    pub(super) retries: u8,
    /// The name to say in EHLO [default: the address of this machine, as RFC 5321 §4.1.3 writes it]
    #[arg(long, value_name = "NAME")]
    pub(super) ehlo: Option<String>,
    /// Networks that may be connected to although they are not public
    #[arg(long, value_name = "NETWORK", value_delimiter = ',')]
    pub(super) lab: Vec<String>,
    /// Ports of the name servers, policy hosts and MX hosts of a laboratory
    #[arg(long, value_name = "DNS,HTTPS,SMTP", value_delimiter = ',', num_args = 1, hide = true)]
    pub(super) lab_ports: Vec<u16>,
}

/// What is done with the fixes that findings have.
#[derive(Args, Debug)]
pub(super) struct FixArgs {
    /// Mend what can be mended without changing what is meant, and report what is left
    #[arg(long, conflicts_with_all = ["diff", "write_baseline"])]
    pub(super) fix: bool,
    /// With --fix or --diff: also make fixes that change what is published: a new id, a longer `max_age`, an mx line, a TLSRPT record
    #[arg(long)]
    pub(super) unsafe_fixes: bool,
    /// Print as a diff what --fix would change, write nothing, and exit with 1 if there is something
    #[arg(long, conflicts_with_all = ["format", "write_baseline"])]
    pub(super) diff: bool,
}

impl FixArgs {
    /// The fixes to make, if any are to be made.
    pub(super) fn most(&self) -> Option<Applicability> {
        let most = if self.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        (self.fix || self.diff).then_some(most)
    }
}

#[derive(Args, Debug)]
pub(super) struct ShowArgs {
    /// Only these mail domains
    #[arg(value_name = "DOMAIN")]
    pub(super) domains: Vec<String>,
    #[command(flatten)]
    pub(super) repository: Repository,
    /// How it is printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(super) format: ShowFormat,
}

#[derive(Args, Debug)]
pub(super) struct ExplainArgs {
    /// The rule's name, such as mx-not-covered
    pub(super) rule: String,
}

#[derive(Args, Debug)]
pub(super) struct RulesArgs {
    /// How they are printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(super) format: ShowFormat,
}

#[derive(Args, Debug)]
pub(super) struct ReportsArgs {
    /// Reports as JSON or gzip, mails, mailboxes, or directories of these; `-` reads standard input
    #[arg(value_name = "PATH", required = true)]
    pub(super) paths: Vec<PathBuf>,
    /// Print only these domains
    #[arg(long, value_name = "DOMAIN")]
    pub(super) domain: Vec<String>,
    /// How they are printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(super) format: ShowFormat,
}

#[derive(Args, Debug)]
pub(super) struct InitArgs {
    /// The directory to take for the whole repository [default: the nearest directory upward that holds mtasts.toml or .git]
    #[arg(long, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// Replace a mtasts.toml that is there
    #[arg(long)]
    pub(super) force: bool,
}

/// Which domains of the repository `--live` asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Live {
    /// Every domain with MTA-STS, or those of --domain
    All,
    /// Of these, those that stand in a file that is not as it was in the base, or would publish something else
    Touched,
}

/// The severities of `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Info,
}

/// The formats of `show` and `rules`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ShowFormat {
    /// For people
    Human,
    /// One JSON document
    Json,
}

impl From<FailOn> for Severity {
    fn from(level: FailOn) -> Self {
        match level {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Info => Self::Info,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
