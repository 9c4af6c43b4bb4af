//! `Time` and `Duration` from and to the standard library's.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::builtin_interfaces::{Duration, Time};

/// Nanoseconds in a second.
const NANOS: i128 = 1_000_000_000;

/// The parts of a message for a number of nanoseconds, held at the ends of what the message can say.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn split(nanos: i128) -> (i32, u32) {
    let sec = nanos.div_euclid(NANOS);
    match i32::try_from(sec) {
        Ok(sec) => (sec, nanos.rem_euclid(NANOS) as u32),
        Err(_) if sec < 0 => (i32::MIN, 0),
        Err(_) => (i32::MAX, NANOS as u32 - 1),
    }
}

impl Time {
    /// Nanoseconds since the epoch.
    #[must_use]
    pub fn as_nanos(&self) -> i64 {
        i64::from(self.sec) * 1_000_000_000 + i64::from(self.nanosec)
    }

    /// The time so many nanoseconds after the epoch, held at the ends of what the message can say (years 1901 and 2038).
    #[must_use]
    pub fn from_nanos(nanos: i64) -> Self {
        let (sec, nanosec) = split(nanos.into());
        Self { sec, nanosec }
    }
}

impl From<SystemTime> for Time {
    /// Held at the ends of what the message can say (years 1901 and 2038).
    fn from(time: SystemTime) -> Self {
        let nanos = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
            Err(error) => i128::try_from(error.duration().as_nanos()).map_or(i128::MIN, |before| -before),
        };
        let (sec, nanosec) = split(nanos);
        Self { sec, nanosec }
    }
}

impl From<std::time::Duration> for Duration {
    /// Held at the longest that the message can say (68 years).
    fn from(duration: std::time::Duration) -> Self {
        let (sec, nanosec) = split(i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX));
        Self { sec, nanosec }
    }
}

impl From<Duration> for std::time::Duration {
    /// A negative duration becomes zero, which the standard library's type cannot go below.
    fn from(duration: Duration) -> Self {
        let nanos = i64::from(duration.sec) * 1_000_000_000 + i64::from(duration.nanosec);
        Self::from_nanos(u64::try_from(nanos).unwrap_or(0))
    }
}
