//! What it costs to give one image of a megabyte to many actors of a process: see BENCHMARKS.md.
//!
//! All share one thread. A picture goes to every listener, and the last one asks for the next. With one listener that is a ball that is
//! thrown to and fro, which tells what a single hop costs. Pictures count whatever copies or encodes them, and each listener looks
//! whether its pixels lie where the publisher's do.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a program that measures prints, and stops at a mistake"
)]

mod actors;
#[path = "../common/mod.rs"]
mod common;
mod picture;

use std::env;
use std::sync::Arc;
use std::time::Duration;

use common::probe::{median, own, resident_bytes};
use common::results::Results;
use rosactor::messages::Message as _;

use actors::Fan;
use picture::Picture;

/// The first is what the others are compared with.
const LISTENERS: [usize; 3] = [1, 10, 100];

/// Bytes of a picture.
const SIZE: usize = 1_000_000;

/// About so many hops are in a batch.
const HOPS: usize = 2_000;

/// Batches of each number of listeners; they take turns.
const BATCHES: usize = 101;

/// How long the publishers need until they know that nobody listens outside of the process.
const SETTLING: Duration = Duration::from_millis(2_100);

/// Longer than any batch takes.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() {
    let is_measured = env::args().any(|argument| argument == "--bench");
    let picture = Arc::new(Picture::of(SIZE));
    see_that_copies_are_counted(&picture);
    // Under callgrind or dhat: only so many pictures, to so many listeners.
    if let Ok(profile) = env::var("FAN_PROFILE") {
        let (listeners, pictures) = profile.split_once(' ').expect("listeners and pictures");
        let fan = Fan::start(listeners.parse().expect("a number"));
        std::thread::sleep(SETTLING);
        fan.play(&picture, pictures.parse().expect("a number"));
        return;
    }
    let fans = LISTENERS.map(Fan::start);
    if is_measured {
        std::thread::sleep(SETTLING);
    }
    let batches = if is_measured { BATCHES } else { 1 };
    // The first batch warms up: mailboxes get their room.
    for fan in &fans {
        fan.play(&picture, 1);
    }
    let before = (Picture::copies(), resident_bytes(own()));
    let turns: Vec<[f64; 3]> = (0..batches).map(|_| [0, 1, 2].map(|fan| seconds(&fans[fan], &picture))).collect();
    let copies = Picture::copies() - before.0;
    let grown = (resident_bytes(own()) - before.1) / 1024.0;
    let strangers: usize = fans.iter().map(Fan::strangers).sum();
    if is_measured {
        print(&turns);
        println!("copied or encoded: {copies}, with pixels elsewhere: {strangers}, memory grown by {grown:.0} KiB");
        assert_eq!(copies, 0, "pictures were copied or encoded");
    }
    assert_eq!(strangers, 0, "a listener saw other pixels than those that were published");
}

/// What does not count copies cannot show that there are none.
fn see_that_copies_are_counted(picture: &Picture) {
    let before = Picture::copies();
    let clone = picture.clone();
    let bytes = clone.encode().expect("a picture has bytes");
    assert_eq!(Picture::decode(&bytes).as_ref(), Ok(picture));
    assert_eq!(Picture::copies() - before, 3, "a clone, its bytes, and a picture of these");
}

/// The time of one picture's round: to all listeners, and the last one's word back.
fn seconds(fan: &Fan, picture: &Arc<Picture>) -> f64 {
    let pictures = u32::try_from(HOPS / (fan.listeners + 1)).expect("a small number");
    fan.play(picture, pictures).as_secs_f64() / f64::from(pictures)
}

/// One row for each number of listeners: medians of the batches, and of the ratios to the single hops of the same turn.
fn print(turns: &[[f64; 3]]) {
    let mut results = Results::of("fan");
    println!("| listeners | from publish to the last handler | a listener | × hops |\n| ---: | ---: | ---: | ---: |");
    for (index, listeners) in LISTENERS.into_iter().enumerate() {
        // There and back are two hops, if there is one listener.
        let took = |turn: &[f64; 3]| turn[index] - turn[0] / 2.0;
        let ratio = |turn: &[f64; 3]| took(turn) / (listeners as f64 * turn[0] / 2.0);
        let of = |figure: &dyn Fn(&[f64; 3]) -> f64| median(turns.iter().map(figure).collect());
        let (all, ratio) = (of(&took) * 1e6, of(&ratio));
        let each = all * 1e3 / listeners as f64;
        println!("| {listeners} | {all:.2} µs | {each:.0} ns | {ratio:.2} |");
        let figures = [("µs to the last", all), ("ns for one", each), ("× hops", ratio)];
        results.note(&format!("1 MB to {listeners}"), "rosactor", &figures);
    }
    results.save();
}
