//! Truths.
