//! The `scopec` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    scopec::cli::run(std::env::args_os())
}
