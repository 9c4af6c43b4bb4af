//! What it costs to go through the bridge, beside ROS nodes among themselves: see BENCHMARKS.md.
//!
//! Everything is in one network namespace, on its loopback interface. The systems take turns, in several rounds; a row shows the median of
//! the rounds. Every ROS node is real rclpy on Fast DDS (Jazzy).
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a program that measures prints, and stops at a mistake"
)]

mod table;

use std::env;
use std::time::Duration;

use rosactor_tests::netns::Namespace;
use rosactor_tests::process::{Process, binary};
use rosactor_tests::ros::{self, Range, Stack};
use rosactor_tests::run::Run;
use serde_json::Value;

use table::{Measured, Table};

const ROUNDS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(60);
const SIZES: [(usize, usize); 3] = [(64, 1000), (8 * 1024, 1000), (1024 * 1024, 20)];

fn main() {
    // Whoever runs all tests only wants to know whether it compiles.
    if !env::args().any(|argument| argument == "--bench") {
        return;
    }
    let host = Namespace::alone();
    let mut table = Table::default();
    for round in 1..=ROUNDS {
        println!("round {round} of {ROUNDS}");
        among_themselves(&host, &mut table);
        to_actors(&host, &mut table);
        to_a_plain_program(&host, &mut table);
        from_actors(&host, &mut table);
    }
    table.print();
}

/// A ROS node whose end is that of its value.
fn node(host: &Namespace, arguments: &[&str]) -> Process {
    ros::peer_on(Stack::Jazzy, host, Range::Localhost, "pace.py", arguments)
}

fn ready(peer: &Process) {
    peer.wait_for_output(PATIENCE, |line| line.starts_with("{\"ready\""));
}

fn measured(value: &Value) -> Measured {
    let of = |key: &str| value[key].as_f64().expect("a peer tells what it measured");
    Measured {
        p50_us: of("p50_us"),
        p99_us: of("p99_us"),
        per_s: of("per_s"),
        lost: value["lost"].as_u64().unwrap_or(0),
    }
}

fn ping(host: &Namespace, table: &mut Table, system: &'static str, name: &str) {
    for (bytes, count) in SIZES {
        let arguments = ["--ping", name, "--bytes", &bytes.to_string(), "--count", &count.to_string()];
        let value = ros::finish(&mut node(host, &arguments), PATIENCE);
        table.add(format!("topic, {bytes} B, there and back"), system, measured(&value));
    }
}

fn call(host: &Namespace, table: &mut Table, system: &'static str, service: &str) {
    for in_flight in ["1", "16"] {
        let value =
            ros::finish(&mut node(host, &["--call", service, "--count", "1000", "--in-flight", in_flight]), PATIENCE);
        table.add(format!("service, {in_flight} in flight"), system, measured(&value));
    }
}

fn among_themselves(host: &Namespace, table: &mut Table) {
    let other = node(host, &["--pong", "direct", "--serve", "/direct_add", "--seconds", "300"]);
    ready(&other);
    ping(host, table, "rclpy - rclpy", "direct");
    call(host, table, "rclpy - rclpy", "/direct_add");
}

fn to_actors(host: &Namespace, table: &mut Table) {
    let run = Run::start(host, &binary("examples/citizen"), "tests/ros/bench.yaml");
    run.process().wait_for_log(PATIENCE, |line| line.contains("bridge joined DDS domain"));
    ping(host, table, "rclpy - actor", "image");
    call(host, table, "rclpy - actor", "/actor_add");
    let _ = run.stop();
}

fn to_a_plain_program(host: &Namespace, table: &mut Table) {
    let mut bridge = host.command(binary("rosactor-bridge"));
    bridge.args(["-d", "0", "--distro", "jazzy", "--discovery", "localhost", "-l", "tcp/127.0.0.1:7447"]);
    let bridge = Process::start("rosactor-bridge", &mut bridge);
    bridge.wait_for_log(PATIENCE, |line| line.contains("joined DDS domain"));
    let echo = ros::peer_on(Stack::Cyclone, host, Range::Localhost, "zenoh_echo.py", &[]);
    ready(&echo);
    ping(host, table, "rclpy - plain Zenoh", "image");
}

fn from_actors(host: &Namespace, table: &mut Table) {
    let server = node(host, &["--serve", "/ros_add", "--seconds", "300"]);
    ready(&server);
    let run = Run::start(host, &binary("examples/citizen"), "tests/ros/bench_client.yaml");
    for in_flight in [1, 16] {
        let is_it = |value: &Value| value["in_flight"] == in_flight;
        let parse = |line: &str| serde_json::from_str::<Value>(line).ok();
        let line = run.wait_told(PATIENCE, "stopwatch", "timed", |line| parse(line).as_ref().is_some_and(is_it));
        let value = parse(&line).expect("the stopwatch tells JSON");
        table.add(format!("service, {in_flight} in flight"), "actor - rclpy", measured(&value));
    }
    let _ = run.stop();
}
