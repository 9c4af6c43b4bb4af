//! How often a goal's feedback goes out: the newest wins, and the last before the end is not lost.

use std::time::{Duration, Instant};

/// What one goal has to say, if it may not say it all.
pub(super) struct Throttle<F> {
    sent: Option<Instant>,
    /// The newest that was not sent.
    held: Option<F>,
}

impl<F> Throttle<F> {
    pub(super) fn new() -> Self {
        Self { sent: None, held: None }
    }

    /// Takes feedback; gives it back if it may go out now, `period` after the one before it.
    pub(super) fn offer(&mut self, feedback: F, now: Instant, period: Duration) -> Option<F> {
        self.held = Some(feedback);
        self.due(now, period)
    }

    /// What was held back and may go out now.
    pub(super) fn due(&mut self, now: Instant, period: Duration) -> Option<F> {
        if self.sent.is_some_and(|sent| now.saturating_duration_since(sent) < period) {
            return None;
        }
        let due = self.held.take()?;
        self.sent = Some(now);
        Some(due)
    }

    /// What was held back, to go out before the end.
    pub(super) fn rest(&mut self) -> Option<F> {
        self.held.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_goes_out_once_in_each_period_and_the_last_at_the_end() {
        let begin = Instant::now();
        let at = |ms| begin + Duration::from_millis(ms);
        let period = Duration::from_millis(100);
        let mut throttle = Throttle::new();
        assert_eq!(throttle.offer(1, at(0), period), Some(1));
        assert_eq!(throttle.offer(2, at(10), period), None);
        assert_eq!(throttle.offer(3, at(99), period), None);
        assert_eq!(throttle.due(at(99), period), None);
        assert_eq!(throttle.due(at(100), period), Some(3));
        assert_eq!(throttle.due(at(500), period), None);
        assert_eq!(throttle.offer(4, at(150), period), None);
        assert_eq!(throttle.offer(5, at(200), period), Some(5));
        assert_eq!(throttle.due(at(300), period), None, "4 was overtaken");
        assert_eq!(throttle.offer(6, at(250), period), None);
        assert_eq!((throttle.rest(), throttle.rest()), (Some(6), None));
    }

    #[test]
    fn without_a_limit_everything_goes_out() {
        let now = Instant::now();
        let mut throttle = Throttle::new();
        assert_eq!([1, 2, 3].map(|n| throttle.offer(n, now, Duration::ZERO)), [Some(1), Some(2), Some(3)]);
    }
}
