//! One turn of an actor: what is ready is delivered, up to a share.

use super::{PortId, Ready};

/// How a turn ended.
#[derive(Debug)]
#[must_use]
pub(crate) enum Turn<E> {
    /// Nothing is ready any more: the next mark sends a wake token.
    Done,
    /// The share is used up: another turn has to follow without a wake token.
    Yield,
    /// A delivery was the actor's last. What is marked stays so until somebody kicks.
    Ended(E),
}

/// Delivers what is ready, port by port, until `deliver` returns an end.
pub(crate) fn turn<E>(ready: &Ready, share: usize, mut deliver: impl FnMut(PortId) -> Option<E>) -> Turn<E> {
    for _ in 0..share {
        let Some(port) = ready.take() else { return Turn::Done };
        if let Some(end) = deliver(port) {
            ready.sleep();
            return Turn::Ended(end);
        }
    }
    Turn::Yield
}
