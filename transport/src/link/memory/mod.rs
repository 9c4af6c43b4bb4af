//! Processes that are none: a network within one thread, for tests.
//!
//! Each [`Hub`](crate::Hub) that is opened in a [`MemoryNetwork`] stands for a process. What they send each other is encoded and
//! decoded as always, but goes through queues of this process, without sockets and threads. Nothing in it is left to chance:
//! the time is that of the tokio runtime it runs in, which may be paused, and what is lost, late or twice is drawn from a seed.

mod faults;
mod line;
mod network;
mod requests;
mod tokens;
mod topics;

pub use faults::Faults;
pub use network::MemoryNetwork;

pub(super) use network::Memory;
pub(super) use requests::{MemoryQuerier, MemoryQuery, MemoryQueryable};
pub(super) use tokens::{MemoryToken, MemoryTokens};
pub(super) use topics::{MemoryPublisher, MemorySubscriber};
