//! When a topic was last heard of: deadlines, and the leases of its publishers.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::PublisherId;

/// So many publishers of one topic are told apart; it bounds what strangers can make a mailbox remember.
const MOST_PUBLISHERS: usize = 256;
/// So many comings and goings wait to be told; further ones are only counted.
const MOST_CHANGES: usize = 64;
/// Longer times are never over; what is added to a clock must not exceed it.
const NEVER: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// Watches one topic's samples go by. It is asked for the time, it does not wait for it.
#[derive(Default)]
pub(crate) struct Pulse {
    deadline: Option<Deadline>,
    leases: Option<Leases>,
}

/// What has come to light since the last look.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PulseReport {
    /// Deadlines missed altogether.
    pub(crate) missed: u64,
    /// Those of them that no earlier look told.
    pub(crate) newly_missed: u64,
    /// Publishers that gave a sign of life (`true`) or let their lease run out (`false`), in this order, and how many
    /// are alive then.
    pub(crate) changes: Vec<(Option<PublisherId>, bool, usize)>,
    /// When to look again, if nothing is heard until then.
    pub(crate) next: Option<Instant>,
}

impl Pulse {
    /// Begins to watch at `now`. `lease` is for publishers that show their life by publishing.
    pub(crate) fn new(deadline: Option<Duration>, lease: Option<Duration>, now: Instant) -> Self {
        let deadline = deadline.map(|period| period.min(NEVER));
        let deadline = deadline.map(|period| Deadline { period, due: now + period, missed: 0, told: 0 });
        let leases =
            lease.map(|lease| Leases { lease: lease.min(NEVER), publishers: BTreeMap::new(), changes: Vec::new() });
        Self { deadline, leases }
    }

    /// Begins to wait anew: what is not alive cannot be late.
    pub(crate) fn begin(&mut self, now: Instant) {
        if let Some(deadline) = &mut self.deadline {
            deadline.due = now + deadline.period;
        }
    }

    /// Notes a sample.
    pub(crate) fn heard(&mut self, publisher: Option<PublisherId>, at: Instant) {
        if let Some(deadline) = &mut self.deadline {
            deadline.pass(at);
            deadline.due = deadline.due.max(at + deadline.period);
        }
        if let Some(leases) = &mut self.leases {
            leases.heard(publisher, at);
        }
    }

    /// Deadlines missed altogether.
    pub(crate) fn missed(&self) -> u64 {
        self.deadline.as_ref().map_or(0, |deadline| deadline.missed)
    }

    /// What has come to light by `now`.
    pub(crate) fn look(&mut self, now: Instant) -> PulseReport {
        let mut report = PulseReport::default();
        if let Some(deadline) = &mut self.deadline {
            deadline.pass(now);
            report.missed = deadline.missed;
            report.newly_missed = deadline.missed - std::mem::replace(&mut deadline.told, deadline.missed);
            report.next = Some(deadline.due);
        }
        if let Some(leases) = &mut self.leases {
            leases.pass(now);
            report.changes = std::mem::take(&mut leases.changes);
            // A publisher that is heard for the first time does not ask for a look: it is found within a lease.
            let next = leases.next().unwrap_or(now + leases.lease);
            report.next = report.next.into_iter().chain([next]).min();
        }
        report
    }
}

struct Deadline {
    period: Duration,
    /// When the next sample is late.
    due: Instant,
    missed: u64,
    told: u64,
}

impl Deadline {
    /// Counts every period that has passed by `now`, also if nobody looked for many of them.
    fn pass(&mut self, now: Instant) {
        if now < self.due {
            return;
        }
        let (late, period) = ((now - self.due).as_nanos(), self.period.as_nanos().max(1));
        self.missed += u64::try_from(late / period).unwrap_or(u64::MAX).saturating_add(1);
        let into_next = Duration::from_nanos(u64::try_from(late % period).unwrap_or(0));
        self.due = now + self.period.saturating_sub(into_next).max(Duration::from_nanos(1));
    }
}

struct Leases {
    lease: Duration,
    /// Until when each publisher is alive; `None` if it is not.
    publishers: BTreeMap<Option<PublisherId>, Option<Instant>>,
    changes: Vec<(Option<PublisherId>, bool, usize)>,
}

impl Leases {
    fn heard(&mut self, publisher: Option<PublisherId>, at: Instant) {
        // A lease that has run out in the meantime has run out, even if nobody has looked.
        self.pass(at);
        if !self.publishers.contains_key(&publisher) && self.publishers.len() >= MOST_PUBLISHERS {
            let gone = self.publishers.iter().find(|(_, until)| until.is_none()).map(|(id, _)| *id);
            match gone {
                Some(gone) => self.publishers.remove(&gone),
                None => return,
            };
        }
        if self.publishers.insert(publisher, Some(at + self.lease)).flatten().is_none() {
            self.note(publisher, true);
        }
    }

