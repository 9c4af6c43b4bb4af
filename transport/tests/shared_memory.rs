//! Long messages go to processes of the same machine by shared memory. A program of its own, as it looks at what the whole process has.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rosactor_messages::Octets;
use rosactor_messages::sensor_msgs::Image;
use rosactor_transport::{
    Hub, NameContext, Participant, Qos, Sample, Subscription, TopicMailbox, TopicPolicy, TopicPublisher,
    TransportConfig,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// Pixels that differ from place to place and from image to image.
fn image(number: usize, size: usize) -> Image {
    let data: Octets = (0..size).map(|at| (at.wrapping_mul(31) ^ number) as u8).collect();
    Image { height: number as u32, data, ..Image::default() }
}

fn node(hub: &Hub, name: &str) -> Participant {
    hub.participant(NameContext::new("/", name, vec![]).unwrap())
}

/// Where this process has shared memory for messages. By some kilobytes Zenoh finds out whether both ends see the same memory.
fn pools() -> Vec<Range<usize>> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let pool = |line: &str| {
        let (begin, rest) = line.split_once('-').unwrap();
        let end = rest.split(' ').next().unwrap();
        let address = |text: &str| usize::from_str_radix(text, 16).unwrap();
        let is_pool = line.contains("/dev/shm/") && line.contains(".zenoh");
        Some(address(begin)..address(end)).filter(|range| is_pool && range.len() > 4 << 20)
    };
    maps.lines().filter_map(pool).collect()
}

/// Where in shared memory the pixels lie. Each process, and each end within one, has it at an address of its own.
fn offset(image: &Image) -> Option<usize> {
    let address = image.data.as_ptr().addr();
    pools().iter().find(|pool| pool.contains(&address)).map(|pool| address - pool.start)
}

/// Two hubs, joined by a link.
struct Pair {
    one: Hub,
    other: Hub,
    deadline: Instant,
}

/// A topic from the first hub to the second.
struct Topic {
    publisher: TopicPublisher<Image>,
    mailbox: Arc<TopicMailbox<Image>>,
    _subscription: Subscription,
}

impl Pair {
    fn join(shared_memory: bool) -> Self {
        let one = Hub::open(TransportConfig { shared_memory, ..TransportConfig::default() }).unwrap();
        let connect = one.locators();
        let other = Hub::open(TransportConfig { shared_memory, connect, ..TransportConfig::default() }).unwrap();
        Self { one, other, deadline: Instant::now() + PATIENCE }
    }

    fn topic(&self, name: &str) -> Topic {
        self.topic_between(&self.one, &self.other, name)
    }

    fn topic_back(&self, name: &str) -> Topic {
        self.topic_between(&self.other, &self.one, name)
    }

    fn topic_between(&self, from: &Hub, to: &Hub, name: &str) -> Topic {
        let mailbox = Arc::new(TopicMailbox::new(TopicPolicy::KeepAll(1000), Arc::new(|| {})));
        let subscription = node(to, "viewer").subscribe(name, Qos::default(), Arc::clone(&mailbox)).unwrap();
        let publisher = node(from, "camera").publisher::<Image>(name, Qos::default()).unwrap();
        while !publisher.has_subscribers() {
            self.wait_for("the subscriber");
        }
        Topic { publisher, mailbox, _subscription: subscription }
    }

    fn wait_for(&self, what: &str) {
        assert!(Instant::now() < self.deadline, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(1));
    }

    fn next(&self, topic: &Topic) -> Sample<Image> {
        loop {
            match topic.mailbox.pop() {
                Some(sample) => return sample,
                None => self.wait_for("an image"),
            }
        }
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        self.other.close();
        self.one.close();
    }
}

/// Sends images of this size from one hub to another.
fn send(shared_memory: bool, size: usize) {
    let pair = Pair::join(shared_memory);
    let topic = pair.topic("image");
    // More than there is shared memory, and all are kept: what was read in place must not change any more.
    for number in 0..200 {
        topic.publisher.publish(image(number, size)).unwrap();
    }
    let images: Vec<_> = (0..200).map(|_| pair.next(&topic)).collect();
    for (number, sample) in images.iter().enumerate() {
        assert!(**sample == image(number, size), "image {number} of {size} bytes is another one");
    }
}

/// An image whose pixels are written where its publisher says.
fn loaned(topic: &Topic, number: usize, size: usize) -> Image {
    let mut data = topic.publisher.loan(size);
    data.copy_from_slice(&image(number, size).data);
    Image { height: number as u32, data: data.into(), ..Image::default() }
}

/// A loaned image comes where it was written, its receiver sends it back from there, and the memory is used again.
fn lend() {
    const SIZE: usize = 1_000_000;
    let pair = Pair::join(true);
    let (forth, back) = (pair.topic("forth"), pair.topic_back("back"));
    let mut places = HashSet::new();
    for number in 0..100 {
        let sent = loaned(&forth, number, SIZE);
        let place = offset(&sent).expect("the loan is no shared memory");
        places.insert(place);
        forth.publisher.publish(sent).unwrap();
        let seen = pair.next(&forth);
        assert_eq!(offset(&seen), Some(place), "the pixels were copied on arrival");
        assert!(*seen == image(number, SIZE));
        back.publisher.publish(Arc::clone(seen.shared())).unwrap();
        drop(seen);
        let returned = pair.next(&back);
        assert!(*returned == image(number, SIZE));
        assert_eq!(offset(&returned), Some(place), "the pixels were copied on the way back");
    }
    assert!(places.len() < 10, "{} places for 100 images, one at a time", places.len());
}

#[test]
fn long_messages_go_by_shared_memory_unless_it_is_turned_off() {
    send(false, 1_000_000);
    assert!(pools().is_empty(), "it was turned off");
    send(true, 10_000);
    assert!(pools().is_empty(), "short messages need none");
    send(true, 1_000_000);
    assert!(!pools().is_empty(), "long messages went over a socket");
    lend();
}
