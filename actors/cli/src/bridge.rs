//! `rosactor bridge`.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rosactor::launch;

use crate::FAILED;
use crate::output::complain;

/// Becomes the program `rosactor-bridge`, so that it has this process's number, streams and signals; the exit code if that fails.
pub(crate) fn bridge(options: &[OsString]) -> u8 {
    match launch::bridge_program() {
        Ok(program) => {
            let error = Command::new(&program).args(options).exec();
            complain(format_args!("{} cannot be started: {error}", program.display()));
        }
        Err(error) => complain(error),
    }
    FAILED
}
