//! The locks of the wake protocol. `tests/loom` puts loom's in their place, to try every order that threads can take.

pub(crate) use std::sync::{Mutex, MutexGuard};
