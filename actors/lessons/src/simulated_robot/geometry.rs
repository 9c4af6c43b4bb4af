//! Points, poses and line segments of the flat world. Lengths are in metres, angles in radians, counter-clockwise.

use std::ops::{Add, Mul, Sub};

/// A point or a vector in the plane.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Point {
    pub(crate) const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The vector of length 1 m that points along `heading`.
    pub(crate) fn along(heading: f64) -> Self {
        Self::new(heading.cos(), heading.sin())
    }

    pub(crate) fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y
    }

    /// The z component of the cross product: positive when `other` lies to the left of `self`.
    pub(crate) fn cross(self, other: Self) -> f64 {
        self.x * other.y - self.y * other.x
    }

    pub(crate) fn length(self) -> f64 {
        self.x.hypot(self.y)
    }

    pub(crate) fn rotated(self, angle: f64) -> Self {
        let (sin, cos) = angle.sin_cos();
        Self::new(self.x * cos - self.y * sin, self.x * sin + self.y * cos)
    }
}

impl Add for Point {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f64> for Point {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }
}

/// Where something is and which way it looks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Pose {
    pub(crate) position: Point,
    pub(crate) heading: f64,
}

impl Pose {
    /// This pose as seen from `origin`, both given in one frame. The heading is brought into (-π, π].
    pub(crate) fn relative_to(self, origin: Self) -> Self {
        Self {
            position: (self.position - origin.position).rotated(-origin.heading),
            heading: wrapped(self.heading - origin.heading),
        }
    }
}

/// The same direction as an angle in (-π, π].
pub(crate) fn wrapped(angle: f64) -> f64 {
    let (sin, cos) = angle.sin_cos();
    sin.atan2(cos)
}

/// A straight wall of no thickness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Segment {
    pub(crate) from: Point,
    pub(crate) to: Point,
}

impl Segment {
    /// The distance of the nearest point of the segment.
    pub(crate) fn distance_to(&self, point: Point) -> f64 {
        let along = self.to - self.from;
        let length_squared = along.dot(along);
        if length_squared == 0.0 {
            return (point - self.from).length();
        }
        let share = ((point - self.from).dot(along) / length_squared).clamp(0.0, 1.0);
        (point - (self.from + along * share)).length()
    }

    /// How far a ray travels until it meets the segment. `direction` has length 1. A ray parallel to the segment
    /// passes it: there is nothing to be seen of a wall of no thickness from its edge.
    pub(crate) fn hit(&self, origin: Point, direction: Point) -> Option<f64> {
        let along = self.to - self.from;
        let to_start = self.from - origin;
        let slant = direction.cross(along);
        if slant.abs() < 1e-12 {
            return None;
        }
        let distance = to_start.cross(along) / slant;
        let share = to_start.cross(direction) / slant;
        (distance >= 0.0 && (0.0..=1.0).contains(&share)).then_some(distance)
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{FRAC_PI_2, PI};

    use super::*;

    const WALL: Segment = Segment { from: Point::new(2.0, -1.0), to: Point::new(2.0, 1.0) };

    #[test]
    fn a_ray_meets_a_wall_at_its_distance_and_only_in_front() {
        assert_eq!(WALL.hit(Point::default(), Point::new(1.0, 0.0)), Some(2.0));
        assert_eq!(WALL.hit(Point::default(), Point::new(-1.0, 0.0)), None);
        let diagonal = WALL.hit(Point::new(1.0, 0.0), Point::along(PI / 4.0)).unwrap_or_default();
        assert!((diagonal - 2.0_f64.sqrt()).abs() < 1e-9, "{diagonal}");
    }

    #[test]
    fn a_ray_passes_beside_a_wall_and_along_it() {
        assert_eq!(WALL.hit(Point::new(0.0, 1.5), Point::new(1.0, 0.0)), None);
        assert_eq!(WALL.hit(Point::new(2.0, -3.0), Point::new(0.0, 1.0)), None);
    }

    #[test]
    fn the_distance_of_a_wall_counts_its_ends() {
        assert_eq!(WALL.distance_to(Point::new(0.0, 0.5)), 2.0);
        assert_eq!(WALL.distance_to(Point::new(2.0, 4.0)), 3.0);
        assert_eq!(WALL.distance_to(Point::new(5.0, -5.0)), 5.0);
    }

    #[test]
    fn a_pose_relative_to_itself_is_the_origin_and_headings_wrap() {
        let pose = Pose { position: Point::new(3.0, -2.0), heading: 5.0 };
        assert_eq!(pose.relative_to(pose), Pose::default());
        let left = Pose { position: Point::new(3.0, -1.0), heading: 5.0 };
        let origin = Pose { position: Point::new(3.0, -2.0), heading: FRAC_PI_2 };
        let seen = left.relative_to(origin);
        assert!((seen.position - Point::new(1.0, 0.0)).length() < 1e-12, "{seen:?}");
        assert!((seen.heading - (5.0 - FRAC_PI_2 - 2.0 * PI).rem_euclid(2.0 * PI)).abs() < 1e-12 || seen.heading < 0.0);
        assert!(seen.heading > -PI && seen.heading <= PI);
    }
}
