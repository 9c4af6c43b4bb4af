//! The handle of a publisher.

use std::sync::Arc;

use rosactor_transport::messages::Message;
use rosactor_transport::{PublishError, TopicPublisher};

use super::Late;

/// Publishes messages on one topic.
#[doc(alias = "create_publisher")]
pub struct Publisher<M: Message> {
    topic: Arc<str>,
    late: Late<TopicPublisher<M>>,
}

impl<M: Message> Publisher<M> {
    pub(crate) fn new(topic: &str, late: Late<TopicPublisher<M>>) -> Self {
        Self { topic: topic.into(), late }
    }

    /// Publishes a message. Actors of this process share it; it is encoded only if somebody outside listens.
    ///
    /// A message that cannot be sent is logged as a warning: see [`try_publish`](Self::try_publish) to decide yourself.
    pub fn publish(&self, message: impl Into<Arc<M>>) {
        if let Err(error) = self.try_publish(message) {
            tracing::warn!("{error}");
        }
    }

    /// Publishes a message, or says why not.
    ///
    /// # Errors
    ///
    /// The message breaks a bound of its definition, a local `keep_all` mailbox is full, or nothing is connected yet,
    /// as in `setup`.
    pub fn try_publish(&self, message: impl Into<Arc<M>>) -> Result<(), PublishError> {
        match self.late.get() {
            Some(publisher) => publisher.publish(message),
            None => Err(PublishError::NotConnected { topic: self.topic.to_string() }),
        }
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
        Self { topic: Arc::clone(&self.topic), late: self.late.clone() }
    }
}
