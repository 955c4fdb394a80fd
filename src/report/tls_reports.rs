//! `mtasts reports`, for people and as JSON: the sums of what senders report. Every name in them is a stranger's.

use std::io;

use jiff::civil::Date;
use serde::Serialize;

use super::Style;
use super::json_shape::put;
use crate::reports::{Cause, Day, DomainSums, Failures, Sums};
use crate::text::{Escaped, clipped};

/// Widths beyond which a name is cut in the table; JSON has them whole.
const MAX_MX: usize = 40;
const MAX_RESULT: usize = 26;
const MAX_DOMAIN: usize = 60;
/// A bar shorter than this shows nothing.
const MIN_BAR: usize = 8;

#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    reports: usize,
    repeated: usize,
    domains: Vec<Domain<'a>>,
}

#[derive(Serialize)]
struct Domain<'a> {
    #[serde(rename = "domain")]
    name: &'a str,
    organizations: Vec<&'a str>,
    successful: u64,
    failed: u64,
    days: Vec<DayRow>,
    failures: Vec<FailureRow<'a>>,
}

#[derive(Serialize)]
struct DayRow {
    day: Date,
    successful: u64,
    failed: u64,
}

#[derive(Serialize)]
struct FailureRow<'a> {
    mx: Option<&'a str>,
    result: Option<&'a str>,
    sessions: u64,
    organizations: Vec<&'a str>,
    days: Vec<SessionsRow>,
}

#[derive(Serialize)]
struct SessionsRow {
    day: Date,
    sessions: u64,
}

/// Prints the sums as JSON, and a line feed.
pub fn json(sums: &Sums, out: &mut dyn io::Write) -> io::Result<()> {
    let domains = sums.domains.iter().map(|(name, domain)| Domain::of(name, domain)).collect();
    put(&Document { version: 1, reports: sums.reports, repeated: sums.repeated, domains }, out)?;
    writeln!(out)
}

impl<'a> Domain<'a> {
    fn of(name: &'a str, sums: &'a DomainSums) -> Self {
        let Day { successful, failed } = sums.total();
        let day = |(day, sessions): (&Date, &Day)| DayRow {
            day: *day,
            successful: sessions.successful,
            failed: sessions.failed,
        };
        Self {
            name,
            organizations: sums.organizations.iter().map(String::as_str).collect(),
            successful,
            failed,
            days: sums.days.iter().map(day).collect(),
            failures: sums.failures.iter().map(|(cause, failures)| FailureRow::of(cause, failures)).collect(),
        }
    }
}

impl<'a> FailureRow<'a> {
    fn of(cause: &'a Cause, failures: &'a Failures) -> Self {
        Self {
            mx: cause.mx.as_deref(),
            result: cause.result.as_deref(),
            sessions: failures.total(),
            organizations: failures.organizations.iter().map(String::as_str).collect(),
            days: failures.days.iter().map(|(day, sessions)| SessionsRow { day: *day, sessions: *sessions }).collect(),
        }
    }
}

/// Prints the sums, a paragraph a domain: what failed, the most first, and a bar a day.
pub fn human(sums: &Sums, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    for (number, (name, domain)) in sums.domains.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        heading(name, domain, style, out)?;
        failures(domain, out)?;
        days(domain, style, out)?;
    }
    Ok(())
}

