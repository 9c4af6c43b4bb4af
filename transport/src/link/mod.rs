//! Zenoh. This folder is the only place of the crate that names it; the rest sees bytes, keys and callbacks.
//!
//! Sessions are opened, closed and dropped on plain threads: Zenoh panics if that happens on a thread of a tokio
//! `current_thread` runtime, which is what the threads of actors are. Everything else it does there.

mod payload;
mod publisher;
mod querier;
mod queryable;
mod session;
mod subscriber;
mod tokens;

pub(crate) use payload::Received;
pub(crate) use publisher::LinkPublisher;
pub(crate) use querier::{LinkQuerier, LinkReply};
pub(crate) use queryable::{LinkQuery, LinkQueryable};
pub(crate) use session::{Link, LinkToken};
pub(crate) use subscriber::{Arrival, LinkSubscriber};
pub(crate) use tokens::LinkTokens;

/// What Zenoh says when something does not work.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum LinkError {
    #[error("the connection to Zenoh is closed")]
    Closed,
    #[error("{0}")]
    Zenoh(String),
}

impl From<zenoh::Error> for LinkError {
    fn from(error: zenoh::Error) -> Self {
        Self::Zenoh(error.to_string())
    }
}
