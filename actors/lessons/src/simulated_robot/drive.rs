//! The differential drive: how a commanded velocity moves the robot, and what happens at a wall.

use super::{
    geometry::{Point, Pose},
    world::World,
};

/// A wall that the robot has touched counts as left behind when it is this much farther away than the robot's
/// radius. Without the gap a robot that turns on the spot at a wall would collide again and again.
const RELEASE_M: f64 = 0.01;

/// Halvings of the blocked part of a step. After 30 of them the robot stands within nanometres of the wall.
const HALVINGS: u32 = 30;

/// A speed forward (m/s) and a turning speed to the left (rad/s).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Velocity {
    pub(crate) linear_m_s: f64,
    pub(crate) angular_rad_s: f64,
}

impl Velocity {
    /// The same velocity, each part cut to what the motors can do.
    pub(crate) fn limited(self, limit: Self) -> Self {
        Self {
            linear_m_s: self.linear_m_s.clamp(-limit.linear_m_s, limit.linear_m_s),
            angular_rad_s: self.angular_rad_s.clamp(-limit.angular_rad_s, limit.angular_rad_s),
        }
    }

    pub(crate) fn is_finite(self) -> bool {
        self.linear_m_s.is_finite() && self.angular_rad_s.is_finite()
    }
}

/// A round robot on two driven wheels. It never enters a wall: its centre stays at least its radius away.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drive {
    pose: Pose,
    radius_m: f64,
    /// What the robot really did in the last step: at a wall it is slower than commanded.
    velocity: Velocity,
    distance_m: f64,
    collisions: u64,
    in_contact: bool,
}

impl Drive {
    pub(crate) fn new(start: Pose, radius_m: f64) -> Self {
        Self {
            pose: start,
            radius_m,
            velocity: Velocity::default(),
            distance_m: 0.0,
            collisions: 0,
            in_contact: false,
        }
    }

    pub(crate) fn pose(&self) -> Pose {
        self.pose
    }

    pub(crate) fn radius_m(&self) -> f64 {
        self.radius_m
    }

    pub(crate) fn velocity(&self) -> Velocity {
        self.velocity
    }

    /// The length of the way driven so far, forwards and backwards.
    pub(crate) fn distance_m(&self) -> f64 {
        self.distance_m
    }

    /// How often the robot ran into a wall. Staying at it counts once.
    pub(crate) fn collisions(&self) -> u64 {
        self.collisions
    }

    /// Drives for `dt_s` seconds. The step is cut into pieces shorter than the radius, so that no wall is jumped over.
    pub(crate) fn advance(&mut self, world: &World, velocity: Velocity, dt_s: f64) {
        let length_m = velocity.linear_m_s.abs() * dt_s;
        let pieces = (2.0 * length_m / self.radius_m).ceil().max(1.0);
        let piece_s = dt_s / pieces;
        let mut shares = 0.0;
        for _ in 0..pieces as u64 {
            shares += self.advance_piece(world, velocity, piece_s);
        }
        let driven_share = shares / pieces;
        self.distance_m += length_m * driven_share;
        self.velocity = Velocity { linear_m_s: velocity.linear_m_s * driven_share, ..velocity };
    }

    /// Drives until the time is over or a wall is met; the turn is always completed, as a disc can turn at a wall.
    /// Returns how much of the way was free: 1 is all of it.
    fn advance_piece(&mut self, world: &World, velocity: Velocity, dt_s: f64) -> f64 {
        let goal = moved(self.pose, velocity, dt_s);
        let share = self.free_share(world, velocity, dt_s);
        let position = moved(self.pose, velocity, dt_s * share).position;
        self.pose = Pose { position, heading: goal.heading };
        self.note_contact(world, share < 1.0);
        share
    }

    /// How much of the piece can be driven before a wall stops the robot.
    fn free_share(&self, world: &World, velocity: Velocity, dt_s: f64) -> f64 {
        let is_free = |share: f64| {
            let position = moved(self.pose, velocity, dt_s * share).position;
            position == self.pose.position || world.clearance_m(position) >= self.radius_m
        };
        if is_free(1.0) {
            return 1.0;
        }
        let (mut free, mut blocked) = (0.0, 1.0);
        for _ in 0..HALVINGS {
            let middle = (free + blocked) / 2.0;
            if is_free(middle) { free = middle } else { blocked = middle }
        }
        free
    }

    fn note_contact(&mut self, world: &World, blocked: bool) {
        if blocked && !self.in_contact {
            self.collisions += 1;
            self.in_contact = true;
        } else if !blocked && world.clearance_m(self.pose.position) > self.radius_m + RELEASE_M {
            self.in_contact = false;
        }
    }
}

