//! Starting deployments of lessons and waiting for what they report.

use std::{
    path::{Path, PathBuf},
    thread::sleep,
    time::{Duration, Instant},
};

use rosactor::{
    Actors,
    deployment::Deployment,
    launch::{self, ActorReport, LaunchError, Report, Running},
};

use crate::probes;

/// Longer than anything here takes on a busy machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The repository's folder.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn all_actors() -> Actors {
    let mut actors = Actors::new();
    rosactor_lessons::register(&mut actors);
    probes::register(&mut actors);
    actors
}

/// Starts these entries of `actors:`.
pub(crate) fn try_start(actors: &str) -> Result<Running, LaunchError> {
    let text = format!("deployment: test\nsupervision: {{backoff: 10ms..100ms}}\nactors:\n{actors}");
    let deployment = Deployment::parse(Path::new("test.yaml"), &text).expect("the test's file is right");
    launch::start(deployment, all_actors())
}

pub(crate) fn start(actors: &str) -> Running {
    try_start(actors).unwrap_or_else(|error| panic!("{error}"))
}

/// Looks at the report until it is as expected.
pub(crate) fn wait_until(running: &Running, what: &str, is_so: impl Fn(&Report) -> bool) -> Report {
    let begin = Instant::now();
    loop {
        let report = running.report();
        if is_so(&report) {
            return report;
        }
        assert!(begin.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what}; the report is {report:#?}");
        sleep(Duration::from_millis(5));
    }
}

pub(crate) fn actor<'a>(report: &'a Report, name: &str) -> &'a ActorReport {
    report.actors.iter().find(|actor| actor.name == name).expect("the test names an actor of its file")
}

/// A value that an actor reports; `Null` if it does not.
pub(crate) fn told(report: &Report, name: &str, key: &str) -> serde_json::Value {
    actor(report, name).outcome.get(key).cloned().unwrap_or_default()
}

pub(crate) fn told_number(report: &Report, name: &str, key: &str) -> f64 {
    told(report, name, key).as_f64().unwrap_or(f64::NAN)
}

/// Every mailbox accounts for each thing that it received.
pub(crate) fn assert_nothing_is_lost(report: &Report) {
    for actor in &report.actors {
        for mailbox in &actor.mailboxes {
            let counters = &mailbox.counters;
            let accounted = counters.delivered + counters.dropped + counters.expired + counters.queued;
            assert_eq!(counters.received, accounted, "{} {}: {counters:?}", actor.name, mailbox.endpoint);
            assert_eq!(counters.malformed, 0, "{} {}", actor.name, mailbox.endpoint);
        }
    }
}
