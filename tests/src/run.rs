//! `rosactor run` as a child process: its bridge, its log, its report.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    command::repository,
    netns::Namespace,
    process::{self, Process},
};

/// A stop must be over in 2 s; the rest is for a machine that is busy with other tests.
const STOP_PATIENCE: Duration = Duration::from_secs(4);

/// A running deployment. Dropping it ends it.
#[derive(Debug)]
pub struct Run {
    process: Process,
    report: PathBuf,
    _folder: TempDir,
}

impl Run {
    /// Runs `file` with `program`, which is `rosactor` or one made with its library.
    ///
    /// # Panics
    ///
    /// If a program is missing or does not start.
    #[must_use]
    pub fn start(namespace: &Namespace, program: &Path, file: &str) -> Self {
        Self::start_with(namespace, program, file, &[])
    }

    /// The same, with more arguments.
    ///
    /// # Panics
    ///
    /// As [`Run::start`].
    #[must_use]
    pub fn start_with(namespace: &Namespace, program: &Path, file: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let report = folder.path().join("report.json");
        let mut command = namespace.command(program);
        command.arg("run").arg(repository().join(file)).args(arguments);
        command.arg("--report").arg(&report).current_dir(repository());
        // What is set around the tests must not change what the deployment does.
        for variable in ["RUST_LOG", "ROS_DOMAIN_ID", "ROS_DISTRO", "CYCLONEDDS_URI", "ROS_AUTOMATIC_DISCOVERY_RANGE"] {
            command.env_remove(variable);
        }
        command.env("ROSACTOR_BRIDGE", process::binary("rosactor-bridge"));
        Self { process: Process::start(file, &mut command), report, _folder: folder }
    }

    /// The process of `rosactor run`.
    #[must_use]
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// What an actor has logged behind this word, up to now.
    #[must_use]
    pub fn told(&self, actor: &str, word: &str) -> Vec<String> {
        let begin = format!("[{actor}]: {word} ");
        self.process.log().iter().filter_map(|line| Some(line.split_once(&begin)?.1.to_owned())).collect()
    }

    /// Waits until an actor has logged something that fits behind this word, and returns it.
    ///
    /// # Panics
    ///
    /// If it does not in time.
    pub fn wait_told(&self, patience: Duration, actor: &str, word: &str, fits: impl Fn(&str) -> bool) -> String {
        let found = || self.told(actor, word).into_iter().find(|rest| fits(rest));
        self.process.wait_until(patience, &format!("let {actor} tell `{word}` as expected"), || found().is_some());
        found().unwrap_or_default()
    }

    /// How often a bridge has joined its DDS domain.
    #[must_use]
    pub fn joined(&self) -> usize {
        self.process.log().iter().filter(|line| line.contains("bridge joined DDS domain")).count()
    }

    /// The process of the bridge.
    ///
    /// # Panics
    ///
    /// If there is not exactly one bridge.
    #[must_use]
    pub fn bridge(&self) -> u32 {
        let children = process::children(self.process.id());
        let [(pid, _)] = children.iter().filter(|(_, name)| name == "rosactor-bridge").collect::<Vec<_>>()[..] else {
            panic!("{}", self.process.account(&format!("must have one bridge among its children {children:?}")))
        };
        *pid
    }

    /// Kills the bridge's process, as a crash would.
    ///
    /// # Panics
    ///
    /// If there is not exactly one bridge.
    pub fn kill_bridge(&self) -> u32 {
        let pid = self.bridge();
        process::signal(pid, "KILL");
        pid
    }

    /// Ends the deployment as Ctrl-C does, and returns its report.
    ///
    /// # Panics
    ///
    /// If it takes too long, does not end well, or leaves children behind.
    #[must_use]
    pub fn stop(mut self) -> Value {
        let children = process::children(self.process.id());
        let start = Instant::now();
        self.process.signal("INT");
        let status = self.process.wait(STOP_PATIENCE);
        assert!(status.success(), "{}", self.process.account(&format!("ended with {status} after a signal")));
        let left: Vec<_> = children.iter().filter(|(pid, name)| process::is_running(*pid, name)).collect();
        assert!(left.is_empty(), "{left:?} outlived their parent, {:?} after the signal", start.elapsed());
        self.report()
    }

    /// Waits until the deployment ends by itself, and returns its report.
    ///
    /// # Panics
    ///
    /// If it takes too long, or does not end well.
    #[must_use]
    pub fn finish(mut self, patience: Duration) -> Value {
        let status = self.process.wait(patience);
        assert!(status.success(), "{}", self.process.account(&format!("ended with {status}")));
        self.report()
    }

    fn report(&self) -> Value {
        let text = fs::read_to_string(&self.report).expect("a deployment that ended well has written its report");
        serde_json::from_str(&text).expect("a report is JSON")
    }
}

/// The entry of one actor in a report.
///
/// # Panics
///
/// If there is none.
#[must_use]
pub fn actor<'a>(report: &'a Value, name: &str) -> &'a Value {
    let mut actors = report["actors"].as_array().into_iter().flatten();
    actors.find(|actor| actor["name"] == name).unwrap_or_else(|| panic!("no actor {name} in {report}"))
}

/// The entry of one mailbox of an actor, whose counters must add up.
///
/// # Panics
///
/// If there is none, or a sample is unaccounted for.
#[must_use]
pub fn mailbox<'a>(actor: &'a Value, endpoint: &str) -> &'a Value {
    let mut mailboxes = actor["mailboxes"].as_array().into_iter().flatten();
    let mailbox = mailboxes.find(|mailbox| mailbox["endpoint"] == endpoint);
    let mailbox = mailbox.unwrap_or_else(|| panic!("no mailbox {endpoint} in {actor}"));
    let count = |key: &str| mailbox[key].as_u64().unwrap_or_else(|| panic!("no count {key} in {mailbox}"));
    let kept = count("delivered") + count("dropped") + count("expired") + count("queued");
    assert_eq!(count("received"), kept, "{mailbox}");
    mailbox
}
