//! Bounded mailboxes between the transport and actors. They know nothing of Zenoh.

mod counters;
mod goal;
mod pulse;
mod queue;
mod request;
mod sample;
mod topic;

use std::sync::Arc;

pub use counters::{Counters, Latency};
pub use goal::{DEFAULT_GOALS, GoalMailbox, GoalPolicy};
pub(crate) use pulse::{Pulse, PulseReport};
pub use request::{DEFAULT_REQUESTS, IncomingRequest, RequestMailbox};
pub(crate) use sample::Origin;
pub use sample::{PublisherId, Sample};
pub(crate) use topic::{Due, Monitored};
pub use topic::{PushError, TopicMailbox, TopicPolicy};

/// Called when something comes into an empty mailbox: the owner should start to take things out, until the mailbox is
/// empty again. It may be called when there is nothing to do, from any thread, and must return at once.
pub type Wake = Arc<dyn Fn() + Send + Sync>;
