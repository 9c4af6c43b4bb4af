//! From the numbers of parameters to what the code needs.
//!
//! A parameter that is out of its range is refused, but only after `setup`; so none of these may fail on one.

use std::time::Duration;

/// A duration from a number of seconds; one millisecond if no duration has so many.
pub(crate) fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::from_millis(1))
}

/// A count of at least 1.
pub(crate) fn at_least_one(parameter: i64) -> usize {
    usize::try_from(parameter).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_do_no_harm() {
        assert_eq!(seconds(0.25), Duration::from_millis(250));
        for number in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(seconds(number), Duration::from_millis(1));
        }
        assert_eq!([4, 0, -3].map(at_least_one), [4, 1, 1]);
    }
}
