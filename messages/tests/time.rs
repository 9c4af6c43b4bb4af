//! `Time` and `Duration` from and to the standard library's.

use std::time::UNIX_EPOCH;

use rosactor_messages::builtin_interfaces::{Duration, Time};

#[test]
fn time_before_the_epoch_counts_forward_from_a_negative_second() {
    let time = Time::from(UNIX_EPOCH - std::time::Duration::from_millis(250));
    assert_eq!(time, Time { sec: -1, nanosec: 750_000_000 });
    assert_eq!(time.as_nanos(), -250_000_000);
    assert_eq!(Time::from_nanos(-250_000_000), time);
}

#[test]
fn what_the_message_cannot_say_is_held_at_its_ends() {
    let last = Time { sec: i32::MAX, nanosec: 999_999_999 };
    assert_eq!(Time::from(UNIX_EPOCH + std::time::Duration::from_secs(1 << 40)), last);
    assert_eq!(Time::from_nanos(i64::MAX), last);
    assert_eq!(Time::from_nanos(i64::MIN), Time { sec: i32::MIN, nanosec: 0 });
}

#[test]
fn durations_go_both_ways_and_never_below_zero() {
    let duration = std::time::Duration::new(3, 5);
    assert_eq!(std::time::Duration::from(Duration::from(duration)), duration);
    assert_eq!(std::time::Duration::from(Duration { sec: -1, nanosec: 5 }), std::time::Duration::ZERO);
}
