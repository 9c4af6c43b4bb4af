//! The simulated robot, driven through its topics.

use serde_json::json;

use crate::support::{assert_nothing_is_lost, start, told, told_number, try_start, wait_until};

const ROBOT: &str = "simulated_robot";

#[test]
fn the_lesson_drives_it_without_touching_a_wall() {
    let running = start(
        "  - {name: simulated_robot, type: lessons/SimulatedRobot, params: {plot_period_s: 0.1}}
  - {name: sensor_processing_node, type: lessons/SensorProcessing}
",
    );
    wait_until(&running, "a metre", |report| told_number(report, ROBOT, "distance_m") > 1.0);
    let report = running.stop();
    assert_eq!(told(&report, ROBOT, "collisions"), json!(0));
    let picture = report.picture.as_deref().unwrap_or_default();
    assert!(picture.contains("simulated_robot") && picture.trim_end().ends_with("</svg>"));
    assert_nothing_is_lost(&report);
}

#[test]
fn a_blind_driver_collides_once_and_stays_at_the_wall() {
    let running = start(
        "  - {name: simulated_robot, type: lessons/SimulatedRobot, params: {plot_period_s: 0.1, max_linear_m_s: 5.0}}
  - {name: driver, type: probe/TwistSource, params: {linear: 5.0}}
",
    );
    let at_the_wall = wait_until(&running, "the collision", |report| told_number(report, ROBOT, "collisions") == 1.0);
    let frames = |report: &rosactor::launch::Report| {
        crate::support::actor(report, ROBOT).mailboxes.iter().map(|mailbox| mailbox.counters.delivered).max()
    };
    let begin = frames(&at_the_wall);
    let later = wait_until(&running, "fifty more steps", |report| frames(report) > begin.map(|count| count + 50));
    assert_eq!(told(&later, ROBOT, "collisions"), json!(1));
    let further_m = told_number(&later, ROBOT, "distance_m") - told_number(&at_the_wall, ROBOT, "distance_m");
    assert!(further_m < 0.2, "{further_m} m into the wall");
}

#[test]
fn a_world_that_cannot_be_used_is_refused_before_anything_starts() {
    let refused = |params: &str| {
        let entry = format!("  - {{name: robot, type: lessons/SimulatedRobot, params: {{{params}}}}}\n");
        match try_start(&entry) {
            Ok(_) => "it was started".to_owned(),
            Err(error) => error.to_string(),
        }
    };
    let error = refused("world: no/such/world.json");
    assert!(error.contains("no/such/world.json") && error.contains("test.yaml"), "{error}");
    let error = refused("radius_m: 1.9");
    assert!(error.contains("does not fit at its start"), "{error}");
    let error = refused("step_s: 0.5, beams: 1");
    assert!(error.contains("step_s") && error.contains("beams"), "{error}");
}
