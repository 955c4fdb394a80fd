//! `tests/invariants.rs` says what is looked for.

#![no_main]
#![allow(dead_code, reason = "each target holds one of the invariants")]

#[path = "../../tests/invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|data: &[u8]| invariants::certificate(data));
