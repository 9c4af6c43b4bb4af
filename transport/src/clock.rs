//! The time. Everything that stamps, waits or grows old asks here, so that a test can put a process on a time of its own.

use std::cell::Cell;
use std::time::{Duration, Instant, SystemTime};

thread_local! {
    /// Where virtual time began, if this thread is on it: the moment, and the date that it had.
    static BEGIN: Cell<Option<(Instant, SystemTime)>> = const { Cell::new(None) };
}

/// The present, for measuring how long something takes. On a tokio runtime whose time is paused this is the runtime's time.
#[must_use]
pub fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// The date. On a thread with virtual time it follows [`now`] from the date that time began at.
#[must_use]
pub fn date() -> SystemTime {
    match BEGIN.get() {
        Some((begin, date)) => date + now().saturating_duration_since(begin),
        None => SystemTime::now(),
    }
}

/// Whether this thread is on virtual time.
#[must_use]
pub fn is_virtual() -> bool {
    BEGIN.get().is_some()
}

/// How long dates follow from the last look at the calendar's clock. A step of that clock is noticed so much later.
const ANCHORED: Duration = Duration::from_millis(100);

thread_local! {
    /// A moment and its date.
    static ANCHOR: Cell<Option<(Instant, SystemTime)>> = const { Cell::new(None) };
}

/// [`now`] and [`date`] of one moment, mostly with one look at a clock instead of two: both clocks tick alike, so the date
/// follows from that of a moment shortly before.
pub(crate) fn now_and_date() -> (Instant, SystemTime) {
    let now = now();
    if BEGIN.get().is_some() {
        return (now, date());
    }
    match ANCHOR.get() {
        Some((anchor, date)) if now.saturating_duration_since(anchor) < ANCHORED && now >= anchor => {
            (now, date + (now - anchor))
        }
        _ => {
            let date = SystemTime::now();
            ANCHOR.set(Some((now, date)));
            (now, date)
        }
    }
}

/// Lets the date of this thread follow [`now`] from here on, beginning at `date`. `None` ends that.
pub fn set_virtual_date(date: Option<SystemTime>) {
    BEGIN.set(date.map(|date| (now(), date)));
}
