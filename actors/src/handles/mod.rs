//! The handles that `setup` gives an actor: publishers, clients.
//!
//! `setup` only records, so a handle that needs the transport is bound to it later, when everything connects.

mod action_client;
mod client;
mod control;
mod graph;
mod late;
mod outcome;
mod publisher;

pub use action_client::ActionClient;
pub use client::Client;
pub use control::Control;
pub use graph::Graph;
pub use outcome::Outcome;
pub use publisher::Publisher;

pub(crate) use control::{Ending, EndingSlot};
pub(crate) use late::Late;
