use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rosactor_messages::std_msgs::{Header, String as Text};
use rosactor_messages::{DecodeError, EncodeError, Message};
use rosactor_transport::{DeclareError, Priority, PublishError, PushError, Qos, TopicMailbox, TopicPolicy};
use serde::{Deserialize, Serialize};
use zenoh::Wait;

use super::support::*;

fn text(n: usize) -> Text {
    Text { data: format!("message {n}"), ..Default::default() }
}

fn inbox(policy: TopicPolicy) -> Arc<TopicMailbox<Text>> {
    mailbox(policy)
}

fn texts(samples: &[rosactor_transport::Sample<Text>]) -> Vec<String> {
    samples.iter().map(|sample| sample.data.clone()).collect()
}

fn expected(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers.into_iter().map(|n| text(n).data).collect()
}

#[test]
fn samples_reach_another_process_in_order_and_with_their_origin() {
    watched(|| {
        let (a, b) = pair();
        let mailbox = inbox(TopicPolicy::KeepAll(1000));
        let _subscription = node(&b, "listener").subscribe("chatter", Qos::default(), mailbox.clone()).unwrap();
        let publisher = node(&a, "talker").publisher::<Text>("chatter", Qos::default()).unwrap();
        until("the subscriber is known", || publisher.has_subscribers());
        assert_eq!(publisher.subscriber_count_local(), 0);
        (0..500).for_each(|n| publisher.publish(text(n)).unwrap());
        let samples = take(&mailbox, 500);
        assert_eq!(texts(&samples), expected(0..500));
        let first = &samples[0];
        let numbers: Vec<_> = samples.iter().map(|sample| sample.sequence().unwrap()).collect();
        assert_eq!(numbers, (0..500).collect::<Vec<u64>>());
        assert!(samples.iter().all(|sample| sample.publisher() == first.publisher() && sample.publisher().is_some()));
        let age = std::time::SystemTime::now().duration_since(first.source_timestamp().unwrap()).unwrap_or_default();
        assert!(age < PATIENCE, "{age:?}");
        assert_eq!(mailbox.counters().delivered, 500);
    });
}

#[test]
fn in_one_process_subscribers_share_the_message_itself() {
    watched(|| {
        let hub = alone();
        let (one, two) = (inbox(TopicPolicy::KeepLast(10)), inbox(TopicPolicy::KeepLast(10)));
        let _first = node(&hub, "one").subscribe("chatter", Qos::default(), one.clone()).unwrap();
        let second = node(&hub, "two").subscribe("chatter", Qos::default(), two.clone()).unwrap();
        let publisher = node(&hub, "talker").publisher::<Text>("chatter", Qos::default()).unwrap();
        assert_eq!(publisher.subscriber_count_local(), 2);
        let message = Arc::new(text(1));
        publisher.publish(Arc::clone(&message)).unwrap();
        let (a, b) = (one.pop().unwrap(), two.pop().unwrap());
        assert!(Arc::ptr_eq(a.shared(), &message) && Arc::ptr_eq(b.shared(), &message));
        assert_eq!((a.sequence(), a.publisher()), (Some(0), b.publisher()));
        drop(second);
        publisher.publish(text(2)).unwrap();
        assert_eq!(one.pop().unwrap().into_message(), text(2));
        assert!(two.pop().is_none());
        assert_eq!(publisher.subscriber_count_local(), 1);
    });
}

#[test]
fn a_process_that_hears_itself_and_others_gets_everything_once() {
    watched(|| {
        let (a, b) = pair();
        let (near, far) = (inbox(TopicPolicy::KeepAll(100)), inbox(TopicPolicy::KeepAll(100)));
        let _near = node(&a, "near").subscribe("chatter", Qos::default(), near.clone()).unwrap();
        let _far = node(&b, "far").subscribe("chatter", Qos::default(), far.clone()).unwrap();
        let publisher = node(&a, "talker").publisher::<Text>("chatter", Qos::default()).unwrap();
        let back = node(&b, "back").publisher::<Text>("chatter", Qos::default()).unwrap();
        // A message from each side, in turn, until both sides hear both.
        until("both sides are joined", || {
            publisher.publish(text(0)).unwrap();
            back.publish(text(0)).unwrap();
            [&near, &far].iter().all(|mailbox| {
                std::iter::from_fn(|| mailbox.pop())
                    .map(|sample| sample.publisher())
                    .collect::<std::collections::HashSet<_>>()
                    .len()
                    == 2
            })
        });
        back.publish(text(1)).unwrap();
        publisher.publish(text(1)).unwrap();
        // What was sent while joining comes first; of what comes then, each is there once for each publisher.
        for mailbox in [&near, &far] {
            let mut seen = Vec::new();
            until("both last messages came", || {
                seen.extend(std::iter::from_fn(|| mailbox.pop()).map(|s| (s.data.clone(), s.publisher().unwrap())));
                seen.iter().filter(|(data, _)| *data == text(1).data).count() == 2
            });
            let publishers: std::collections::HashSet<_> =
                seen.iter().filter(|(data, _)| *data == text(1).data).map(|(_, publisher)| publisher).collect();
            assert_eq!(publishers.len(), 2);
        }
    });
}

