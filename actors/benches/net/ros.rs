//! Real ROS nodes as a peer of the measurements, if they are set up.

use std::env;
use std::path::PathBuf;
use std::process::Command;

/// Where `tests/ros/setup` puts ROS 2 Jazzy.
const VENV: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/ros/jazzy");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/net/rclpy_peer.py");

/// ROS, and a network of its own for it, so that what DDS says to everybody stays there. It is removed when dropped.
pub(crate) struct Ros {
    python: PathBuf,
    network: String,
}

impl Ros {
    /// `None`, and a line with the reason, where there is no ROS or no right to make a network.
    pub(crate) fn find() -> Option<Self> {
        let python = env::var_os("ROSACTOR_ROS_VENV").map_or_else(|| VENV.into(), PathBuf::from).join("bin/python");
        let network = format!("rosactor-net-{}", std::process::id());
        if !python.is_file() {
            eprintln!("rclpy is left out: {} is missing; `tests/ros/setup jazzy` makes it", python.display());
            return None;
        }
        if !ip(&["netns", "add", &network]) {
            eprintln!("rclpy is left out: it needs a network of its own, which root can make");
            return None;
        }
        let ros = Self { python, network };
        ip(&["-n", &ros.network, "link", "set", "lo", "up"]).then_some(ros)
    }

    /// A node, to be told its job.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.network]).arg(&self.python).arg(SCRIPT);
        for variable in ["ROS_DOMAIN_ID", "ROS_STATIC_PEERS"] {
            command.env_remove(variable);
        }
        command.env("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST");
        command
    }
}

impl Drop for Ros {
    fn drop(&mut self) {
        ip(&["netns", "delete", &self.network]);
    }
}

fn ip(arguments: &[&str]) -> bool {
    Command::new("ip").args(arguments).status().is_ok_and(|status| status.success())
}
