//! Topics: publishers and subscriptions.

mod event;
mod publisher;
mod subscription;
mod watch;

pub use event::TopicEvent;
pub use publisher::{PublishError, TopicPublisher};
pub use subscription::Subscription;
pub use watch::TopicWatch;
