//! The way the robot has come, thinned out so that it never grows beyond a bound.

use super::geometry::Point;

/// A trail has at most this many points.
const MAX_POINTS: usize = 4000;

/// Points on the way, nearly equally spaced.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trail {
    points: Vec<Point>,
    spacing_m: f64,
}

impl Trail {
    pub(crate) fn new(start: Point) -> Self {
        Self { points: vec![start], spacing_m: 0.02 }
    }

    pub(crate) fn points(&self) -> &[Point] {
        &self.points
    }

    /// Notes where the robot is, if it has moved enough since the last point. A full trail drops every second point
    /// and is coarser from then on.
    pub(crate) fn visit(&mut self, place: Point) {
        if self.points.last().is_some_and(|&last| (place - last).length() < self.spacing_m) {
            return;
        }
        if self.points.len() == MAX_POINTS {
            let mut keep = false;
            self.points.retain(|_| {
                keep = !keep;
                keep
            });
            self.spacing_m *= 2.0;
        }
        self.points.push(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standing_still_adds_nothing() {
        let mut trail = Trail::new(Point::default());
        for _ in 0..100 {
            trail.visit(Point::new(0.01, 0.0));
        }
        assert_eq!(trail.points().len(), 1);
    }

    #[test]
    fn a_long_way_is_bounded_and_keeps_start_and_end() {
        let mut trail = Trail::new(Point::default());
        for step in 1..200_000 {
            trail.visit(Point::new(f64::from(step) * 0.05, 0.0));
        }
        let points = trail.points();
        assert!(points.len() <= MAX_POINTS && points.len() > MAX_POINTS / 2, "{}", points.len());
        assert_eq!(points[0], Point::default());
        let end = points[points.len() - 1];
        assert!((end.x - 10_000.0).abs() < 5.0, "{end:?}");
        assert!(points.windows(2).all(|pair| pair[0].x < pair[1].x));
    }
}
