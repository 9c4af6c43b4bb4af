//! What carries a link, and what becomes of messages when it takes no more.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, hint};

use rosactor_messages::std_msgs::String as Text;
use rosactor_transport::{Hub, Qos, TopicMailbox, TopicPolicy, TransportConfig};

use super::support::*;

fn port(hub: &Hub) -> u16 {
    hub.locators()[0].rsplit_once(':').unwrap().1.parse().unwrap()
}

/// Connected sockets of Linux's abstract name for whoever listens at this port.
fn unix_links(port: u16) -> usize {
    let (name, connected) = (format!("@zenoh/tcp/127.0.0.1:{port}"), " 03 ");
    let sockets = fs::read_to_string("/proc/net/unix").unwrap();
    sockets.lines().filter(|line| line.ends_with(&name) && line.contains(connected)).count()
}

/// Connected sockets whose own port is this one.
fn tcp_links(port: u16) -> usize {
    let sockets = fs::read_to_string("/proc/net/tcp").unwrap();
    let is_link = |line: &&str| {
        let fields: Vec<_> = line.split_whitespace().collect();
        fields[1].ends_with(&format!(":{port:04X}")) && fields[3] == "01"
    };
    sockets.lines().skip(1).filter(is_link).count()
}

#[test]
fn hubs_of_one_machine_are_joined_by_a_unix_socket_unless_told_otherwise() {
    watched(|| {
        for (listen, links) in [("tcp/127.0.0.1:0", (1, 0)), ("tcp/127.0.0.1:0#unix=false", (0, 1))] {
            let one =
                Hub::open(TransportConfig { listen: vec![listen.to_owned()], ..TransportConfig::default() }).unwrap();
            let other = joined(&one);
            let (mailbox, port) = (mailbox::<Text>(TopicPolicy::KeepAll(10)), port(&one));
            let _subscription = node(&one, "listener").subscribe("chatter", Qos::default(), mailbox.clone()).unwrap();
            let publisher = node(&other, "talker").publisher::<Text>("chatter", Qos::default()).unwrap();
            until("the subscriber is known", || publisher.has_subscribers());
            publisher.publish(Text { data: listen.to_owned(), ..Text::default() }).unwrap();
            assert_eq!(take(&mailbox, 1)[0].data, listen);
            assert_eq!((unix_links(port), tcp_links(port)), links, "{listen}");
        }
    });
}

/// Passes bytes on between whoever connects and a hub, as long as the gate is open.
struct Cable {
    locator: String,
    gate: Arc<(Mutex<bool>, Condvar)>,
}

impl Cable {
    fn to(hub: &Hub) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let locator = format!("tcp/{}", listener.local_addr().unwrap());
        let gate = Arc::new((Mutex::new(true), Condvar::new()));
        let (passing, port) = (Arc::clone(&gate), port(hub));
        thread::spawn(move || {
            let there = listener.accept().unwrap().0;
            let here = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let (back, forth) = (here.try_clone().unwrap(), there.try_clone().unwrap());
            thread::spawn(move || pass(back, forth, &(Mutex::new(true), Condvar::new())));
            pass(there, here, &passing);
        });
        Self { locator, gate }
    }

    fn open(&self, is_open: bool) {
        *self.gate.0.lock().unwrap() = is_open;
        self.gate.1.notify_all();
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, gate: &(Mutex<bool>, Condvar)) {
    let mut bytes = [0; 16 << 10];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        drop(gate.1.wait_while(gate.0.lock().unwrap(), |is_open| !*is_open).unwrap());
        if to.write_all(&bytes[..read]).is_err() {
            return;
        }
    }
}

const COUNT: usize = 20_000;

/// Longer than those of messages that are written together.
const PAUSE: Duration = Duration::from_micros(30);

fn numbered(number: usize) -> Text {
    Text { data: format!("{number:0length$}", length = 900 + number % 200), ..Text::default() }
}

