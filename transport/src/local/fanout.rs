//! One topic within a process: who gets its samples, and what is kept for those who come late.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};

use smallvec::SmallVec;

use super::Sink;
use crate::clock;
use crate::mailbox::{PushError, Sample};

/// So many subscribers are woken without an allocation.
const FEW: usize = 4;

/// The subscribers of a topic in this process.
pub(crate) struct Fanout<M> {
    state: RwLock<State<M>>,
}

struct State<M> {
    subscribers: Vec<(u64, Arc<dyn Sink<M>>)>,
    next_id: u64,
    /// What each transient-local publisher keeps.
    kept: Vec<Weak<Kept<M>>>,
}

/// The last samples of one publisher, for subscribers that come late.
pub(crate) struct Kept<M> {
    depth: usize,
    samples: Mutex<VecDeque<Sample<M>>>,
}

impl<M: Send + Sync + 'static> Fanout<M> {
    pub(crate) fn new() -> Self {
        Self { state: RwLock::new(State { subscribers: Vec::new(), next_id: 0, kept: Vec::new() }) }
    }

    /// Makes room for the last `depth` samples of one publisher.
    pub(crate) fn keep(&self, depth: usize) -> Arc<Kept<M>> {
        let kept = Arc::new(Kept { depth, samples: Mutex::new(VecDeque::new()) });
        let mut state = self.write();
        state.kept.retain(|kept| kept.strong_count() > 0);
        state.kept.push(Arc::downgrade(&kept));
        kept
    }

    /// Gives a sample to every subscriber. If one does not take it, the others get it all the same.
    pub(crate) fn publish(&self, sample: Sample<M>, kept: Option<&Kept<M>>) -> Result<(), PushError> {
        let state = self.read();
        // Kept and given under one lock, so that a subscriber that comes now gets the sample exactly once.
        if let Some(kept) = kept {
            kept.add(sample.clone());
        }
        let mut outcome = Ok(());
        let mut to_wake = SmallVec::<[_; FEW]>::new();
        let mut give = |sink: &Arc<dyn Sink<M>>, sample| match sink.local(sample) {
            Ok(true) => to_wake.push(Arc::clone(sink)),
            Ok(false) => {}
            Err(error) => outcome = Err(error),
        };
        // The last one gets the sample itself: sharing costs something, and mostly there is but one subscriber.
        if let Some(((_, last), others)) = state.subscribers.split_last() {
            others.iter().for_each(|(_, sink)| give(sink, sample.clone()));
            give(last, sample);
        }
        drop(state);
        to_wake.iter().for_each(|sink| sink.wake());
        outcome
    }

    /// Adds a subscriber, which first gets what is kept if `wants_kept`.
    pub(crate) fn subscribe(self: &Arc<Self>, sink: Arc<dyn Sink<M>>, wants_kept: bool) -> LocalSubscription<M> {
        let mut state = self.write();
        let mut wake = false;
        if wants_kept {
            for kept in state.kept.iter().filter_map(Weak::upgrade) {
                let now = clock::now();
                for sample in kept.lock().iter().filter(|sample| !sample.is_expired(now)) {
                    wake |= sink.local(sample.arriving_now()).unwrap_or(false);
                }
            }
        }
        let id = state.next_id;
        state.next_id += 1;
        state.subscribers.push((id, Arc::clone(&sink)));
        drop(state);
        if wake {
            sink.wake();
        }
        LocalSubscription { fanout: Arc::clone(self), id }
    }

    /// How many subscribers there are.
    pub(crate) fn subscriber_count(&self) -> usize {
        self.read().subscribers.len()
    }

    fn read(&self) -> RwLockReadGuard<'_, State<M>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State<M>> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M> Kept<M> {
    fn add(&self, sample: Sample<M>) {
        let mut samples = self.lock();
        if samples.len() == self.depth {
            samples.pop_front();
        }
        samples.push_back(sample);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Sample<M>>> {
        self.samples.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A subscriber's place among the others; it leaves when dropped.
pub(crate) struct LocalSubscription<M: Send + Sync + 'static> {
    fanout: Arc<Fanout<M>>,
    id: u64,
}

impl<M: Send + Sync + 'static> Drop for LocalSubscription<M> {
    fn drop(&mut self) {
        self.fanout.write().subscribers.retain(|(id, _)| *id != self.id);
    }
}
