//! The process's place in the network.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use crate::config::TransportConfig;
use crate::graph::{Book, Graph, Listening};
use crate::host::{self, HostAnswer, HostEntry, Presence, PresenceConfig, PresenceError, Wanted};
use crate::link::Link;
use crate::link::memory::MemoryNetwork;
use crate::local::Registry;
use crate::name::{Name, NameContext};
use crate::participant::Participant;
use crate::wire::{EndpointKind, Ros2dds, WireProfile};

/// One connection to the network, shared by all actors of a process. It closes when its last clone, and the last
/// participant made from it, is dropped; that may happen on any thread.
#[derive(Clone)]
pub struct Hub {
    shared: Arc<Shared>,
}

/// What a hub and its participants share.
pub(crate) struct Shared {
    /// Hears of the nodes and endpoints of others, from the first time that somebody asks.
    listening: Listening,
    pub(crate) link: Link,
    pub(crate) registry: Registry,
    pub(crate) profile: Arc<dyn WireProfile>,
    /// Who is on the network: this process's own endpoints always, those of others once somebody listens.
    pub(crate) book: Arc<Book>,
    /// How many participants there were: it makes their ids differ.
    participants: AtomicU64,
    /// Subscriptions that may hold a thread of Zenoh back.
    holds: Mutex<Vec<Weak<dyn Hold>>>,
}

/// Something that may make a thread of Zenoh wait.
pub(crate) trait Hold: Send + Sync {
    /// Ends the wait, for good.
    fn release(&self);
}

/// The connection could not be opened.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OpenError {
    /// No dialect is to be spoken.
    #[error("no profile is given; expected at least one, such as ros2dds")]
    NoProfile,
    /// Zenoh refused.
    #[error(
        "the connection to Zenoh (listen {listen:?}, connect {connect:?}) could not be opened: {reason}; check that the addresses are right and free"
    )]
    Zenoh {
        /// Where it should have listened.
        listen: Vec<String>,
        /// Where it should have connected to.
        connect: Vec<String>,
        /// What Zenoh says.
        reason: String,
    },
}

impl Hub {
    /// Opens the connection. It returns when this process can be reached; a peer's and a router's connections to others
    /// come up in the background, and come up again if they break. A client needs its router now: without, it fails.
    pub fn open(config: TransportConfig) -> Result<Self, OpenError> {
        if config.profiles.is_empty() {
            return Err(OpenError::NoProfile);
        }
        let link = Link::open(&config).map_err(|error| OpenError::Zenoh {
            listen: config.listen.clone(),
            connect: config.connect.clone(),
            reason: error.to_string(),
        })?;
        Ok(Self::of(link))
    }

    /// Stands for a process of this name in a network in memory.
    #[must_use]
    pub fn open_in(network: &MemoryNetwork, name: &str) -> Self {
        Self::of(Link::Memory(network.open(name)))
    }

    fn of(link: Link) -> Self {
        let shared = Shared {
            link,
            registry: Registry::default(),
            profile: Arc::new(Ros2dds),
            book: Book::new(),
            listening: Listening::default(),
            participants: AtomicU64::new(0),
            holds: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Where others can connect to this process: `tcp/127.0.0.1:40123`.
    pub fn locators(&self) -> Vec<String> {
        self.shared.link.locators().to_vec()
    }

    /// Closes the connection and waits until it is closed. Calls in flight end with `Closed`. Doing it again does
    /// nothing.
    pub fn close(&self) {
        self.shared.release_all();
        self.shared.book.close();
        // They would be the last to hold what the session leaves, and a router's routes end with a panic on an arbiter.
        self.shared.listening.end();
        self.shared.link.close();
    }

    /// The graph: who publishes, subscribes, serves and calls what, in this process and others.
    pub fn graph(&self) -> Graph {
        self.shared.graph()
    }

    /// Says that this process is a host of a deployment, and what it runs.
    ///
    /// # Errors
    ///
    /// A name is none, or the hub is closed.
    pub fn announce_host(&self, config: PresenceConfig, entries: Vec<HostEntry>) -> Result<Presence, PresenceError> {
        Presence::announce(&self.shared, config, entries)
    }

    /// Asks every process that is one of these hosts of a deployment what it runs, for `patience` at most or until `heard` says that this
    /// is enough. That is called with each answer, with nothing after each `look` in which nothing came, and in the end with those that
    /// are there and did not answer. It waits on the caller's thread, which must be no actor's.
    ///
    /// # Errors
    ///
    /// The hub is closed, or the network refuses to tell who is there.
    pub fn ask_hosts(
        &self,
        deployment: &str,
        hosts: &[String],
        patience: Duration,
        look: Duration,
        heard: impl FnMut(Option<HostAnswer>) -> bool,
    ) -> Result<(), PresenceError> {
        let wanted = Wanted { deployment, hosts, patience, look };
        host::ask_all(&self.shared, &wanted, heard)
            .map_err(|error| PresenceError::Unasked { deployment: deployment.to_owned(), reason: error.to_string() })
    }

    /// The endpoints of one actor.
    pub fn participant(&self, context: NameContext) -> Participant {
        let number = self.shared.participants.fetch_add(1, Ordering::Relaxed);
        Participant::new(Arc::clone(&self.shared), context, number)
    }
}

impl Shared {
    pub(crate) fn graph(&self) -> Graph {
        self.open_graph();
        Graph::new(Arc::clone(&self.book))
    }

    /// Begins to hear of the endpoints of others. A process that does not ask need not hear of everybody.
    pub(crate) fn open_graph(&self) {
        self.listening.to_everybody(&self.link, &self.profile, &self.book);
    }

    /// Begins to hear of the endpoints of one kind and name.
    pub(crate) fn listen_to(&self, kind: EndpointKind, name: &Name) {
        self.listening.to_ends(&self.link, &self.profile, &self.book, kind, name);
    }

    pub(crate) fn add_hold(&self, hold: &Arc<impl Hold + 'static>) {
        let weak: Weak<dyn Hold> = Arc::downgrade(hold) as _;
        let mut holds = self.holds.lock().unwrap_or_else(PoisonError::into_inner);
        if holds.len() == holds.capacity() {
            holds.retain(|hold| hold.strong_count() > 0);
        }
        holds.push(weak);
    }

    fn release_all(&self) {
        let holds = std::mem::take(&mut *self.holds.lock().unwrap_or_else(PoisonError::into_inner));
        holds.iter().filter_map(Weak::upgrade).for_each(|hold| hold.release());
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Before the session, which is dropped next, waits for its threads.
        self.release_all();
    }
}
