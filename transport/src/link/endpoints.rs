//! The endpoints of either kind of link.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use rosactor_messages::{LoanedOctets, Payload};
use tokio::sync::watch;

use super::memory::{
    Memory, MemoryPublisher, MemoryQuerier, MemoryQuery, MemoryQueryable, MemorySubscriber, MemoryToken, MemoryTokens,
};
use super::zenoh::{
    ZenohPublisher, ZenohQuerier, ZenohQuery, ZenohQueryable, ZenohSession, ZenohSubscriber, ZenohToken, ZenohTokens,
};
use super::{Arrival, LinkError, LinkReply, Receive, Received, Serve};
use crate::config::TransportConfig;
use crate::qos::Qos;

/// A process's way to the others.
pub(crate) enum Link {
    Zenoh(ZenohSession),
    Memory(Memory),
}

impl Link {
    /// Opens a Zenoh session.
    pub(crate) fn open(config: &TransportConfig) -> Result<Self, LinkError> {
        ZenohSession::open(config).map(Self::Zenoh)
    }

    /// An id that no other process has.
    pub(crate) fn id(&self) -> [u8; 16] {
        match self {
            Self::Zenoh(session) => session.id(),
            Self::Memory(memory) => memory.id(),
        }
    }

    /// 16 random bytes.
    pub(crate) fn random(&self) -> [u8; 16] {
        match self {
            Self::Zenoh(session) => session.random(),
            Self::Memory(memory) => memory.random(),
        }
    }

    /// Where others can connect to this process.
    pub(crate) fn locators(&self) -> &[String] {
        match self {
            Self::Zenoh(session) => session.locators(),
            Self::Memory(_) => &[],
        }
    }

    /// Closes the link, and waits until that is done. It does nothing the second time.
    pub(crate) fn close(&self) {
        match self {
            Self::Zenoh(session) => session.close(),
            Self::Memory(memory) => memory.close(),
        }
    }

    /// Announces `key` to everybody who asks for liveliness, as long as the token lives.
    pub(crate) fn declare_token(&self, key: &str) -> Result<LinkToken, LinkError> {
        match self {
            Self::Zenoh(session) => session.declare_token(key).map(LinkToken::Zenoh),
            Self::Memory(memory) => memory.declare_token(key).map(LinkToken::Memory),
        }
    }
}

/// A liveliness token; it is withdrawn when dropped.
// Held only to be dropped.
#[allow(dead_code)]
pub(crate) enum LinkToken {
    Zenoh(ZenohToken),
    Memory(MemoryToken),
}

/// Hears which liveliness tokens come and go, in this process and others; undeclared when dropped.
// Held only to be dropped.
#[allow(dead_code)]
pub(crate) enum LinkTokens {
    Zenoh(ZenohTokens),
    Memory(MemoryTokens),
}

impl LinkTokens {
    /// `change` is called with the key of each token that matches `pattern`, and whether it came or went: first those
    /// that are there already.
    pub(crate) fn declare(
        link: &Link,
        pattern: &str,
        change: impl Fn(&str, bool) + Send + Sync + 'static,
    ) -> Result<Self, LinkError> {
        match link {
            Link::Zenoh(session) => ZenohTokens::declare(session, pattern, change).map(Self::Zenoh),
            Link::Memory(memory) => memory.tokens(pattern, change).map(Self::Memory),
        }
    }
}

/// Sends a topic's samples to other processes, never to this one.
// A box would cost every real publisher to save memory in tests.
#[allow(clippy::large_enum_variant)]
pub(crate) enum LinkPublisher {
    Zenoh(ZenohPublisher),
    Memory(MemoryPublisher),
}

impl LinkPublisher {
    pub(crate) fn declare(link: &Link, key: &str, qos: &Qos) -> Result<Self, LinkError> {
        match link {
            Link::Zenoh(session) => ZenohPublisher::declare(session, key, qos).map(Self::Zenoh),
            Link::Memory(memory) => memory.publisher(key, qos).map(Self::Memory),
        }
    }

    /// The publisher's number within its process.
    pub(crate) fn entity(&self) -> u32 {
        match self {
            Self::Zenoh(publisher) => publisher.entity(),
            Self::Memory(publisher) => publisher.entity(),
        }
    }

    /// Whether a subscriber of another process is known.
    pub(crate) fn is_matched(&self) -> bool {
        match self {
            Self::Zenoh(publisher) => publisher.is_matched(),
            Self::Memory(publisher) => publisher.is_matched(),
        }
    }

    /// Whether a sample has to be sent: somebody listens, may listen, or may come later and want it.
    pub(crate) fn wants_samples(&self) -> bool {
        match self {
            Self::Zenoh(publisher) => publisher.wants_samples(),
            Self::Memory(publisher) => publisher.wants_samples(),
        }
    }

