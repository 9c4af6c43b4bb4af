//! The decision of the sensor processing lesson, apart from its actor: how near is the nearest thing, and what to do.

/// Which ranges of a scan count, in metres; both ends are excluded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ValidRange {
    pub(crate) above_m: f64,
    pub(crate) below_m: f64,
}

/// What the robot does. Speeds are in m/s and rad/s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reaction {
    /// Something nearer than this makes the robot turn.
    pub(crate) stop_distance_m: f64,
    pub(crate) forward_m_s: f64,
    pub(crate) turn_rad_s: f64,
}

impl ValidRange {
    /// The smallest valid range; infinite when there is none. NaN and infinities are never valid.
    ///
    /// Ranges are 32-bit numbers, so the limits are rounded to 32 bits first: a range that was sent as 0.1 equals the
    /// limit 0.1 and is excluded, though it is a little more than the 64-bit 0.1.
    pub(crate) fn nearest_m(self, ranges: &[f32]) -> f32 {
        let (above, below) = (self.above_m as f32, self.below_m as f32);
        let valid = ranges.iter().copied().filter(|&range| range.is_finite() && above < range && range < below);
        valid.fold(f32::INFINITY, f32::min)
    }
}

impl Reaction {
    /// The speed forward and the turning speed: turn on the spot when something is near, drive otherwise.
    pub(crate) fn to(self, nearest_m: f32) -> (f64, f64) {
        if nearest_m < self.stop_distance_m as f32 { (0.0, self.turn_rad_s) } else { (self.forward_m_s, 0.0) }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const VALID: ValidRange = ValidRange { above_m: 0.1, below_m: 10.0 };
    pub(crate) const REACTION: Reaction = Reaction { stop_distance_m: 0.5, forward_m_s: 0.5, turn_rad_s: 0.5 };
    const FORWARD: (f64, f64) = (0.5, 0.0);
    const TURN: (f64, f64) = (0.0, 0.5);

    #[test]
    fn the_smallest_valid_range_decides() {
        let none = f32::INFINITY;
        let just_above = f32::from_bits(0.1_f32.to_bits() + 1);
        let just_below = f32::from_bits(0.5_f32.to_bits() - 1);
        for (ranges, nearest_m, reaction) in [
            (vec![3.0, 0.3, 2.0], 0.3, TURN),
            (vec![3.0, 2.0], 2.0, FORWARD),
            (vec![], none, FORWARD),
            (vec![f32::NAN, f32::NAN], none, FORWARD),
            (vec![f32::NAN, 0.3, f32::NEG_INFINITY, f32::INFINITY], 0.3, TURN),
            (vec![0.1, 0.05, 0.0, -1.0, 4.0], 4.0, FORWARD),
            (vec![just_above], just_above, TURN),
            (vec![0.5], 0.5, FORWARD),
            (vec![just_below], just_below, TURN),
            (vec![10.0, 12.0], none, FORWARD),
            (vec![9.99], 9.99, FORWARD),
        ] {
            let found = VALID.nearest_m(&ranges);
            assert_eq!((found, REACTION.to(found)), (nearest_m, reaction), "{ranges:?}");
        }
    }
}
