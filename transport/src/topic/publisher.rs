//! Publishers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rosactor_messages::{Message, TypeInfo};

use crate::clock;
use crate::link::{LinkError, LinkPublisher, LinkToken};
use crate::local::{Fanout, Kept};
use crate::mailbox::{Origin, PublisherId, PushError, Sample};
use crate::name::Name;
use crate::participant::{DeclareError, Participant};
use crate::qos::{Durability, Qos};
use crate::wire::EndpointKind;

/// Publishes messages on one topic. Clones are the same publisher.
pub struct TopicPublisher<M: Message> {
    inner: Arc<Inner<M>>,
}

struct Inner<M> {
    // Withdrawn before what it announces.
    _token: Option<Arc<LinkToken>>,
    link: LinkPublisher,
    fanout: Arc<Fanout<M>>,
    /// What is kept for late subscribers in this process, if the topic is transient local.
    kept: Option<Arc<Kept<M>>>,
    id: PublisherId,
    sequence: AtomicU64,
    topic: Name,
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
        let token = match announced {
            true => participant.announce(EndpointKind::Publisher, &topic, types, Some(&qos))?,
            false => None,
        };
        let kept = (qos.durability == Durability::TransientLocal).then(|| fanout.keep(qos.history.depth()));
        let id = PublisherId { session: shared.link.id(), entity: link.entity() };
        let sequence = AtomicU64::new(0);
        Ok(Self { inner: Arc::new(Inner { _token: token, link, fanout, kept, id, sequence, topic }) })
    }

    /// Publishes a message: to subscribers in this process as it is, to others encoded, if there are any. It does not
    /// wait for subscribers in this process; on a reliable topic it waits for a congested link.
    pub fn publish(&self, message: impl Into<Arc<M>>) -> Result<(), PublishError> {
        let inner = &*self.inner;
        let sequence = inner.sequence.fetch_add(1, Ordering::Relaxed);
        let origin =
            Origin { source_timestamp: Some(clock::date()), sequence: Some(sequence), publisher: Some(inner.id) };
        let sample = Sample::from_origin(message.into(), origin);
        let taken = inner.fanout.publish(&sample, inner.kept.as_deref());
        if inner.link.wants_samples() {
            inner.send(&sample, sequence)?;
        }
        taken.map_err(|reason| PublishError::NotTaken { topic: inner.topic.clone(), reason })
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
