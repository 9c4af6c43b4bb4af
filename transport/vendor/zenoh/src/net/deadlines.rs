//! rosactor: What is to happen unless something else happens first, such as the timeouts of queries.
//!
//! One task waits for all of them, and is woken for a new one only if that comes before all others. A task for each query woke the thread of its
//! runtime for each query, on both sides, and that of the session lived until the timeout, however soon the answer came.

use std::{
    collections::BTreeMap,
    env, future,
    panic::{catch_unwind, AssertUnwindSafe},
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use tokio::{sync::Notify, task::AbortHandle};
use zenoh_runtime::ZRuntime;

/// Set to anything, each deadline has a task of its own, as in the published Zenoh.
const AS_PUBLISHED: &str = "ZENOH_AS_PUBLISHED";

/// Instead of times that cannot be counted.
const FOREVER: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

type Key = (Instant, u64);
type Work = Box<dyn FnOnce() + Send>;

static DEADLINES: Mutex<Deadlines> = Mutex::new(Deadlines {
    waiting: BTreeMap::new(),
    count: 0,
    woken_at: None,
});
static NEWS: Notify = Notify::const_new();

struct Deadlines {
    waiting: BTreeMap<Key, Work>,
    count: u64,
    /// When the task will look again by itself.
    woken_at: Option<Instant>,
}

/// Something is to happen, unless this is dropped before.
pub(crate) struct Deadline(Kind);

enum Kind {
    Shared(Key),
    Own(AbortHandle),
}

/// Does something after this time, on a thread of Zenoh's.
pub(crate) fn after(timeout: Duration, work: impl FnOnce() + Send + 'static) -> Deadline {
    static TASK: OnceLock<bool> = OnceLock::new();
    let is_shared = *TASK.get_or_init(|| {
        let is_shared = env::var_os(AS_PUBLISHED).is_none();
        if is_shared {
            ZRuntime::Net.spawn(attend());
        }
        is_shared
    });
    let timeout = timeout.min(FOREVER);
    if !is_shared {
        let task = ZRuntime::Net.spawn(async move {
            tokio::time::sleep(timeout).await;
            work();
        });
        return Deadline(Kind::Own(task.abort_handle()));
    }
    let mut deadlines = lock();
    deadlines.count += 1;
    let key = (Instant::now() + timeout, deadlines.count);
    deadlines.waiting.insert(key, Box::new(work));
    if deadlines.woken_at.map_or(true, |at| key.0 < at) {
        deadlines.woken_at = Some(key.0);
        drop(deadlines);
        NEWS.notify_one();
    }
    Deadline(Kind::Shared(key))
}

impl Drop for Deadline {
    fn drop(&mut self) {
        match &self.0 {
            Kind::Shared(key) => {
                let work = lock().waiting.remove(key);
                // What it owns may be dropped only when the lock is free.
                drop(work);
            }
            Kind::Own(task) => task.abort(),
        }
    }
}

async fn attend() {
    loop {
        let (due, next) = lock().take_due(Instant::now());
        for work in due {
            // It has been told by its own panic message, and the others are not to suffer.
            let _ = catch_unwind(AssertUnwindSafe(work));
        }
        tokio::select! {
            _ = NEWS.notified() => {}
            _ = until(next) => {}
        }
    }
}

async fn until(next: Option<Instant>) {
    match next {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => future::pending().await,
    }
}

impl Deadlines {
    fn take_due(&mut self, now: Instant) -> (Vec<Work>, Option<Instant>) {
        let mut due = Vec::new();
        while let Some(first) = self.waiting.first_entry() {
            if first.key().0 > now {
                break;
            }
            due.push(first.remove());
        }
        self.woken_at = self.waiting.first_key_value().map(|(key, _)| key.0);
        (due, self.woken_at)
    }
}

fn lock() -> MutexGuard<'static, Deadlines> {
    DEADLINES.lock().unwrap_or_else(PoisonError::into_inner)
}
