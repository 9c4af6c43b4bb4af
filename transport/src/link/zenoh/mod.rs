//! Zenoh.
//!
//! Sessions are opened, closed and dropped on plain threads: Zenoh panics if that happens on a thread of a tokio
//! `current_thread` runtime, which is what the threads of actors are. Everything else it does there.

mod in_flight;
mod publisher;
mod querier;
mod queryable;
mod session;
mod shared_memory;
mod subscriber;
mod tokens;
mod worker;

pub(super) use publisher::ZenohPublisher;
pub(super) use querier::ZenohQuerier;
pub(super) use queryable::{ZenohQuery, ZenohQueryable};
pub(super) use session::{ZenohSession, ZenohToken};
pub(super) use subscriber::ZenohSubscriber;
pub(super) use tokens::ZenohTokens;
pub(crate) use worker::{afterwards, blocking};
