//! What carries bytes between processes. This folder is the only place of the crate that names Zenoh; the rest sees
//! bytes, keys and callbacks.
//!
//! There are two kinds: `zenoh` is the real one, `memory` joins what would be processes within one, for tests.

mod endpoints;
mod lent;
pub mod memory;
mod payload;
mod pool;
mod zenoh;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

pub(crate) use endpoints::{
    Link, LinkPublisher, LinkQuerier, LinkQuery, LinkQueryable, LinkSubscriber, LinkToken, LinkTokens,
};
pub(crate) use payload::Received;
pub(crate) use zenoh::{afterwards, blocking};

use crate::mailbox::PublisherId;

/// Why something does not work.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum LinkError {
    #[error("the connection to Zenoh is closed")]
    Closed,
    #[error("{0}")]
    Zenoh(String),
}

impl From<::zenoh::Error> for LinkError {
    fn from(error: ::zenoh::Error) -> Self {
        Self::Zenoh(error.to_string())
    }
}

/// What came in: the bytes of one sample, and what its publisher tells about it.
pub(crate) struct Arrival<'a> {
    pub(crate) payload: Received<'a>,
    pub(crate) source_timestamp: Option<SystemTime>,
    pub(crate) sequence: Option<u64>,
    pub(crate) publisher: Option<PublisherId>,
}

/// What is called with each sample. No type parameter, so that what stands behind it is compiled once and not for each type
/// of message.
type Receive = Arc<dyn Fn(Arrival<'_>) + Send + Sync>;

/// What is called with each request.
type Serve = Arc<dyn Fn(LinkQuery) + Send + Sync>;

/// How a request ended.
pub(crate) enum LinkReply<'a> {
    /// With an answer.
    Answer(Received<'a>),
    /// With the error reply of a server.
    Error(Cow<'a, [u8]>),
    /// With no answer in time.
    Timeout,
    /// With nothing: nobody serves it, or the server's session ended meanwhile.
    Silence,
    /// With the end of this session.
    Closed,
}

/// What is called with the end of a request.
type Done = Box<dyn FnOnce(LinkReply<'_>) + Send>;
