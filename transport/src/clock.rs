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

/// Two looks at clocks that are further apart are not of one moment: the thread was held up between them.
const ONE_MOMENT: Duration = Duration::from_micros(5);

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
            let is_one_moment = self::now().saturating_duration_since(now) < ONE_MOMENT;
            ANCHOR.set(is_one_moment.then_some((now, date)));
            (now, date)
        }
    }
}

/// Lets the date of this thread follow [`now`] from here on, beginning at `date`. `None` ends that.
pub fn set_virtual_date(date: Option<SystemTime>) {
    BEGIN.set(date.map(|date| (now(), date)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_a_moment_is_that_of_the_calendar() {
        // More than the thread is likely to be held up between two lines, and less than a date would be late that stood still.
        const TOLERANCE: Duration = Duration::from_millis(50);
        let begin = now();
        while now() < begin + 3 * ANCHORED {
            let before = date();
            let (_, found) = now_and_date();
            assert!(before <= found + TOLERANCE && found <= date() + TOLERANCE, "{before:?}, {found:?}");
        }
    }

    #[test]
    fn on_virtual_time_the_date_of_a_moment_is_the_virtual_one() {
        now_and_date();
        set_virtual_date(Some(SystemTime::UNIX_EPOCH));
        let (moment, found) = now_and_date();
        set_virtual_date(None);
        assert!(found < SystemTime::UNIX_EPOCH + ANCHORED * 100, "{found:?}");
        assert!(now() >= moment);
    }
}
