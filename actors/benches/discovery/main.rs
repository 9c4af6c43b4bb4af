//! What it costs many hosts behind one router to become known to each other: see BENCHMARKS.md.
//!
//! Each host is a session of its own within this process, with publishers on topics that nobody else has; one more host looks at the graph.
//! Bytes are those that passed the loopback interface meanwhile, so nothing else should use it.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a program that measures prints, and stops at a mistake"
)]

use std::env;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use rosactor_transport::messages::std_msgs::String as Text;
use rosactor_transport::{Hub, Mode, NameContext, Participant, Qos, TopicPublisher, TransportConfig};

const ENDPOINTS: usize = 50;

/// Longer than any of it takes.
const PATIENCE: Duration = Duration::from_secs(300);

fn main() {
    let is_measured = env::args().any(|argument| argument == "--bench");
    let counts: &[usize] = if is_measured { &[10, 30, 100] } else { &[2] };
    println!(
        "| hosts | endpoints | all known after | of that all declared | bytes on the wire | a host | an endpoint | CPU |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for hosts in counts {
        measure(*hosts);
    }
}

fn measure(hosts: usize) {
    let names: Vec<String> = (0..hosts).map(|host| format!("host{host}")).collect();
    let regions = names.iter().cloned().chain(["watcher".to_owned()]).collect();
    // Over TCP, as only that is counted.
    let listen = vec!["tcp/127.0.0.1:0#unix=false".to_owned()];
    let router = Hub::open(TransportConfig { mode: Mode::Router, listen, regions, ..TransportConfig::default() });
    let router = router.expect("a router");
    let peer = |name: &str| {
        let config =
            TransportConfig { connect: router.locators(), region: Some(name.to_owned()), ..TransportConfig::default() };
        Hub::open(config).expect("a session")
    };
    let watcher = peer("watcher");
    let graph = watcher.graph();
    let known = || graph.topic_names_and_types().len();
    let (begin, bytes, cpu) = (Instant::now(), loopback_bytes(), cpu_seconds());
    let all: Vec<(Hub, Participant, Vec<TopicPublisher<Text>>)> =
        names.iter().map(|name| declare(peer(name), name)).collect();
    let declared = begin.elapsed();
    while known() < hosts * ENDPOINTS {
        assert!(begin.elapsed() < PATIENCE, "only {} of {} are known", known(), hosts * ENDPOINTS);
        thread::sleep(Duration::from_millis(5));
    }
    let took = begin.elapsed();
    let (bytes, cpu) = (loopback_bytes() - bytes, cpu_seconds() - cpu);
    println!(
        "| {hosts} | {} | {:.2} s | {:.2} s | {:.2} MB | {:.1} kB | {:.0} B | {cpu:.2} s |",
        hosts * ENDPOINTS,
        took.as_secs_f64(),
        declared.as_secs_f64(),
        bytes / 1e6,
        bytes / 1e3 / hosts as f64,
        bytes / (hosts * ENDPOINTS) as f64,
    );
    drop(all);
}

fn declare(hub: Hub, host: &str) -> (Hub, Participant, Vec<TopicPublisher<Text>>) {
    let context = NameContext::new(format!("/{host}"), "driver", Vec::new()).expect("a name");
    let participant = hub.participant(context);
    let publisher =
        |topic: usize| participant.publisher(&format!("topic{topic}"), Qos::default()).expect("a publisher");
    let publishers = (0..ENDPOINTS).map(publisher).collect();
    (hub, participant, publishers)
}

/// What was received on loopback since the machine or namespace started (proc(5), /proc/net/dev): both ends of a link are here, and each
/// byte is received once.
fn loopback_bytes() -> f64 {
    let text = fs::read_to_string("/proc/net/dev").expect("Linux");
    let line = text.lines().find_map(|line| line.trim().strip_prefix("lo:")).expect("a loopback interface");
    line.split_whitespace().next().and_then(|bytes| bytes.parse().ok()).expect("a count of bytes")
}

/// Processor time of this process (proc(5), /proc/self/stat, in ticks of 10 ms).
fn cpu_seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<f64>().expect("a count of ticks");
    (ticks(11) + ticks(12)) / 100.0
}