/// A message that counts how often it is encoded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counted(u8);

static ENCODED: AtomicUsize = AtomicUsize::new(0);

impl Message for Counted {
    const TYPE_NAME: &'static str = "test_msgs/msg/Counted";
    const TYPE_HASH: &'static str = "";

    fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        ENCODED.fetch_add(1, Ordering::SeqCst);
        Ok(vec![0, 1, 0, 0, self.0])
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self(bytes[4]))
    }
}

#[test]
fn a_message_is_encoded_once_and_only_for_others() {
    watched(|| {
        let (a, b) = pair();
        let near = mailbox::<Counted>(TopicPolicy::KeepLast(1));
        let _near = node(&a, "near").subscribe("counted", Qos::default(), near.clone()).unwrap();
        let publisher = node(&a, "talker").publisher::<Counted>("counted", Qos::default()).unwrap();
        until("the publisher knows that nobody else listens", || {
            let before = ENCODED.load(Ordering::SeqCst);
            publisher.publish(Counted(1)).unwrap();
            near.pop().unwrap();
            ENCODED.load(Ordering::SeqCst) == before
        });
        let far: Vec<_> = (0..2).map(|_| mailbox::<Counted>(TopicPolicy::KeepLast(10))).collect();
        let listeners = node(&b, "far");
        let _far: Vec<_> =
            far.iter().map(|far| listeners.subscribe("counted", Qos::default(), far.clone()).unwrap()).collect();
        let also = mailbox::<Counted>(TopicPolicy::KeepLast(10));
        let third = joined(&a);
        let _also = node(&third, "also").subscribe("counted", Qos::default(), also.clone()).unwrap();
        until("everybody listens", || {
            publisher.publish(Counted(2)).unwrap();
            far.iter().chain([&also]).all(|mailbox| !mailbox.is_empty())
        });
        let before = ENCODED.load(Ordering::SeqCst);
        publisher.publish(Counted(3)).unwrap();
        assert_eq!(ENCODED.load(Ordering::SeqCst), before + 1);
        for mailbox in far.iter().chain([&also]) {
            until("the last message came", || mailbox.pop().is_some_and(|sample| sample.0 == 3));
        }
    });
}

#[test]
fn late_subscribers_get_the_last_samples_of_a_latched_topic() {
    watched(|| {
        let (a, b) = pair();
        let publisher = node(&a, "map").publisher::<Text>("map", Qos::latched(3)).unwrap();
        let other = node(&a, "map2").publisher::<Text>("map", Qos::latched(1)).unwrap();
        (0..5).for_each(|n| publisher.publish(text(n)).unwrap());
        other.publish(text(9)).unwrap();
        for hub in [&a, &b] {
            // What is on its way to a session that has no subscriber yet may still meet one that comes now.
            let fence = inbox(TopicPolicy::KeepLast(1));
            let _fence = node(hub, "fence").subscribe("fence", Qos::default(), fence.clone()).unwrap();
            let mark = node(&a, "mark").publisher::<Text>("fence", Qos::default()).unwrap();
            until("all that was sent before has come", || {
                mark.publish(text(0)).unwrap();
                fence.pop().is_some()
            });
            let late = inbox(TopicPolicy::KeepLast(100));
            let _late = node(hub, "late").subscribe("map", Qos::latched(10), late.clone()).unwrap();
            let samples = take(&late, 4);
            let of = |id| texts(&samples.iter().filter(|s| s.publisher() == Some(id)).cloned().collect::<Vec<_>>());
            let ids: std::collections::HashSet<_> = samples.iter().map(|s| s.publisher().unwrap()).collect();
            let mut histories: Vec<_> = ids.into_iter().map(of).collect();
            histories.sort();
            assert_eq!(histories, [expected(2..5), expected([9])]);

            let volatile = inbox(TopicPolicy::KeepLast(100));
            let _volatile = node(hub, "volatile").subscribe("map", Qos::default(), volatile.clone()).unwrap();
            until("a new sample comes", || {
                publisher.publish(text(4)).unwrap();
                volatile.pop().is_some()
            });
            assert_eq!(volatile.counters().delivered, 1);
            // Back to the history that the next round expects.
            [2, 3, 4].iter().for_each(|n| publisher.publish(text(*n)).unwrap());
        }
    });
}