    fn pass(&mut self, now: Instant) {
        loop {
            let ended = self.publishers.iter_mut().find(|(_, until)| until.is_some_and(|until| until <= now));
            let Some((publisher, until)) = ended else { return };
            *until = None;
            let publisher = *publisher;
            self.note(publisher, false);
        }
    }

    fn note(&mut self, publisher: Option<PublisherId>, alive: bool) {
        if self.changes.len() < MOST_CHANGES {
            let count = self.publishers.values().flatten().count();
            self.changes.push((publisher, alive, count));
        }
    }

    fn next(&self) -> Option<Instant> {
        self.publishers.values().flatten().min().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn id(entity: u32) -> Option<PublisherId> {
        Some(PublisherId { session: [1; 16], entity })
    }

    #[test]
    fn every_period_without_a_sample_is_one_miss() {
        let start = Instant::now();
        let mut pulse = Pulse::new(Some(10 * MS), None, start);
        let misses = |pulse: &mut Pulse, ms: u32| {
            let report = pulse.look(start + ms * MS);
            (report.newly_missed, report.missed, report.next.map(|next| next - start))
        };
        assert_eq!(misses(&mut pulse, 9), (0, 0, Some(10 * MS)));
        assert_eq!(misses(&mut pulse, 10), (1, 1, Some(20 * MS)));
        assert_eq!(misses(&mut pulse, 10), (0, 1, Some(20 * MS)));
        pulse.heard(None, start + 19 * MS);
        assert_eq!(misses(&mut pulse, 28), (0, 1, Some(29 * MS)));
        // Nobody looks for a while: nothing is overlooked, not even before a sample.
        assert_eq!(misses(&mut pulse, 61), (4, 5, Some(69 * MS)));
        pulse.heard(None, start + 100 * MS);
        assert_eq!(pulse.missed(), 9);
        assert_eq!(misses(&mut pulse, 100), (4, 9, Some(110 * MS)));
    }

    #[test]
    fn a_new_beginning_waits_a_whole_period() {
        let start = Instant::now();
        let mut pulse = Pulse::new(Some(10 * MS), None, start);
        pulse.begin(start + 100 * MS);
        assert_eq!(pulse.look(start + 109 * MS).missed, 0);
        assert_eq!(pulse.look(start + 110 * MS).missed, 1);
    }

    #[test]
    fn times_beyond_the_clock_are_never() {
        let start = Instant::now();
        let mut pulse = Pulse::new(Some(Duration::MAX), Some(Duration::MAX), start);
        pulse.heard(id(1), start);
        let report = pulse.look(start + 1000 * MS);
        assert_eq!((report.missed, report.changes.len()), (0, 1));
    }

    #[test]
    fn a_publisher_is_lost_once_and_comes_back_once() {
        let start = Instant::now();
        let mut pulse = Pulse::new(None, Some(10 * MS), start);
        assert_eq!(pulse.look(start), PulseReport { next: Some(start + 10 * MS), ..PulseReport::default() });
        pulse.heard(id(1), start);
        pulse.heard(id(2), start + 5 * MS);
        let report = pulse.look(start + 9 * MS);
        assert_eq!(report.changes, [(id(1), true, 1), (id(2), true, 2)]);
        assert_eq!(report.next, Some(start + 10 * MS));
        assert_eq!(pulse.look(start + 10 * MS).changes, [(id(1), false, 1)]);
        assert_eq!(pulse.look(start + 11 * MS).changes, []);
        // Both leases run out before the next sample, though nobody looks.
        pulse.heard(id(2), start + 50 * MS);
        pulse.heard(id(1), start + 51 * MS);
        let report = pulse.look(start + 51 * MS);
        assert_eq!(report.changes, [(id(2), false, 0), (id(2), true, 1), (id(1), true, 2)]);
    }

    #[test]
    fn strangers_cannot_fill_the_memory() {
        let start = Instant::now();
        let mut pulse = Pulse::new(None, Some(10 * MS), start);
        (0..10_000).for_each(|n| pulse.heard(id(n), start + n * MS));
        let leases = pulse.leases.as_ref().map(|leases| (leases.publishers.len(), leases.changes.len()));
        assert_eq!(leases, Some((MOST_PUBLISHERS, MOST_CHANGES)));
    }
}
