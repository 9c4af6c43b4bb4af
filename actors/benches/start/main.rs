//! How long a thousand actors take to start and what they weigh, beside raw Zenoh with the same entities: see BENCHMARKS.md.
//!
//! Each measurement has a process of its own, and the two kinds take turns.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a program that measures prints, and stops at a mistake"
)]

#[path = "../common/mod.rs"]
mod common;
mod floor;
mod ours;

use std::env;
use std::process::{Command, Stdio};
use std::time::Instant;

use common::probe::{cpu_seconds, median, own, resident_bytes};
use common::results::Results;

/// Set for the processes that measure: which kind, and how many actors.
const ROUND: &str = "START_ROUND";

/// How many measurements there are of each kind.
const ROUNDS: usize = 5;

/// Topics to which each actor subscribes.
const MAILBOXES: usize = 3;

/// What a node offers to those who want to see and set its parameters.
const PARAMETER_SERVICES: [&str; 6] = [
    "describe_parameters",
    "get_parameter_types",
    "get_parameters",
    "list_parameters",
    "set_parameters",
    "set_parameters_atomically",
];

fn main() {
    if let Ok(round) = env::var(ROUND) {
        let (kind, count) = round.split_once(' ').expect("a kind and a count");
        let count = count.parse().expect("a number");
        match kind {
            "zenoh" => floor::start(count),
            "graph" => ours::start(ours::ONLOOKER, count),
            _ => ours::start(ours::IDLE, count),
        }
        return;
    }
    let is_measured = env::args().any(|argument| argument == "--bench");
    let rounds = if is_measured { ROUNDS } else { 1 };
    let mut results = Results::of("start");
    if !env::args().any(|argument| argument == "graph") {
        let counts: &[usize] = if is_measured { &[100, 1_000] } else { &[2] };
        counts.iter().for_each(|count| compare("zenoh", "rosactor", *count, rounds, &mut results));
    }
    // What it costs all of them that one of them looks at the graph.
    compare("rosactor", "graph", if is_measured { 300 } else { 2 }, rounds, &mut results);
    results.save();
}

/// One row: so many actors of two kinds, which take turns.
fn compare(floor: &str, kind: &str, count: usize, rounds: usize, results: &mut Results) {
    let mut ratios = Vec::new();
    let (mut floors, mut times, mut work, mut idle, mut above) = Default::default();
    let note = |values: &mut Vec<f64>, value| values.push(value);
    for _ in 0..rounds {
        let (floor, ours) = (round(floor, count), round(kind, count));
        note(&mut floors, floor.seconds * 1e3);
        note(&mut times, ours.seconds * 1e3);
        note(&mut ratios, ours.seconds / floor.seconds);
        note(&mut work, ours.cpu_seconds / floor.cpu_seconds);
        note(&mut idle, ours.bytes / count as f64 / 1024.0);
        note(&mut above, (ours.bytes - floor.bytes) / count as f64 / 1024.0);
    }
    let [floors, times, ratios, work, idle, above] = [floors, times, ratios, work, idle, above].map(median);
    println!(
        "| {kind} {count} | {floors:.0} ms | {times:.0} ms | {ratios:.2} | {work:.2} | {idle:.1} KiB | {above:.1} KiB |"
    );
    let figures = [
        ("floor ms", floors),
        ("ms", times),
        ("time ×", ratios),
        ("× CPU", work),
        ("KiB of one", idle),
        ("KiB of one above the floor", above),
    ];
    results.note(&format!("{count} actors"), kind, &figures);
}

/// What one process measured.
struct Round {
    seconds: f64,
    /// Of all threads together. It suffers less than the time when other programs want the processors.
    cpu_seconds: f64,
    /// Resident memory.
    bytes: f64,
}

fn round(kind: &str, count: usize) -> Round {
    let program = env::current_exe().expect("a program knows its file");
    let output = Command::new(program).env(ROUND, format!("{kind} {count}")).stderr(Stdio::inherit()).output();
    let output = output.expect("the program can be run once more");
    assert!(output.status.success(), "a measurement failed: {}", output.status);
    let text = String::from_utf8(output.stdout).expect("numbers are UTF-8");
    let mut numbers = text.split_whitespace().map(|number| number.parse().expect("a number"));
    let mut next = || numbers.next().expect("three numbers");
    Round { seconds: next(), cpu_seconds: next(), bytes: next() }
}

/// The measurement itself: what `work` makes is kept until its memory has been looked at.
fn measure<T>(work: impl FnOnce() -> T) -> T {
    let (before, cpu_before, begin) = (resident_bytes(own()), cpu_seconds(own()), Instant::now());
    let made = work();
    let took = begin.elapsed().as_secs_f64();
    println!("{took} {} {}", cpu_seconds(own()) - cpu_before, resident_bytes(own()) - before);
    made
}
