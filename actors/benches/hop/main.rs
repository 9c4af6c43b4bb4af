//! What it costs to hand a message from one actor to another within a process: see BENCHMARKS.md.
//!
//! Two players throw a ball to and fro, an `Arc` of a message. A batch of throws is one sample; all systems take turns, batch
//! by batch, so that what disturbs the machine disturbs all of them.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a program that measures prints, and stops at a mistake"
)]

#[path = "../common/mod.rs"]
mod common;
mod court;
mod ours;
mod peers;

use std::env;
use std::sync::Arc;

use common::probe::median;
use common::results::Results;
use rosactor::messages::std_msgs::UInt8MultiArray;

use court::{Ball, Pair};

/// Throws in a batch, where both players share a thread and where each has its own.
const THROWS: [u32; 2] = [2_000, 300];

/// Batches of each system.
const BATCHES: usize = 101;

/// How long ours needs until its publishers know that nobody listens outside of the process.
const SETTLING: std::time::Duration = std::time::Duration::from_millis(2_100);

fn main() {
    let measured = env::args().any(|argument| argument == "--bench");
    // Under callgrind: only ours, and its count of instructions is what matters.
    if let Some(throws) = env::var("HOP_PROFILE").ok().and_then(|throws| throws.parse().ok()) {
        let mut pair = ours::start(false);
        std::thread::sleep(SETTLING);
        pair(ball(64), throws);
        return;
    }
    let mut results = Results::of("hop");
    for (threads, throws) in [(false, THROWS[0]), (true, THROWS[1])] {
        let mut pairs: Vec<(&str, Pair)> = vec![
            ("actix do_send", peers::actix(threads)),
            ("rosactor", ours::start(threads)),
            ("tokio mpsc", peers::tokio_mpsc(threads)),
            ("kameo tell", peers::kameo(threads)),
            ("ractor cast", peers::ractor(threads)),
        ];
        if measured {
            std::thread::sleep(SETTLING);
        }
        for size in [64, 1_000_000] {
            let ball = ball(size);
            let batches = if measured { BATCHES } else { 1 };
            let mut times: Vec<Vec<f64>> = vec![Vec::new(); pairs.len()];
            for _ in 0..batches {
                for ((_, pair), times) in pairs.iter_mut().zip(&mut times) {
                    let took = pair(Arc::clone(&ball), throws);
                    times.push(took.as_secs_f64() * 1e9 / f64::from(throws));
                }
            }
            if measured {
                print(if threads { "other thread" } else { "same thread" }, size, &pairs, &times, &mut results);
            }
        }
    }
    assert_eq!(ours::strangers(), 0, "a ball that came back was another one");
    results.save();
}

fn ball(size: usize) -> Ball {
    Arc::new(UInt8MultiArray { data: vec![7; size].into(), ..Default::default() })
}

/// One row for each system: the median of its batches, and of their ratios to the batches of the first system.
fn print(threads: &str, size: usize, pairs: &[(&str, Pair)], times: &[Vec<f64>], results: &mut Results) {
    for ((name, _), of_system) in pairs.iter().zip(times) {
        let ratios = of_system.iter().zip(&times[0]).map(|(time, floor)| time / floor).collect();
        let (hop, ratio) = (median(of_system.clone()), median(ratios));
        println!("| {threads} | {size} | {name} | {hop:.0} ns | {ratio:.2} |");
        results.note(&format!("{threads}, {size} B"), name, &[("ns", hop), ("× actix", ratio)]);
    }
}
