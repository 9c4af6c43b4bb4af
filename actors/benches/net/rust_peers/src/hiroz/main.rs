//! One side of a measurement with hiroz: see BENCHMARKS.md. It takes the arguments and prints the lines of job.rs and score.rs.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a program that measures prints, and stops at a mistake")]

mod actions;
#[path = "../bench.rs"]
mod bench;
mod services;
mod topics;

use hiroz::Builder as _;
use hiroz::context::{ZContext, ZContextBuilder};
use hiroz_msgs::sensor_msgs::LaserScan;
use hiroz_msgs::std_msgs::UInt8MultiArray;
use tokio::runtime::{self, Runtime};

use bench::job::{Job, ROLES, Role, System, Work, name};

/// As much shared memory as ours takes: the 10 MB that hiroz takes by itself are filled by two messages of 4 MiB.
const POOL: usize = 32 << 20;

fn main() {
    let job = bench::begin();
    let context = open(&job);
    let node = context.create_node(name(&ROLES, job.role)).build().expect("a node");
    match (job.role, job.work) {
        (Role::Ping, Work::Rtt) => topics::throw::<UInt8MultiArray>(&node, &job),
        (Role::Ping, Work::Scan) => topics::throw::<LaserScan>(&node, &job),
        (Role::Ping, Work::Stream) => topics::send(&node, &job),
        (Role::Ping, Work::Call) => services::call(&node, &job),
        (Role::Ping, Work::Goal) => actions::send_goals(&node, &job),
        (Role::Pong, Work::Rtt) => topics::throw_back::<UInt8MultiArray>(&node),
        (Role::Pong, Work::Scan) => topics::throw_back::<LaserScan>(&node),
        (Role::Pong, Work::Stream) => topics::receive(&node, &job),
        (Role::Pong, Work::Call) => services::serve(&node),
        (Role::Pong, Work::Goal) => actions::perform(&node),
        (Role::Router, _) => panic!("hiroz has no part in what is routed"),
    }
}

/// Two peers with a link of their own, and no router, as with raw Zenoh.
fn open(job: &Job) -> ZContext {
    let endpoint = [format!("tcp/127.0.0.1:{}", job.port)];
    let (listen, connect): (&[String], &[String]) =
        if job.role == Role::Pong { (&endpoint, &[]) } else { (&[], &endpoint) };
    let builder = ZContextBuilder::default().with_domain_id(0).with_mode("peer").disable_multicast_scouting();
    let builder = builder.with_listen_endpoints(listen).with_connect_endpoints(connect);
    let builder =
        if job.system == System::HirozShm { builder.with_shm_pool_size(POOL).expect("shared memory") } else { builder };
    builder.build().expect("a session")
}

/// For what of hiroz is asynchronous: one thread, which is the least that it needs.
fn runtime() -> Runtime {
    runtime::Builder::new_current_thread().enable_time().build().expect("a runtime")
}
