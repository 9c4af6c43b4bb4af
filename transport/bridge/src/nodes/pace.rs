//! How often something is told.

use std::time::Duration;

use tokio::time::Instant;

/// For so long changes are gathered, so that there is at most one message in this time.
const GATHERING: Duration = Duration::from_millis(100);

/// When to tell what changed.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    due: Option<Instant>,
}

impl Pace {
    /// Notes a change, if there was one.
    pub(crate) fn touch_if(&mut self, changed: bool, now: Instant) {
        if changed {
            self.due.get_or_insert(now + GATHERING);
        }
    }

    /// When to tell; never, if nothing changed.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Notes that everything was told.
    pub(crate) fn done(&mut self) {
        self.due = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_is_gathered_for_a_time_and_nothing_is_told_without_a_change() {
        let (mut pace, begin) = (Pace::default(), Instant::now());
        let after = |ms: u64| begin + Duration::from_millis(ms);
        pace.touch_if(false, begin);
        assert_eq!(pace.due(), None);
        pace.touch_if(true, begin);
        pace.touch_if(true, after(60));
        pace.touch_if(false, after(90));
        assert_eq!(pace.due(), Some(after(100)), "a change does not put off what waits already");
        pace.done();
        assert_eq!(pace.due(), None);
        pace.touch_if(true, after(101));
        assert_eq!(pace.due(), Some(after(201)));
    }
}
