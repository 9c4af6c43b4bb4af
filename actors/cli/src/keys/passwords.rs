//! Passwords of hosts: a file with a line `host:password` for each.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use rand::Rng;
use rand::distr::Alphanumeric;
use rosactor::deployment::Deployment;

use super::{Reader, write};
use crate::output::tell;

/// Characters of a password.
const LENGTH: usize = 32;

/// Adds a password for each host that has none.
pub(super) fn write_missing(deployment: &Deployment, file: &Path) -> Result<(), String> {
    let mut text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(format!("{} cannot be read: {error}", file.display())),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let mut added = Vec::new();
    for host in deployment.host_names() {
        if !text.lines().any(|line| line.split_once(':').is_some_and(|(name, _)| name == host)) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{host}:{}", password());
            added.push(host);
        }
    }
    if added.is_empty() {
        tell(format_args!("kept {}", file.display()));
        return Ok(());
    }
    write(file, &text, Reader::Owner)?;
    tell(format_args!("wrote passwords for {} into {}", added.join(", "), file.display()));
    Ok(())
}

fn password() -> String {
    rand::rng().sample_iter(Alphanumeric).take(LENGTH).map(char::from).collect()
}
