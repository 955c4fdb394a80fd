//! The command line: arguments in, exit status out. What it does, the modules above do.
//!
//! Exit status: 0 nothing at or above `--fail-on`; 1 findings; 2 no full answer. It never depends on the format.

mod args;
mod base;
mod explain;
mod fixes;
mod init;
mod lint;
mod live;
mod probe;
mod progress;
mod reports;
mod root;
mod show;
mod terminal;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

pub use args::Cli;
use args::Command;

/// Nothing at or above `--fail-on`.
pub(crate) const CLEAN: u8 = 0;
/// Findings.
pub(crate) const FOUND: u8 = 1;
/// No full answer: usage, unreadable input.
pub(crate) const FAILED: u8 = 2;

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    // `try_parse` rather than `parse`, which would exit by itself.
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is nobody's error.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { FAILED } else { CLEAN });
        }
    };
    status(run(&cli.command))
}

fn run(command: &Command) -> io::Result<u8> {
    match command {
        Command::Lint(args) => lint::run(args),
        Command::Show(args) => show::run(args),
        Command::Probe(args) => probe::run(args),
        Command::Explain(args) => explain::page(args),
        Command::Rules(args) => explain::list(args),
        Command::Reports(args) => reports::run(args),
        Command::Init(args) => init::run(args),
        // The protocol wants 1 of a server that ends and was not asked to.
        Command::Lsp => crate::lsp::serve().map(|was_asked| u8::from(!was_asked)),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "mtasts", &mut script);
            print(&script)
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page).and_then(|()| print(&page))
        }
    }
}

fn status(result: io::Result<u8>) -> ExitCode {
    match result {
        Ok(status) => ExitCode::from(status),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(CLEAN),
        // Ended by Ctrl-C, as a shell says it.
        Err(error) if error.kind() == io::ErrorKind::Interrupted => ExitCode::from(130),
        Err(error) => {
            complain(&error.to_string());
            ExitCode::from(FAILED)
        }
    }
}

/// Writes a result to stdout.
fn print(text: &[u8]) -> io::Result<u8> {
    let mut out = io::stdout().lock();
    out.write_all(text)?;
    out.flush()?;
    Ok(CLEAN)
}

/// Writes one line to stderr, whatever it says made safe. If even that fails there is nobody left to tell.
fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "mtasts: {}", crate::text::Escaped(message));
}
