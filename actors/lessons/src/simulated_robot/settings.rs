//! The robot's parameters.

use rosactor::prelude::*;

use super::{camera::Camera, drive::Velocity, lidar::Lidar, simulation::RobotSpec};
use crate::parameters::at_least_one;

/// The names of the coordinate frames in the robot's messages.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frames {
    pub(crate) odom: String,
    pub(crate) base: String,
    pub(crate) camera: String,
}

/// All parameters of the robot.
pub(crate) struct Settings {
    /// The path of the world file; empty for the built-in world.
    pub(crate) world: String,
    pub(crate) seed: u64,
    pub(crate) plot_period_s: f64,
    pub(crate) frames: Frames,
    pub(crate) spec: RobotSpec,
}

impl Settings {
    pub(crate) fn declare<A: Actor>(node: &mut Setup<A>) -> Self {
        let limit = Velocity {
            linear_m_s: number(node, "max_linear_m_s", 1.0, 0.0, 10.0),
            angular_rad_s: number(node, "max_angular_rad_s", 2.0, 0.0, 20.0),
        };
        let frames = Frames {
            odom: node.fixed_param("odom_frame", "odom".to_owned()),
            base: node.fixed_param("base_frame", "base_link".to_owned()),
            camera: node.fixed_param("camera_frame", "camera_optical_frame".to_owned()),
        };
        let spec = RobotSpec {
            radius_m: number(node, "radius_m", 0.18, 0.01, 2.0),
            step_s: number(node, "step_s", 0.02, 0.001, 0.1),
            limit,
            command_timeout_s: number(node, "cmd_timeout_s", 0.5, 0.0, 3600.0),
            lidar: lidar(node),
            scan_rate_hz: number(node, "scan_rate_hz", 10.0, 0.0, 1000.0),
            camera: camera(node),
            camera_rate_hz: number(node, "camera_rate_hz", 5.0, 0.0, 1000.0),
            odometry_rate_hz: number(node, "odom_rate_hz", 25.0, 0.0, 1000.0),
        };
        Self {
            world: node.fixed_param("world", String::new()),
            seed: node.fixed_param(param("seed").range(0..), 1_i64).unsigned_abs(),
            plot_period_s: number(node, "plot_period_s", 1.0, 0.05, 3600.0),
            frames,
            spec,
        }
    }
}

fn lidar<A: Actor>(node: &mut Setup<A>) -> Lidar {
    Lidar {
        beams: at_least_one(node.fixed_param(param("beams").range(2..=100_000), 360_i64)).clamp(2, 100_000),
        // Half a turn and not a full one: a robot that turns on the spot until nothing is near must lose sight of the
        // wall it came to. With half a turn it also sees all that it can run into while it drives straight ahead.
        field_of_view: number(node, "fov_deg", 180.0, 1.0, 360.0).to_radians(),
        min_m: number(node, "range_min_m", 0.1, 0.0, 1000.0),
        max_m: number(node, "range_max_m", 10.0, 0.0, 1000.0),
        noise_m: number(node, "range_noise_m", 0.01, 0.0, 10.0),
    }
}

fn camera<A: Actor>(node: &mut Setup<A>) -> Camera {
    let mut pixels =
        |name: &str, default: i64| at_least_one(node.fixed_param(param(name).range(1..=4096), default)).clamp(1, 4096);
    let (width_px, height_px) = (pixels("camera_width_px", 160), pixels("camera_height_px", 120));
    Camera {
        width_px,
        height_px,
        field_of_view: number(node, "camera_fov_deg", 70.0, 1.0, 170.0).to_radians(),
        height_m: number(node, "camera_height_m", 0.3, 0.0, 10.0),
    }
}

/// Declares a number between two bounds. A value out of them is refused after `setup`; until then the nearer bound (for
/// NaN the lower one) stands in for it, as the simulation relies on them.
fn number<A: Actor>(node: &mut Setup<A>, name: &str, default: f64, low: f64, high: f64) -> f64 {
    node.fixed_param(param(name).range(low..=high), default).max(low).min(high)
}
