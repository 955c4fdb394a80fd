//! The command line tool.

use std::process::ExitCode;

/// Parsing on several threads and joining on others is mostly giving memory back and forth: with the system's allocator
/// the lint of 20,000 domains takes half as long again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    mtasts::cli::main()
}
