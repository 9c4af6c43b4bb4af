//! Long messages go to processes of the same machine by shared memory. A program of its own, as it looks at what the whole process has.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rosactor_messages::Octets;
use rosactor_messages::sensor_msgs::Image;
use rosactor_transport::{Hub, NameContext, Participant, Qos, TopicMailbox, TopicPolicy, TransportConfig};

const PATIENCE: Duration = Duration::from_secs(20);

/// Pixels that differ from place to place and from image to image.
fn image(number: usize, size: usize) -> Image {
    let data: Octets = (0..size).map(|at| (at.wrapping_mul(31) ^ number) as u8).collect();
    Image { height: number as u32, data, ..Image::default() }
}

fn node(hub: &Hub, name: &str) -> Participant {
    hub.participant(NameContext::new("/", name, vec![]).unwrap())
}

/// Whether this process has a pool of Zenoh's for messages. By some kilobytes Zenoh finds out whether both ends see the same memory.
fn has_pool() -> bool {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let is_pool = |line: &str| {
        let (begin, rest) = line.split_once('-').unwrap();
        let end = rest.split(' ').next().unwrap();
        let address = |text: &str| u64::from_str_radix(text, 16).unwrap();
        line.contains("/dev/shm/") && line.contains(".zenoh") && address(end) - address(begin) >= 1 << 20
    };
    maps.lines().any(is_pool)
}

/// Sends images of this size from one hub to another.
fn send(shared_memory: bool, size: usize) {
    let one = Hub::open(TransportConfig { shared_memory, ..TransportConfig::default() }).unwrap();
    let connect = one.locators();
    let other = Hub::open(TransportConfig { shared_memory, connect, ..TransportConfig::default() }).unwrap();
    let mailbox = Arc::new(TopicMailbox::<Image>::new(TopicPolicy::KeepAll(100), Arc::new(|| {})));
    let _subscription = node(&other, "viewer").subscribe("image", Qos::default(), Arc::clone(&mailbox)).unwrap();
    let publisher = node(&one, "camera").publisher::<Image>("image", Qos::default()).unwrap();
    let deadline = Instant::now() + PATIENCE;
    let in_time = |what: &str| {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(1));
    };
    while !publisher.has_subscribers() {
        in_time("the subscriber");
    }
    // More than fits in shared memory at once, and all are kept.
    for number in 0..50 {
        publisher.publish(image(number, size)).unwrap();
    }
    let mut images = Vec::new();
    while images.len() < 50 {
        match mailbox.pop() {
            Some(sample) => images.push(sample),
            None => in_time("fifty images"),
        }
    }
    for (number, sample) in images.iter().enumerate() {
        assert!(**sample == image(number, size), "image {number} of {size} bytes is another one");
    }
    other.close();
    one.close();
}

#[test]
fn long_messages_go_by_shared_memory_unless_it_is_turned_off() {
    send(false, 1_000_000);
    assert!(!has_pool(), "it was turned off");
    send(true, 10_000);
    assert!(!has_pool(), "short messages need none");
    send(true, 1_000_000);
    assert!(has_pool(), "long messages went over a socket");
}
