//! The locks of the mailboxes. `tests/loom` puts loom's in their place, to try every order that threads can take.

pub(crate) use std::sync::{Condvar, Mutex, MutexGuard};
