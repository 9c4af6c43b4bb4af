//! The handle of a publisher.

use std::sync::Arc;

use rosactor_transport::messages::{LoanedOctets, Message};
use rosactor_transport::{PublishError, TopicPublisher};

use super::Late;
use crate::lifecycle::Gate;

/// Publishes messages on one topic.
#[doc(alias = "create_publisher")]
pub struct Publisher<M: Message> {
    topic: Arc<str>,
    late: Late<TopicPublisher<M>>,
    /// Of a lifecycle publisher.
    gate: Option<Arc<Gate>>,
}

impl<M: Message> Publisher<M> {
    pub(crate) fn new(topic: &str, late: Late<TopicPublisher<M>>, gate: Option<Arc<Gate>>) -> Self {
        Self { topic: topic.into(), late, gate }
    }

    /// Publishes a message. Actors of this process share it; it is encoded only if somebody outside listens.
    ///
    /// A message that cannot be sent is logged as a warning: see [`try_publish`](Self::try_publish) to decide yourself. Those of
    /// a lifecycle publisher that is not active are counted, and warned of once.
    pub fn publish(&self, message: impl Into<Arc<M>>) {
        match self.try_publish(message) {
            // The gate has warned.
            Ok(()) | Err(PublishError::NotActive { .. }) => {}
            Err(error) => tracing::warn!("{error}"),
        }
    }

    /// Publishes a message, or says why not.
    ///
    /// # Errors
    ///
    /// The message breaks a bound of its definition, a local `keep_all` mailbox is full, nothing is connected yet, as in
    /// `setup`, or it is a lifecycle publisher that is not active.
    pub fn try_publish(&self, message: impl Into<Arc<M>>) -> Result<(), PublishError> {
        if self.gate.as_ref().is_some_and(|gate| !gate.lets_pass(&self.topic)) {
            return Err(PublishError::NotActive { topic: self.topic.to_string() });
        }
        match self.late.get() {
            Some(publisher) => publisher.publish(message),
            None => Err(PublishError::NotConnected { topic: self.topic.to_string() }),
        }
    }

    /// Memory for `size` bytes of a message to come, such as the pixels of an image: write them into it, then make
    /// [`Octets`](rosactor_transport::messages::Octets) of it. It is shared with the other processes of this machine, so that nobody copies
    /// it; a message whose bytes come from elsewhere is sent as well, with a copy. Where sharing is of no use it is memory of this process.
    #[must_use]
    #[doc(alias = "borrow_loaned_message")]
    pub fn loan(&self, size: usize) -> LoanedOctets {
        self.late.get().map_or_else(|| vec![0; size].into(), |publisher| publisher.loan(size))
    }

    /// Whether somebody listens, in this process or outside.
    #[must_use]
    #[doc(alias = "get_subscription_count")]
    pub fn has_subscribers(&self) -> bool {
        self.late.get().is_some_and(TopicPublisher::has_subscribers)
    }
}

impl<M: Message> Clone for Publisher<M> {
    fn clone(&self) -> Self {
        Self { topic: Arc::clone(&self.topic), late: self.late.clone(), gate: self.gate.clone() }
    }
}
