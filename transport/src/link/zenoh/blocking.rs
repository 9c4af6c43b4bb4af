//! Waiting in a callback.

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task;
use zenoh::internal::runtime::ZRuntime;

/// Runs what may take long. If that is on a worker of one of Zenoh's runtimes, another thread takes that worker's place meanwhile: a worker
/// that waits keeps its own queue of tasks and, if it was the one to do so, looks after no socket, so that other links stand still, too.
pub(crate) fn blocking<R>(work: impl FnOnce() -> R) -> R {
    let is_zenoh = Handle::try_current().is_ok_and(|handle| {
        // A worker of somebody else's is not ours to move: within a `LocalSet` it may not be.
        let runtimes = [ZRuntime::RX, ZRuntime::TX, ZRuntime::Net, ZRuntime::Acceptor, ZRuntime::Application];
        handle.runtime_flavor() == RuntimeFlavor::MultiThread
            && runtimes.into_iter().any(|zenoh| zenoh.id() == handle.id())
    });
    if is_zenoh { task::block_in_place(work) } else { work() }
}
