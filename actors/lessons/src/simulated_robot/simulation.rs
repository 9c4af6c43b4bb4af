//! The simulated robot as a plain value: no clock, no threads, no messages.
//!
//! Time is counted in steps of fixed length. Two simulations with one seed and the same commands in the same steps
//! produce the same sensor data, bit for bit, in every program built from one lock file on one platform: the noise
//! comes from `rand`'s `StdRng`, whose stream may change between versions of `rand`.

use rand::{SeedableRng, rngs::StdRng};

use super::{
    camera::Camera,
    drive::{Drive, Velocity},
    geometry::Pose,
    lidar::Lidar,
    trail::Trail,
    world::World,
};

/// All that does not change while the robot drives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RobotSpec {
    pub(crate) radius_m: f64,
    /// The length of one step.
    pub(crate) step_s: f64,
    /// What the motors can do.
    pub(crate) limit: Velocity,
    /// A robot that has not been told anything for so long stops.
    pub(crate) command_timeout_s: f64,
    pub(crate) lidar: Lidar,
    pub(crate) scan_rate_hz: f64,
    pub(crate) camera: Camera,
    pub(crate) camera_rate_hz: f64,
    pub(crate) odometry_rate_hz: f64,
}

/// What the sensors deliver in one step. Most steps deliver only some of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Readings {
    pub(crate) scan: Option<Vec<f32>>,
    pub(crate) odometry: Option<Odometry>,
    pub(crate) image: Option<Vec<u8>>,
}

/// Where the robot is, seen from where it started, and what it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Odometry {
    pub(crate) pose: Pose,
    pub(crate) velocity: Velocity,
}

/// A scan together with the pose it was taken from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TakenScan {
    pub(crate) from: Pose,
    pub(crate) ranges_m: Vec<f32>,
}

/// A robot, its sensors and its world.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Simulation {
    world: World,
    spec: RobotSpec,
    drive: Drive,
    random: StdRng,
    steps: u64,
    command: Velocity,
    command_age_s: f64,
    trail: Trail,
    last_scan: Option<TakenScan>,
}

impl Simulation {
    pub(crate) fn new(world: World, spec: RobotSpec, seed: u64) -> Self {
        Self {
            drive: Drive::new(world.start, spec.radius_m),
            trail: Trail::new(world.start.position),
            random: StdRng::seed_from_u64(seed),
            steps: 0,
            command: Velocity::default(),
            command_age_s: 0.0,
            last_scan: None,
            world,
            spec,
        }
    }

    /// Goes on by one step. `command` is the newest one that arrived since the last step; without a new one the robot
    /// goes on as told before, until that is too old.
    pub(crate) fn step(&mut self, command: Option<Velocity>) -> Readings {
        self.obey(command);
        self.steps += 1;
        self.drive.advance(&self.world, self.command, self.spec.step_s);
        self.command_age_s += self.spec.step_s;
        self.trail.visit(self.drive.pose().position);
        Readings {
            scan: self.is_due(self.spec.scan_rate_hz).then(|| self.scan()),
            odometry: self.is_due(self.spec.odometry_rate_hz).then(|| self.odometry()),
            image: self.is_due(self.spec.camera_rate_hz).then(|| self.image()),
        }
    }

    fn obey(&mut self, command: Option<Velocity>) {
        if let Some(command) = command {
            self.command = command.limited(self.spec.limit);
            self.command_age_s = 0.0;
        } else if self.command_age_s >= self.spec.command_timeout_s {
            self.command = Velocity::default();
        }
    }

    /// Whether a sensor of this rate has something new in the current step: its beats are counted, not added up, so
    /// that they do not drift. A rate above that of the steps delivers in every step.
    fn is_due(&self, rate_hz: f64) -> bool {
        // A beat that falls on a step must not slip into the next one because of rounding.
        let beats = |steps: u64| (steps as f64 * self.spec.step_s * rate_hz + 1e-6).floor();
        beats(self.steps) > beats(self.steps - 1)
    }

    fn scan(&mut self) -> Vec<f32> {
        let from = self.drive.pose();
        let ranges_m = self.spec.lidar.scan(&self.world, from, &mut self.random);
        self.last_scan = Some(TakenScan { from, ranges_m: ranges_m.clone() });
        ranges_m
    }

    fn odometry(&self) -> Odometry {
        Odometry { pose: self.drive.pose().relative_to(self.world.start), velocity: self.drive.velocity() }
    }

    fn image(&self) -> Vec<u8> {
        self.spec.camera.render(&self.world, self.drive.pose())
    }

    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    pub(crate) fn spec(&self) -> &RobotSpec {
        &self.spec
    }

    pub(crate) fn drive(&self) -> &Drive {
        &self.drive
    }

    pub(crate) fn trail(&self) -> &Trail {
        &self.trail
    }

    pub(crate) fn last_scan(&self) -> Option<&TakenScan> {
        self.last_scan.as_ref()
    }

    /// The simulated time since the start.
    pub(crate) fn elapsed_s(&self) -> f64 {
        self.steps as f64 * self.spec.step_s
    }
}

#[cfg(test)]
#[path = "simulation_tests.rs"]
pub(crate) mod tests;
