//! `mtasts reports`.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use ignore::WalkBuilder;

use super::args::{ReportsArgs, ShowFormat};
use super::{CLEAN, FAILED, complain, terminal};
use crate::report::tls_reports;
use crate::reports::{self, ReportError, Sums};

/// Sums what senders report, and prints it. What is no report is named, and the rest is summed all the same.
pub(super) fn run(args: &ReportsArgs) -> io::Result<u8> {
    let wanted = super::lint::domains(&args.domain)?;
    let mut reading = Reading::default();
    for path in &args.paths {
        reading.path(path);
    }
    let Reading { mut sums, is_whole, passed } = reading;
    if passed > 0 {
        let s = if passed == 1 { "" } else { "s" };
        complain(&format!("passed over {passed} file{s} neither called as reports are nor with one inside"));
    }
    if sums.repeated > 0 {
        let s = if sums.repeated == 1 { "" } else { "s" };
        complain(&format!("left out {} report{s} that came more than once", sums.repeated));
    }
    if sums.reports == 0 {
        complain("no TLS report was found");
        return Ok(FAILED);
    }
    let is_wanted = |domain: &str| wanted.is_empty() || wanted.iter().any(|name| name.as_str() == domain);
    sums.domains.retain(|domain, _| is_wanted(domain));
    for missing in wanted.iter().filter(|name| !sums.domains.contains_key(name.as_str())) {
        complain(&format!("no report speaks of {missing}"));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        ShowFormat::Json => tls_reports::json(&sums, &mut out)?,
        ShowFormat::Human => tls_reports::human(&sums, &terminal::style(), &mut out)?,
    }
    out.flush()?;
    Ok(if is_whole && (wanted.is_empty() || !sums.domains.is_empty()) { CLEAN } else { FAILED })
}

/// What has been read so far.
struct Reading {
    sums: Sums,
    /// Whether everything that should have been read was.
    is_whole: bool,
    /// Files of directories that have another purpose.
    passed: usize,
}

impl Default for Reading {
    fn default() -> Self {
        Self { sums: Sums::default(), is_whole: true, passed: 0 }
    }
}

impl Reading {
    /// Reads a file, standard input, or every file below a directory.
    fn path(&mut self, path: &Path) {
        if path.as_os_str() == "-" {
            let faults = reports::read(&mut io::stdin().lock(), &mut self.sums);
            self.say("<stdin>", &faults);
        } else if path.is_dir() {
            self.directory(path);
        } else {
            self.file(path, true);
        }
    }

    /// Reports are nothing that git or an editor knows of: no file is left out for its sake, and no link is followed.
    fn directory(&mut self, directory: &Path) {
        let walk = WalkBuilder::new(directory).standard_filters(false).sort_by_file_name(Ord::cmp).build();
        for entry in walk {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                    let is_asked_for = reports::claims(&entry.path().to_string_lossy());
                    self.file(entry.path(), is_asked_for);
                }
                Ok(_) => {}
                Err(error) => self.fail(&error.to_string()),
            }
        }
    }

    fn file(&mut self, path: &Path, is_asked_for: bool) {
        let name = path.display().to_string();
        match File::open(path) {
            Err(error) => self.fail(&format!("{name}: {error}")),
            Ok(file) => {
                let faults = reports::read(&mut BufReader::new(file), &mut self.sums);
                let is_other =
                    |fault: &reports::Fault| matches!(fault.error, ReportError::NoReport | ReportError::NoAttachment);
                if !is_asked_for && faults.iter().any(is_other) {
                    self.passed += 1;
                } else {
                    self.say(&name, &faults);
                }
            }
        }
    }

    fn say(&mut self, name: &str, faults: &[reports::Fault]) {
        for fault in faults {
            self.fail(&format!("{name}: {fault}"));
        }
    }

    fn fail(&mut self, message: &str) {
        self.is_whole = false;
        complain(message);
    }
}
