//! Messages: one thread that polls its subscription.

use std::thread;
use std::time::{Duration, Instant};

use futures::executor::block_on;
use ros2_client::{Node, Publisher, Subscription};
use serde::Serialize;

use crate::bench::job::Job;
use crate::bench::score::note_begin;
use crate::bench::{Game, LOST_AFTER, SETTLING, Stream, lock, rest};
use crate::messages::{Ball, UInt8MultiArray};
use crate::poll::Waiting;
use crate::{named, qos};

/// ROS's default.
const DEPTH: usize = 10;

/// Of messages of a type, or of references to them: `publish` takes what it is given, and a reference spares a copy for each throw.
fn publisher<M: Ball, P: Serialize>(node: &mut Node, topic: &str) -> Publisher<P> {
    let topic = node.create_topic(&named(topic), M::type_name(), &qos(DEPTH)).expect("a topic");
    node.create_publisher(&topic, None).expect("a publisher")
}

fn subscription<M: Ball>(node: &mut Node, topic: &str) -> Subscription<M> {
    let topic = node.create_topic(&named(topic), M::type_name(), &qos(DEPTH)).expect("a topic");
    node.create_subscription(&topic, None).expect("a subscription")
}

/// The message that is thrown or sent again and again.
fn ball<M: Ball>(job: &Job) -> &'static M {
    Box::leak(Box::new(M::of(job)))
}

fn wait_for_reader<P: Serialize>(node: &Node, out: &Publisher<P>) {
    block_on(out.wait_for_subscription(node));
    thread::sleep(SETTLING);
}

/// Throws a message to and fro; a ball that does not come back is followed by the next one.
pub(crate) fn throw<M: Ball>(node: &mut Node, job: &Job) -> ! {
    let (out, mut back) = (publisher::<M, &'static M>(node, "ping"), subscription::<M>(node, "pong"));
    let ball = ball::<M>(job);
    let mut waiting = Waiting::on(&mut back);
    let game = Game::begin(job);
    wait_for_reader(node, &out);
    let period = (job.rate > 0.0).then(|| Duration::from_secs_f64(1.0 / job.rate));
    let mut is_checked = false;
    while lock(&game).next() {
        let begin = Instant::now();
        // Whatever is not sent is not thrown back.
        let _ = out.publish(ball);
        let caught = loop {
            if let Some((caught, _)) = back.take().ok().flatten() {
                break Some(caught);
            }
            let Some(left) = LOST_AFTER.checked_sub(begin.elapsed()) else { break None };
            waiting.wait(Some(left));
        };
        match &caught {
            Some(_) => lock(&game).score.note(begin.elapsed()),
            None => lock(&game).score.lose(),
        };
        if let Some(caught) = caught.filter(|_| !is_checked) {
            assert!(caught == *ball, "something else came back");
            is_checked = true;
        }
        if let Some(period) = period {
            thread::sleep(period.saturating_sub(begin.elapsed()));
        }
    }
    rest()
}

pub(crate) fn throw_back<M: Ball>(node: &mut Node) -> ! {
    let (out, mut forth) = (publisher::<M, M>(node, "pong"), subscription::<M>(node, "ping"));
    let mut waiting = Waiting::on(&mut forth);
    loop {
        while let Some((ball, _)) = forth.take().ok().flatten() {
            note_begin();
            let _ = out.publish(ball);
        }
        waiting.wait(None);
    }
}

/// Sends as fast as `publish` returns. It waits 100 ms for room, and then gives its message up.
pub(crate) fn send(node: &mut Node, job: &Job) -> ! {
    let out = publisher::<UInt8MultiArray, &'static UInt8MultiArray>(node, "ping");
    let message = ball(job);
    wait_for_reader(node, &out);
    note_begin();
    for _ in 0..job.count {
        let _ = out.publish(message);
    }
    rest()
}

pub(crate) fn receive(node: &mut Node, job: &Job) -> ! {
    let mut subscription = subscription::<UInt8MultiArray>(node, "ping");
    let mut waiting = Waiting::on(&mut subscription);
    let stream = Stream::begin(job);
    loop {
        while let Ok(Some(_)) = subscription.take() {
            lock(&stream).arrive();
        }
        waiting.wait(None);
    }
}
