//! The Terraform provider.

use std::process::ExitCode;

fn main() -> ExitCode {
    mtasts::provider::main()
}
