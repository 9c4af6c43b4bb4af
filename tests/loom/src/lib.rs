//! A model of how an actor is woken, with [loom](https://docs.rs/loom): it runs in every order that the threads' steps can take.
//!
//! What is checked is the product's own code: the files of the mailboxes, of the queue of ready ports and of the turn are
//! included here, with loom's locks in place of those of the standard library (`crate::sync`). Only actix, which carries the
//! wake token, and the shell around the turn are modelled, in `shell.rs`. Laws:
//!
//! - No wake-up is lost: an actor that sleeps while something waits for it would be a deadlock, which loom finds.
//! - Nothing is delivered twice, and what one publisher sends stays in order.
//! - The counters add up, and at most one wake token is on its way.

// The included files bring unit tests, whose place is not in here: their locks would be loom's, outside of any model.
#![cfg(not(test))]

mod clock;
mod mailbox;
mod models;
mod port;
mod shell;

pub use models::*;

/// What the product takes from `std::sync`.
mod sync {
    pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};
}
