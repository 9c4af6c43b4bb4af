//! The mailboxes' real files. What only services and actions need is left out.
#![allow(dead_code, unreachable_pub, reason = "the models use a part of it, from this crate")]

#[path = "../../../transport/src/mailbox/counters.rs"]
mod counters;
#[path = "../../../transport/src/mailbox/sample.rs"]
mod sample;
#[path = "../../../transport/src/mailbox/topic.rs"]
mod topic;

use std::sync::Arc;

pub use counters::Counters;
pub use sample::Sample;
pub use topic::{TopicMailbox, TopicPolicy};

pub type Wake = Arc<dyn Fn() + Send + Sync>;
