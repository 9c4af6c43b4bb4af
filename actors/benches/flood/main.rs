//! How soon an actor that is flooded with samples hears that its goal is to be canceled: see BENCHMARKS.md.
//!
//! A thread publishes as fast as it can to an actor, which executes one goal after the other. Each goal is canceled as soon as it
//! executes; what is measured is the time from the client's wish until the goal's work sees it.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a program that measures prints, and stops at a mistake"
)]

use std::env;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rosactor::deployment::Deployment;
use rosactor::messages::example_interfaces::{Fibonacci, FibonacciGoal, FibonacciResult};
use rosactor::messages::std_msgs::Int64;
use rosactor::prelude::*;
use rosactor::{Actors, launch};

/// Goals that are canceled.
const CANCELS: usize = 2_000;

/// So long the actor needs for one sample: longer than the flood for the next, so that it never runs out of them.
const TAKES: Duration = Duration::from_micros(10);

/// Whether the flood goes on.
static FLOOD: AtomicBool = AtomicBool::new(true);
/// Of the flood.
static PUBLISHED: AtomicU64 = AtomicU64::new(0);
/// When the work of the last goal saw that it is to end.
static SEEN: Mutex<Option<Instant>> = Mutex::new(None);
/// What the next canceler reports to; `setup` has no other way to it.
static REPORT: Mutex<Option<(usize, Sender<Vec<Duration>>)>> = Mutex::new(None);

fn main() {
    let is_measured = env::args().any(|argument| argument == "--bench");
    for flood in [false, true] {
        let (mut waits, samples) = measure(flood, if is_measured { CANCELS } else { 1 });
        waits.sort();
        if is_measured {
            let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6;
            let what = if flood { "flood" } else { "silence" };
            let [p50, p99, max] = [0.5, 0.99, 1.0].map(at);
            println!("| {what} | {samples:.0} | {p50:.0} µs | {p99:.0} µs | {max:.0} µs |");
        }
    }
}

/// How long each cancel took, and how many samples were published in a second meanwhile.
fn measure(flood: bool, cancels: usize) -> (Vec<Duration>, f64) {
    let (report, waits) = channel();
    *REPORT.lock().unwrap_or_else(PoisonError::into_inner) = Some((cancels, report));
    FLOOD.store(flood, Ordering::SeqCst);
    PUBLISHED.store(0, Ordering::SeqCst);
    let mut actors = Actors::new();
    actors.add::<Flooder>("flood/Flooder").add::<Flooded>("flood/Flooded").add::<Canceler>("flood/Canceler");
    let file = "deployment: flood\nactors:\n- {name: flooded, type: flood/Flooded}\n\
                - {name: flooder, type: flood/Flooder}\n- {name: canceler, type: flood/Canceler, thread: own}\n";
    let deployment = Deployment::parse(Path::new("flood.yaml"), file).expect("the file is right");
    let begin = Instant::now();
    let running = launch::start(deployment, actors).expect("the deployment starts");
    let waits = waits.recv().expect("the canceler reports");
    let rate = PUBLISHED.load(Ordering::SeqCst) as f64 / begin.elapsed().as_secs_f64();
    FLOOD.store(false, Ordering::SeqCst);
    running.stop();
    (waits, rate)
}

struct Flooder {
    numbers: Publisher<Int64>,
}

impl Actor for Flooder {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::flood);
        Ok(Self { numbers: node.publisher("numbers") })
    }
}

impl Flooder {
    fn flood(&mut self) -> Work<()> {
        let (numbers, message) = (self.numbers.clone(), Arc::new(Int64::default()));
        offload(move || {
            while FLOOD.load(Ordering::Relaxed) {
                numbers.publish(Arc::clone(&message));
                PUBLISHED.fetch_add(1, Ordering::Relaxed);
            }
        })
    }
}

struct Flooded;

impl Actor for Flooded {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe("numbers", Self::on_number);
        node.perform::<Fibonacci, _>("fibonacci", Self::compute);
        Ok(Self)
    }
}

impl Flooded {
    fn on_number(&mut self, _: Sample<Int64>) {
        let begin = Instant::now();
        while begin.elapsed() < TAKES {
            std::hint::spin_loop();
        }
    }

    fn compute(&mut self, goal: GoalRequest<Fibonacci>) -> Work<GoalEnd<Fibonacci>> {
        let goal = goal.accept();
        run(async move {
            goal.canceled().await;
            *SEEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
            goal.cancel(FibonacciResult::default())
        })
    }
}

struct Canceler {
    goals: ActionClient<Fibonacci>,
    cancels: usize,
    report: Sender<Vec<Duration>>,
}

impl Actor for Canceler {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let line = REPORT.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (cancels, report) = line.ok_or("nobody waits for the report")?;
        node.on_start(Self::cancel);
        Ok(Self { goals: node.action_client("fibonacci"), cancels, report })
    }
}

impl Canceler {
    fn cancel(&mut self) -> Work<Result<()>> {
        let (goals, cancels, report) = (self.goals.clone(), self.cancels, self.report.clone());
        run(async move {
            goals.wait_available().await;
            let mut waits = Vec::new();
            for _ in 0..cancels {
                let goal = goals.send_goal(FibonacciGoal::default()).await?;
                let begin = Instant::now();
                goal.cancel().await?;
                goal.result().await?;
                let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner).take();
                waits.push(seen.ok_or("the goal ended otherwise")?.saturating_duration_since(begin));
            }
            Ok(report.send(waits)?)
        })
    }
}
