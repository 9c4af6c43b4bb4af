//! What an actor costs among many: in one process, and each in a process of its own. See BENCHMARKS.md.
#![allow(
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    missing_docs,
    reason = "a program that measures prints, and stops at a mistake"
)]

mod actors;
#[path = "../common/mod.rs"]
mod common;
mod floor;
mod processes;
mod subscribers;
mod worker;

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::results::Results;

/// Set for the processes that measure or are measured: what they are to do.
const ROUND: &str = "SCALE_ROUND";

/// Longer than any part takes.
const PATIENCE: Duration = Duration::from_secs(240);

fn main() {
    if let Ok(round) = env::var(ROUND) {
        let number = |text: &str| text.parse().expect("a number");
        match round.split(' ').collect::<Vec<_>>()[..] {
            ["actors", count] => actors::measure(number(count)),
            ["process", index, count, locator] => processes::live(number(index), number(count), locator),
            ["subscribers", system, count] => subscribers::measure(system, number(count)),
            _ => panic!("'{round}' is no work"),
        }
        return;
    }
    let is_measured = env::args().any(|argument| argument == "--bench");
    let wants =
        |part: &str| !["actors", "processes", "subscribers"].iter().any(|other| *other != part && has_argument(other));
    let mut results = Results::of("scale");
    if wants("actors") {
        // So many actors, so often: the last takes a minute or more.
        actors::compare(if is_measured { &[(10, 5), (100, 3), (1_000, 1)] } else { &[(10, 1)] }, &mut results);
    }
    if wants("processes") {
        let counts = if is_measured { vec![10, 30, 100] } else { vec![10] };
        let chosen = env::var("SCALE_PROCESSES").ok();
        let chosen = chosen.map(|text| text.split(' ').map(|count| count.parse().expect("a number")).collect());
        processes::compare(&chosen.unwrap_or(counts), is_measured, &mut results);
    }
    if wants("subscribers") {
        subscribers::compare(if is_measured { &[(1_000, 5), (10_000, 1)] } else { &[(10, 1)] }, &mut results);
    }
    results.save();
}

/// The numbers that a fresh process prints, which is to do this.
fn measured<const COUNT: usize>(round: &str) -> [f64; COUNT] {
    let output = Command::new(this_program()).env(ROUND, round).stderr(Stdio::inherit()).output();
    let output = output.expect("the program can be run once more");
    assert!(output.status.success(), "a measurement failed: {}", output.status);
    let text = String::from_utf8(output.stdout).expect("numbers are UTF-8");
    let numbers: Vec<f64> = text.split_whitespace().map(|number| number.parse().expect("a number")).collect();
    numbers.try_into().expect("so many numbers")
}

fn has_argument(argument: &str) -> bool {
    env::args().any(|one| one == argument)
}

fn this_program() -> PathBuf {
    env::current_exe().expect("a program knows its file")
}