/// The pose after driving along a circular arc: what two wheels at constant speeds do.
fn moved(from: Pose, velocity: Velocity, dt_s: f64) -> Pose {
    let length_m = velocity.linear_m_s * dt_s;
    let turn = velocity.angular_rad_s * dt_s;
    // The chord of the arc points half the turn to its side, and is shorter than the arc by sin(x)/x.
    let half_turn = turn / 2.0;
    let shortening = if half_turn.abs() < 1e-9 { 1.0 } else { half_turn.sin() / half_turn };
    Pose {
        position: from.position + Point::along(from.heading + half_turn) * (length_m * shortening),
        heading: from.heading + turn,
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{FRAC_PI_2, PI, TAU};

    use rand::{Rng, SeedableRng, rngs::StdRng};

    use super::{super::world::tests::square_room, *};

    const RADIUS_M: f64 = 0.2;

    fn velocity(linear_m_s: f64, angular_rad_s: f64) -> Velocity {
        Velocity { linear_m_s, angular_rad_s }
    }

    #[test]
    fn straight_ahead_moves_along_the_heading() {
        let start = Pose { position: Point::new(0.5, 0.5), heading: FRAC_PI_2 };
        let mut drive = Drive::new(start, RADIUS_M);
        drive.advance(&square_room(3.0), velocity(0.5, 0.0), 2.0);
        assert!((drive.pose().position - Point::new(0.5, 1.5)).length() < 1e-12);
        assert!((drive.distance_m() - 1.0).abs() < 1e-12);
        assert_eq!(drive.velocity(), velocity(0.5, 0.0));
    }

    #[test]
    fn a_full_circle_ends_where_it_began_whatever_the_step() {
        for steps in [4, 37, 1000] {
            let mut drive = Drive::new(Pose::default(), RADIUS_M);
            for _ in 0..steps {
                drive.advance(&square_room(3.0), velocity(0.5, 0.5), TAU / 0.5 / f64::from(steps));
            }
            assert!(drive.pose().position.length() < 1e-9, "{steps} steps: {:?}", drive.pose());
            assert!((drive.pose().heading - TAU).abs() < 1e-9);
            assert!((drive.distance_m() - TAU).abs() < 1e-9);
        }
    }

    #[test]
    fn half_a_circle_ends_at_its_diameter() {
        let mut drive = Drive::new(Pose::default(), RADIUS_M);
        drive.advance(&square_room(3.0), velocity(0.5, 0.5), PI / 0.5);
        assert!((drive.pose().position - Point::new(0.0, 2.0)).length() < 1e-9, "{:?}", drive.pose());
    }

    #[test]
    fn a_wall_stops_the_robot_and_counts_once_per_contact() {
        let room = square_room(1.0);
        let mut drive = Drive::new(Pose::default(), RADIUS_M);
        for _ in 0..500 {
            drive.advance(&room, velocity(0.5, 0.0), 0.02);
        }
        assert!((drive.pose().position.x - 0.8).abs() < 1e-6, "{:?}", drive.pose());
        assert!((drive.distance_m() - 0.8).abs() < 1e-6);
        assert_eq!(drive.collisions(), 1);
        assert!(drive.velocity().linear_m_s < 1e-6, "{:?}", drive.velocity());

        drive.advance(&room, velocity(0.0, 0.5), 0.02);
        drive.advance(&room, velocity(0.5, 0.0), 0.02);
        assert_eq!(drive.collisions(), 1, "turning at the wall is the same contact");

        drive.advance(&room, velocity(-0.5, 0.0), 0.2);
        drive.advance(&room, velocity(0.5, 0.0), 0.4);
        assert_eq!(drive.collisions(), 2, "coming back is a new one");
    }

    #[test]
    fn a_long_step_does_not_jump_over_a_wall() {
        let mut drive = Drive::new(Pose::default(), RADIUS_M);
        drive.advance(&square_room(1.0), velocity(5.0, 0.0), 1.0);
        assert!((drive.pose().position.x - 0.8).abs() < 1e-6, "{:?}", drive.pose());
    }

    #[test]
    fn whatever_is_commanded_the_robot_never_enters_a_wall() {
        let mut random = StdRng::seed_from_u64(7);
        let room = square_room(1.0);
        for _ in 0..20 {
            let mut drive = Drive::new(Pose::default(), RADIUS_M);
            for _ in 0..300 {
                let command = velocity(random.random_range(-2.0..2.0), random.random_range(-4.0..4.0));
                drive.advance(&room, command, random.random_range(0.001..0.5));
                let clearance_m = room.clearance_m(drive.pose().position);
                assert!(clearance_m >= RADIUS_M, "{clearance_m} after {command:?}");
            }
            assert!(drive.collisions() > 0);
        }
    }

    #[test]
    fn limits_cut_both_ways() {
        let limit = velocity(1.0, 2.0);
        assert_eq!(velocity(3.0, -9.0).limited(limit), velocity(1.0, -2.0));
        assert_eq!(velocity(-3.0, 0.5).limited(limit), velocity(-1.0, 0.5));
        assert!(!velocity(f64::NAN, 0.0).is_finite());
    }
}
