//! The simulated robot as an actor.

use rosactor::{
    messages::{
        geometry_msgs::Twist,
        nav_msgs::Odometry,
        sensor_msgs::{Image, LaserScan},
        tf2_msgs::TFMessage,
    },
    prelude::*,
};

use super::{
    drive::Velocity,
    messages, plot,
    settings::{Frames, Settings},
    simulation::{Readings, Simulation},
    world_file,
};
use crate::parameters::seconds;

/// A robot with two driven wheels, a lidar and a camera in a flat world of walls.
///
/// It drives as `cmd_vel` says, and stops when nothing was said for `cmd_timeout_s` or a wall is in the way. It publishes
/// `scan`, `odom`, `/tf` (from `odom` to `base_link`) and `camera/image_raw`. Outcomes: `distance_m` and `collisions`;
/// its picture shows world, way and last scan.
///
/// Time is counted in steps of `step_s`, one for each beat of a timer. So for one `seed` the readings depend only on the
/// steps in which commands arrive; a skipped beat makes the robot slower, but changes nothing else.
///
/// | parameter | default | meaning |
/// | --- | --- | --- |
/// | `world` | built-in | path of a world file, from the working directory |
/// | `seed` | 1 | of the range noise |
/// | `step_s` | 0.02 | length of one step |
/// | `radius_m` | 0.18 | radius of the robot |
/// | `max_linear_m_s`, `max_angular_rad_s` | 1.0, 2.0 | what the motors can do; faster commands are cut |
/// | `cmd_timeout_s` | 0.5 | a command is obeyed for so long |
/// | `beams` | 360 | beams of one scan |
/// | `fov_deg` | 180 | angle that they cover, symmetric around straight ahead |
/// | `range_min_m`, `range_max_m` | 0.1, 10.0 | what the lidar can measure |
/// | `range_noise_m` | 0.01 | standard deviation of a range |
/// | `scan_rate_hz`, `camera_rate_hz`, `odom_rate_hz` | 10, 5, 25 | how often each is published; 0 is never |
/// | `camera_width_px`, `camera_height_px` | 160, 120 | size of the picture |
/// | `camera_fov_deg`, `camera_height_m` | 70, 0.3 | what the camera sees, and from where |
/// | `odom_frame`, `base_frame`, `camera_frame` | `odom`, `base_link`, `camera_optical_frame` | names in the messages |
/// | `plot_period_s` | 1.0 | how often the picture is drawn |
pub struct SimulatedRobot {
    simulation: Simulation,
    frames: Frames,
    /// The newest command since the last step.
    command: Option<Velocity>,
    scan: Publisher<LaserScan>,
    odom: Publisher<Odometry>,
    tf: Publisher<TFMessage>,
    image: Publisher<Image>,
    clock: Clock,
    name: String,
    outcome: Outcome,
    /// What the robot did before a restart put it back to its start.
    before: Done,
}

/// What the report says of the robot.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Done {
    distance_m: f64,
    collisions: u64,
}

impl Actor for SimulatedRobot {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let settings = Settings::declare(node);
        let world = world_file::load(&settings.world, settings.spec.radius_m)?;
        let outcome = node.outcome();

        node.subscribe(topic("cmd_vel").latest(), Self::on_command);
        node.every(seconds(settings.spec.step_s), Self::on_step);
        node.every(seconds(settings.plot_period_s), Self::on_plot);
        Ok(Self {
            simulation: Simulation::new(world, settings.spec, settings.seed),
            frames: settings.frames,
            command: None,
            scan: node.publisher("scan"),
            odom: node.publisher("odom"),
            // As deep as tf2 itself makes it, since listeners must not miss a transform.
            tf: node.publisher(topic("/tf").keep_last(100)),
            image: node.publisher("camera/image_raw"),
            clock: node.clock(),
            name: node.name().to_owned(),
            before: Done::told(&outcome),
            outcome,
        })
    }

    fn on_stop(&mut self) {
        self.on_plot();
    }
}

impl SimulatedRobot {
    fn on_command(&mut self, twist: Sample<Twist>) {
        let command = messages::command(&twist);
        if command.is_finite() {
            self.command = Some(command);
        } else {
            warn!("A command that is not finite was ignored, and the robot stops: {command:?}");
            self.command = Some(Velocity::default());
        }
    }

    fn on_step(&mut self) {
        let collisions = self.simulation.drive().collisions();
        let readings = self.simulation.step(self.command.take());
        if self.simulation.drive().collisions() > collisions {
            warn!("The robot ran into a wall");
        }
        self.publish(readings);
    }

    fn publish(&self, readings: Readings) {
        let (spec, frames) = (self.simulation.spec(), &self.frames);
        let stamp = || self.clock.now();
        if let Some(odometry) = readings.odometry {
            let stamp = stamp();
            self.odom.publish(messages::odometry(&odometry, frames, stamp.clone()));
            self.tf.publish(messages::transform(&odometry, frames, stamp));
        }
        if let Some(ranges) = readings.scan {
            self.scan.publish(messages::scan(ranges, spec, frames, stamp()));
        }
        if let Some(pixels) = readings.image {
            self.image.publish(messages::image(pixels, spec, frames, stamp()));
        }
    }

    /// Tells the report where the robot got to, and draws it.
    fn on_plot(&mut self) {
        let drive = self.simulation.drive();
        let done = Done {
            distance_m: self.before.distance_m + drive.distance_m(),
            collisions: self.before.collisions + drive.collisions(),
        };
        done.tell(&self.outcome);
        self.outcome.picture(plot::draw(&self.simulation, &self.name));
    }
}

impl Done {
    fn told(outcome: &Outcome) -> Self {
        Self {
            distance_m: outcome.get("distance_m").and_then(|value| value.as_f64()).unwrap_or_default(),
            collisions: outcome.get("collisions").and_then(|value| value.as_u64()).unwrap_or_default(),
        }
    }

    fn tell(self, outcome: &Outcome) {
        outcome.set("distance_m", self.distance_m);
        outcome.set("collisions", self.collisions);
    }
}
