//! What a hundred actors cost that do nothing but beat ten times a second: see BENCHMARKS.md.
//!
//! Each measurement has a process of its own, and the kinds take turns.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a program that measures prints, and stops at a mistake"
)]

#[path = "../common/mod.rs"]
mod common;
mod kinds;

use std::env;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use common::probe::{cpu_seconds, median, own, wake_ups};
use common::results::Results;

use kinds::{BEATS, KINDS, Kind};

/// Set for the processes that measure: which kind, and for how many seconds.
const ROUND: &str = "IDLE_ROUND";

/// How many measurements there are of each kind.
const ROUNDS: usize = 3;

/// Actors in a process.
const ACTORS: usize = 100;

/// Between two beats.
const PERIOD: Duration = Duration::from_millis(100);

fn main() {
    if let Ok(round) = env::var(ROUND) {
        let (name, seconds) = round.rsplit_once(' ').expect("a kind and a time");
        let kind = KINDS.iter().find(|kind| kind.name == name).expect("a kind");
        measure(kind, Duration::from_secs_f64(seconds.parse().expect("a number")));
        return;
    }
    let is_measured = env::args().any(|argument| argument == "--bench");
    let (rounds, seconds) = if is_measured { (ROUNDS, 10.0) } else { (1, 0.3) };
    let turns: Vec<Vec<Figures>> =
        (0..rounds).map(|_| KINDS.iter().map(|kind| round(kind, seconds)).collect()).collect();
    if is_measured {
        print(&turns);
    }
}

/// What one process measured, for each second.
struct Figures {
    cpu_seconds: f64,
    wake_ups: f64,
    beats: f64,
}

fn print(turns: &[Vec<Figures>]) {
    let mut results = Results::of("idle");
    println!("| {ACTORS} of | of a core | wake-ups/s | beats/s | × tokio |\n| --- | ---: | ---: | ---: | ---: |");
    for (index, kind) in KINDS.iter().enumerate() {
        let of = |figure: &dyn Fn(&Figures) -> f64| median(turns.iter().map(|turn| figure(&turn[index])).collect());
        let (cpu, wakes, beats) = (of(&|f| f.cpu_seconds * 100.0), of(&|f| f.wake_ups), of(&|f| f.beats));
        let ratio = median(turns.iter().map(|turn| turn[index].cpu_seconds / turn[0].cpu_seconds).collect());
        println!("| {} | {cpu:.2} % | {wakes:.0} | {beats:.0} | {ratio:.2} |", kind.name);
        // Nothing is compared with what does as good as nothing.
        let name = if kind.beats { "× tokio" } else { "of tokio" };
        let figures = [("% of a core", cpu), ("wake-ups/s", wakes), ("beats/s", beats), (name, ratio)];
        results.note(&format!("{ACTORS} at 10 Hz"), kind.name, &figures);
    }
    results.save();
}

fn round(kind: &Kind, seconds: f64) -> Figures {
    let program = env::current_exe().expect("a program knows its file");
    let output = Command::new(program).env(ROUND, format!("{} {seconds}", kind.name)).stderr(Stdio::inherit()).output();
    let output = output.expect("the program can be run once more");
    assert!(output.status.success(), "a measurement failed: {}", output.status);
    let text = String::from_utf8(output.stdout).expect("numbers are UTF-8");
    let mut numbers = text.split_whitespace().map(|number| number.parse().expect("a number"));
    let mut next = || numbers.next().expect("three numbers");
    Figures { cpu_seconds: next(), wake_ups: next(), beats: next() }
}

/// The measurement itself, in its own process.
fn measure(kind: &Kind, time: Duration) {
    let kept = (kind.start)();
    // What follows a start is not idleness: publishers wait two seconds for listeners outside of the process.
    thread::sleep(time.min(Duration::from_secs(3)));
    let beats = || BEATS.load(Ordering::Relaxed) as f64;
    let (begin, before) = (Instant::now(), [cpu_seconds(own()), wake_ups(), beats()]);
    thread::sleep(time);
    let after = [cpu_seconds(own()), wake_ups(), beats()];
    let seconds = begin.elapsed().as_secs_f64();
    // A thread that ended takes its wake-ups with it.
    let [cpu, wakes, beats] = [0, 1, 2].map(|figure| ((after[figure] - before[figure]) / seconds).max(0.0));
    let expected = if kind.beats { ACTORS as f64 / PERIOD.as_secs_f64() } else { 0.0 };
    // A machine that is busy with other things makes some late, and these are skipped.
    assert!(beats >= expected / 4.0, "{}: {beats:.0} beats/s instead of {expected:.0}", kind.name);
    println!("{cpu} {wakes} {beats}");
    drop(kept);
}
