//! Two hosts: one with ROS nodes, one with the actors and the bridge.

use std::fs;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rosactor_tests::command::repository;
use rosactor_tests::netns::Namespace;
use rosactor_tests::process::{Process, binary};
use rosactor_tests::ros::{self, Range, Stack};
use rosactor_tests::run::Run;
use serde_json::Value;
use tempfile::TempDir;

/// For what must come, but may take its time on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// One test at a time: each keeps several programs busy.
pub(crate) fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    // A test that failed has left nothing behind that could spoil the next.
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A deployment with its bridge, and the host of its ROS nodes.
pub(crate) struct Place {
    // Ended before the hosts are removed.
    pub(crate) run: Run,
    pub(crate) stack: Stack,
    pub(crate) nodes: Namespace,
    pub(crate) actors: Namespace,
    range: Range,
    folder: TempDir,
}

impl Place {
    /// Runs a file of `tests/ros` whose bridge is for ROS nodes of this release.
    pub(crate) fn start(stack: Stack, file: &str) -> Self {
        Self::among(Namespace::pair(), Range::Subnet, stack, file)
    }

    /// The same where hosts find each other by their names alone.
    pub(crate) fn without_multicast(stack: Stack, file: &str) -> Self {
        let pair = Namespace::pair();
        pair.0.without_multicast();
        pair.1.without_multicast();
        Self::among(pair, Range::Named, stack, file)
    }

    fn among((nodes, actors): (Namespace, Namespace), range: Range, stack: Stack, file: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = fs::read_to_string(repository().join("tests/ros").join(file)).unwrap();
        let path = folder.path().join(file);
        let text = text.replace("distro: jazzy", &format!("distro: {}", stack.name()));
        let named = format!("discovery: {{peers: [{}]}}", nodes.address());
        let text = if range == Range::Named { text.replace("discovery: subnet", &named) } else { text };
        fs::write(&path, text).unwrap();
        let run = Run::start(&actors, &binary("examples/citizen"), path.to_str().unwrap());
        Self { run, stack, nodes, actors, range, folder }
    }

    /// Runs a file of `tests/ros` beside it, on the same host.
    pub(crate) fn beside(&self, file: &str) -> Run {
        Run::start(&self.actors, &binary("examples/citizen"), &format!("tests/ros/{file}"))
    }

    /// Runs guest.yaml beside it, whose actor counts from this number on.
    pub(crate) fn guest(&self, first: usize) -> Run {
        let path = self.folder.path().join("guest.yaml");
        let text = fs::read_to_string(repository().join("tests/ros/guest.yaml")).unwrap();
        fs::write(&path, format!("{text}    params: {{first: {first}}}\n")).unwrap();
        Run::start(&self.actors, &binary("examples/citizen"), path.to_str().unwrap())
    }

    /// Starts a ROS node.
    pub(crate) fn node(&self, script: &str, arguments: &[&str]) -> Process {
        ros::peer_on(self.stack, &self.nodes, self.range, script, arguments)
    }

    /// Starts a peer on Cyclone DDS.
    pub(crate) fn cyclone(&self, script: &str, arguments: &[&str]) -> Process {
        ros::peer_on(Stack::Cyclone, &self.nodes, Range::Subnet, script, arguments)
    }
}

/// Waits for the end of a peer that says itself whether all was right, and returns its last words.
pub(crate) fn succeed(mut peer: Process) -> Value {
    ros::finish(&mut peer, Duration::from_secs(120))
}

/// Ends a peer, which must end well, and returns its last words.
pub(crate) fn dismiss(mut peer: Process) -> Value {
    peer.signal("TERM");
    ros::finish(&mut peer, Duration::from_secs(20))
}

/// Waits until a peer is ready.
pub(crate) fn ready(peer: &Process) {
    peer.wait_for_output(PATIENCE, |line| line.starts_with("{\"ready\""));
}
