//! The rig: a thread on virtual time, and what a test does in it.

use std::cell::Cell;
use std::fmt::Display;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rosactor_transport::clock::set_virtual_date;
use rosactor_transport::memory::{Faults, MemoryNetwork};
use rosactor_transport::messages::{Action, Message, Service};
use rosactor_transport::{
    ActionClient, Hub, NameContext, Participant, Qos, Sample, ServiceClient, Subscription, TopicMailbox, TopicPolicy,
    TopicPublisher,
};

use super::{Deployed, Probe};
use crate::Actor;
use crate::deployment::Deployment;
use crate::launch::LaunchError;
use crate::registry::Actors;
use crate::shell::VirtualThread;

/// The date at which virtual time begins: 2024-01-01, in seconds since 1970.
const BEGIN_S: u64 = 1_704_067_200;

/// What the test itself is in the network: it sees and sends everything without faults.
const ITSELF: &str = "test";

/// How long a client of the test waits for an answer.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// How many samples a probe keeps.
const PROBE_DEPTH: usize = 100_000;

/// A thread of actors on virtual time. The thread is the caller's own, and has one rig at a time.
pub struct TestRig(Rc<Inside>);

pub(super) struct Inside {
    seed: u64,
    network: MemoryNetwork,
    node: Participant,
    hub: Hub,
    failed: Cell<bool>,
    // Dropped last: whatever the others hold ends in it.
    thread: VirtualThread,
}

impl TestRig {
    /// A rig in which chance is drawn from `seed`.
    ///
    /// # Panics
    ///
    /// If the operating system refuses what a runtime needs.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let thread = VirtualThread::new().unwrap_or_else(|error| panic!("the rig cannot be made: {error}"));
        thread.run(async { set_virtual_date(Some(SystemTime::UNIX_EPOCH + Duration::from_secs(BEGIN_S))) });
        let network = MemoryNetwork::new(seed);
        network.spare(ITSELF);
        let hub = Hub::open_in(&network, ITSELF);
        let names = NameContext::new("/", ITSELF, Vec::new()).unwrap_or_else(|error| panic!("{error}"));
        let node = hub.participant(names);
        Self(Rc::new(Inside { seed, network, node, hub, failed: Cell::new(false), thread }))
    }

    /// A rig whose seed is in the environment variable `ROSACTOR_SEED`, or else a new one each time. A test that fails says which
    /// it was.
    ///
    /// # Panics
    ///
    /// If the variable is no number.
    #[must_use]
    pub fn from_environment() -> Self {
        let seed = match std::env::var("ROSACTOR_SEED") {
            Ok(text) => text.parse().unwrap_or_else(|_| panic!("ROSACTOR_SEED must be a number, but it is {text:?}")),
            Err(_) => SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| u64::from(since.subsec_nanos())),
        };
        Self::new(seed)
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    /// Starts a deployment as the process `host`. Actors of one deployment share their samples as in one process; faults are what
    /// happens between deployments.
    ///
    /// # Errors
    ///
    /// What keeps a deployment from starting anyway, and what cannot be on virtual time: programs and a bridge.
    pub fn deploy(&self, host: &str, deployment: Deployment, actors: &Actors) -> Result<Deployed, LaunchError> {
        let hub = Hub::open_in(&self.0.network, host);
        Deployed::start(Rc::clone(&self.0), deployment, actors.clone(), hub)
    }

    /// Starts the deployment that `text` describes: see [`deploy`](Self::deploy).
    ///
    /// # Errors
    ///
    /// Also the mistakes of the text.
    pub fn deploy_text(&self, host: &str, text: &str, actors: &Actors) -> Result<Deployed, LaunchError> {
        self.deploy(host, Deployment::parse(Path::new("rig.yaml"), text)?, actors)
    }

    /// Starts a single actor, with its defaults, as a process of its own.
    ///
    /// # Panics
    ///
    /// If it cannot be started.
    pub fn start<A: Actor>(&self, name: &str) -> Deployed {
        let mut actors = Actors::new();
        actors.add::<A>("rig/Actor");
        let text = format!("deployment: rig\nactors:\n  - {{name: {name:?}, type: rig/Actor}}\n");
        self.deploy_text(name, &text, &actors).unwrap_or_else(|error| self.0.fail(error))
    }

    /// Lets virtual time pass.
    pub fn run_for(&self, duration: Duration) {
        self.0.run_for(duration);
    }

    /// Lets virtual time pass until `future` ends.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.0.run(future)
    }

    /// Virtual time since the beginning of the rig.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        let begin = SystemTime::UNIX_EPOCH + Duration::from_secs(BEGIN_S);
        self.run(async { rosactor_transport::clock::date().duration_since(begin).unwrap_or_default() })
    }

    /// Listens to a topic, reliable or not.
    ///
    /// # Panics
    ///
    /// If the name is none, or the topic has another type.
    pub fn probe<M: Message>(&self, topic: &str) -> Probe<M> {
        Probe::new(Rc::clone(&self.0), topic, PROBE_DEPTH)
    }

    /// Calls `look` with every sample of a topic as it arrives, as long as what is returned lives.
    ///
    /// # Panics
    ///
    /// If the name is none, or the topic has another type.
    pub fn tap<M: Message>(&self, topic: &str, look: impl Fn(&Sample<M>) + Send + Sync + 'static) -> Subscription {
        let mailbox = Arc::new_cyclic(|mailbox: &std::sync::Weak<TopicMailbox<M>>| {
            let mailbox = mailbox.clone();
            let wake = move || {
                while let Some(sample) = mailbox.upgrade().and_then(|mailbox| mailbox.pop()) {
                    look(&sample);
                }
            };
            TopicMailbox::new(TopicPolicy::KeepLast(PROBE_DEPTH), Arc::new(wake))
        });
        self.0.subscribe(topic, mailbox)
    }

    /// Publishes on a topic, reliably.
    ///
    /// # Panics
    ///
    /// If the name is none, or the topic has another type.
    pub fn feed<M: Message>(&self, topic: &str) -> Feed<M> {
        Feed { publisher: self.0.done(self.0.node.publisher(topic, Qos::default())), rig: Rc::clone(&self.0) }
    }

    /// Calls a service, within [`run`](Self::run).
    ///
    /// # Panics
    ///
    /// If the name is none.
    pub fn client<S: Service>(&self, service: &str) -> ServiceClient<S> {
        self.0.done(self.0.node.client(service, CALL_TIMEOUT))
    }

    /// Sends goals to an action, within [`run`](Self::run).
    ///
    /// # Panics
    ///
    /// If the name is none.
    pub fn action_client<G: Action>(&self, action: &str) -> ActionClient<G> {
        self.0.done(self.0.node.action_client(action))
    }

    /// Sets what goes wrong from now on between deployments; the test itself is spared.
    pub fn set_faults(&self, faults: Faults) {
        self.0.network.set_faults(faults);
    }

    /// Cuts the connection between two deployments.
    pub fn cut(&self, one: &str, other: &str) {
        self.run(async { self.0.network.cut(one, other) });
    }

    /// Joins two deployments again.
    pub fn join(&self, one: &str, other: &str) {
        self.run(async { self.0.network.join(one, other) });
    }
}

