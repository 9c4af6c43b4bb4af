//! Topics: publishers and subscriptions.

mod publisher;
mod subscription;

pub use publisher::{PublishError, TopicPublisher};
pub use subscription::Subscription;
