//! One message of a topic, with where it comes from.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::clock;

/// Who published a sample: a publisher of a session. Two publishers never have the same id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublisherId {
    /// The session's id.
    pub session: [u8; 16],
    /// The publisher within the session.
    pub entity: u32,
}

impl fmt::Display for PublisherId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}:{}", u128::from_le_bytes(self.session), self.entity)
    }
}

/// A message of a topic. It dereferences to the message; its clones, and the other subscribers in this process, share
/// one copy of it.
#[derive(Debug)]
pub struct Sample<M> {
    message: Arc<M>,
    received_at: Instant,
    origin: Origin,
}

/// What a sample's publisher tells about it. The bridge to DDS tells nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin {
    pub(crate) source_timestamp: Option<SystemTime>,
    pub(crate) sequence: Option<u64>,
    pub(crate) publisher: Option<PublisherId>,
    /// From when on nobody should get the sample, by its publisher's lifespan. Known within the process only.
    pub(crate) expires_at: Option<Instant>,
}

impl<M> Sample<M> {
    /// A sample that arrives now from an unknown publisher: for tests, and for actors that feed mailboxes themselves.
    pub fn new(message: M) -> Self {
        Self::from_origin(Arc::new(message), Origin::default())
    }

    pub(crate) fn from_origin(message: Arc<M>, origin: Origin) -> Self {
        Self { message, received_at: clock::now(), origin }
    }

    /// A sample of this process: published and received at one moment.
    pub(crate) fn published(
        message: Arc<M>,
        publisher: PublisherId,
        sequence: u64,
        lifespan: Option<Duration>,
    ) -> Self {
        let (now, date) = clock::now_and_date();
        let origin = Origin {
            source_timestamp: Some(date),
            sequence: Some(sequence),
            publisher: Some(publisher),
            expires_at: lifespan.and_then(|lifespan| now.checked_add(lifespan)),
        };
        Self { message, received_at: now, origin }
    }

    /// The message itself; it is copied only if somebody else still holds this sample.
    pub fn into_message(self) -> M
    where
        M: Clone,
    {
        Arc::unwrap_or_clone(self.message)
    }

    /// The message, shared.
    pub fn shared(&self) -> &Arc<M> {
        &self.message
    }

    /// When the sample arrived in this process.
    pub fn received_at(&self) -> Instant {
        self.received_at
    }

    /// When the sample was published, by the clock of its publisher.
    pub fn source_timestamp(&self) -> Option<SystemTime> {
        self.origin.source_timestamp
    }

    /// The how-manieth sample of its publisher this is, from 0. A gap is a loss.
    pub fn sequence(&self) -> Option<u64> {
        self.origin.sequence
    }

    /// Who published the sample.
    pub fn publisher(&self) -> Option<PublisherId> {
        self.origin.publisher
    }

    /// Whether the sample is older than its publisher lets it become.
    pub(crate) fn is_expired(&self, now: Instant) -> bool {
        self.origin.expires_at.is_some_and(|end| now > end)
    }

    /// The same sample as it arrives now: a kept sample that a late subscriber gets.
    pub(crate) fn arriving_now(&self) -> Self {
        Self { message: Arc::clone(&self.message), received_at: clock::now(), origin: self.origin }
    }
}

// Not derived: a clone shares the message, so the message need not be cloneable.
impl<M> Clone for Sample<M> {
    fn clone(&self) -> Self {
        Self { message: Arc::clone(&self.message), received_at: self.received_at, origin: self.origin }
    }
}

impl<M> Deref for Sample<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.message
    }
}
