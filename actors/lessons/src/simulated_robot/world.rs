//! The world the robot drives in: walls without thickness, and where the robot starts.

use super::geometry::{Point, Pose, Segment};

/// Walls and a start pose, in the frame of the world file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct World {
    pub(crate) name: String,
    /// How high every wall is. Only the camera sees it.
    pub(crate) wall_height_m: f64,
    pub(crate) start: Pose,
    outlines: Vec<Outline>,
    /// The outlines cut into segments, each with the number of its outline.
    walls: Vec<(Segment, usize)>,
}

/// One connected piece of wall: a polyline, a box or a pillar.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outline {
    pub(crate) points: Vec<Point>,
    /// Something with an inside, such as a box. Only the plot cares.
    pub(crate) solid: bool,
}

/// What a ray meets first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    pub(crate) distance_m: f64,
    pub(crate) wall: Segment,
    /// The number of the outline that the wall belongs to.
    pub(crate) outline: usize,
}

impl World {
    pub(crate) fn new(name: String, wall_height_m: f64, start: Pose, outlines: Vec<Outline>) -> Self {
        let walls = outlines
            .iter()
            .enumerate()
            .flat_map(|(number, outline)| {
                outline.points.windows(2).map(move |ends| (Segment { from: ends[0], to: ends[1] }, number))
            })
            .collect();
        Self { name, wall_height_m, start, outlines, walls }
    }

    pub(crate) fn outlines(&self) -> &[Outline] {
        &self.outlines
    }

    /// The distance from `point` to the nearest wall; infinite in a world without walls.
    pub(crate) fn clearance_m(&self, point: Point) -> f64 {
        self.walls.iter().map(|(wall, _)| wall.distance_to(point)).fold(f64::INFINITY, f64::min)
    }

    /// The first wall on the way from `origin` along `heading`, if there is any.
    pub(crate) fn cast(&self, origin: Point, heading: f64) -> Option<Hit> {
        let direction = Point::along(heading);
        let hits = self.walls.iter().filter_map(|&(wall, outline)| {
            wall.hit(origin, direction).map(|distance_m| Hit { distance_m, wall, outline })
        });
        hits.min_by(|one, other| one.distance_m.total_cmp(&other.distance_m))
    }

    /// The lower left and the upper right corner of everything in the world, the start included.
    pub(crate) fn bounds(&self) -> (Point, Point) {
        let points = self.outlines.iter().flat_map(|outline| &outline.points);
        points.fold((self.start.position, self.start.position), |(low, high), point| {
            (
                Point::new(low.x.min(point.x), low.y.min(point.y)),
                Point::new(high.x.max(point.x), high.y.max(point.y)),
            )
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A square room whose corners are at ±`half_m`, the robot in its middle.
    pub(crate) fn square_room(half_m: f64) -> World {
        let corner = |x: f64, y: f64| Point::new(x * half_m, y * half_m);
        let points = vec![
            corner(-1.0, -1.0),
            corner(1.0, -1.0),
            corner(1.0, 1.0),
            corner(-1.0, 1.0),
            corner(-1.0, -1.0),
        ];
        World::new("square".into(), 1.0, Pose::default(), vec![Outline { points, solid: false }])
    }

    #[test]
    fn the_nearest_wall_is_the_one_that_is_hit() {
        let room = square_room(3.0);
        let hit = room.cast(Point::new(1.0, 0.0), 0.0);
        assert_eq!(hit.map(|hit| hit.distance_m), Some(2.0));
        assert_eq!(room.clearance_m(Point::new(1.0, -2.5)), 0.5);
        assert_eq!(room.bounds(), (Point::new(-3.0, -3.0), Point::new(3.0, 3.0)));
    }

    #[test]
    fn in_a_world_without_walls_nothing_is_hit() {
        let empty = World::new("empty".into(), 1.0, Pose::default(), vec![]);
        assert_eq!(empty.cast(Point::default(), 1.0), None);
        assert_eq!(empty.clearance_m(Point::default()), f64::INFINITY);
    }
}
