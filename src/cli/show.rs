//! `mtasts show`.

use std::io::{self, BufWriter, Write};

use super::args::{ShowArgs, ShowFormat};
use super::lint::{domains, read_config, read_plan, run_request};
use super::{CLEAN, FAILED, complain, root, terminal};
use crate::lint::Request;
use crate::report::{self, Understood};

/// Prints what was understood of each domain.
pub(super) fn run(args: &ShowArgs) -> io::Result<u8> {
    let root = root::find(args.repository.root.as_deref(), &[])?;
    let wanted = domains(&args.domains)?;
    let config = args.repository.config.as_deref().map(read_config).transpose()?;
    let plan = args.repository.plan.as_deref().map(|path| read_plan(path, &root)).transpose()?;
    let now = jiff::Timestamp::now();
    let request = Request { config, plan, ..Request::default() };
    let Some(outcome) = run_request(&root, &request)? else { return Ok(FAILED) };
    let sites = outcome.picture.sites.iter().filter(|site| wanted.is_empty() || wanted.contains(&site.domain));
    let unplaced = if wanted.is_empty() { &outcome.picture.unplaced[..] } else { &[] };
    let understood = Understood::of(sites, unplaced, &outcome, Some(now));
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        ShowFormat::Json => report::show::json(&understood, &mut out)?,
        ShowFormat::Human => report::show::human(&understood, &terminal::style(), &mut out)?,
    }
    out.flush()?;
    if understood.domains.is_empty() && understood.unplaced.is_empty() && wanted.is_empty() {
        complain("no mail domain was found here");
    }
    for passed in &outcome.passed {
        complain(&format!("{}: not read: {}", passed.path, passed.why));
    }
    for missing in wanted.iter().filter(|name| !outcome.picture.sites.iter().any(|site| site.domain == **name)) {
        complain(&format!("nothing in this repository speaks of mail for {missing}"));
    }
    Ok(if outcome.failures.is_empty() && (wanted.is_empty() || !understood.domains.is_empty()) {
        CLEAN
    } else {
        FAILED
    })
}