fn heading(name: &str, domain: &DomainSums, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let (bold, reset) = if style.color { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    let Day { successful, failed } = domain.total();
    let senders = domain.organizations.len();
    let s = if senders == 1 { "" } else { "s" };
    writeln!(
        out,
        "{bold}{}{reset}  {successful} successful, {failed} failed, from {senders} sender{s}",
        Escaped(&clipped(name.as_bytes(), MAX_DOMAIN))
    )
}

fn failures(domain: &DomainSums, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rows: Vec<(u64, String, String, Date)> = domain.failures.iter().map(failure).collect();
    rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (&a.1, &a.2).cmp(&(&b.1, &b.2))));
    let sessions = width(rows.iter().map(|row| row.0.to_string()), "failed");
    let mx = width(rows.iter().map(|row| row.1.clone()), "MX host");
    let result = width(rows.iter().map(|row| row.2.clone()), "result");
    if !rows.is_empty() {
        writeln!(out, "  {:>sessions$}  {:<mx$}  {:<result$}  last on", "failed", "MX host", "result")?;
    }
    for (count, host, why, last) in rows {
        writeln!(out, "  {count:>sessions$}  {host:<mx$}  {why:<result$}  {last}")?;
    }
    Ok(())
}

fn failure((cause, failures): (&Cause, &Failures)) -> (u64, String, String, Date) {
    let shown = |text: &Option<String>, limit: usize, none: &str| {
        text.as_ref().map_or_else(|| none.to_owned(), |text| Escaped(&clipped(text.as_bytes(), limit)).to_string())
    };
    let last = failures.days.keys().next_back().copied().unwrap_or_default();
    (failures.total(), shown(&cause.mx, MAX_MX, "-"), shown(&cause.result, MAX_RESULT, "(no details)"), last)
}

fn width(cells: impl Iterator<Item = String>, heading: &str) -> usize {
    cells.map(|cell| cell.chars().count()).chain([heading.len()]).max().unwrap_or_default()
}

fn days(domain: &DomainSums, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let good = width(domain.days.values().map(|day| day.successful.to_string()), "successful");
    let bad = width(domain.days.values().map(|day| day.failed.to_string()), "failed");
    let most = domain.days.values().map(|day| day.successful.saturating_add(day.failed)).max().unwrap_or_default();
    let room = style.width.saturating_sub(10 + good + bad + 8);
    writeln!(out, "  {:<10}  {:>good$}  {:>bad$}", "day", "successful", "failed")?;
    for (date, day) in &domain.days {
        let bar = if room < MIN_BAR { String::new() } else { bar(*day, most, room, style) };
        let line = format!("  {date}  {:>good$}  {:>bad$}  {bar}", day.successful, day.failed);
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// The sessions of a day, in cells of which `room` stand for `most`: those that failed behind the others, and never none of them.
fn bar(day: Day, most: u64, room: usize, style: &Style) -> String {
    let total = cells(day.successful.saturating_add(day.failed), most, room);
    let failed = cells(day.failed, most, room).clamp(usize::from(day.failed > 0), total);
    let (good, bad) = if style.unicode { ("█", "░") } else { ("=", "!") };
    let (good, bad) = (good.repeat(total - failed), bad.repeat(failed));
    if !style.color || failed == 0 {
        return good + &bad;
    }
    format!("{good}\u{1b}[31m{bad}\u{1b}[0m")
}

/// The share of `count` in `most`, rounded; at least one of anything.
fn cells(count: u64, most: u64, room: usize) -> usize {
    let share = (u128::from(count) * room as u128 * 2 + u128::from(most)) / (u128::from(most).max(1) * 2);
    usize::try_from(share).map_or(room, |share| share.clamp(usize::from(count > 0), room))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_show_what_there_is_and_never_more_than_fits() {
        let plain = Style { color: false, unicode: false, width: 80, links: false };
        let shown = |successful, failed, most| bar(Day { successful, failed }, most, 10, &plain);
        for (day, expected) in [
            (shown(10, 0, 10), "=========="),
            (shown(5, 5, 10), "=====!!!!!"),
            (shown(9999, 1, 10_000), "=========!"),
            (shown(0, 1, 10_000), "!"),
            (shown(1, 0, 10_000), "="),
            (shown(0, 0, 0), ""),
            (shown(u64::MAX, u64::MAX, u64::MAX), "!!!!!!!!!!"),
        ] {
            assert_eq!(day, expected);
        }
    }
}