/// Publishers with these pauses share a link that takes nothing until all of them are held up; everything comes, in order.
fn congest(pauses: &'static [Duration]) {
    let one = alone();
    let cable = Cable::to(&one);
    let connect = vec![cable.locator.clone()];
    let other = Hub::open(TransportConfig { connect, ..TransportConfig::default() }).unwrap();
    let topic = |(index, pause): (usize, &Duration)| {
        let name = format!("topic{index}");
        let mailbox: Arc<TopicMailbox<Text>> = mailbox(TopicPolicy::KeepAll(COUNT));
        let subscription = node(&one, "listener").subscribe(&name, Qos::default(), mailbox.clone()).unwrap();
        let publisher = node(&other, "talker").publisher::<Text>(&name, Qos::default()).unwrap();
        until("the subscriber is known", || publisher.has_subscribers());
        (*pause, publisher, mailbox, subscription)
    };
    let topics: Vec<_> = pauses.iter().enumerate().map(topic).collect();
    let sent = AtomicUsize::new(0);
    cable.open(false);
    thread::scope(|scope| {
        for (pause, publisher, ..) in &topics {
            scope.spawn(|| {
                for number in 0..COUNT {
                    publisher.publish(numbered(number)).unwrap();
                    sent.fetch_add(1, Ordering::Relaxed);
                    let end = Instant::now() + *pause;
                    while Instant::now() < end {
                        hint::spin_loop();
                    }
                }
            });
        }
        let mut seen = (0, Instant::now());
        until("the publishers are held up", || {
            let now = sent.load(Ordering::Relaxed);
            if now != seen.0 {
                seen = (now, Instant::now());
            }
            now > 0 && seen.1.elapsed() > Duration::from_millis(300)
        });
        assert!(sent.load(Ordering::Relaxed) < pauses.len() * COUNT, "nobody was held up");
        cable.open(true);
    });
    for (pause, _, mailbox, _) in &topics {
        for (number, sample) in take(mailbox, COUNT).iter().enumerate() {
            assert_eq!(sample.data, numbered(number).data, "pause {pause:?}");
        }
    }
}

/// It writes to the socket by itself, until that takes only a part of a message.
#[test]
fn a_publisher_with_pauses_loses_nothing_on_a_congested_link() {
    watched(|| congest(&[PAUSE]));
}

/// What they send is written by a task, and between the two by themselves.
#[test]
fn publishers_that_share_a_congested_link_lose_nothing_and_keep_their_order() {
    watched(|| congest(&[PAUSE, Duration::ZERO]));
}

/// More of them than Zenoh has threads that receive.
#[test]
fn links_whose_receivers_are_full_hold_back_no_other_one() {
    watched(|| {
        let one = alone();
        let others: Vec<_> = (0..6).map(|_| joined(&one)).collect();
        let topic = |(index, other): (usize, &Hub)| {
            let name = format!("topic{index}");
            let mailbox: Arc<TopicMailbox<Text>> = mailbox(TopicPolicy::KeepAll(1));
            let subscription = node(&one, "listener").subscribe(&name, Qos::default(), mailbox.clone()).unwrap();
            let publisher = node(other, "talker").publisher::<Text>(&name, Qos::default()).unwrap();
            until("the subscriber is known", || publisher.has_subscribers());
            (publisher, mailbox, subscription)
        };
        let mut topics: Vec<_> = others.iter().enumerate().map(topic).collect();
        let (free, open, _subscription) = topics.pop().unwrap();
        for number in 0..20 {
            for (publisher, mailbox, _) in &topics {
                publisher.publish(numbered(2 * number)).unwrap();
                publisher.publish(numbered(2 * number + 1)).unwrap();
                until("one is full", || mailbox.len() == 1);
            }
            for part in 0..20 {
                free.publish(numbered(part)).unwrap();
                assert_eq!(take(&open, 1)[0].data, numbered(part).data);
            }
            for (_, mailbox, _) in &topics {
                let taken = take(mailbox, 2);
                assert_eq!(
                    [&taken[0].data, &taken[1].data],
                    [&numbered(2 * number).data, &numbered(2 * number + 1).data]
                );
            }
        }
    });
}
