//! The models: who publishes what to whom.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use loom::thread;

use crate::mailbox::{Sample, TopicMailbox, TopicPolicy};
use crate::shell::{Habits, Shell};

/// In how many places of one run a thread may lose its turn to another one unasked. Three found every mistake that was
/// tried; with more of them there are many more orders to run.
const PREEMPTIONS: usize = 3;

fn check(model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(PREEMPTIONS);
    builder.check(model);
}

/// Publishes these values in a thread of its own.
fn publish(mailbox: Arc<TopicMailbox<u32>>, values: std::ops::Range<u32>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for value in values {
            // A closed or full mailbox would count it, and the counters are looked at.
            let _ = mailbox.push(Sample::new(value));
        }
    })
}

/// The values below `border` come from one publisher, the others from another; each sent them in order.
fn assert_in_order(delivered: &[u32], border: u32) {
    let (of_one, of_other): (Vec<u32>, Vec<u32>) = delivered.iter().partition(|value| **value < border);
    assert!(of_one.is_sorted_by(|a, b| a < b) && of_other.is_sorted_by(|a, b| a < b), "{delivered:?}");
}

/// Two publishers of one topic. Nothing is lost, since there is room.
pub fn two_publishers_of_one_topic() {
    check(|| {
        let shell = Shell::new(1, TopicPolicy::KeepLast(8), Habits::default());
        let publishers = [publish(shell.mailbox(0), 0..2), publish(shell.mailbox(0), 10..11)];
        let delivered = shell.run(3);
        assert_eq!(delivered.len(), 3);
        assert_in_order(&delivered, 10);
        publishers.into_iter().for_each(|publisher| drop(publisher.join()));
    });
}

/// Two publishers of a topic whose mailbox keeps one sample: the rest is counted as dropped.
pub fn a_mailbox_that_overflows() {
    check(|| {
        let shell = Shell::new(1, TopicPolicy::Latest, Habits::default());
        let publishers = [publish(shell.mailbox(0), 0..2), publish(shell.mailbox(0), 10..11)];
        assert_in_order(&shell.run(3), 10);
        publishers.into_iter().for_each(|publisher| drop(publisher.join()));
    });
}

/// Two topics, each with its publisher.
pub fn two_topics() {
    check(|| {
        let shell = Shell::new(2, TopicPolicy::KeepLast(8), Habits::default());
        let publishers = [publish(shell.mailbox(0), 0..1), publish(shell.mailbox(1), 10..12)];
        let delivered = shell.run(3);
        assert_eq!(delivered.len(), 3);
        assert_in_order(&delivered, 10);
        publishers.into_iter().for_each(|publisher| drop(publisher.join()));
    });
}

/// An actor that may take one item in a turn.
pub fn a_share_of_one() {
    check(|| {
        let shell = Shell::new(2, TopicPolicy::KeepLast(8), Habits { share: 1, ..Habits::default() });
        let publishers = [publish(shell.mailbox(0), 0..2), publish(shell.mailbox(1), 10..11)];
        let delivered = shell.run(3);
        assert_eq!(delivered.len(), 3);
        assert_in_order(&delivered, 10);
        publishers.into_iter().for_each(|publisher| drop(publisher.join()));
    });
}

/// An actor that fails at its first item and begins anew, while publishers go on.
pub fn a_restart() {
    check(|| {
        let shell = Shell::new(1, TopicPolicy::KeepLast(8), Habits { fails_once: true, ..Habits::default() });
        let publishers = [publish(shell.mailbox(0), 0..2), publish(shell.mailbox(0), 10..11)];
        let delivered = shell.run(3);
        assert_eq!(delivered.len(), 3);
        assert_in_order(&delivered, 10);
        publishers.into_iter().for_each(|publisher| drop(publisher.join()));
    });
}

/// An actor whose handler returns work: the port waits until the work has ended.
pub fn work_that_holds_its_port() {
    check(|| {
        let shell = Shell::new(1, TopicPolicy::KeepLast(8), Habits { works: true, ..Habits::default() });
        let publishers = [publish(shell.mailbox(0), 0..2), publish(shell.mailbox(0), 10..11)];
        let delivered = shell.run(3);
        assert_eq!(delivered.len(), 3);
        assert_in_order(&delivered, 10);
        publishers.into_iter().for_each(|publisher| drop(publisher.join()));
    });
}

/// A publisher that waits for room, as a link does that is held back.
pub fn a_publisher_that_waits_for_room() {
    check(|| {
        let shell = Shell::new(1, TopicPolicy::KeepAll(1), Habits::default());
        let mailbox = shell.mailbox(0);
        let publisher = thread::spawn(move || {
            let never = AtomicBool::new(false);
            (0..3).for_each(|value| assert!(mailbox.push_waiting(Sample::new(value), &never).is_ok()));
        });
        assert_eq!(shell.run(3), [0, 1, 2]);
        drop(publisher.join());
    });
}
