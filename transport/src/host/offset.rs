//! How far the clock of another host is from this one's, as NTP finds it (RFC 5905, sections 8 and 10).

use std::collections::VecDeque;

/// How many readings count, as in NTP's clock filter.
const WINDOW: usize = 8;

/// A clock that is off by more is worth a warning.
const TOLERANCE_NS: i64 = 50_000_000;

/// It is well again below this, so that one that wavers around the tolerance is not told of over and over.
const WELL_NS: i64 = TOLERANCE_NS / 2;

/// One question for the time and its answer, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// When it was asked, by the clock of who asks.
    pub asked: u64,
    /// When that arrived, by the clock of who answers.
    pub received: u64,
    /// When it was answered, by the same clock.
    pub answered: u64,
    /// When that arrived, by the clock of who asks.
    pub heard: u64,
}

/// What one exchange says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// How far the other clock is ahead of this one, in nanoseconds; negative: behind.
    pub offset_ns: i64,
    /// How long question and answer were on their way together. The offset is wrong by half of it at most.
    pub delay_ns: i64,
}

impl Exchange {
    /// The offset and delay; `None` for an answer that cannot be true: it was given before the question came, or took longer than
    /// all of it.
    #[must_use]
    pub fn reading(&self) -> Option<Reading> {
        let [asked, received, answered, heard] = [self.asked, self.received, self.answered, self.heard].map(i128::from);
        let (there, all) = (answered - received, heard - asked);
        if there < 0 || there > all {
            return None;
        }
        let offset = ((received - asked) + (answered - heard)) / 2;
        let narrow = |wide: i128| i64::try_from(wide).unwrap_or(if wide < 0 { i64::MIN } else { i64::MAX });
        Some(Reading { offset_ns: narrow(offset), delay_ns: narrow(all - there) })
    }
}

impl Reading {
    /// How wrong the offset may be.
    fn error_ns(self) -> i64 {
        self.delay_ns / 2 + 1
    }

    /// Whether both can be right about one clock.
    fn agrees(self, other: Self) -> bool {
        let apart = self.offset_ns.saturating_sub(other.offset_ns).saturating_abs();
        apart <= self.error_ns().saturating_add(other.error_ns())
    }

    /// What is certain of the distance.
    fn surely_off_ns(self) -> i64 {
        self.offset_ns.saturating_abs().saturating_sub(self.error_ns())
    }
}

/// Estimates an offset from readings as they come. The best of the last ones counts: that with the shortest way.
#[derive(Clone, Debug, Default)]
pub struct OffsetEstimator {
    window: VecDeque<Reading>,
    is_off: bool,
}

/// What is to be told of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClockNews {
    /// It is off by more than is well, and by so much.
    Off(i64),
    /// It was, and is not any more.
    Well,
}

impl OffsetEstimator {
    /// Takes a reading. One that contradicts the best so far says that a clock was set meanwhile: what was read before counts no more.
    pub fn add(&mut self, reading: Reading) {
        if self.best().is_some_and(|best| !best.agrees(reading)) {
            self.window.clear();
        }
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back(reading);
    }

    /// The best reading; of several as good the newest.
    #[must_use]
    pub fn best(&self) -> Option<Reading> {
        self.window.iter().rev().min_by_key(|reading| reading.delay_ns).copied()
    }

    /// What has changed since this was last asked. A long way proves nothing, so only what is certain is told.
    pub(crate) fn news(&mut self) -> Option<ClockNews> {
        let best = self.best()?;
        if !self.is_off && best.surely_off_ns() > TOLERANCE_NS {
            self.is_off = true;
            return Some(ClockNews::Off(best.offset_ns));
        }
        if self.is_off && best.offset_ns.saturating_abs() <= WELL_NS {
            self.is_off = false;
            return Some(ClockNews::Well);
        }
        None
    }

    /// Begins anew with another process of the same host, whose clock that still is.
    pub(crate) fn restart(&mut self) {
        self.window.clear();
    }
}