#[test]
fn two_types_on_one_topic_are_refused_naming_both() {
    watched(|| {
        let hub = alone();
        let node = node(&hub, "n");
        let publisher = node.publisher::<Text>("chatter", Qos::default()).unwrap();
        let error = node.subscribe::<Header>("chatter", Qos::default(), mailbox(TopicPolicy::Latest)).err().unwrap();
        assert!(matches!(&error, DeclareError::TypeClash { .. }), "{error}");
        for part in ["/chatter", "std_msgs/msg/String", "std_msgs/msg/Header"] {
            assert!(error.to_string().contains(part), "{error}");
        }
        drop(publisher);
        node.subscribe::<Header>("chatter", Qos::default(), mailbox(TopicPolicy::Latest)).unwrap();
    });
}

#[test]
fn what_is_no_message_is_counted_and_never_delivered() {
    watched(|| {
        let hub = alone();
        let received = inbox(TopicPolicy::KeepLast(10));
        let _subscription = node(&hub, "n").subscribe("chatter", Qos::default(), received.clone()).unwrap();
        let raw = raw_session(&hub);
        let publisher = raw.declare_publisher("chatter").wait().unwrap();
        until("the sessions are joined", || publisher.matching_status().wait().unwrap().matching());
        let garbage: [&[u8]; 5] =
            [&[], &[0], &[0, 1, 0, 0], &[0, 1, 0, 0, 255, 255, 255, 255, 65], &[0, 1, 0, 0, 2, 0, 0, 0, 0xff, 0]];
        for payload in garbage {
            publisher.put(payload).wait().unwrap();
        }
        publisher.delete().wait().unwrap();
        publisher.put(text(1).encode().unwrap()).wait().unwrap();
        assert_eq!(texts(&take(&received, 1)), expected([1]));
        let counters = received.counters();
        assert_eq!((counters.malformed, counters.received), (garbage.len() as u64, 1));
    });
}

#[test]
fn samples_travel_by_their_publishers_priority_and_express_if_it_says_so() {
    use zenoh::qos::Priority as Of;
    watched(|| {
        let hub = alone();
        let raw = raw_session(&hub);
        let heard = raw.declare_subscriber("urgent").wait().unwrap();
        let said = [
            (Qos::default(), (Of::Data, false)),
            (Qos { priority: Priority::RealTime, express: true, ..Qos::default() }, (Of::RealTime, true)),
            (Qos { priority: Priority::Background, ..Qos::latched(1) }, (Of::Background, false)),
        ];
        for (qos, expected) in said {
            let publisher = node(&hub, "n").publisher::<Text>("urgent", qos).unwrap();
            until("the raw subscriber is known", || publisher.has_subscribers());
            publisher.publish(text(1)).unwrap();
            let sample = heard.recv_timeout(PATIENCE).unwrap().unwrap();
            assert_eq!((sample.priority(), sample.express()), expected);
        }
    });
}

#[test]
fn a_mailbox_that_keeps_all_holds_a_remote_publisher_back() {
    watched(|| {
        let (a, b) = pair();
        let mailbox = inbox(TopicPolicy::KeepAll(4));
        let _subscription = node(&b, "slow").subscribe("chatter", Qos::default(), mailbox.clone()).unwrap();
        let publisher = node(&a, "fast").publisher::<Text>("chatter", Qos::default()).unwrap();
        until("the subscriber is known", || publisher.has_subscribers());
        let publishing = thread::spawn(move || (0..5_000).for_each(|n| publisher.publish(text(n)).unwrap()));
        let mut got = Vec::new();
        until("all came", || {
            assert!(mailbox.len() <= 4);
            got.extend(mailbox.pop());
            got.extend(mailbox.pop());
            got.len() == 5_000
        });
        publishing.join().unwrap();
        assert_eq!(texts(&got), expected(0..5_000));
        assert_eq!(mailbox.counters().dropped, 0);
    });
}

