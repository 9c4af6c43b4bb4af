//! Work for a processor: counting prime numbers by trial division, which is slow on purpose.

use std::time::{Duration, Instant};

/// How many prime numbers are less than `limit`.
pub(crate) fn primes_below(limit: u32) -> u32 {
    (2..limit).map(|number| u32::from(is_prime(number))).sum()
}

/// Counts prime numbers from 2 on until `time` has passed, and returns how many there were. So a task has a known
/// duration on every machine.
pub(crate) fn primes_within(time: Duration) -> u32 {
    let start = Instant::now();
    let mut found = 0;
    for number in 2..u32::MAX {
        // Reading the clock for every number would be most of the work.
        if number % 256 == 0 && start.elapsed() >= time {
            break;
        }
        found += u32::from(is_prime(number));
    }
    found
}

fn is_prime(number: u32) -> bool {
    let divisors = (2..).take_while(|divisor: &u32| divisor.saturating_mul(*divisor) <= number);
    number >= 2 && divisors.into_iter().all(|divisor| !number.is_multiple_of(divisor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_counts() {
        for (limit, count) in [(0, 0), (2, 0), (3, 1), (10, 4), (100, 25), (10_000, 1229)] {
            assert_eq!(primes_below(limit), count, "below {limit}");
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        assert!(is_prime(4_294_967_291));
        assert!(!is_prime(u32::MAX));
    }

    #[test]
    fn timed_work_takes_its_time() {
        let start = Instant::now();
        assert!(primes_within(Duration::from_millis(20)) > 0);
        assert!(start.elapsed() >= Duration::from_millis(20));
        assert_eq!(primes_within(Duration::ZERO), primes_below(256));
    }
}
