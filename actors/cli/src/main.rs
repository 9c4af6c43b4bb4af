//! The command `rosactor`, with the lessons' actor types.

use std::process::ExitCode;

fn main() -> ExitCode {
    rosactor_cli::main(rosactor_lessons::register)
}
