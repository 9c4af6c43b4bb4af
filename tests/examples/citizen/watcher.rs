//! An actor that watches whether somebody publishes.

use rosactor::messages::std_msgs;
use rosactor::prelude::*;

/// Subscribes `watched`, and logs `event gained N` and `event lost N`: how many publishers are alive from then on.
pub(crate) struct Watcher;

impl Actor for Watcher {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe("watched", |_: &mut Self, _: std_msgs::String| ());
        node.on_topic_event("watched", |_: &mut Self, event| match event {
            TopicEvent::LivelinessGained { alive, .. } => info!("event gained {alive}"),
            TopicEvent::LivelinessLost { alive, .. } => info!("event lost {alive}"),
            other => info!("event {other}"),
        });
        Ok(Self)
    }
}
