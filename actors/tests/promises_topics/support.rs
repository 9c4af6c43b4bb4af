//! What the tests share.

use std::path::Path;
use std::time::Instant;

use rosactor::deployment::Deployment;
use rosactor::launch::{ActorReport, Report, Running, start};
use rosactor::prelude::*;
use rosactor::{Counters, MailboxKind};

/// A law that does not hold within this time does not hold.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn parse(text: &str) -> Deployment {
    Deployment::parse(Path::new("test.yaml"), text).unwrap()
}

pub(crate) fn run(text: &str) -> Running {
    start(parse(text), crate::actors()).unwrap()
}

/// A deployment that joins another one.
pub(crate) fn joined(other: &Running, actors: &str) -> Running {
    run(&format!("deployment: d\ntransport: {{connect: {:?}}}\nactors:\n{actors}", other.locators()))
}

pub(crate) fn wait_for(running: &Running, what: &str, holds: impl Fn(&Report) -> bool) -> Report {
    let begin = Instant::now();
    loop {
        let report = running.report();
        if holds(&report) {
            return report;
        }
        let shown = serde_json::to_string_pretty(&report).unwrap();
        assert!(begin.elapsed() < PATIENCE, "{what} did not come true: {shown}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

pub(crate) fn actor<'r>(report: &'r Report, name: &str) -> &'r ActorReport {
    report.actors.iter().find(|actor| actor.name == name).unwrap()
}

pub(crate) fn told(report: &Report, name: &str, key: &str) -> u64 {
    actor(report, name).outcome.get(key).and_then(serde_json::Value::as_u64).unwrap_or(0)
}

pub(crate) fn text(report: &Report, name: &str, key: &str) -> String {
    actor(report, name).outcome.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// The counters of the mailbox of this kind and endpoint.
pub(crate) fn counters(report: &Report, name: &str, kind: MailboxKind, endpoint: &str) -> Counters {
    let mailboxes = &actor(report, name).mailboxes;
    mailboxes.iter().find(|mailbox| mailbox.kind == kind && mailbox.endpoint == endpoint).unwrap().counters
}

pub(crate) fn count(outcome: &Outcome, key: &str) {
    let before = outcome.get(key).and_then(|value| value.as_u64()).unwrap_or(0);
    outcome.set(key, before + 1);
}

pub(crate) fn assert_adds_up(c: Counters) {
    assert_eq!(c.received, c.delivered + c.dropped + c.expired + c.queued, "{c:?}");
}
