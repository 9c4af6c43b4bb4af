//! The summary of a run, for a person.

use std::fmt::Write;

use rosactor::launch::{ActorReport, HostReport, Report};

/// One line per actor: state, restarts, what its mailboxes did, what it says itself.
pub(crate) fn table(report: &Report) -> String {
    let width = report.actors.iter().map(|actor| actor.name.len()).max().unwrap_or(0).max("actor".len());
    let mut text = format!(
        "{:width$}  {:8}  {:>8}  {:>10}  {:>8}  {:>9}  outcome\n",
        "actor", "state", "restarts", "delivered", "dropped", "p99 in us"
    );
    for actor in &report.actors {
        let sum = |count: fn(&rosactor::Counters) -> u64| {
            actor.mailboxes.iter().map(|mailbox| count(&mailbox.counters)).sum::<u64>()
        };
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
    text += &hosts(&report.hosts);
    let _ = write!(text, "{} ran for {:.1} s", report.deployment, report.duration_s);
    text
}

/// One line per host: whether it is there, how often it went, how its clock is.
fn hosts(hosts: &[HostReport]) -> String {
    if hosts.is_empty() {
        return String::new();
    }
    let width = hosts.iter().map(|host| host.name.len()).max().unwrap_or(0).max("host".len());
    let mut text = format!(
        "{:width$}  {:5}  {:>4}  {:>17}  {:>16}\n",
        "host", "state", "lost", "clock ahead in ms", "round trip in ms"
    );
    let ms = |ms: Option<f64>| ms.map_or_else(|| "unknown".to_owned(), |ms| format!("{ms:.1}"));
    for host in hosts {
        let state = if host.present { "here" } else { "gone" };
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{:width$}  {state:5}  {:>4}  {:>17}  {:>16}",
            host.name,
            host.lost,
            ms(host.clock_offset_ms),
            ms(host.round_trip_ms)
        );
    }
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
