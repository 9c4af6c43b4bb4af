//! The laser scanner in the middle of the robot.

use rand::Rng;

use super::{geometry::Pose, world::World};

/// What the scanner can do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lidar {
    /// Beams of one scan, from right to left; at least 2.
    pub(crate) beams: usize,
    /// The angle between the first and the last beam, symmetric around straight ahead. 2π is a full turn.
    pub(crate) field_of_view: f64,
    /// The least distance that can be measured. A wall nearer than this reads as -∞.
    pub(crate) min_m: f64,
    /// The largest distance that can be measured. No wall within it reads as +∞.
    pub(crate) max_m: f64,
    /// The standard deviation of a measured distance.
    pub(crate) noise_m: f64,
}

impl Lidar {
    /// The direction of the first beam, seen from straight ahead.
    pub(crate) fn first_angle(&self) -> f64 {
        -self.field_of_view / 2.0
    }

    /// The angle from one beam to the next. In a full turn the last beam stays one step before the first, as both
    /// would measure the same otherwise.
    pub(crate) fn step_angle(&self) -> f64 {
        let is_full_turn = self.field_of_view >= std::f64::consts::TAU - 1e-9;
        let gaps = if is_full_turn { self.beams } else { self.beams - 1 };
        self.field_of_view / gaps as f64
    }

    pub(crate) fn angle(&self, beam: usize) -> f64 {
        self.first_angle() + self.step_angle() * beam as f64
    }

    /// Measures all beams. Out of range reads as -∞ (too near) or +∞ (too far), as REP 117 asks.
    pub(crate) fn scan(&self, world: &World, pose: Pose, random: &mut impl Rng) -> Vec<f32> {
        (0..self.beams).map(|beam| self.measure(world, pose, beam, random)).collect()
    }

    fn measure(&self, world: &World, pose: Pose, beam: usize, random: &mut impl Rng) -> f32 {
        // Drawn for every beam, also for those that meet nothing: so the noise of a beam depends on its number only.
        let noise_m = self.noise_m * standard_normal(random);
        let Some(hit) = world.cast(pose.position, pose.heading + self.angle(beam)) else {
            return f32::INFINITY;
        };
        let range_m = hit.distance_m + noise_m;
        if range_m < self.min_m {
            f32::NEG_INFINITY
        } else if range_m > self.max_m {
            f32::INFINITY
        } else {
            range_m as f32
        }
    }
}

/// A normally distributed number (mean 0, standard deviation 1), by the Box-Muller transform.
fn standard_normal(random: &mut impl Rng) -> f64 {
    let radius = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
    let angle = std::f64::consts::TAU * random.random::<f64>();
    radius * angle.cos()
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{PI, TAU};

    use rand::{SeedableRng, rngs::StdRng};

    use super::{
        super::{geometry::Point, world::tests::square_room},
        *,
    };

    fn lidar(beams: usize, field_of_view: f64) -> Lidar {
        Lidar { beams, field_of_view, min_m: 0.1, max_m: 10.0, noise_m: 0.0 }
    }

    #[test]
    fn beams_go_from_right_to_left() {
        let pose = Pose { position: Point::new(1.0, 0.5), heading: 0.0 };
        let scan = lidar(3, PI).scan(&square_room(3.0), pose, &mut StdRng::seed_from_u64(0));
        assert_eq!(scan, [3.5, 2.0, 2.5]);
    }

    #[test]
    fn a_full_turn_measures_no_direction_twice() {
        let lidar = lidar(4, TAU);
        assert_eq!(lidar.step_angle(), TAU / 4.0);
        let pose = Pose { position: Point::new(1.0, 0.5), heading: 0.0 };
        let scan = lidar.scan(&square_room(3.0), pose, &mut StdRng::seed_from_u64(0));
        assert_eq!(scan, [4.0, 3.5, 2.0, 2.5]);
    }

    #[test]
    fn out_of_range_is_infinite_with_the_sign_of_its_side() {
        let mut random = StdRng::seed_from_u64(0);
        let far = Lidar { max_m: 2.0, ..lidar(2, PI) }.scan(&square_room(3.0), Pose::default(), &mut random);
        assert_eq!(far, [f32::INFINITY; 2]);
        let near = Lidar { min_m: 4.0, ..lidar(2, PI) }.scan(&square_room(3.0), Pose::default(), &mut random);
        assert_eq!(near, [f32::NEG_INFINITY; 2]);
    }

    #[test]
    fn noise_has_its_standard_deviation_and_its_seed() {
        let lidar = Lidar { noise_m: 0.05, ..lidar(2, 1e-9) };
        let measure = |seed| {
            let mut random = StdRng::seed_from_u64(seed);
            let scans = (0..5000).flat_map(|_| lidar.scan(&square_room(3.0), Pose::default(), &mut random));
            scans.map(f64::from).collect::<Vec<_>>()
        };
        let ranges = measure(1);
        let mean = ranges.iter().sum::<f64>() / ranges.len() as f64;
        let variance = ranges.iter().map(|range| (range - mean).powi(2)).sum::<f64>() / ranges.len() as f64;
        assert!((mean - 3.0).abs() < 0.002, "mean {mean}");
        assert!((variance.sqrt() - 0.05).abs() < 0.002, "standard deviation {}", variance.sqrt());
        assert_eq!(ranges, measure(1));
        assert_ne!(ranges, measure(2));
    }
}
