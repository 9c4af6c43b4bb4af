//! The mailboxes' real files. What only services and actions need is left out.
#![allow(dead_code, unreachable_pub, reason = "the models use a part of it, from this crate")]

#[path = "../../../transport/src/mailbox/counters.rs"]
mod counters;
#[path = "../../../transport/src/mailbox/pulse.rs"]
mod pulse;
#[path = "../../../transport/src/mailbox/sample.rs"]
mod sample;
#[path = "../../../transport/src/mailbox/topic.rs"]
mod topic;

use std::sync::Arc;

pub use counters::Counters;
pub(crate) use pulse::{Pulse, PulseReport};
#[cfg(test)]
pub(crate) use sample::Origin;
pub use sample::{PublisherId, Sample};
pub use topic::{TopicMailbox, TopicPolicy};

pub type Wake = Arc<dyn Fn() + Send + Sync>;
