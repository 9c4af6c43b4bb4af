//! The topics of a process, by key.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use rosactor_messages::Message;

use super::Fanout;

/// All topics that have a publisher or subscriber in this process.
#[derive(Default)]
pub(crate) struct Registry {
    topics: Mutex<HashMap<String, Topic>>,
}

struct Topic {
    type_name: &'static str,
    /// A `Fanout` of the type. Its publishers and subscribers own it: without any, the topic is free for another type.
    fanout: Weak<dyn Any + Send + Sync>,
}

/// Two types on one topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TypeClash {
    pub(crate) present: &'static str,
}

impl Registry {
    /// The topic under this key, which must have this type.
    pub(crate) fn topic<M: Message>(&self, key: &str) -> Result<Arc<Fanout<M>>, TypeClash> {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(topic) = topics.get(key)
            && let Some(fanout) = topic.fanout.upgrade()
        {
            // Equal names are not enough: two Rust types may claim to be the same ROS type.
            return fanout.downcast().map_err(|_| TypeClash { present: topic.type_name });
        }
        // Only when the map would grow: a thousand actors declare thousands of topics one after another.
        if topics.len() == topics.capacity() {
            topics.retain(|_, topic| topic.fanout.strong_count() > 0);
        }
        let fanout = Arc::new(Fanout::<M>::new());
        let weak: Weak<dyn Any + Send + Sync> = Arc::downgrade(&fanout) as _;
        topics.insert(key.to_owned(), Topic { type_name: M::TYPE_NAME, fanout: weak });
        Ok(fanout)
    }
}
