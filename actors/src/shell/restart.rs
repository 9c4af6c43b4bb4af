//! Whether and when a failed actor or process starts again.

use std::collections::VecDeque;
use std::time::Duration;

use crate::clock::Instant;
use crate::deployment::Supervision;

/// The restarts of one actor or process.
pub(crate) struct RestartHistory {
    supervision: Supervision,
    /// When it was restarted, as far back as the supervision looks.
    restarts: VecDeque<Instant>,
}

impl RestartHistory {
    pub(crate) fn new(supervision: Supervision) -> Self {
        Self { supervision, restarts: VecDeque::new() }
    }

    /// Asks for another restart: how long to wait before it, or `None` if the limit is reached.
    ///
    /// The first restart waits for the shortest back-off, each further one within the supervision's time twice as long.
    pub(crate) fn next(&mut self, now: Instant) -> Option<Duration> {
        while self.restarts.front().is_some_and(|at| now.saturating_duration_since(*at) > self.supervision.within) {
            self.restarts.pop_front();
        }
        let before = u32::try_from(self.restarts.len()).unwrap_or(u32::MAX);
        if before >= self.supervision.restarts {
            return None;
        }
        self.restarts.push_back(now);
        let doubled = self.supervision.backoff.min.saturating_mul(2_u32.saturating_pow(before));
        Some(doubled.min(self.supervision.backoff.max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deployment::Backoff;

    const MS: Duration = Duration::from_millis(1);

    fn history() -> RestartHistory {
        RestartHistory::new(Supervision {
            restarts: 4,
            within: 10_000 * MS,
            backoff: Backoff { min: 100 * MS, max: 350 * MS },
            ..Supervision::default()
        })
    }

    #[test]
    fn the_back_off_doubles_up_to_its_longest_and_then_the_limit_is_reached() {
        let (mut history, now) = (history(), Instant::now());
        let waits: Vec<_> = (0..6).map(|_| history.next(now)).collect();
        assert_eq!(waits, [Some(100 * MS), Some(200 * MS), Some(350 * MS), Some(350 * MS), None, None]);
    }

    #[test]
    fn restarts_out_of_the_window_are_forgotten() {
        let (mut history, now) = (history(), Instant::now());
        for _ in 0..4 {
            history.next(now);
        }
        assert_eq!(history.next(now + 10_000 * MS), None, "the window's end still counts");
        assert_eq!(history.next(now + 10_001 * MS), Some(100 * MS));
    }
}
