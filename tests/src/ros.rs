//! Real ROS 2 nodes: the peers in `tests/ros/peers`, run by the environment that `tests/ros/setup` makes.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;

use crate::{netns::Namespace, process::Process};

/// Which ROS nodes a peer can find, as in `ROS_AUTOMATIC_DISCOVERY_RANGE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Those on the same host.
    Localhost,
    /// All that multicast reaches.
    Subnet,
}

/// Starts the peer `script` in a namespace.
///
/// # Panics
///
/// If real ROS 2 is not installed.
pub fn peer(namespace: &Namespace, range: Range, script: &str, arguments: &[&str]) -> Process {
    let mut command = namespace.command(python());
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("ros/peers").join(script)).args(arguments);
    let range = if range == Range::Localhost { "LOCALHOST" } else { "SUBNET" };
    command.env("ROS_AUTOMATIC_DISCOVERY_RANGE", range).env_remove("ROS_DOMAIN_ID").env_remove("ROS_STATIC_PEERS");
    Process::start(script, &mut command)
}

/// The JSON objects that a peer printed.
///
/// # Panics
///
/// If a line is not JSON.
#[must_use]
pub fn said(peer: &Process) -> Vec<Value> {
    let parse = |line: &String| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
    peer.output().iter().map(parse).collect()
}

/// Waits for the end of a peer, which must be a success, and returns the last object it printed.
///
/// # Panics
///
/// If it takes longer than `patience`, or fails.
pub fn finish(peer: &mut Process, patience: Duration) -> Value {
    let status = peer.wait(patience);
    assert!(status.success(), "{}", peer.account(&format!("ended with {status}")));
    said(peer).pop().unwrap_or_default()
}

fn python() -> PathBuf {
    let venv = std::env::var_os("ROSACTOR_ROS_VENV").map(PathBuf::from);
    let venv = venv.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/ros/jazzy"));
    let python = venv.join("bin/python");
    assert!(python.is_file(), "there is no ROS 2 in {}; install it with `tests/ros/setup`", venv.display());
    python
}
