//! Many subscribers in one process, each on a topic of its own, beside those of raw Zenoh.

use std::sync::Arc;
use std::time::Instant;

use rosactor_transport::messages::std_msgs::Int64;
use rosactor_transport::{Hub, NameContext, Qos, TopicMailbox, TopicPolicy, TransportConfig};

use crate::common::probe::median;
use crate::common::results::Results;
use crate::{floor, measured};

const SYSTEMS: [&str; 2] = ["zenoh", "rosactor"];

/// A row for each number of subscribers and each system, which take turns.
pub(crate) fn compare(counts: &[(usize, usize)], results: &mut Results) {
    println!("| subscribers | system | each | × zenoh |");
    println!("| ---: | --- | ---: | ---: |");
    for &(count, rounds) in counts {
        let turns: Vec<[f64; 2]> = (0..rounds).map(|_| SYSTEMS.map(|system| round(system, count))).collect();
        for (index, system) in SYSTEMS.iter().enumerate() {
            let each = median(turns.iter().map(|turn| turn[index]).collect());
            let ratio = median(turns.iter().map(|turn| turn[index] / turn[0]).collect());
            println!("| {count} | {system} | {each:.1} µs | {ratio:.2} |");
            results.note(&format!("{count} subscribers"), system, &[("µs of one", each), ("× zenoh", ratio)]);
        }
    }
}

fn round(system: &str, count: usize) -> f64 {
    let [each] = measured(&format!("subscribers {system} {count}"));
    each
}

/// The measurement itself, in its own process: prints the microseconds of one subscriber.
pub(crate) fn measure(system: &str, count: usize) {
    let took = match system {
        "zenoh" => floor::subscribe(count),
        _ => ours(count),
    };
    println!("{}", took * 1e6 / count as f64);
    // How long it takes to undeclare them is not what is measured.
    std::process::exit(0);
}

/// Each with its mailbox and its token.
fn ours(count: usize) -> f64 {
    let hub = Hub::open(TransportConfig::default()).expect("a session");
    let node = hub.participant(NameContext::new("/robot", "listener", Vec::new()).expect("a name"));
    let begin = Instant::now();
    for number in 0..count {
        let mailbox = Arc::new(TopicMailbox::<Int64>::new(TopicPolicy::KeepLast(10), Arc::new(|| {})));
        let subscription = node.subscribe(&format!("topic_{number}"), Qos::default(), mailbox);
        std::mem::forget(subscription.expect("a subscription"));
    }
    begin.elapsed().as_secs_f64()
}
