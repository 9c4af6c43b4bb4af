//! What the tests share.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use rosactor_transport::{Hub, NameContext, Participant, Sample, TopicMailbox, TopicPolicy, TransportConfig, Wake};
use zenoh::Wait;

/// How long anything may take here, at most.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Runs a test on a thread of its own, and fails if it does not end.
pub(crate) fn watched(test: impl FnOnce() + Send + 'static) {
    let (done, waiting) = mpsc::channel();
    let running = thread::spawn(move || {
        test();
        let _ = done.send(());
    });
    match waiting.recv_timeout(2 * PATIENCE) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("the test did not end within {:?}", 2 * PATIENCE),
        _ => running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
    }
}

/// Waits until a condition holds, and fails if it does not.
#[track_caller]
pub(crate) fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Runs a future on this very thread, without any runtime: the transport's futures must not need one.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut future = pin!(future);
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        assert!(Instant::now() < deadline, "a future did not resolve");
        thread::park_timeout(Duration::from_millis(100));
    }
}

pub(crate) fn no_wake() -> Wake {
    Arc::new(|| {})
}

pub(crate) fn alone() -> Hub {
    Hub::open(TransportConfig::default()).unwrap()
}

/// Two hubs, the second connected to the first.
pub(crate) fn pair() -> (Hub, Hub) {
    let first = alone();
    let second = joined(&first);
    (first, second)
}

pub(crate) fn joined(other: &Hub) -> Hub {
    Hub::open(TransportConfig { connect: other.locators(), ..TransportConfig::default() }).unwrap()
}

/// A Zenoh session that is not ours: it speaks as anybody may.
pub(crate) fn raw_session(other: &Hub) -> zenoh::Session {
    let mut config = zenoh::Config::default();
    config.insert_json5("listen/endpoints", "[]").unwrap();
    config.insert_json5("scouting/multicast/enabled", "false").unwrap();
    config.insert_json5("connect/endpoints", &format!("{:?}", other.locators())).unwrap();
    zenoh::open(config).wait().unwrap()
}

pub(crate) fn node(hub: &Hub, name: &str) -> Participant {
    hub.participant(NameContext::new("/", name, vec![]).unwrap())
}

pub(crate) fn mailbox<M>(policy: TopicPolicy) -> Arc<TopicMailbox<M>> {
    Arc::new(TopicMailbox::new(policy, no_wake()))
}

/// Takes so many samples out, as they come.
#[track_caller]
pub(crate) fn take<M>(mailbox: &TopicMailbox<M>, count: usize) -> Vec<Sample<M>> {
    let mut taken = Vec::new();
    until(&format!("{count} samples came"), || {
        taken.extend(std::iter::from_fn(|| mailbox.pop()));
        taken.len() >= count
    });
    taken
}
