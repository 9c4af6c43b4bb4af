//! The threads that Zenoh calls on.

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task;
use zenoh::internal::runtime::ZRuntime;

/// Zenoh's runtime whose worker this is, if it is one. Somebody else's is not ours to use: within a `LocalSet` it may not be moved.
fn own_runtime() -> Option<Handle> {
    let handle = Handle::try_current().ok()?;
    let runtimes = [ZRuntime::RX, ZRuntime::TX, ZRuntime::Net, ZRuntime::Acceptor, ZRuntime::Application];
    let is_zenoh = handle.runtime_flavor() == RuntimeFlavor::MultiThread
        && runtimes.into_iter().any(|zenoh| zenoh.id() == handle.id());
    is_zenoh.then_some(handle)
}

/// Runs what may take long. If that is on one of Zenoh's threads, another takes its place meanwhile: a worker that waits keeps its own
/// queue of tasks and, if it was the one to do so, looks after no socket, so that other links stand still, too.
pub(crate) fn blocking<R>(work: impl FnOnce() -> R) -> R {
    match own_runtime() {
        Some(_) => task::block_in_place(work),
        None => work(),
    }
}

/// Runs what is to follow this callback and those for what was received together with it.
pub(crate) fn afterwards(work: impl FnOnce() + Send + 'static) {
    match own_runtime() {
        // The worker goes on with it as soon as the task that receives has nothing to do.
        Some(runtime) => drop(runtime.spawn(async { work() })),
        None => work(),
    }
}
