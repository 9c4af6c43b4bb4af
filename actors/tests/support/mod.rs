//! Running a deployment for a test, and waiting for what its report says.
#![allow(dead_code, unreachable_pub)]

use std::path::Path;
use std::time::{Duration, Instant};

use rosactor::Actors;
use rosactor::deployment::Deployment;
use rosactor::launch::{self, ActorReport, Report, Running};

/// A law that does not hold within this time does not hold.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub fn parse(text: &str) -> Deployment {
    Deployment::parse(Path::new("test.yaml"), text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

pub fn start(text: &str, actors: Actors) -> Running {
    launch::start(parse(text), actors).unwrap_or_else(|error| panic!("{error}"))
}

/// The report of a moment after what is waited for. Not the one that showed it: a report is read actor by actor, so that one may
/// tell of an actor as it was before what the others say.
pub fn wait_for(running: &Running, what: &str, holds: impl Fn(&Report) -> bool) -> Report {
    let begin = Instant::now();
    loop {
        let report = running.report();
        if holds(&report) {
            return running.report();
        }
        let shown = serde_json::to_string_pretty(&report).unwrap();
        assert!(begin.elapsed() < PATIENCE, "{what} did not come true: {shown}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

pub fn wait_until_ended(running: &Running) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let ended = running.ended();
    let in_time = runtime.block_on(async { tokio::time::timeout(PATIENCE, ended).await });
    assert!(in_time.is_ok(), "the deployment did not end by itself");
}

pub fn actor<'r>(report: &'r Report, name: &str) -> &'r ActorReport {
    report.actors.iter().find(|actor| actor.name == name).unwrap()
}

/// What an actor tells under a key; 0 if nothing.
pub fn told(report: &Report, name: &str, key: &str) -> i64 {
    actor(report, name).outcome.get(key).and_then(serde_json::Value::as_i64).unwrap_or(0)
}
