//! What it costs to speak with an actor of another process, beside raw Zenoh: see BENCHMARKS.md.
//!
//! Every measurement has two fresh processes, a ping and a pong, joined over TCP on loopback, or by a router as a third. The program starts itself as either:
//! `net --system zenoh --role ping --work rtt --payload 64 --count 1000 --rate 0 --port 7447`, and each prints one JSON line.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a program that measures prints, and stops at a mistake"
)]

mod action;
mod actors;
mod job;
mod namespace;
mod others;
mod ros;
mod rust_peers;
mod score;
mod table;
mod zenoh_peers;

use std::env;
use std::io::Read as _;

use job::{Job, Role};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match Job::from_arguments(&arguments) {
        Some(job) => play(&job),
        None => table::print(arguments.iter().any(|argument| argument == "--bench")),
    }
}

/// Plays one role until standard input ends. Whoever measures prints as soon as it is done, the other one at the end.
fn play(job: &Job) {
    let peer: Box<dyn std::any::Any> = match (job.system.is_raw_zenoh(), job.role) {
        (true, Role::Ping) => Box::new(zenoh_peers::ping(job)),
        (true, Role::Pong) => Box::new(zenoh_peers::pong(job)),
        (true, Role::Router) => Box::new(zenoh_peers::router(job)),
        (false, _) => Box::new(actors::deploy(job)),
    };
    let mut rest = Vec::new();
    let _ = std::io::stdin().read_to_end(&mut rest);
    if !job.measures() {
        score::print_cost();
    }
    // The peer's session is not closed: how long that takes is nobody's question here.
    std::mem::forget(peer);
    std::process::exit(0);
}
