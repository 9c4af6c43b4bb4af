//! The summary of a run, for a person.

use std::fmt::Write;

use rosactor::launch::{ActorReport, Report};

/// One line per actor: state, restarts, what its mailboxes did, what it says itself.
pub(crate) fn table(report: &Report) -> String {
    let width = report.actors.iter().map(|actor| actor.name.len()).max().unwrap_or(0).max("actor".len());
    let mut text = format!(
        "{:width$}  {:8}  {:>8}  {:>10}  {:>8}  {:>9}  outcome\n",
        "actor", "state", "restarts", "delivered", "dropped", "p99 in us"
    );
    for actor in &report.actors {
        let sum = |count: fn(&rosactor::Counters) -> u64| actor.mailboxes.iter().map(|mailbox| count(&mailbox.counters)).sum::<u64>();
        let p99 = actor.mailboxes.iter().map(|mailbox| mailbox.counters.latency_us.p99).max().unwrap_or(0);
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{:width$}  {:8}  {:>8}  {:>10}  {:>8}  {:>9}  {}",
            actor.name,
            actor.state.to_string(),
            actor.restarts,
            sum(|counters| counters.delivered),
            sum(|counters| counters.dropped),
            p99,
            outcome(actor)
        );
    }
    let _ = write!(text, "{} ran for {:.1} s", report.deployment, report.duration_s);
    text
}

/// An actor's own words on one line; long values are left to the report.
pub(crate) fn outcome(actor: &ActorReport) -> String {
    let short = |value: &serde_json::Value| match value {
        serde_json::Value::Number(number) if number.is_f64() => format!("{:.2}", number.as_f64().unwrap_or_default()),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let pairs = actor.outcome.iter().map(|(name, value)| format!("{name}={}", short(value)));
    pairs.filter(|pair| pair.len() <= 60).collect::<Vec<_>>().join(" ")
}
