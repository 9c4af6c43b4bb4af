//! The shell around an actor: it builds it, feeds it, catches its panics and builds it anew.

mod arbiter;
mod core;
mod life;
mod mail;
mod member;
mod restart;

#[cfg(feature = "testing")]
pub(crate) use arbiter::VirtualThread;
pub(crate) use arbiter::{ActorThreads, ShellAddr};
pub(crate) use core::{Events, Prepared, Renewal, Shell, ShellEvent, ShellParts, dry_run};
pub(crate) use member::{MemberId, MemberIds};
pub(crate) use restart::{Fault, RestartHistory};
