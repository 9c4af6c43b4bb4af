//! Laws of the simulation, and of the sensor processing lesson driving it.
#![allow(clippy::unwrap_used)]

use std::f64::consts::PI;

use super::*;
use crate::{
    obstacle::tests::{REACTION, VALID},
    simulated_robot::{world::tests::square_room, world_file},
};

/// The defaults of the actor's parameters.
pub(crate) const SPEC: RobotSpec = RobotSpec {
    radius_m: 0.18,
    step_s: 0.02,
    limit: Velocity { linear_m_s: 1.0, angular_rad_s: 2.0 },
    command_timeout_s: 0.5,
    lidar: Lidar { beams: 360, field_of_view: PI, min_m: 0.1, max_m: 10.0, noise_m: 0.01 },
    scan_rate_hz: 10.0,
    camera: Camera { width_px: 160, height_px: 120, field_of_view: 1.2, height_m: 0.3 },
    camera_rate_hz: 5.0,
    odometry_rate_hz: 25.0,
};

const ROOM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../configs/worlds/room.json");

/// Drives as the sensor processing lesson does: ten decisions a second, each for the scan before.
pub(crate) fn drive_around(simulation: &mut Simulation, seconds: f64) {
    let steps = (seconds / simulation.spec().step_s).round() as u64;
    let mut nearest_m = None;
    for step in 0..steps {
        let decision = nearest_m.filter(|_| step % 5 == 3).map(|nearest_m| {
            let (linear_m_s, angular_rad_s) = REACTION.to(nearest_m);
            Velocity { linear_m_s, angular_rad_s }
        });
        if let Some(scan) = simulation.step(decision).scan {
            nearest_m = Some(VALID.nearest_m(&scan));
        }
    }
}

#[test]
fn one_seed_and_the_same_commands_give_the_same_readings() {
    let run = |seed| {
        let mut simulation = Simulation::new(world_file::load("", SPEC.radius_m).unwrap(), SPEC, seed);
        let command = |step: u64| Velocity { linear_m_s: 0.4, angular_rad_s: (step as f64 * 0.01).sin() };
        let readings: Vec<Readings> =
            (0..500).map(|step| simulation.step((step % 7 == 0).then(|| command(step)))).collect();
        (readings, simulation)
    };
    assert!(run(1) == run(1));
    assert!(run(1).0 != run(2).0, "the seed changes the noise");
}

#[test]
fn every_sensor_keeps_its_rate() {
    let mut simulation = Simulation::new(square_room(3.0), SPEC, 1);
    let readings: Vec<Readings> = (0..500).map(|_| simulation.step(None)).collect();
    let count = |has: fn(&Readings) -> bool| readings.iter().filter(|reading| has(reading)).count();
    assert_eq!(simulation.elapsed_s(), 10.0);
    assert_eq!(count(|reading| reading.scan.is_some()), 100);
    assert_eq!(count(|reading| reading.image.is_some()), 50);
    assert_eq!(count(|reading| reading.odometry.is_some()), 250);
}

#[test]
fn a_robot_that_is_told_nothing_stops_in_time() {
    let mut simulation = Simulation::new(square_room(3.0), SPEC, 1);
    let forward = Velocity { linear_m_s: 0.5, angular_rad_s: 0.0 };
    simulation.step(Some(forward));
    (0..200).for_each(|_| {
        simulation.step(None);
    });
    assert!((simulation.drive().distance_m() - 0.25).abs() < 0.011, "{}", simulation.drive().distance_m());
    assert_eq!(simulation.drive().velocity(), Velocity::default());
}

#[test]
fn odometry_starts_at_zero_and_follows_the_robot() {
    let world = world_file::load("", SPEC.radius_m).unwrap();
    assert_ne!(world.start, Pose::default());
    let mut simulation = Simulation::new(world, SPEC, 1);
    let forward = Velocity { linear_m_s: 0.5, angular_rad_s: 0.0 };
    let last = (0..50).filter_map(|_| simulation.step(Some(forward)).odometry).last().unwrap();
    assert!((last.pose.position.x - 0.5).abs() < 1e-9, "{last:?}");
    assert!(last.pose.position.y.abs() < 1e-9 && last.pose.heading.abs() < 1e-9, "{last:?}");
    assert_eq!(last.velocity, forward);
}

#[test]
fn the_lesson_drives_through_every_world_without_touching_a_wall() {
    // Pictures change nothing and take most of the time.
    let blind = RobotSpec { camera_rate_hz: 0.0, ..SPEC };
    for path in ["", ROOM] {
        for seed in 0..10 {
            let mut simulation = Simulation::new(world_file::load(path, SPEC.radius_m).unwrap(), blind, seed);
            drive_around(&mut simulation, 20.0);
            let after_20_s = simulation.drive().distance_m();
            assert!(after_20_s > 2.0, "{path:?}, seed {seed}: {after_20_s} m");
            drive_around(&mut simulation, 160.0);
            let drive = simulation.drive();
            assert_eq!(drive.collisions(), 0, "{path:?}, seed {seed}");
            assert!(drive.distance_m() > 3.0 * after_20_s, "{path:?}, seed {seed}: it goes on after {after_20_s} m");
        }
    }
}