/// An offset for a person: `1.2 s ahead of`, `80 ms behind`.
pub(crate) fn in_words(offset_ns: i64) -> String {
    let direction = if offset_ns < 0 { "behind" } else { "ahead of" };
    let ms = offset_ns.unsigned_abs() / 1_000_000;
    let (s, tenth) = (ms / 1_000, ms % 1_000 / 100);
    if s == 0 { format!("{ms} ms {direction}") } else { format!("{s}.{tenth} s {direction}") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const MS: i64 = 1_000_000;
    const BEGIN: u64 = 1_700_000_000_000_000_000;

    /// An exchange with a clock that is ahead, on a way that takes so long there, at work and back, in ms.
    fn exchange(ahead: i64, there: u64, work: u64, back: u64) -> Exchange {
        let ms = |ms: u64| ms * 1_000_000;
        let other = |time: u64| time.checked_add_signed(ahead * MS).unwrap();
        let (received, answered) = (BEGIN + ms(there), BEGIN + ms(there + work));
        Exchange { asked: BEGIN, received: other(received), answered: other(answered), heard: answered + ms(back) }
    }

    fn reading(ahead: i64, there: u64, back: u64) -> Reading {
        exchange(ahead, there, 3, back).reading().unwrap()
    }

    #[test]
    fn an_even_way_gives_the_offset_exactly() {
        for ahead in [0, 1_200, -1_200, 86_400_000, -86_400_000] {
            let read = exchange(ahead, 5, 40, 5).reading().unwrap();
            assert_eq!((read.offset_ns, read.delay_ns), (ahead * MS, 10 * MS), "{ahead}");
        }
    }

    #[test]
    fn an_uneven_way_is_wrong_by_half_of_it_at_most() {
        for (there, back) in [(0, 30), (30, 0), (7, 1)] {
            let read = exchange(-250, there, 2, back).reading().unwrap();
            assert!((read.offset_ns + 250 * MS).abs() <= read.delay_ns / 2, "{read:?}");
        }
    }

    #[test]
    fn what_cannot_be_true_says_nothing() {
        let good = exchange(0, 5, 5, 5);
        for bad in [
            Exchange { answered: good.received - 1, ..good },
            Exchange { answered: good.received + 16 * 1_000_000, ..good },
            Exchange { received: 0, answered: u64::MAX, ..good },
            Exchange { heard: good.asked - 1, ..good },
        ] {
            assert_eq!(bad.reading(), None, "{bad:?}");
        }
        // Far off, but possible; no number is too large to be reckoned with.
        for far in [0, u64::MAX] {
            let mut estimator = OffsetEstimator::default();
            let read = Exchange { received: far, answered: far, ..good }.reading().unwrap();
            estimator.add(read);
            estimator.add(reading(0, 1, 1));
            estimator.add(read);
            assert!(matches!(estimator.news(), Some(ClockNews::Off(_))), "{far}");
        }
    }

    #[test]
    fn the_shortest_way_of_the_last_eight_counts() {
        let mut estimator = OffsetEstimator::default();
        assert_eq!(estimator.best(), None);
        estimator.add(reading(10, 1, 0));
        let best = estimator.best();
        for _ in 1..WINDOW {
            estimator.add(reading(10, 20, 4));
            assert_eq!(estimator.best(), best);
        }
        estimator.add(reading(10, 20, 4));
        assert_eq!(estimator.best(), Some(reading(10, 20, 4)), "the best has grown too old");
    }

    #[test]
    fn a_clock_that_was_set_is_believed_at_once() {
        let mut estimator = OffsetEstimator::default();
        estimator.add(reading(0, 1, 1));
        estimator.add(reading(500, 4, 4));
        assert_eq!(estimator.best(), Some(reading(500, 4, 4)));
        // What a longer way only blurs is no contradiction.
        estimator.add(reading(500, 200, 0));
        assert_eq!(estimator.best(), Some(reading(500, 4, 4)));
    }

    #[test]
    fn a_clock_that_is_off_is_told_of_once_and_once_when_it_is_back() {
        let mut estimator = OffsetEstimator::default();
        let mut told = |ahead, there, back| {
            estimator.add(reading(ahead, there, back));
            estimator.news()
        };
        assert_eq!(told(49, 0, 0), None);
        assert_eq!(told(-1_200, 1, 1), Some(ClockNews::Off(-1_200 * MS)));
        assert_eq!(told(-1_200, 1, 1), None);
        assert_eq!(told(-40, 1, 1), None, "neither off nor well");
        assert_eq!(told(-60, 1, 1), None, "it was told");
        assert_eq!(told(-10, 1, 1), Some(ClockNews::Well));
        assert_eq!(told(-10, 1, 1), None);
        assert_eq!(told(60, 1, 1), Some(ClockNews::Off(60 * MS)));
    }

    #[test]
    fn a_long_way_accuses_nobody() {
        let mut estimator = OffsetEstimator::default();
        estimator.add(reading(0, 400, 0));
        assert!(estimator.best().unwrap().offset_ns > 100 * MS);
        assert_eq!(estimator.news(), None, "it may as well be the way");
    }

    #[test]
    fn offsets_have_words() {
        for (ns, words) in [
            (1_234 * MS, "1.2 s ahead of"),
            (-80 * MS, "80 ms behind"),
            (999 * MS, "999 ms ahead of"),
            (-3_600_000 * MS, "3600.0 s behind"),
        ] {
            assert_eq!(in_words(ns), words);
        }
        assert!(in_words(i64::MIN).ends_with(" s behind"));
    }
}
