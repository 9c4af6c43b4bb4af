//! Publishers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rosactor_messages::{LoanedOctets, Message, TypeInfo};

use crate::clock;
use crate::link::{LinkError, LinkPublisher};
use crate::local::{Fanout, Kept};
use crate::mailbox::{Monitored, PublisherId, Pulse, PulseReport, PushError, Sample};
use crate::name::Name;
use crate::participant::{Announced, DeclareError, Participant};
use crate::qos::{Durability, Qos};
use crate::wire::EndpointKind;

/// Publishes messages on one topic. Clones are the same publisher.
pub struct TopicPublisher<M: Message> {
    inner: Arc<Inner<M>>,
}

struct Inner<M> {
    // Withdrawn before what it announces.
    announced: Option<Announced>,
    link: LinkPublisher,
    fanout: Arc<Fanout<M>>,
    /// What is kept for late subscribers in this process, if the topic is transient local.
    kept: Option<Arc<Kept<M>>>,
    id: PublisherId,
    sequence: AtomicU64,
    topic: Name,
    qos: Qos,
    pulse: Arc<OwnPulse>,
}

/// Whether the publisher itself keeps its deadline and its lease.
struct OwnPulse {
    /// Nothing to watch: then publishing takes no lock for it.
    idle: bool,
    lease: bool,
    pulse: Mutex<Pulse>,
}

/// A message was not published, or not to everybody.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PublishError {
    /// The publisher's owner has not been connected yet.
    #[error("a message on {topic} was not sent, as nothing is connected yet; publish after the setup")]
    NotConnected {
        /// The topic, as its publisher names it.
        topic: String,
    },
    /// The publisher's owner has a lifecycle, and is not active.
    #[error(
        "a message on {topic} was not sent, as its publisher is not active; activate its owner, or ask whether it is"
    )]
    NotActive {
        /// The topic, as its publisher names it.
        topic: String,
    },
    /// A subscriber in this process keeps all samples and has no room. The others got the message.
    #[error("a message on {topic} was not taken by a subscriber in this process: {reason}")]
    NotTaken {
        /// The topic.
        topic: Name,
        /// Why the mailbox did not take it.
        reason: PushError,
    },
    /// The message has no encoding: a sequence or string is longer than its bound. Subscribers in this process got it.
    #[error("a message on {topic} cannot be encoded: {reason}")]
    Encode {
        /// The topic.
        topic: Name,
        /// What is wrong with the message.
        reason: String,
    },
    /// The hub is closed.
    #[error("a message on {topic} was not sent, as the connection to the network is closed")]
    Closed {
        /// The topic.
        topic: Name,
    },
    /// Zenoh refused.
    #[error("a message on {topic} was not sent: {reason}")]
    Zenoh {
        /// The topic.
        topic: Name,
        /// What Zenoh says.
        reason: String,
    },
}

impl<M: Message> TopicPublisher<M> {
    pub(crate) fn declare(
        participant: &Participant,
        topic: Name,
        qos: Qos,
        announced: bool,
    ) -> Result<Self, DeclareError> {
        let shared = participant.shared();
        let key = shared.profile.topic_key(&topic, M::TYPE_NAME, M::TYPE_HASH);
        let fanout = shared.registry.topic::<M>(&key).map_err(|clash| DeclareError::clash::<M>(&topic, clash))?;
        let link =
            LinkPublisher::declare(&shared.link, &key, &qos).map_err(|error| DeclareError::link(&topic, error))?;
        let types = TypeInfo { name: M::TYPE_NAME, hash: M::TYPE_HASH };
        let announced =
            announced.then(|| participant.announce(EndpointKind::Publisher, &topic, types, Some(&qos))).transpose()?;
        let kept = (qos.durability == Durability::TransientLocal).then(|| fanout.keep(qos.history.depth()));
        let id = PublisherId { session: shared.link.id(), entity: link.entity() };
        let sequence = AtomicU64::new(0);
        let pulse = Arc::new(OwnPulse::new(&qos));
        Ok(Self { inner: Arc::new(Inner { announced, link, fanout, kept, id, sequence, topic, qos, pulse }) })
    }

