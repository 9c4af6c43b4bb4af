//! What a handler that cannot finish at once returns.
//!
//! ```
//! # use rosactor::prelude::*;
//! # struct Counter;
//! # impl Counter {
//! fn on_tick(&mut self) -> Then<Self> {
//!     run(async {
//!         sleep(Duration::from_millis(10)).await; // waiting holds neither the actor nor its thread
//!         offload(|| (1..=1_000_u64).sum::<u64>()).await // the CPU belongs to the pool
//!     })
//!     .then(Self::on_sum) // and the outcome comes back as a message
//! }
//!
//! fn on_sum(&mut self, sum: u64) {
//!     info!("{sum}");
//! }
//! # }
//! ```

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use crate::pool::Pool;
use crate::{Error, Result};

/// A future of the actor's own thread; it needs not be `Send`.
pub(crate) type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// A computation that ends later with a `T`. It holds at most the mailbox it came from.
#[must_use = "work starts when the handler returns it, or when it is awaited inside `run`"]
pub struct Work<T>(LocalFuture<T>);

/// Runs a future on the actor's thread: for waiting. Do not compute in it: see [`offload`].
pub fn run<F: Future + 'static>(future: F) -> Work<F::Output> {
    Work(Box::pin(future))
}

/// Runs a closure on the pool of the process, which has one thread per CPU core: for computing.
///
/// Beyond that many closures at once they queue. A panic in the closure is a panic of whoever awaits the work.
pub fn offload<T: Send + 'static>(closure: impl FnOnce() -> T + Send + 'static) -> Work<T> {
    Pool::of_process().offload(closure)
}

impl<T: 'static> Work<T> {
    /// Hands the outcome to `method` of the actor, as a message.
    pub fn then<A: 'static, R: IntoNext<A>>(self, method: impl FnOnce(&mut A, T) -> R + 'static) -> Then<A> {
        let work = self.0;
        Then(Box::pin(async move {
            let outcome = work.await;
            Box::new(move |actor: &mut A| method(actor, outcome).into_next()) as Continuation<A>
        }))
    }
}

impl<T> IntoFuture for Work<T> {
    type Output = T;
    type IntoFuture = LocalFuture<T>;

    fn into_future(self) -> Self::IntoFuture {
        self.0
    }
}

/// Takes the outcome of some work back to the actor.
pub(crate) type Continuation<A> = Box<dyn FnOnce(&mut A) -> Next<A>>;

/// Work whose outcome goes to a method of the actor: see [`Work::then`].
#[must_use = "work starts when the handler returns it"]
pub struct Then<A>(pub(crate) LocalFuture<Continuation<A>>);

/// What comes after a handler.
pub enum Next<A> {
    /// Nothing: the handler is done.
    Done,
    /// Work, with a way back to the actor.
    Work(Then<A>),
    /// The end of this incarnation of the actor.
    Failed(Error),
}

/// What a handler may return: `()`, [`Then`], `Work<()>`, or a `Result` of one of them.
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    note = "it returns `()`, `Result<()>`, `Then<Self>` (that is `run(..).then(Self::method)`), `Result<Then<Self>>` or `Work<()>`"
)]
pub trait IntoNext<A> {
    /// Says what comes after the handler.
    fn into_next(self) -> Next<A>;
}

impl<A> IntoNext<A> for () {
    fn into_next(self) -> Next<A> {
        Next::Done
    }
}

impl<A> IntoNext<A> for Then<A> {
    fn into_next(self) -> Next<A> {
        Next::Work(self)
    }
}

impl<A: 'static> IntoNext<A> for Work<()> {
    fn into_next(self) -> Next<A> {
        Next::Work(self.then(|_: &mut A, ()| ()))
    }
}

impl<A: 'static> IntoNext<A> for Work<Result<()>> {
    fn into_next(self) -> Next<A> {
        Next::Work(self.then(|_: &mut A, outcome: Result<()>| outcome))
    }
}

impl<A, T: IntoNext<A>> IntoNext<A> for Result<T> {
    fn into_next(self) -> Next<A> {
        match self {
            Ok(next) => next.into_next(),
            Err(error) => Next::Failed(error),
        }
    }
}
