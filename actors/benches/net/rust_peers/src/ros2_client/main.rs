//! One side of a measurement with ros2-client on RustDDS: see BENCHMARKS.md. It takes the arguments and prints the lines of job.rs and
//! score.rs. It speaks by multicast, so that it has to run in a network namespace without a way out.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a program that measures prints, and stops at a mistake")]

mod actions;
#[path = "../bench.rs"]
mod bench;
mod messages;
mod poll;
mod services;
mod topics;

use std::thread;

use futures::executor::block_on;
use ros2_client::qos::{History, QosProfile};
use ros2_client::{Context, Name, NodeName, NodeOptions};

use bench::job::{ROLES, Role, Work, name};
use messages::{LaserScan, UInt8MultiArray};

fn main() {
    let job = bench::begin();
    let context = Context::new().expect("a participant");
    let node_name = NodeName::new("/", name(&ROLES, job.role)).expect("a name");
    let mut node = context.new_node(node_name, NodeOptions::new()).expect("a node");
    // Only a spinner tells who has found whom.
    let spinner = node.spinner().expect("a spinner");
    thread::spawn(|| block_on(spinner.spin()));
    match (job.role, job.work) {
        (Role::Ping, Work::Rtt) => topics::throw::<UInt8MultiArray>(&mut node, &job),
        (Role::Ping, Work::Scan) => topics::throw::<LaserScan>(&mut node, &job),
        (Role::Ping, Work::Stream) => topics::send(&mut node, &job),
        (Role::Ping, Work::Call) => services::call(&mut node, &job),
        (Role::Ping, Work::Goal) => actions::send_goals(&mut node, &job),
        (Role::Pong, Work::Rtt) => topics::throw_back::<UInt8MultiArray>(&mut node),
        (Role::Pong, Work::Scan) => topics::throw_back::<LaserScan>(&mut node),
        (Role::Pong, Work::Stream) => topics::receive(&mut node, &job),
        (Role::Pong, Work::Call) => services::serve(&mut node),
        (Role::Pong, Work::Goal) => actions::perform(&mut node),
        (Role::Router, _) => panic!("ros2-client has no part in what is routed"),
    }
}

fn qos(depth: usize) -> QosProfile {
    QosProfile::publisher_default().history(History::KeepLast { depth })
}

fn named(base: &str) -> Name {
    Name::new("/", base).expect("a name")
}
