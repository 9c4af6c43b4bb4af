//! The shell around an actor: it builds it, feeds it, catches its panics and builds it anew.

mod arbiter;
mod core;
mod life;
mod mail;
mod restart;

#[cfg(feature = "testing")]
pub(crate) use arbiter::VirtualThread;
pub(crate) use arbiter::{ActorThreads, ShellAddr};
pub(crate) use core::{Events, Prepared, Shell, ShellEvent, ShellParts, dry_run};
pub(crate) use restart::{Fault, RestartHistory};
