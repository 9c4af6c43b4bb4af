//! Real ROS 2 nodes: the peers in `tests/ros/peers`, run by the environment that `tests/ros/setup` makes.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;

use crate::{netns::Namespace, process::Process};

/// Which ROS nodes a peer can find, as in `ROS_AUTOMATIC_DISCOVERY_RANGE` and `ROS_STATIC_PEERS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Those on the same host.
    Localhost,
    /// All that multicast reaches.
    Subnet,
    /// Those on the same host and on the other one of a [`Namespace::pair`], which knows it by name too.
    Named,
}

/// What a peer runs on, each in an environment of its own that `tests/ros/setup` makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stack {
    /// ROS 2 Jazzy on Fast DDS.
    Jazzy,
    /// ROS 2 Kilted on Fast DDS.
    Kilted,
    /// No ROS, but Cyclone DDS, spoken as ROS 2 nodes on it speak.
    Cyclone,
}

impl Stack {
    /// The name of its environment, which is that of the ROS 2 release if it is one.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jazzy => "jazzy",
            Self::Kilted => "kilted",
            Self::Cyclone => "cyclone",
        }
    }

    fn python(self) -> PathBuf {
        let variable = match self {
            Self::Jazzy => "ROSACTOR_ROS_VENV",
            Self::Kilted => "ROSACTOR_ROS_VENV_KILTED",
            Self::Cyclone => "ROSACTOR_CYCLONE_VENV",
        };
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let venv = std::env::var_os(variable).map(PathBuf::from);
        let venv = venv.unwrap_or_else(|| here.join("../target/ros").join(self.name()));
        let python = venv.join("bin/python");
        assert!(python.is_file(), "{} is missing; `tests/ros/setup {}` makes it", python.display(), self.name());
        python
    }
}

/// Starts the peer `script` on ROS 2 Jazzy in a namespace.
///
/// # Panics
///
/// If real ROS 2 is not installed.
pub fn peer(namespace: &Namespace, range: Range, script: &str, arguments: &[&str]) -> Process {
    peer_on(Stack::Jazzy, namespace, range, script, arguments)
}

/// Starts the peer `script` in a namespace.
///
/// # Panics
///
/// If what it runs on is not installed.
pub fn peer_on(stack: Stack, namespace: &Namespace, range: Range, script: &str, arguments: &[&str]) -> Process {
    let mut command = namespace.command(stack.python());
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("ros/peers").join(script)).args(arguments);
    for variable in ["ROS_DOMAIN_ID", "ROS_STATIC_PEERS", "CYCLONEDDS_URI"] {
        command.env_remove(variable);
    }
    let word = if range == Range::Subnet { "SUBNET" } else { "LOCALHOST" };
    command.env("ROS_AUTOMATIC_DISCOVERY_RANGE", word);
    if range == Range::Named {
        command.env("ROS_STATIC_PEERS", namespace.other());
    }
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
