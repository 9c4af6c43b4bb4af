//! Real ROS nodes as peers of a measurement, where they are set up.

use std::env;
use std::path::PathBuf;
use std::process::{self, Command};

/// Where `tests/ros/setup` puts ROS 2 Jazzy.
const VENV: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/ros/jazzy");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/net/rclpy_peer.py");

/// ROS, and a network namespace for its nodes, so that the multicast of DDS stays there.
pub(crate) struct Ros {
    python: PathBuf,
    namespace: String,
}

impl Ros {
    /// Or why there is none.
    pub(crate) fn find() -> Result<Self, String> {
        let python = env::var_os("ROSACTOR_ROS_VENV").map_or_else(|| VENV.into(), PathBuf::from).join("bin/python");
        if !python.is_file() {
            return Err(format!("{} is missing; `tests/ros/setup jazzy` makes it", python.display()));
        }
        let namespace = format!("rosactor-net-{}", process::id());
        ip(&["netns", "add", &namespace])?;
        // From here on it is removed, whatever happens.
        let ros = Self { python, namespace };
        ip(&["-n", &ros.namespace, "link", "set", "lo", "up"])?;
        Ok(ros)
    }

    /// A node, which wants to be told its job. `ip` replaces itself by it, so that whoever kills the child kills the node.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.namespace]).arg(&self.python).arg(SCRIPT);
        for variable in ["ROS_DOMAIN_ID", "ROS_STATIC_PEERS"] {
            command.env_remove(variable);
        }
        command.env("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST");
        command
    }
}

impl Drop for Ros {
    fn drop(&mut self) {
        let _ = ip(&["netns", "delete", &self.namespace]);
    }
}

fn ip(arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("ip").args(arguments).output();
    let output = output.map_err(|_| "the program `ip` is missing (package iproute2)".to_owned())?;
    let reason = String::from_utf8_lossy(&output.stderr);
    let account = || format!("`ip {}` failed, which needs root: {}", arguments.join(" "), reason.trim());
    if output.status.success() { Ok(()) } else { Err(account()) }
}
