//! `mtasts show`, for people and as JSON.

use std::io;

use super::Style;
use super::json_shape::put;
use super::understood::{At, Domain, MxHost, State, Texts, Understood};
use crate::text::{Escaped, escape};

/// Prints what was understood as JSON, and a line feed.
pub fn json(understood: &Understood, out: &mut dyn io::Write) -> io::Result<()> {
    put(understood, out)?;
    writeln!(out)
}

/// Prints what was understood, a paragraph a domain.
pub fn human(understood: &Understood, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    for (number, domain) in understood.domains.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        one(domain, style, out)?;
    }
    if !understood.unplaced.is_empty() {
        writeln!(out, "{}of no domain that is known:", if understood.domains.is_empty() { "" } else { "\n" })?;
    }
    for gap in &understood.unplaced {
        writeln!(out, "  unknown      {}: {}{}", Escaped(&gap.what), Escaped(&gap.why), place(&gap.at))?;
    }
    Ok(())
}

fn one(domain: &Domain, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let (bold, reset) = if style.color { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    let view = if domain.view.is_empty() { String::new() } else { format!("  (view {})", Escaped(&domain.view)) };
    writeln!(out, "{bold}{}{reset}{view}", Escaped(&domain.name))?;
    if let Some(zone) = &domain.zone {
        let path = zone.at.path.as_deref().unwrap_or_default();
        writeln!(out, "  {:<12} {}, as {} tells  [{}]", "zone", Escaped(&zone.name), zone.told_by, Escaped(path))?;
    }
    let record =
        Texts { state: domain.record.state, values: domain.record.values.clone(), at: domain.record.at.clone() };
    texts("record", &record, out)?;
    policy(domain, out)?;
    let host = &domain.policy_host;
    texts("policy host", host, out)?;
    let hosts = domain.mx.hosts.iter().map(exchange).collect();
    texts("mx", &Texts { state: domain.mx.state, values: hosts, at: At::default() }, out)?;
    texts("tlsrpt", &domain.tlsrpt, out)?;
    for gap in &domain.unknown {
        writeln!(out, "  unknown      {}: {}{}", gap.what, Escaped(&gap.why), place(&gap.at))?;
    }
    Ok(())
}

/// An MX host, and what shows that it offers TLS.
fn exchange(mx: &MxHost) -> String {
    let proof = mx.tls.as_ref().map_or_else(String::new, |proof| {
        let line = proof.at.path.as_ref().zip(proof.at.line);
        let at = line.map_or_else(String::new, |(path, line)| format!(", {path}:{line}"));
        format!("  (TLS by {}: {}{at})", proof.shown_by, proof.what)
    });
    format!("{} {}{proof}", mx.preference, mx.host)
}

fn policy(domain: &Domain, out: &mut dyn io::Write) -> io::Result<()> {
    let policy = &domain.policy;
    if policy.state != State::Known {
        return line("policy", policy.state.as_str(), &policy.at, out);
    }
    // What is not there may be in what is not known.
    let none = if policy.is_whole { "(none)" } else { "unknown" };
    let mode = policy.mode.as_deref().map_or_else(|| none.to_owned(), |mode| escape(mode).into_owned());
    let max_age = policy.max_age.map_or_else(|| none.to_owned(), |seconds| seconds.to_string());
    let mx = policy.mx.iter().map(|mx| escape(mx)).collect::<Vec<_>>().join(", ");
    let mx = match (mx.is_empty(), policy.is_whole) {
        (true, _) => none,
        (false, true) => &mx,
        (false, false) => &format!("{mx} (and perhaps more)"),
    };
    line("policy", &format!("{mode}, max_age {max_age}, mx {mx}"), &policy.at, out)
}

fn texts(what: &str, texts: &Texts, out: &mut dyn io::Write) -> io::Result<()> {
    for (number, value) in texts.values.iter().enumerate() {
        let at = if number == 0 { texts.at.clone() } else { At::default() };
        line(if number == 0 { what } else { "" }, &escape(value), &at, out)?;
    }
    match texts.state {
        State::Unknown if !texts.values.is_empty() => line("", "(and perhaps more)", &At::default(), out),
        state if texts.values.is_empty() => line(what, state.as_str(), &At::default(), out),
        _ => Ok(()),
    }
}

fn line(what: &str, value: &str, at: &At, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "  {what:<12} {value}{}", place(at))
}

fn place(at: &At) -> String {
    match (&at.path, at.line) {
        (Some(path), Some(line)) => format!("  [{}:{line}]", Escaped(path)),
        _ => String::new(),
    }
}