/// As an actor does.
#[test]
fn whoever_takes_only_when_woken_gets_all() {
    const COUNT: usize = 20_000;
    watched(|| {
        for policy in [TopicPolicy::KeepAll(10), TopicPolicy::KeepAll(COUNT), TopicPolicy::KeepLast(COUNT)] {
            let (one, wakes) = (alone(), mpsc::channel());
            let other = joined(&one);
            let mailbox = TopicMailbox::<Text>::new(policy, Arc::new(move || wakes.0.send(()).unwrap()));
            let mailbox = Arc::new(mailbox);
            let _subscription = node(&one, "listener").subscribe("chatter", Qos::default(), mailbox.clone()).unwrap();
            let publisher = node(&other, "talker").publisher::<Text>("chatter", Qos::default()).unwrap();
            until("the subscriber is known", || publisher.has_subscribers());
            let sending = thread::spawn(move || (0..COUNT).for_each(|n| publisher.publish(text(n)).unwrap()));
            let mut taken = Vec::new();
            while taken.len() < COUNT {
                wakes
                    .1
                    .recv_timeout(PATIENCE)
                    .unwrap_or_else(|_| panic!("{policy:?}: {} samples, then no wake", taken.len()));
                taken.extend(std::iter::from_fn(|| mailbox.pop()));
            }
            sending.join().unwrap();
            assert_eq!(texts(&taken), expected(0..COUNT), "{policy:?}");
        }
    });
}

#[test]
fn a_held_back_connection_can_be_closed() {
    for end_subscription in [true, false] {
        watched(move || {
            let (a, b) = pair();
            let mailbox = inbox(TopicPolicy::KeepAll(1));
            let subscription = node(&b, "stuck").subscribe("chatter", Qos::default(), mailbox.clone()).unwrap();
            let publisher = node(&a, "fast").publisher::<Text>("chatter", Qos::default()).unwrap();
            until("the subscriber is known", || publisher.has_subscribers());
            (0..10).for_each(|n| publisher.publish(text(n)).unwrap());
            until("the mailbox is full", || mailbox.len() == 1);
            let begin = Instant::now();
            if end_subscription {
                drop(subscription);
            }
            b.close();
            assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
            let counters = mailbox.counters();
            assert_eq!(counters.received, counters.dropped + counters.queued);
        });
    }
}

#[test]
fn a_mailbox_that_keeps_all_refuses_a_publisher_of_its_own_process() {
    watched(|| {
        let hub = alone();
        let (full, other) = (inbox(TopicPolicy::KeepAll(1)), inbox(TopicPolicy::KeepLast(10)));
        let node = node(&hub, "n");
        let _full = node.subscribe("chatter", Qos::default(), full.clone()).unwrap();
        let _other = node.subscribe("chatter", Qos::default(), other.clone()).unwrap();
        let publisher = node.publisher::<Text>("chatter", Qos::default()).unwrap();
        publisher.publish(text(0)).unwrap();
        let error = publisher.publish(text(1)).unwrap_err();
        assert!(matches!(&error, PublishError::NotTaken { reason: PushError::Full { capacity: 1 }, .. }), "{error}");
        assert_eq!(texts(&take(&other, 2)), expected(0..2));
        assert_eq!(texts(&take(&full, 1)), expected([0]));
    });
}

#[test]
fn remapped_names_meet() {
    watched(|| {
        let hub = alone();
        let remaps = vec![("scan".to_owned(), "/robot1/front/scan".to_owned())];
        let remapped = hub.participant(rosactor_transport::NameContext::new("/", "n", remaps).unwrap());
        let received = inbox(TopicPolicy::Latest);
        let subscription = remapped.subscribe("scan", Qos::default(), received.clone()).unwrap();
        assert_eq!(subscription.topic().as_str(), "/robot1/front/scan");
        let robot = hub.participant(rosactor_transport::NameContext::new("/robot1", "n", vec![]).unwrap());
        robot.publisher::<Text>("front/scan", Qos::default()).unwrap().publish(text(1)).unwrap();
        assert_eq!(received.pop().unwrap().into_message(), text(1));
        assert!(matches!(robot.publisher::<Text>("a b", Qos::default()).err(), Some(DeclareError::Name(_))));
    });
}
