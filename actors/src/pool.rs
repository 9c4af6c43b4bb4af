//! Bounded pools of threads for what keeps a CPU busy.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, OnceLock};
use std::thread::available_parallelism;

use rosactor_transport::clock::is_virtual;
use tokio::sync::Semaphore;

use crate::work::{Work, run};

/// At most so many closures run at once on the pool; further ones wait in the order they came.
///
/// The threads are tokio's blocking threads of the actor's arbiter, so an idle pool costs nothing; the bound is the
/// pool's own.
#[derive(Clone, Debug)]
pub struct Pool {
    permits: Arc<Semaphore>,
}

impl Pool {
    /// A pool of `workers` threads; at least one.
    #[must_use]
    pub fn new(workers: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(workers.clamp(1, Semaphore::MAX_PERMITS))) }
    }

    /// The pool behind [`offload`](crate::offload): as many threads as the machine has cores.
    pub(crate) fn of_process() -> &'static Self {
        static POOL: OnceLock<Pool> = OnceLock::new();
        POOL.get_or_init(|| Self::new(available_parallelism().map_or(1, usize::from)))
    }

    /// Runs a closure on the pool. A panic in it is a panic of whoever awaits the work.
    pub fn offload<T: Send + 'static>(&self, closure: impl FnOnce() -> T + Send + 'static) -> Work<T> {
        let permits = Arc::clone(&self.permits);
        // The span travels, so that what the closure logs carries the actor's name.
        let span = tracing::Span::current();
        run(async move {
            // The semaphore is never closed; were it, the closure would run without a bound.
            let permit = permits.acquire_owned().await.ok();
            if is_virtual() {
                // On another thread it would end at a moment that chance decides.
                return closure();
            }
            let task = tokio::task::spawn_blocking(move || {
                let _permit = permit;
                span.in_scope(|| catch_unwind(AssertUnwindSafe(closure)))
            });
            match task.await {
                Ok(Ok(value)) => value,
                Ok(Err(panic)) => resume_unwind(panic),
                // Only a runtime that is going down cancels a blocking task that has not begun; the actor goes with it.
                Err(_) => std::future::pending().await,
            }
        })
    }
}
