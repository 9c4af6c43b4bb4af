//! Real ROS nodes as peers of a measurement, where they are set up.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::namespace::Namespace;

/// Where `tests/ros/setup` puts ROS 2 Jazzy.
const VENV: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/ros/jazzy");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/net/rclpy_peer.py");

pub(crate) struct Ros {
    python: PathBuf,
}

impl Ros {
    /// Or why there is none.
    pub(crate) fn find() -> Result<Self, String> {
        let python = env::var_os("ROSACTOR_ROS_VENV").map_or_else(|| VENV.into(), PathBuf::from).join("bin/python");
        if !python.is_file() {
            return Err(format!("{} is missing; `tests/ros/setup jazzy` makes it", python.display()));
        }
        Ok(Self { python })
    }

    /// A node, which wants to be told its job.
    pub(crate) fn command(&self, namespace: &Namespace) -> Command {
        let mut command = namespace.command(&self.python);
        command.arg(SCRIPT);
        for variable in ["ROS_DOMAIN_ID", "ROS_STATIC_PEERS"] {
            command.env_remove(variable);
        }
        command.env("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST");
        command
    }
}
