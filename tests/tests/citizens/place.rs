//! Two hosts: one with ROS nodes, one with the actors and the bridge.

use std::fs;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rosactor_tests::command::{finish, repository};
use rosactor_tests::netns::{MIDDLE, Namespace};
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
    /// The other hosts of the deployment.
    others: Vec<(Namespace, Run)>,
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
        Self { run, others: Vec::new(), stack, nodes, actors, range, folder }
    }

    /// The actors on a base, the bridge on a robot with the ROS nodes, and between them a router, the only host that each of them
    /// reaches. Every host proves who it is, and may do only what its actors declare.
    pub(crate) fn across_hosts(stack: Stack) -> Self {
        let (middle, mut ends) = Namespace::star(2);
        let (robot, base) = (ends.remove(0), ends.remove(0));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("across.yaml");
        let text = fs::read_to_string(repository().join("tests/ros/citizens.yaml")).unwrap();
        let hosts = "security: {tls: {keys: keys}, access: generate}
hosts:
  router: {mode: router, listen: [tls/router:7447]}
  robot: {connect: [tls/router:7447]}
  base: {connect: [tls/router:7447]}
";
        let text = text.replace("transport:\n  listen: [tcp/127.0.0.1:7447]\n", hosts);
        let text = text.replace("distro: jazzy\n  discovery: subnet", "hosts: [robot]\n  distro: jazzy");
        fs::write(&path, text.replace("    type: ", "    host: base\n    type: ")).unwrap();
        let bind = format!("router={MIDDLE}");
        let keys = finish(Command::new(binary("rosactor")).arg("keys").arg(&path).args(["--bind", &bind]));
        assert!(keys.status.success(), "{keys:?}");
        let start = |on: &Namespace, host: &str| {
            Run::start_with(on, &binary("examples/citizen"), path.to_str().unwrap(), &["--host", host, "--bind", &bind])
        };
        let router = start(&middle, "router");
        let run = start(&base, "base");
        let bridge = start(&robot, "robot");
        // The ROS nodes are on the robot, where the bridge is.
        let others = vec![(middle, router), (base, bridge)];
        Self { run, others, stack, nodes: robot, actors: Namespace::alone(), range: Range::Localhost, folder }
    }

    /// Ends all hosts; the reports, that of the actors first.
    pub(crate) fn stop(self) -> Vec<Value> {
        for run in self.others.iter().map(|(_, run)| run).chain([&self.run]) {
            let log = run.process().log();
            let refused: Vec<_> = log.iter().filter(|line| line.contains("refused: ")).collect();
            assert!(refused.is_empty(), "actors and nodes that keep to the file were refused: {refused:#?}");
        }
        let mut reports = vec![self.run.stop()];
        reports.extend(self.others.into_iter().rev().map(|(_, run)| run.stop()));
        reports
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
