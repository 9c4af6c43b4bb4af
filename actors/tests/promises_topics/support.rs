//! What the tests share.

use rosactor::launch::{Report, Running};
use rosactor::prelude::*;
use rosactor::{Counters, MailboxKind};

pub(crate) use crate::running::{PATIENCE, actor, parse, wait_for};

pub(crate) fn run(text: &str) -> Running {
    crate::running::start(text, crate::actors())
}

/// A deployment that joins another one.
pub(crate) fn joined(other: &Running, actors: &str) -> Running {
    run(&format!("deployment: d\ntransport: {{connect: {:?}}}\nactors:\n{actors}", other.locators()))
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
