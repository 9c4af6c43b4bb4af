//! The shell around an actor: it builds it, feeds it, catches its panics and builds it anew.

mod arbiter;
mod core;
mod life;
mod restart;

pub(crate) use arbiter::{ActorThreads, Mail, ShellAddr};
pub(crate) use core::{Prepared, ShellEvent, ShellParts, dry_run};
pub(crate) use life::TaskEnd;
pub(crate) use restart::RestartHistory;
