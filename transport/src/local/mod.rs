//! Topics within one process: samples go from publisher to subscriber as they are, without being encoded.

mod fanout;
mod registry;

use std::sync::atomic::AtomicBool;

pub(crate) use fanout::{Fanout, Kept, LocalSubscription};
pub(crate) use registry::{Registry, TypeClash};

use crate::mailbox::{Due, PushError, Sample, TopicMailbox};

/// Where a topic's samples go.
pub(crate) trait Sink<M>: Send + Sync {
    /// Takes a sample of this process, without waiting; returns whether [`Sink::wake`] is due.
    fn local(&self, sample: Sample<M>) -> Result<bool, PushError>;

    /// Tells the reader that there is something. Called outside of any lock.
    fn wake(&self);

    /// Takes a sample of another process, or gives it back if it would have to wait.
    fn remote(&self, sample: Sample<M>) -> Result<Due, Sample<M>>;

    /// Takes a sample that was given back. It may wait until `given_up` is set and [`Sink::look_again`] is called.
    fn remote_waiting(&self, sample: Sample<M>, given_up: &AtomicBool);

    /// Ends waits whose `given_up` is set.
    fn look_again(&self);

    /// Counts a payload that is no message.
    fn malformed(&self);
}

impl<M: Send + Sync> Sink<M> for TopicMailbox<M> {
    fn local(&self, sample: Sample<M>) -> Result<bool, PushError> {
        self.push_silently(sample)
    }

    fn wake(&self) {
        self.wake();
    }

    fn remote(&self, sample: Sample<M>) -> Result<Due, Sample<M>> {
        self.offer(sample)
    }

    fn remote_waiting(&self, sample: Sample<M>, given_up: &AtomicBool) {
        // As in `offer`: what does not get in is counted.
        let _ = self.push_waiting(sample, given_up);
    }

    fn look_again(&self) {
        self.look_again();
    }

    fn malformed(&self) {
        self.malformed();
    }
}
