//! A base and a robot that hears its commands, calls its service and sends it goals, over a cable that a test breaks.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use rosactor_tests::netns::Namespace;
use rosactor_tests::process::binary;
use rosactor_tests::run::Run;
use serde_json::Value;
use tempfile::NamedTempFile;

use crate::{BASE_AND_ROBOT, answered, asked};

const PATIENCE: Duration = Duration::from_secs(60);

/// The base is the router too.
pub(crate) struct Pair {
    pub(crate) base: Run,
    pub(crate) robot: Run,
    pub(crate) base_host: Namespace,
    pub(crate) robot_host: Namespace,
    file: NamedTempFile,
}

impl Pair {
    /// Starts both on a [`Namespace::pair`], with these actors more.
    pub(crate) fn start((robot_host, base_host): (Namespace, Namespace), more: &str) -> Self {
        let address = base_host.address();
        let file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
        let text = format!(
            "deployment: pair
hosts:
  base: {{mode: router, listen: [tcp/{address}:7447]}}
  robot: {{connect: [tcp/{address}:7447]}}
{BASE_AND_ROBOT}{more}"
        );
        fs::write(file.path(), text).unwrap();
        let base = start(&base_host, &file, "base");
        let robot = start(&robot_host, &file, "robot");
        Self { base, robot, base_host, robot_host, file }
    }

    pub(crate) fn start_base_again(&mut self) {
        self.base = start(&self.base_host, &self.file, "base");
    }

    pub(crate) fn start_robot_again(&mut self) {
        self.robot = start(&self.robot_host, &self.file, "robot");
    }

    /// The numbers that the robot has heard.
    pub(crate) fn heard(&self) -> Vec<u64> {
        self.robot.told("driver", "heard").iter().map(|number| number.parse().unwrap()).collect()
    }

    /// The ends of calls or goals so far.
    pub(crate) fn asked(&self, actor: &str) -> Vec<Value> {
        asked(&self.robot, actor)
    }

    /// How many of them ended well.
    pub(crate) fn answered(&self, actor: &str) -> usize {
        answered(&self.robot, actor)
    }

    /// Waits until everything works, beginning now; returns how long it took until the first command came.
    pub(crate) fn wait_until_it_works(&self) -> Duration {
        let begin = Instant::now();
        let heard = self.heard().len();
        self.wait("hear its base", || self.heard().len() > heard);
        let resumed = begin.elapsed();
        let before = ["caller", "sender"].map(|actor| self.answered(actor));
        self.wait("ask its base", || {
            ["caller", "sender"].iter().zip(before).all(|(actor, before)| self.answered(actor) > before)
        });
        resumed
    }

    pub(crate) fn wait(&self, what: &str, is_so: impl Fn() -> bool) {
        self.robot.process().wait_until(PATIENCE, &format!("let the robot {what}"), is_so);
    }

    /// Why calls or goals failed, each reason once.
    pub(crate) fn errors(&self, actor: &str) -> BTreeSet<String> {
        self.asked(actor).iter().filter_map(|end| end["error"].as_str().map(str::to_owned)).collect()
    }

    /// Nothing was heard twice or out of order; every call and goal has ended once, but for those of the last moment, and either with what was
    /// asked for or with an error of its own; no goal was executed twice.
    pub(crate) fn check(self) {
        let heard = self.heard();
        assert!(heard.windows(2).all(|pair| pair[0] < pair[1]), "a command came twice, or late: {heard:?}");
        for (actor, under_way) in [("caller", 16), ("sender", 1)] {
            let ends = self.asked(actor);
            let numbers: BTreeSet<u64> = ends.iter().map(|end| end["number"].as_u64().unwrap()).collect();
            assert_eq!(numbers.len(), ends.len(), "something that the {actor} asked ended twice: {ends:?}");
            let last = *numbers.last().unwrap();
            let missing: Vec<u64> = (1..last.saturating_sub(under_way)).filter(|one| !numbers.contains(one)).collect();
            assert!(missing.is_empty(), "the {actor}'s {missing:?} of {last} never ended");
            let errors = self.errors(actor);
            assert!(!errors.iter().any(|error| error.starts_with("a wrong")), "the {actor} was told {errors:?}");
        }
        let executed = self.base.told("server", "executes");
        assert_eq!(executed.iter().collect::<BTreeSet<_>>().len(), executed.len(), "a goal was executed twice");
        let accepted = self.robot.told("sender", "accepted").len();
        assert!(executed.len() >= accepted, "{accepted} goals were accepted, but {} executed", executed.len());
        self.stop();
    }

    /// Both end in time.
    pub(crate) fn stop(self) {
        let _ = self.robot.stop();
        let _ = self.base.stop();
    }
}

fn start(on: &Namespace, file: &NamedTempFile, host: &str) -> Run {
    Run::start_with(on, &binary("examples/citizen"), file.path().to_str().unwrap(), &["--host", host])
}
