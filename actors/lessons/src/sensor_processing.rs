//! Lesson: react to sensor data.

use std::time::Instant;

use rosactor::{
    messages::{geometry_msgs::Twist, sensor_msgs::LaserScan},
    prelude::*,
};

use crate::{
    obstacle::{Reaction, ValidRange},
    parameters::seconds,
};

/// Drives forward while the way is free, and turns on the spot while something is near.
///
/// Commands begin with the first scan; when the actor goes down it stops the robot.
///
/// | parameter | default | meaning |
/// | --- | --- | --- |
/// | `stop_distance_m` | 0.5 | something nearer than this makes the robot turn |
/// | `min_range_m`, `max_range_m` | 0.1, 10.0 | only ranges between them count |
/// | `forward_speed_m_s` | 0.5 | speed while the way is free |
/// | `turn_speed_rad_s` | 0.5 | turning speed otherwise; positive is to the left |
/// | `control_period_s` | 0.1 | time between two commands |
/// | `max_scan_age_s` | off | a last scan older than this stops the robot |
pub struct SensorProcessing {
    cmd_vel: Publisher<Twist>,
    valid: ValidRange,
    reaction: Tunable,
    max_scan_age: Option<Duration>,
    last_scan: Option<SeenScan>,
}

/// The reaction, which can be tuned while the robot drives.
struct Tunable {
    stop_distance_m: Param<f64>,
    forward_m_s: Param<f64>,
    turn_rad_s: Param<f64>,
}

impl Tunable {
    fn now(&self) -> Reaction {
        Reaction {
            stop_distance_m: self.stop_distance_m.get(),
            forward_m_s: self.forward_m_s.get(),
            turn_rad_s: self.turn_rad_s.get(),
        }
    }
}

/// All that is needed of a scan.
struct SeenScan {
    nearest_m: f32,
    received_at: Instant,
}

impl Actor for SensorProcessing {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let valid = ValidRange {
            above_m: node.fixed_param(param("min_range_m").range(0.0..), 0.1),
            below_m: node.fixed_param(param("max_range_m").range(0.0..), 10.0),
        };
        let reaction = Tunable {
            stop_distance_m: node.param(param("stop_distance_m").range(0.0..), 0.5),
            forward_m_s: node.param(param("forward_speed_m_s").range(-10.0..=10.0), 0.5),
            turn_rad_s: node.param(param("turn_speed_rad_s").range(-10.0..=10.0), 0.5),
        };
        let max_scan_age = node.fixed_param(param("max_scan_age_s").range(Some(0.0)..), None::<f64>);
        let control_period_s = node.fixed_param(param("control_period_s").range(0.001..=10.0), 0.1);

        node.on_start(Self::on_start);
        node.subscribe(topic("scan").keep_last(10), Self::on_scan);
        node.every(seconds(control_period_s), Self::on_control);
        Ok(Self {
            cmd_vel: node.publisher(topic("cmd_vel").keep_last(10)),
            valid,
            reaction,
            max_scan_age: max_scan_age.map(seconds),
            last_scan: None,
        })
    }

    fn on_stop(&mut self) {
        // Without a scan the robot was never told to move.
        if self.last_scan.is_some() {
            self.cmd_vel.publish(Twist::default());
        }
    }
}

impl SensorProcessing {
    fn on_start(&mut self) {
        info!("Sensor processing node initialized");
    }

    fn on_scan(&mut self, scan: Sample<LaserScan>) {
        debug!("Received scan with {} points", scan.ranges.len());
        let nearest_m = self.valid.nearest_m(&scan.ranges);
        self.last_scan = Some(SeenScan { nearest_m, received_at: scan.received_at() });
    }

    fn on_control(&mut self) {
        let Some(scan) = &self.last_scan else { return };
        let is_too_old = self
            .max_scan_age
            .is_some_and(|max_age| rosactor::now().saturating_duration_since(scan.received_at) > max_age);
        let (forward, turn) = if is_too_old { (0.0, 0.0) } else { self.reaction.now().to(scan.nearest_m) };
        let mut command = Twist::default();
        command.linear.x = forward;
        command.angular.z = turn;
        self.cmd_vel.publish(command);
    }
}