    /// Memory for a byte sequence of a sample to come, shared with other processes of this machine if that is of use.
    pub(crate) fn loan(&self, size: usize) -> LoanedOctets {
        match self {
            Self::Zenoh(publisher) => publisher.loan(size),
            Self::Memory(_) => vec![0; size].into(),
        }
    }

    /// Sends one sample. `sequence` is the sample's number, which a subscriber can read.
    pub(crate) fn put(&self, payload: Payload, sequence: u32) -> Result<(), LinkError> {
        match self {
            Self::Zenoh(publisher) => publisher.put(payload, sequence),
            Self::Memory(publisher) => publisher.put(payload, sequence),
        }
    }
}

/// Receives a topic's samples from other processes, never from this one; undeclared when dropped.
// Held only to be dropped.
#[allow(dead_code)]
pub(crate) enum LinkSubscriber {
    Zenoh(ZenohSubscriber),
    Memory(MemorySubscriber),
}

impl LinkSubscriber {
    /// `receive` is called on the link's threads. If it waits, the sender is held back.
    pub(crate) fn declare(
        link: &Link,
        key: &str,
        qos: &Qos,
        receive: impl Fn(Arrival<'_>) + Send + Sync + 'static,
    ) -> Result<Self, LinkError> {
        let receive: Receive = Arc::new(receive);
        match link {
            Link::Zenoh(session) => ZenohSubscriber::declare(session, key, qos, receive).map(Self::Zenoh),
            Link::Memory(memory) => memory.subscriber(key, qos, receive).map(Self::Memory),
        }
    }
}

/// Sends requests to servers in this process and in others.
pub(crate) enum LinkQuerier {
    Zenoh(ZenohQuerier),
    Memory(MemoryQuerier),
}

impl LinkQuerier {
    pub(crate) fn declare(link: &Link, key: &str, timeout: Duration) -> Result<Self, LinkError> {
        match link {
            Link::Zenoh(session) => ZenohQuerier::declare(session, key, timeout).map(Self::Zenoh),
            Link::Memory(memory) => memory.querier(key, timeout).map(Self::Memory),
        }
    }

    /// Whether a server is known.
    pub(crate) fn is_matched(&self) -> bool {
        *self.matched().borrow()
    }

    /// Tells when a server comes or goes.
    pub(crate) fn matched(&self) -> watch::Receiver<bool> {
        match self {
            Self::Zenoh(querier) => querier.matched(),
            Self::Memory(querier) => querier.matched(),
        }
    }

    /// Sends a request, with `attachment` beside it. `done` is called exactly once, on any thread, perhaps before this returns.
    pub(crate) fn get(
        &self,
        payload: Payload,
        attachment: Option<Vec<u8>>,
        done: impl FnOnce(LinkReply<'_>) + Send + 'static,
    ) {
        match self {
            Self::Zenoh(querier) => querier.get(payload, attachment, Box::new(done)),
            Self::Memory(querier) => querier.get(payload, attachment, Box::new(done)),
        }
    }
}

/// Receives requests, from this process and from others; undeclared when dropped.
// Held only to be dropped.
#[allow(dead_code)]
pub(crate) enum LinkQueryable {
    Zenoh(ZenohQueryable),
    Memory(MemoryQueryable),
}

impl LinkQueryable {
    /// `serve` is called on the link's threads, or on the thread of a client in this process.
    pub(crate) fn declare(
        link: &Link,
        key: &str,
        serve: impl Fn(LinkQuery) + Send + Sync + 'static,
    ) -> Result<Self, LinkError> {
        let serve: Serve = Arc::new(serve);
        match link {
            Link::Zenoh(session) => ZenohQueryable::declare(session, key, serve).map(Self::Zenoh),
            Link::Memory(memory) => memory.queryable(key, serve).map(Self::Memory),
        }
    }
}

/// One request, to be answered once.
pub(crate) enum LinkQuery {
    Zenoh(ZenohQuery),
    Memory(MemoryQuery),
}

impl LinkQuery {
    /// The request's bytes.
    pub(crate) fn payload(&self) -> Received<'_> {
        match self {
            Self::Zenoh(query) => query.payload(),
            Self::Memory(query) => query.payload(),
        }
    }

    /// What the client sent beside the request.
    pub(crate) fn attachment(&self) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Zenoh(query) => query.attachment(),
            Self::Memory(query) => query.attachment(),
        }
    }

    /// Answers.
    pub(crate) fn answer(self, payload: Payload) {
        match self {
            Self::Zenoh(query) => query.answer(payload),
            Self::Memory(query) => query.answer(payload),
        }
    }

    /// Answers with an error.
    pub(crate) fn fail(self, text: String) {
        match self {
            Self::Zenoh(query) => query.fail(text),
            Self::Memory(query) => query.fail(text),
        }
    }
}
