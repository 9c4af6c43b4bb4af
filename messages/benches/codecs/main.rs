//! Compares our codec with its peers: see BENCHMARKS.md.
//!
//! divan measures. As other programs disturb it, it runs several times, each time in a process of its own and with all
//! codecs of a message one after another; the table shows the medians.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a program that measures prints, and stops at a mistake")]

mod codec;
mod measure;
mod mirrors;
mod peers;
mod samples;
mod table;

use std::{
    env,
    process::{Command, Stdio},
    time::Duration,
};

/// Set for the processes that measure.
const ROUND: &str = "CODECS_ROUND";

/// How many of them there are.
const ROUNDS: usize = 9;

/// How many samples are taken of each codec with each message in a round, and how long that may take.
const SAMPLES: u32 = 200;
const TIME: Duration = Duration::from_millis(50);

fn main() {
    if env::var_os(ROUND).is_some() {
        let divan = divan::Divan::default().color(false).sample_count(SAMPLES).max_time(TIME).skip_ext_time(true);
        divan.config_with_args().main();
        return;
    }
    measure::check_all();
    println!("All codecs write the same bytes and read back equal values.");
    // `cargo test --benches` gives no such argument and wants no measurement.
    if env::args().any(|argument| argument == "--bench") {
        let mut times = table::Times::default();
        (0..ROUNDS).for_each(|_| times.add(&round()));
        times.print(&measure::rows());
    }
}

/// What divan prints in a process of its own.
fn round() -> String {
    let program = env::current_exe().expect("a program knows its file");
    let mut command = Command::new(program);
    command.args(env::args_os().skip(1)).env(ROUND, "1").stderr(Stdio::null());
    let output = command.output().expect("the program can be run once more");
    assert!(output.status.success(), "a round of measurements failed: {}", output.status);
    String::from_utf8(output.stdout).expect("divan prints UTF-8")
}
