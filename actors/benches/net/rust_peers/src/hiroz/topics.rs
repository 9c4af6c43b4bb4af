//! Messages: all work in callbacks, on Zenoh's threads.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use hiroz::msg::{NativeCdrSerdes, ZMessage};
use hiroz::node::ZNode;
use hiroz::pubsub::ZPub;
use hiroz::{Builder as _, WithTypeInfo};
use hiroz_cdr::{CdrDeserialize, CdrSerialize, CdrSerializedSize};
use hiroz_msgs::sensor_msgs::LaserScan;
use hiroz_msgs::std_msgs::UInt8MultiArray;

use crate::bench::job::Job;
use crate::bench::score::note_begin;
use crate::bench::{Game, SETTLING, Stream, lock, rest};
use crate::runtime;

/// A message that is thrown.
pub(crate) trait Ball:
    CdrDeserialize + CdrSerialize + CdrSerializedSize + WithTypeInfo + Send + Sync + 'static
{
    fn of(job: &Job) -> Self;
}

impl Ball for UInt8MultiArray {
    fn of(job: &Job) -> Self {
        Self { data: vec![7; job.payload].into(), ..Self::default() }
    }
}

impl Ball for LaserScan {
    fn of(_: &Job) -> Self {
        Self { ranges: vec![1.5; 1080], intensities: vec![0.5; 1080], ..Self::default() }
    }
}

type Out<M> = Arc<ZPub<M, NativeCdrSerdes<M>>>;

/// Reliable with a depth of 10, which is the default.
fn publisher<M: Ball>(node: &ZNode, topic: &str) -> Out<M> {
    Arc::new(node.create_pub::<M>(topic).build().expect("a publisher"))
}

fn wait_for_reader<M: Ball>(out: &Out<M>) {
    while !runtime().block_on(out.wait_for_subscription(1, Duration::from_secs(1))) {}
    thread::sleep(SETTLING);
}

/// Throws a message to and fro. Nothing gets lost over TCP with one message under way.
pub(crate) fn throw<M: Ball>(node: &ZNode, job: &Job) -> ! {
    let (out, ball, game) = (publisher::<M>(node, "ping"), Arc::new(M::of(job)), Game::begin(job));
    let (again, thrown, state, paced) = (Arc::clone(&out), Arc::clone(&ball), Arc::clone(&game), job.rate > 0.0);
    let is_checked = Mutex::new(false);
    let on_ball = move |back: M| {
        let mut game = lock(&state);
        let took = game.thrown.elapsed();
        let goes_on = game.score.note(took);
        if !std::mem::replace(&mut *lock(&is_checked), true) {
            assert!(back.serialize() == thrown.serialize(), "something else came back");
        }
        if goes_on && !paced {
            game.thrown = Instant::now();
            again.publish(&thrown).expect("a throw");
        }
    };
    let _subscription = node.create_sub::<M>("pong").build_with_callback(on_ball).expect("a subscription");
    wait_for_reader(&out);
    let throws = if paced { job.warm_up() + job.count } else { 1 };
    for _ in 0..throws {
        lock(&game).thrown = Instant::now();
        out.publish(&ball).expect("a throw");
        if paced {
            thread::sleep(Duration::from_secs_f64(1.0 / job.rate));
        }
    }
    rest()
}

pub(crate) fn throw_back<M: Ball>(node: &ZNode) -> ! {
    let out = publisher::<M>(node, "pong");
    let on_ball = move |ball: M| {
        note_begin();
        out.publish(&ball).expect("a throw");
    };
    let _subscription = node.create_sub::<M>("ping").build_with_callback(on_ball).expect("a subscription");
    rest()
}

pub(crate) fn send(node: &ZNode, job: &Job) -> ! {
    let (out, message) = (publisher(node, "ping"), UInt8MultiArray::of(job));
    wait_for_reader(&out);
    note_begin();
    (0..job.count).for_each(|_| out.publish(&message).expect("sent"));
    rest()
}

pub(crate) fn receive(node: &ZNode, job: &Job) -> ! {
    let stream = Stream::begin(job);
    let subscription = node.create_sub::<UInt8MultiArray>("ping");
    let _subscription = subscription.build_with_callback(move |_| lock(&stream).arrive()).expect("a subscription");
    rest()
}
