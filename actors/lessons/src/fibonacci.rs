//! The Fibonacci sequence as ROS's action tutorials count it: order `n` ends with the n-th number, F(0) = 0.

use std::ops::RangeInclusive;

/// The orders that can be computed: F(47) does not fit into the message's 32-bit numbers.
pub(crate) const ORDERS: RangeInclusive<i32> = 0..=46;

/// Appends the next number to a beginning of the sequence, which may be empty. A number that does not fit into 32 bits
/// stays at their limit; [`ORDERS`] keeps that from happening.
pub(crate) fn extend(sequence: &mut Vec<i32>) {
    let next = match sequence[..] {
        [] => 0,
        [_] => 1,
        [.., before, last] => last.saturating_add(before),
    };
    sequence.push(next);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(order: i32) -> Vec<i32> {
        let mut sequence = Vec::new();
        (0..=order).for_each(|_| extend(&mut sequence));
        sequence
    }

    #[test]
    fn order_n_has_n_plus_one_numbers() {
        assert_eq!(sequence(0), [0]);
        assert_eq!(sequence(1), [0, 1]);
        assert_eq!(sequence(10), [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55]);
    }

    #[test]
    fn the_largest_order_is_exact_and_the_next_would_not_be() {
        assert_eq!(sequence(*ORDERS.end()).last(), Some(&1_836_311_903));
        assert_eq!(sequence(ORDERS.end() + 1).last(), Some(&i32::MAX));
    }
}
