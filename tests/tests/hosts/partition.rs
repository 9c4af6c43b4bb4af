//! What happens to the actors of two hosts when the network between them is gone, or one of them.

use std::collections::BTreeSet;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use rosactor_tests::netns::Namespace;
use rosactor_tests::process::binary;
use rosactor_tests::run::Run;
use serde_json::Value;

use crate::{BASE_AND_ROBOT, answered, asked};

const PATIENCE: Duration = Duration::from_secs(60);

/// A base, which is the router too, and a robot that hears its commands, calls its service and sends it goals.
struct Pair {
    base: Run,
    robot: Run,
    base_host: Namespace,
    /// Only held.
    _robot_host: Namespace,
    file: tempfile::NamedTempFile,
}

impl Pair {
    fn start() -> Self {
        let (robot_host, base_host) = Namespace::pair();
        let address = base_host.address();
        let file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
        let text = format!(
            "deployment: pair
hosts:
  base: {{mode: router, listen: [tcp/{address}:7447]}}
  robot: {{connect: [tcp/{address}:7447]}}
{BASE_AND_ROBOT}"
        );
        fs::write(file.path(), text).unwrap();
        let base = start(&base_host, &file, "base");
        let robot = start(&robot_host, &file, "robot");
        Self { base, robot, base_host, _robot_host: robot_host, file }
    }

    /// The numbers that the robot has heard.
    fn heard(&self) -> Vec<u64> {
        self.robot.told("driver", "heard").iter().map(|number| number.parse().unwrap()).collect()
    }

    /// The ends of calls or goals so far.
    fn asked(&self, actor: &str) -> Vec<Value> {
        asked(&self.robot, actor)
    }

    /// How many of them ended well.
    fn answered(&self, actor: &str) -> usize {
        answered(&self.robot, actor)
    }

    /// Waits until everything works, beginning now.
    fn wait_until_it_works(&self) -> Duration {
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

    fn wait(&self, what: &str, is_so: impl Fn() -> bool) {
        self.robot.process().wait_until(PATIENCE, &format!("let the robot {what}"), is_so);
    }

    /// Nothing was heard twice or out of order; every call and goal has ended, but for those of the last moment; no goal was executed twice.
    fn check(self) {
        let heard = self.heard();
        assert!(heard.windows(2).all(|pair| pair[0] < pair[1]), "a command came twice, or late: {heard:?}");
        for (actor, under_way) in [("caller", 16), ("sender", 1)] {
            let numbers: BTreeSet<u64> = self.asked(actor).iter().map(|end| end["number"].as_u64().unwrap()).collect();
            let last = *numbers.last().unwrap();
            let missing: Vec<u64> = (1..last.saturating_sub(under_way)).filter(|one| !numbers.contains(one)).collect();
            assert!(missing.is_empty(), "the {actor}'s {missing:?} of {last} never ended");
        }
        let executed = self.base.told("server", "executes");
        assert_eq!(executed.iter().collect::<BTreeSet<_>>().len(), executed.len(), "a goal was executed twice");
        let accepted = self.robot.told("sender", "accepted").len();
        assert!(executed.len() >= accepted, "{accepted} goals were accepted, but {} executed", executed.len());
        let _ = self.robot.stop();
        let _ = self.base.stop();
    }
}

fn start(on: &Namespace, file: &tempfile::NamedTempFile, host: &str) -> Run {
    Run::start_with(on, &binary("examples/citizen"), file.path().to_str().unwrap(), &["--host", host])
}

#[test]
fn a_network_that_is_gone_for_ten_seconds_ends_what_was_asked_and_all_goes_on_when_it_is_back() {
    let pair = Pair::start();
    pair.wait_until_it_works();
    let goals = pair.asked("sender").len();
    let cut = Instant::now();
    pair.base_host.plug(false);
    // The goal that is under way ends as soon as the loss is noticed, and not by its own time-out, which is a day.
    pair.wait("be told that its goal is lost", || pair.asked("sender")[goals..].iter().any(|end| end["ok"] == false));
    let told = cut.elapsed();
    thread::sleep(Duration::from_secs(10).saturating_sub(cut.elapsed()));
    let heard = pair.heard().len();
    pair.base_host.plug(true);
    let resumed = pair.wait_until_it_works();
    eprintln!("a partition: told after {told:?}; commands came {resumed:?} after its end");
    assert!(pair.heard().len() > heard);
    let errors: BTreeSet<String> =
        pair.asked("caller").iter().filter_map(|end| end["error"].as_str().map(str::to_owned)).collect();
    assert!(!errors.is_empty(), "nobody noticed that the network was gone");
    pair.check();
}

#[test]
fn a_router_that_is_killed_and_started_again_is_found_again() {
    let mut pair = Pair::start();
    pair.wait_until_it_works();
    pair.base.process().signal("KILL");
    let asked = pair.asked("caller").len();
    pair.wait("be told that its base is gone", || pair.asked("caller")[asked..].iter().any(|end| end["ok"] == false));
    pair.base = start(&pair.base_host, &pair.file, "base");
    let resumed = pair.wait_until_it_works();
    eprintln!("a router started again: commands came {resumed:?} later");
    let (robot, base) = (pair.robot, pair.base);
    let _ = robot.stop();
    let _ = base.stop();
}
