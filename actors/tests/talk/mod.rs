//! A deployment, and somebody in another process who talks to it: what the tests of requests and of goals share.
#![allow(dead_code, reason = "each test program uses its part")]

use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};

use rosactor::Actors;
use rosactor::deployment::Deployment;
use rosactor::launch::{ActorReport, Report, Running, start};
use rosactor_transport::{Hub, NameContext, Participant, TransportConfig};

/// A law that does not hold within this time does not hold.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn deploy(text: &str, actors: Actors) -> Running {
    start(Deployment::parse(Path::new("test.yaml"), text).unwrap(), actors).unwrap()
}

/// A process of its own, connected to the deployment.
pub(crate) fn outside(running: &Running) -> (Hub, Participant) {
    let hub =
        Hub::open(TransportConfig { connect: running.locators().to_vec(), ..TransportConfig::default() }).unwrap();
    let node = hub.participant(NameContext::new("/", "outside", vec![]).unwrap());
    (hub, node)
}

pub(crate) fn block_on<F: Future>(what: &str, future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let limited = runtime.block_on(async { tokio::time::timeout(PATIENCE, future).await });
    limited.unwrap_or_else(|_| panic!("{what} did not end"))
}

pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < PATIENCE, "{what} did not come true");
        std::thread::sleep(Duration::from_millis(1));
    }
}

pub(crate) fn actor<'r>(report: &'r Report, name: &str) -> &'r ActorReport {
    report.actors.iter().find(|actor| actor.name == name).unwrap()
}

/// What an actor says of itself.
pub(crate) fn told(running: &Running, name: &str, key: &str) -> serde_json::Value {
    actor(&running.report(), name).outcome.get(key).cloned().unwrap_or_default()
}

/// Every mailbox's numbers add up.
pub(crate) fn assert_adds_up(report: &Report) {
    for mailbox in report.actors.iter().flat_map(|actor| &actor.mailboxes) {
        let c = mailbox.counters;
        assert_eq!(c.received, c.delivered + c.dropped + c.expired + c.queued, "{mailbox:?}");
    }
}
