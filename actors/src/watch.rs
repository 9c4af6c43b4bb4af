//! The death watch: an actor hears when another one of its deployment goes down and comes back.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use rosactor_transport::Sample;
use rosactor_transport::mailbox::TopicMailbox;

/// Something happened to an actor or program that is watched: see [`Setup::watch`](crate::Setup::watch).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The full name of who is watched: `/robot1/driver`.
    pub name: String,
    /// What happened.
    pub change: Change,
}

/// What happened to an actor or program that is watched. All but [`Restarted`](Self::Restarted) say that it went down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It failed: by an error or a panic, or by an exit code other than 0.
    Failed,
    /// It ended by its own wish.
    Finished,
    /// It was taken down: with its group, or because the deployment stops.
    Stopped,
    /// It is back.
    Restarted,
}

/// What a watcher has not handled yet.
pub(crate) type WatchMailbox = TopicMailbox<Watched>;

/// Who watches whom, by full name. A name outlives who has it, so that a watcher also hears of another one that comes to have it.
#[derive(Default)]
pub(crate) struct Watches(Mutex<BTreeMap<String, Arc<Watchers>>>);

impl Watches {
    /// Those who watch this name.
    pub(crate) fn of(&self, name: &str) -> Arc<Watchers> {
        // Every change is one step, so a panic elsewhere leaves no half of one.
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(name.to_owned()).or_default())
    }
}

/// Who watches one actor or program. A watcher that is gone is forgotten.
#[derive(Default)]
pub(crate) struct Watchers(Mutex<Vec<Weak<WatchMailbox>>>);

impl Watchers {
    pub(crate) fn add(&self, mailbox: &Arc<WatchMailbox>) {
        self.list().push(Arc::downgrade(mailbox));
    }

    pub(crate) fn tell(&self, name: &str, change: Change) {
        let mut present = Vec::new();
        self.list().retain(|watcher| watcher.upgrade().map(|mailbox| present.push(mailbox)).is_some());
        for mailbox in present {
            // A watch mailbox takes everything until it is closed; a watcher that is gone needs no news.
            let _ = mailbox.push(Sample::new(Watched { name: name.to_owned(), change }));
        }
    }

    /// Whether anybody watches.
    pub(crate) fn anybody(&self) -> bool {
        self.list().iter().any(|watcher| watcher.strong_count() > 0)
    }

    fn list(&self) -> MutexGuard<'_, Vec<Weak<WatchMailbox>>> {
        // Every change is one step, so a panic elsewhere leaves no half of one.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
