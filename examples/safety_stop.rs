//! Drives while nothing is near: a topic in, a topic out, a timer.
//!
//! It starts stopped (0.0 m) until the first scan: a robot that knows nothing does not move.

use rosactor::messages::{geometry_msgs::Twist, sensor_msgs::LaserScan};
use rosactor::prelude::*;

struct SafetyStop {
    cmd_vel: Publisher<Twist>,
    nearest_m: f32,
}

impl Actor for SafetyStop {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe(topic("scan").sensor_data(), Self::on_scan);
        node.every(Duration::from_millis(100), Self::on_tick);
        Ok(Self { cmd_vel: node.publisher("cmd_vel"), nearest_m: 0.0 })
    }
}

impl SafetyStop {
    fn on_scan(&mut self, scan: LaserScan) {
        self.nearest_m = scan.ranges.into_iter().fold(f32::INFINITY, f32::min);
    }

    fn on_tick(&mut self) {
        let mut cmd = Twist::default();
        cmd.linear.x = if self.nearest_m > 0.5 { 0.2 } else { 0.0 };
        self.cmd_vel.publish(cmd);
    }
}

fn main() -> std::process::ExitCode {
    rosactor_cli::main(|actors| {
        actors.add::<SafetyStop>("my/SafetyStop");
    })
}
