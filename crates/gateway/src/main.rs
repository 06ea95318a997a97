//! The binary `keyward`.

use std::process::ExitCode;

fn main() -> ExitCode {
    keyward_gateway::cli::main()
}