/// Publishes on a topic, as the test.
pub struct Feed<M: Message> {
    rig: Rc<Inside>,
    publisher: TopicPublisher<M>,
}

impl<M: Message> Feed<M> {
    /// Publishes a message. It arrives before this returns, but nobody handles it before virtual time passes.
    ///
    /// # Panics
    ///
    /// If the message breaks a bound of its definition, or a mailbox that keeps all is full.
    pub fn publish(&self, message: M) {
        self.rig.done(self.rig.run(async { self.publisher.publish(message) }));
    }
}

impl Inside {
    pub(super) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.thread.run(future)
    }

    pub(super) fn run_for(&self, duration: Duration) {
        // Within the runtime, whose time it is.
        self.run(async { tokio::time::sleep(duration).await });
    }

    /// Ends the test with what it found wrong, and the seed that finds it again.
    pub(super) fn fail(&self, what: impl Display) -> ! {
        self.failed.set(true);
        panic!("{what}\nseed {} repeats this", self.seed);
    }

    fn done<T>(&self, outcome: Result<T, impl Display>) -> T {
        outcome.unwrap_or_else(|error| self.fail(error))
    }

    pub(super) fn subscribe<M: Message>(&self, topic: &str, mailbox: Arc<TopicMailbox<M>>) -> Subscription {
        // Asks for as little as there is, so that it hears every publisher.
        let qos = Qos::sensor_data();
        self.done(self.node.subscribe(topic, qos, mailbox))
    }
}

impl Drop for TestRig {
    fn drop(&mut self) {
        self.0.run(async { self.0.hub.close() });
        set_virtual_date(None);
        if std::thread::panicking() && !self.0.failed.get() {
            // The test failed by an assertion of its own.
            #[allow(clippy::print_stderr)]
            {
                eprintln!("seed {} repeats this", self.0.seed);
            }
        }
    }
}
