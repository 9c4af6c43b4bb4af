//! How long a thousand actors take to start and what they weigh, beside raw Zenoh with the same entities: see BENCHMARKS.md.
//!
//! Each measurement has a process of its own, and the two kinds take turns.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a program that measures prints, and stops at a mistake"
)]

mod floor;
mod ours;

use std::env;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

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
            _ => ours::start(count),
        }
        return;
    }
    let is_measured = env::args().any(|argument| argument == "--bench");
    let counts: &[usize] = if is_measured { &[100, 1_000] } else { &[2] };
    for count in counts {
        let mut ratios = Vec::new();
        let (mut floors, mut times, mut weights, mut idle) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..if is_measured { ROUNDS } else { 1 } {
            let ((floor, floor_bytes), (time, bytes)) = (round("zenoh", *count), round("rosactor", *count));
            ratios.push(time / floor);
            floors.push(floor);
            times.push(time);
            weights.push((bytes - floor_bytes) / *count as f64 / 1024.0);
            idle.push(bytes / *count as f64 / 1024.0);
        }
        println!(
            "| {count} | {:.0} ms | {:.0} ms | {:.2} | {:.1} KiB | {:.1} KiB |",
            median(floors) * 1e3,
            median(times) * 1e3,
            median(ratios),
            median(idle),
            median(weights)
        );
    }
}

/// One measurement: seconds, and bytes of resident memory.
fn round(kind: &str, count: usize) -> (f64, f64) {
    let program = env::current_exe().expect("a program knows its file");
    let output = Command::new(program).env(ROUND, format!("{kind} {count}")).stderr(Stdio::inherit()).output();
    let output = output.expect("the program can be run once more");
    assert!(output.status.success(), "a measurement failed: {}", output.status);
    let text = String::from_utf8(output.stdout).expect("numbers are UTF-8");
    let mut numbers = text.split_whitespace().map(|number| number.parse().expect("a number"));
    (numbers.next().expect("the time"), numbers.next().expect("the memory"))
}

/// The measurement itself: what `work` makes is kept until its memory has been looked at.
fn measure<T>(work: impl FnOnce() -> T) -> T {
    let (before, begin) = (resident(), Instant::now());
    let made = work();
    let took: Duration = begin.elapsed();
    println!("{} {}", took.as_secs_f64(), resident() - before);
    made
}

/// The process's resident memory, in bytes.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("the benchmark runs on Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells the resident memory");
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().expect("a number");
    kib * 1024.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
