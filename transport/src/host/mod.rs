//! Processes that are hosts of one deployment: they come and go, tell what they run, and compare their clocks.
//!
//! Each has a liveliness token, by which the others see it come and go, and a [`HostCard`] for whoever asks: what it runs, and the time
//! of its clock. This module knows no file and no actor; names and fingerprints are text to it.

mod ask;
mod card;
mod offset;
mod presence;
mod roster;

pub use ask::HostAnswer;
pub(crate) use ask::{Wanted, ask_all};
pub use card::{CardError, HostCard, HostEntry};
pub use offset::{Exchange, OffsetEstimator, Reading};
pub use presence::{Hosts, Presence, PresenceConfig, PresenceError};
pub use roster::HostStatus;