    /// Publishes a message: to subscribers in this process as it is, to others encoded, if there are any. It does not
    /// wait for subscribers in this process; on a reliable topic it waits for a congested link.
    pub fn publish(&self, message: impl Into<Arc<M>>) -> Result<(), PublishError> {
        let inner = &*self.inner;
        let sequence = inner.sequence.fetch_add(1, Ordering::Relaxed);
        let sample = Sample::published(message.into(), inner.id, sequence, inner.qos.lifespan);
        inner.pulse.beat(sample.received_at());
        let kept = inner.kept.as_deref();
        let taken = if inner.link.wants_samples() {
            let taken = inner.fanout.publish(sample.clone(), kept);
            inner.send(&sample, sequence)?;
            taken
        } else {
            inner.fanout.publish(sample, kept)
        };
        taken.map_err(|reason| PublishError::NotTaken { topic: inner.topic.clone(), reason })
    }

    /// Memory for `size` bytes of a message to come, such as the pixels of an image. Other processes of this machine read it where it is, and
    /// nobody copies it; if there are none, or `size` is too short to pay, it is memory of this process.
    pub fn loan(&self, size: usize) -> LoanedOctets {
        self.inner.link.loan(size)
    }

    /// How many subscribers there are in this process.
    pub fn subscriber_count_local(&self) -> usize {
        self.inner.fanout.subscriber_count()
    }

    /// Whether there is any subscriber, in this process or elsewhere.
    pub fn has_subscribers(&self) -> bool {
        self.inner.link.is_matched() || self.subscriber_count_local() > 0
    }

    /// The topic.
    pub fn topic(&self) -> &Name {
        &self.inner.topic
    }

    /// What a watch is made of.
    pub(crate) fn parts_to_watch(&self) -> Option<(&Announced, Qos, Arc<dyn Monitored>)> {
        Some((self.inner.announced.as_ref()?, self.inner.qos, Arc::clone(&self.inner.pulse) as _))
    }
}

impl OwnPulse {
    fn new(qos: &Qos) -> Self {
        let lease = qos.measured_lease();
        let pulse = Pulse::new(qos.deadline, lease, clock::now());
        Self { idle: qos.deadline.is_none() && lease.is_none(), lease: lease.is_some(), pulse: Mutex::new(pulse) }
    }

    fn beat(&self, at: Instant) {
        if !self.idle {
            self.pulse().heard(None, at);
        }
    }

    fn pulse(&self) -> MutexGuard<'_, Pulse> {
        self.pulse.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Monitored for OwnPulse {
    fn begin(&self, now: Instant) {
        self.pulse().begin(now);
        if self.lease {
            // A publisher that never publishes does not keep its promise either.
            self.pulse().heard(None, now);
        }
    }

    fn look(&self, now: Instant) -> PulseReport {
        self.pulse().look(now)
    }

    // A publisher has no mailbox that counts: its owner hears of each.
    fn count_lost(&self) {}

    fn count_incompatible(&self) {}
}

impl<M: Message> Inner<M> {
    fn send(&self, message: &M, sequence: u64) -> Result<(), PublishError> {
        let topic = || self.topic.clone();
        let payload = message.encode_scattered();
        let payload = payload.map_err(|error| PublishError::Encode { topic: topic(), reason: error.to_string() })?;
        // Zenoh's sequence numbers have 32 bits, and start again after them.
        self.link.put(payload, sequence as u32).map_err(|error| match error {
            LinkError::Closed => PublishError::Closed { topic: topic() },
            LinkError::Zenoh(reason) => PublishError::Zenoh { topic: topic(), reason },
        })
    }
}

impl<M: Message> Clone for TopicPublisher<M> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}
