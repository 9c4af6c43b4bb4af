//! The command `rosactor`, run as a user runs it: the built program, in the repository's folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::process::binary;

/// The repository's folder.
///
/// # Panics
///
/// If this crate is not in a folder of it.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in a folder of the repository").to_owned()
}

/// The command with these arguments, and without the settings that the tests' own environment may have for it.
///
/// # Panics
///
/// If it is not built.
#[must_use]
pub fn rosactor(arguments: &[&str]) -> Command {
    let mut command = Command::new(binary("rosactor"));
    command.args(arguments).current_dir(repository()).env_remove("RUST_LOG").env_remove("ROSACTOR_BRIDGE");
    command
}

/// Runs a command to its end.
///
/// # Panics
///
/// If it cannot be started.
pub fn finish(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"))
}

/// What a program wrote.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
