//! A network namespace for those who speak DDS, so that their multicast stays there.

use std::path::Path;
use std::process::{self, Command};

/// It has loopback, and no way out.
pub(crate) struct Namespace(String);

impl Namespace {
    /// Or why there is none.
    pub(crate) fn make() -> Result<Self, String> {
        let name = format!("rosactor-net-{}", process::id());
        ip(&["netns", "add", &name])?;
        // From here on it is removed, whatever happens.
        let namespace = Self(name);
        ip(&["-n", &namespace.0, "link", "set", "lo", "up"])?;
        Ok(namespace)
    }

    /// A program in it. `ip` replaces itself by it, so that whoever kills the child kills the program.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.0]).arg(program);
        command
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = ip(&["netns", "delete", &self.0]);
    }
}

fn ip(arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("ip").args(arguments).output();
    let output = output.map_err(|_| "the program `ip` is missing (package iproute2)".to_owned())?;
    let reason = String::from_utf8_lossy(&output.stderr);
    let account = || format!("`ip {}` failed, which needs root: {}", arguments.join(" "), reason.trim());
    if output.status.success() { Ok(()) } else { Err(account()) }
}
