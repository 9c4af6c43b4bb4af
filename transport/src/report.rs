//! Warnings about payloads that cannot be decoded: enough to find the sender, too few to fill a disk.

use std::fmt::Display;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::name::Name;

/// At most one warning in this time for each endpoint.
const PERIOD: Duration = Duration::from_secs(5);

/// Warns about one endpoint's undecodable payloads.
pub(crate) struct MalformedReport {
    name: Name,
    type_name: &'static str,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last_warning: Option<Instant>,
    since: u64,
}

impl MalformedReport {
    pub(crate) fn new(name: Name, type_name: &'static str) -> Self {
        Self { name, type_name, state: Mutex::default() }
    }

    /// Notes one payload, and warns if it is time.
    pub(crate) fn note(&self, reason: &dyn Display) {
        if let Some(count) = self.count(crate::clock::now()) {
            tracing::warn!(
                topic = %self.name, r#type = self.type_name, count,
                "{count} payload(s) on {} since the last warning are no {}: {reason}", self.name, self.type_name
            );
        }
    }

    /// How many payloads the warning that is due now stands for.
    fn count(&self, now: Instant) -> Option<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.since += 1;
        if state.last_warning.is_some_and(|last| now.saturating_duration_since(last) < PERIOD) {
            return None;
        }
        state.last_warning = Some(now);
        Some(std::mem::take(&mut state.since))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn one_warning_stands_for_all_of_its_period() {
        let report = MalformedReport::new(Name::new("/scan").unwrap(), "sensor_msgs/msg/LaserScan");
        let start = Instant::now();
        assert_eq!(report.count(start), Some(1));
        for ms in 1..=100 {
            assert_eq!(report.count(start + Duration::from_millis(ms)), None);
        }
        assert_eq!(report.count(start + PERIOD), Some(101));
        assert_eq!(report.count(start + PERIOD), None);
    }
}
