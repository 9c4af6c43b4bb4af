//! rosactor: Waiting by threads that have other work.
//!
//! A worker of a tokio runtime that waits keeps the tasks of its own queue and, if it was the one that looked after the runtime's sockets,
//! those as well: the other workers are not woken for that. What frees the waiting one may be among them.

use std::{
    hint,
    sync::{Mutex, MutexGuard, TryLockError},
    time::{Duration, Instant},
};

use tokio::{
    runtime::{Handle, Id},
    task,
};
use zenoh_runtime::ZRuntime;
use zenoh_sync::{WaitDeadlineError, Waiter};

/// Most waits are over within this time, and handing over a worker costs about a tenth of it.
const SHORT: Duration = Duration::from_micros(200);

/// A lock that is held for no more than a message is free within so many looks.
const LOOKS: usize = 100;

/// Runs what may take long; a worker of one of Zenoh's runtimes is replaced by another thread meanwhile.
pub(crate) fn blocking<R>(work: impl FnOnce() -> R) -> R {
    lazy_static::lazy_static! {
        static ref RUNTIMES: [Id; 5] = [
            ZRuntime::RX.id(),
            ZRuntime::TX.id(),
            ZRuntime::Net.id(),
            ZRuntime::Acceptor.id(),
            ZRuntime::Application.id(),
        ];
    }
    // A worker of somebody else's is not ours to move: in a `LocalSet` it may not be.
    let is_zenoh = Handle::try_current().is_ok_and(|runtime| RUNTIMES.contains(&runtime.id()));
    if is_zenoh {
        task::block_in_place(work)
    } else {
        work()
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    for _ in 0..LOOKS {
        match mutex.try_lock() {
            Err(TryLockError::WouldBlock) => hint::spin_loop(),
            locked => return locked.unwrap(),
        }
    }
    blocking(|| mutex.lock().unwrap())
}

pub(crate) fn wait_deadline(waiter: &Waiter, deadline: Instant) -> Result<(), WaitDeadlineError> {
    let soon = Instant::now() + SHORT;
    if soon < deadline {
        match waiter.wait_deadline(soon) {
            Err(WaitDeadlineError::Deadline) => {}
            result => return result,
        }
    }
    blocking(|| waiter.wait_deadline(deadline))
}

/// Whether what was waited for came.
pub(crate) fn wait(waiter: &Waiter) -> bool {
    match waiter.wait_deadline(Instant::now() + SHORT) {
        Err(WaitDeadlineError::Deadline) => blocking(|| waiter.wait()).is_ok(),
        result => result.is_ok(),
    }
}
