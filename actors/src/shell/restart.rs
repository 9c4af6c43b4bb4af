//! Whether and when something that failed starts again.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::clock::Instant;
use crate::deployment::Supervision;

/// How much longer than the doubled back-off a wait may be: what failed together must not come back together.
const JITTER: f64 = 0.25;

/// A failure that somebody else has to mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It may not restart alone, or not once more.
    Failed,
    /// It must not be started again at all.
    Hopeless,
}

/// The restarts of one actor, process or group.
pub(crate) struct RestartHistory {
    supervision: Supervision,
    /// When it was restarted, as far back as the supervision looks.
    restarts: VecDeque<Instant>,
    jitter: StdRng,
}

impl RestartHistory {
    /// No restarts yet. The jitter follows from the name: another one for everybody, but the same in every run.
    pub(crate) fn new(supervision: Supervision, name: &str) -> Self {
        let mut seed = DefaultHasher::new();
        name.hash(&mut seed);
        Self { supervision, restarts: VecDeque::new(), jitter: StdRng::seed_from_u64(seed.finish()) }
    }

    /// Asks for another restart: how long to wait before it, or `None` if the limit is reached.
    ///
    /// The first restart waits for the shortest back-off, each further one within the supervision's time twice as long, and
    /// each a random bit longer; none longer than the longest back-off.
    pub(crate) fn next(&mut self, now: Instant) -> Option<Duration> {
        while self.restarts.front().is_some_and(|at| now.saturating_duration_since(*at) > self.supervision.within) {
            self.restarts.pop_front();
        }
        let before = u32::try_from(self.restarts.len()).unwrap_or(u32::MAX);
        if before >= self.supervision.restarts {
            return None;
        }
        self.restarts.push_back(now);
        let backoff = self.supervision.backoff;
        let doubled = backoff.min.saturating_mul(2_u32.saturating_pow(before)).min(backoff.max);
        let longer = doubled.mul_f64(self.jitter.random_range(0.0..JITTER));
        Some(doubled.saturating_add(longer).min(backoff.max))
    }

    /// Begins to count anew: what is built anew as a part of something larger has not failed yet.
    pub(crate) fn forget(&mut self) {
        self.restarts.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deployment::Backoff;

    const MS: Duration = Duration::from_millis(1);

    fn history(name: &str) -> RestartHistory {
        let backoff = Backoff { min: 100 * MS, max: 350 * MS };
        RestartHistory::new(Supervision { restarts: 4, within: 10_000 * MS, backoff, ..Supervision::default() }, name)
    }

    fn waits(name: &str) -> Vec<Option<Duration>> {
        let (mut history, now) = (history(name), Instant::now());
        (0..6).map(|_| history.next(now)).collect()
    }

    #[test]
    fn the_back_off_doubles_up_to_its_longest_and_then_the_limit_is_reached() {
        for name in ["a", "b", "c", "d", "e"] {
            let waits = waits(name);
            assert!(waits[0].is_some_and(|wait| (100 * MS..=125 * MS).contains(&wait)), "{waits:?}");
            assert!(waits[1].is_some_and(|wait| (200 * MS..=250 * MS).contains(&wait)), "{waits:?}");
            assert_eq!(waits[2..], [Some(350 * MS), Some(350 * MS), None, None]);
        }
    }

    #[test]
    fn the_jitter_is_repeatable_and_differs_between_names() {
        assert_eq!(waits("a"), waits("a"));
        assert_ne!(waits("a"), waits("b"));
    }

    #[test]
    fn a_back_off_without_room_has_no_jitter() {
        let backoff = Backoff { min: 50 * MS, max: 50 * MS };
        let mut history = RestartHistory::new(Supervision { backoff, ..Supervision::default() }, "a");
        assert_eq!(history.next(Instant::now()), Some(50 * MS));
    }

    #[test]
    fn restarts_out_of_the_window_are_forgotten() {
        let (mut history, now) = (history("a"), Instant::now());
        for _ in 0..4 {
            history.next(now);
        }
        assert_eq!(history.next(now + 10_000 * MS), None, "the window's end still counts");
        assert!(history.next(now + 10_001 * MS).is_some_and(|wait| wait <= 125 * MS));
        history.forget();
        assert!(history.next(now).is_some_and(|wait| wait <= 125 * MS));
    }
}
