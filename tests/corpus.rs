//! What the fuzz targets found, run again.

use crate::{invariants, support};

/// Runs `check` on every file of a target's corpus.
fn corpus(target: &str, check: fn(&[u8])) {
    let directory = support::root().join("fuzz/corpus").join(target);
    let mut count = 0;
    for entry in std::fs::read_dir(&directory).unwrap() {
        check(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 0, "{} is empty", directory.display());
}

#[test]
fn zones() {
    corpus("zone", invariants::zone);
}

#[test]
fn policies() {
    corpus("policy", invariants::policy);
}

#[test]
fn records() {
    corpus("record", invariants::record);
}

#[test]
fn tlsrpt_records() {
    corpus("tlsrpt", invariants::tlsrpt);
}

#[test]
fn reports() {
    corpus("reports", invariants::reports);
}

#[test]
fn repositories() {
    corpus("lint", invariants::lint);
}

#[test]
fn terraform() {
    corpus("hcl", invariants::hcl);
}

#[test]
fn octodns_zones() {
    corpus("octodns", invariants::octodns);
}

#[test]
fn plans() {
    corpus("plan", invariants::plan);
}

#[test]
fn values_of_terraform() {
    corpus("provider", invariants::provider);
}

#[test]
fn certificates() {
    corpus("certificate", invariants::certificate);
}

#[test]
fn smtp_replies() {
    corpus("smtp", invariants::smtp);
}
