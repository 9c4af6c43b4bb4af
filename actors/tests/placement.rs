//! Which thread an actor runs on.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};

use rosactor::Actors;
use rosactor::messages::std_msgs::Int64;
use rosactor::prelude::*;
use support::{actor, start, wait_for};

static SETUPS: AtomicUsize = AtomicUsize::new(0);

/// Publishes on one topic and hears another one, and says on which thread it does so.
struct Talker {
    out: Publisher<Int64>,
    outcome: Outcome,
}

impl Actor for Talker {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        SETUPS.fetch_add(1, Ordering::SeqCst);
        node.every(Duration::from_millis(5), |talker: &mut Self| talker.out.publish(Int64::default()));
        node.subscribe("in", |talker: &mut Self, _: Int64| {
            talker.outcome.set("thread", format!("{:?}", thread::current().id()));
        });
        Ok(Self { out: node.publisher("out"), outcome: node.outcome() })
    }
}

/// The threads of two pairs of actors that talk within the pair, and how often a `setup` was called.
fn threads_of_pairs(setting: &str) -> ([String; 4], usize) {
    let mut actors = Actors::new();
    actors.add::<Talker>("t/Talker");
    let talker = |name: &str, out: &str, heard: &str| {
        format!("  - {{name: {name}, type: t/Talker, remap: {{out: {out}, in: {heard}}}}}\n")
    };
    let pairs = talker("a1", "a", "b") + &talker("c1", "c", "d") + &talker("a2", "b", "a") + &talker("c2", "d", "c");
    SETUPS.store(0, Ordering::SeqCst);
    let running = start(&format!("deployment: pairs\n{setting}\nactors:\n{pairs}"), actors);
    let names = ["a1", "a2", "c1", "c2"];
    let report = wait_for(&running, "a word of everybody", |report| {
        names.iter().all(|name| actor(report, name).outcome.contains_key("thread"))
    });
    running.stop();
    (names.map(|name| actor(&report, name).outcome["thread"].to_string()), SETUPS.load(Ordering::SeqCst))
}

#[test]
fn actors_share_one_thread_or_with_spread_only_those_that_exchange_messages_do() {
    let (threads, setups) = threads_of_pairs("");
    assert!(threads.iter().all(|thread| *thread == threads[0]), "{threads:?}");
    assert_eq!(setups, 4);

    let ([a1, a2, c1, c2], setups) = threads_of_pairs("threads: spread");
    assert_eq!((&a1, &c1), (&a2, &c2));
    assert_eq!(a1 != c1, available_parallelism().map_or(1, NonZero::get) > 1, "{a1} {c1}");
    assert_eq!(setups, 8, "each once to see who exchanges messages, and once where it runs");
}
