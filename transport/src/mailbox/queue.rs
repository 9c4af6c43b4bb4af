//! What requests and goals wait in.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::counters::Tally;
use super::{Counters, Wake};
use crate::clock;

/// A bounded first-in-first-out queue that refuses the newest.
pub(super) struct Queue<T> {
    state: Mutex<QueueState<T>>,
    capacity: usize,
    wake: Wake,
}

struct QueueState<T> {
    waiting: VecDeque<(Instant, T)>,
    tally: Tally,
    closed: bool,
}

/// Why an item was not taken.
#[derive(Debug)]
pub(super) enum QueueRefusal<R> {
    Full,
    Closed,
    /// The check that came with the item said no.
    Checked(R),
}

impl<R> QueueRefusal<R> {
    /// As a sentence, unless the check has its own.
    pub(super) fn reason(self) -> Result<&'static str, R> {
        match self {
            Self::Full => Ok("the server's mailbox is full"),
            Self::Closed => Ok("the server has ended"),
            Self::Checked(why) => Err(why),
        }
    }
}

/// What came out of the queue.
pub(super) struct Popped<T> {
    /// What was too old: counted as expired, and to be answered outside of the lock.
    pub(super) expired: Vec<T>,
    /// The oldest that was not, and when it arrived.
    pub(super) next: Option<(Instant, T)>,
}

impl<T> Queue<T> {
    pub(super) fn new(capacity: usize, wake: Wake) -> Self {
        let state = QueueState { waiting: VecDeque::new(), tally: Tally::default(), closed: false };
        Self { state: Mutex::new(state), capacity: capacity.max(1), wake }
    }

    /// Gives the item back, with the reason, if it is refused: answering it is the caller's, outside of the lock. `check`
    /// sees it with all that waits, and what it says holds at that moment.
    pub(super) fn push<R>(
        &self,
        item: T,
        check: impl FnOnce(&T, &mut dyn Iterator<Item = &T>) -> Result<(), R>,
    ) -> Result<(), (T, QueueRefusal<R>)> {
        let mut state = self.lock();
        state.tally.received += 1;
        let refusal = if state.closed {
            Some(QueueRefusal::Closed)
        } else if state.waiting.len() >= self.capacity {
            Some(QueueRefusal::Full)
        } else {
            check(&item, &mut state.waiting.iter().map(|(_, item)| item)).err().map(QueueRefusal::Checked)
        };
        if let Some(reason) = refusal {
            state.tally.dropped += 1;
            return Err((item, reason));
        }
        state.waiting.push_back((clock::now(), item));
        let was_empty = state.waiting.len() == 1;
        drop(state);
        if was_empty {
            (self.wake)();
        }
        Ok(())
    }

    /// Takes the oldest out that is no older than `max_age`, and all before it.
    pub(super) fn pop(&self, max_age: Option<Duration>) -> Popped<T> {
        let now = clock::now();
        let mut state = self.lock();
        let mut expired = Vec::new();
        while let Some((arrived, item)) = state.waiting.pop_front() {
            let age = now.saturating_duration_since(arrived);
            if max_age.is_some_and(|max_age| age > max_age) {
                state.tally.expired += 1;
                expired.push(item);
                continue;
            }
            state.tally.deliver(age);
            return Popped { expired, next: Some((arrived, item)) };
        }
        Popped { expired, next: None }
    }

    /// Takes the oldest out and counts it as dropped.
    pub(super) fn drop_oldest(&self) -> Option<T> {
        let mut state = self.lock();
        let (_, item) = state.waiting.pop_front()?;
        state.tally.dropped += 1;
        Some(item)
    }

    pub(super) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    pub(super) fn counters(&self) -> Counters {
        let state = self.lock();
        state.tally.counters(state.waiting.len())
    }

    pub(super) fn malformed(&self) {
        self.lock().tally.malformed += 1;
    }

    /// Returns what waited, which counts as dropped now.
    pub(super) fn clear(&self) -> impl Iterator<Item = T> + use<T> {
        Self::emptied(self.lock())
    }

    /// Takes nothing any more. Returns what waited, as `clear`.
    pub(super) fn close(&self) -> impl Iterator<Item = T> + use<T> {
        let mut state = self.lock();
        state.closed = true;
        Self::emptied(state)
    }

    fn emptied(mut state: MutexGuard<'_, QueueState<T>>) -> impl Iterator<Item = T> + use<T> {
        let waiting = std::mem::take(&mut state.waiting);
        state.tally.dropped += waiting.len() as u64;
        drop(state);
        waiting.into_iter().map(|(_, item)| item)
    }

    fn lock(&self) -> MutexGuard<'_, QueueState<T>> {
        // Nothing under this lock can leave the state half changed, so a poisoned one is still consistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
