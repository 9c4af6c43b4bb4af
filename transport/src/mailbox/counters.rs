//! What a mailbox did, in numbers that add up.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// The numbers of one mailbox. At every instant `received = delivered + dropped + expired + queued`, exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Everything that arrived and could be decoded.
    pub received: u64,
    /// What was handed to the actor.
    pub delivered: u64,
    /// What was given up: the oldest in favour of newer ones, or the newest where the mailbox refuses.
    pub dropped: u64,
    /// What was too old when its turn came.
    pub expired: u64,
    /// What is waiting.
    pub queued: u64,
    /// What arrived and could not be decoded. Not part of `received`.
    pub malformed: u64,
    /// How often nothing arrived for as long as the deadline.
    pub missed_deadlines: u64,
    /// How often a publisher that was alive was not any more.
    pub liveliness_lost: u64,
    /// Publishers whose quality of service or type does not fit.
    pub incompatible: u64,
    /// From arrival to delivery, of what was delivered.
    pub latency_us: Latency,
}

/// Waiting times in microseconds. All 0 as long as nothing was delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latency {
    /// Half of all waited no longer than this.
    pub p50: u64,
    /// Of a hundred, 99 waited no longer than this.
    pub p99: u64,
    /// The longest wait.
    pub max: u64,
}

/// The counters behind [`Counters`], kept under the lock of the mailbox they count for.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) received: u64,
    pub(super) delivered: u64,
    pub(super) dropped: u64,
    pub(super) expired: u64,
    pub(super) malformed: u64,
    pub(super) liveliness_lost: u64,
    pub(super) incompatible: u64,
    /// Made with the first delivery, and grown to the longest wait that there was: most mailboxes are idle or quick, and
    /// one for all waits up to an hour takes 13 kB.
    waits: Option<Histogram<u32>>,
}

impl Tally {
    /// The longest wait told apart: one hour. Longer ones count as one hour.
    const LONGEST_US: u64 = 3_600_000_000;

    pub(super) fn deliver(&mut self, waited: Duration) {
        self.delivered += 1;
        if self.waits.is_none() {
            // Two digits are enough to compare percentiles.
            self.waits = Histogram::new(2).ok();
        }
        if let Some(waits) = &mut self.waits {
            let waited = u64::try_from(waited.as_micros()).unwrap_or(Self::LONGEST_US);
            // It can fail only where it cannot grow, and it can grow up to the longest wait.
            let _ = waits.record(waited.min(Self::LONGEST_US));
        }
    }

    pub(super) fn counters(&self, queued: usize) -> Counters {
        Counters {
            received: self.received,
            delivered: self.delivered,
            dropped: self.dropped,
            expired: self.expired,
            queued: queued as u64,
            malformed: self.malformed,
            missed_deadlines: 0,
            liveliness_lost: self.liveliness_lost,
            incompatible: self.incompatible,
            latency_us: self.latency(),
        }
    }

    fn latency(&self) -> Latency {
        match &self.waits {
            Some(waits) if !waits.is_empty() => {
                Latency { p50: waits.value_at_quantile(0.5), p99: waits.value_at_quantile(0.99), max: waits.max() }
            }
            _ => Latency::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_are_percentiles_of_what_was_delivered() {
        let mut tally = Tally::default();
        assert_eq!(tally.counters(0).latency_us, Latency::default());
        for us in 1..=100 {
            tally.deliver(Duration::from_micros(us));
        }
        assert_eq!(tally.counters(0).latency_us, Latency { p50: 50, p99: 99, max: 100 });
        // It grows with the waits, and the shorter ones keep their numbers.
        for ms in 1..=100 {
            tally.deliver(Duration::from_millis(10 * ms));
        }
        let latency = tally.counters(0).latency_us;
        assert_eq!(latency.p50, 100);
        assert!(latency.p99.abs_diff(980_000) < 10_000, "{latency:?}");
        tally.deliver(Duration::from_secs(7200));
        assert!(tally.counters(0).latency_us.max >= Tally::LONGEST_US);
    }
}
