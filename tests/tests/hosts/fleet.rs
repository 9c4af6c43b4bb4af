//! Robots in namespaces, all steered by one base.

use std::fs;
use std::time::Duration;

use rosactor::Actors;
use rosactor::deployment::Deployment;
use rosactor::launch::{self, Report, Running};
use rosactor_tests::command::repository;
use rosactor_tests::live;
use rosactor_tests::netns::Namespace;
use rosactor_tests::process::binary;
use rosactor_tests::run::{Run, actor};

use crate::free_port;

/// Runs one host of the fleet in this process, or all of them.
fn start_fleet(host: Option<&str>, port: u16) -> Running {
    let path = repository().join("configs/fleet.yaml");
    let text = fs::read_to_string(&path).unwrap().replace(":7447", &format!(":{port}"));
    let mut fleet = Deployment::parse(&path, &text).unwrap();
    for robot in 1..=3 {
        let world = repository().join("configs/worlds/room.json");
        fleet.set_param(&format!("/robot{robot}/robot:world:={}", world.display())).unwrap();
    }
    match host {
        Some(_) => fleet.bind(&["base=127.0.0.1".to_owned()]).and_then(|()| fleet.keep_host(host)).unwrap(),
        None => fleet.keep_all_hosts().unwrap(),
    }
    let mut actors = Actors::new();
    rosactor_lessons::register(&mut actors);
    launch::start(fleet, actors).unwrap()
}

fn received(report: &Report, name: &str, endpoint: &str) -> u64 {
    let mailboxes = &live::actor(report, name).mailboxes;
    mailboxes.iter().find(|mailbox| mailbox.endpoint.ends_with(endpoint)).unwrap().counters.received
}

#[test]
fn the_base_of_a_fleet_steers_each_robot_and_hears_none_that_is_not_there() {
    let port = free_port();
    let base = start_fleet(Some("base"), port);
    let mut robots = Vec::new();
    for there in 1..=3 {
        let robot = start_fleet(Some(&format!("robot{there}")), port);
        // A robot without a namespace of its own would be commanded by whoever steers the others.
        let name = format!("robot{there}/robot");
        live::wait_until(&robot, "commands", |report| received(report, &name, "cmd_vel") > 0);
        robots.push(robot);
        let scans = (1..=3).map(|robot| received(&base.report(), &format!("robot{robot}/steering"), "scan"));
        let heard: Vec<bool> = scans.map(|scans| scans > 0).collect();
        assert_eq!(heard, [true, there >= 2, there >= 3], "after robot{there} came");
    }
    assert!(robots.into_iter().chain([base]).all(|running| running.stop().ok));
}

#[test]
fn all_hosts_run_in_one_process() {
    let fleet = start_fleet(None, 7447);
    live::wait_until(&fleet, "commands for every robot", |report| {
        (1..=3).all(|robot| received(report, &format!("robot{robot}/robot"), "cmd_vel") > 0)
    });
    let report = fleet.stop();
    let hosts: Vec<_> = report.actors.iter().map(|actor| actor.host.as_str()).collect();
    assert_eq!(hosts, ["base", "base", "base", "robot1", "robot2", "robot3"]);
    assert!(report.ok, "{report:#?}");
}

/// Each is steered with another speed, so that a command that went astray would show in how far the robots come.
#[test]
fn commands_reach_the_right_robot_only() {
    let network = Namespace::alone();
    let bind = ["--bind", "base=127.0.0.1"];
    let run = |arguments: &[&str]| {
        Run::start_with(&network, &binary("rosactor"), "configs/fleet.yaml", &[&bind, arguments].concat())
    };
    let slow = ["-p", "/robot1/steering:forward_speed_m_s:=0.1"];
    let still = ["-p", "/robot2/steering:forward_speed_m_s:=0.0", "-p", "/robot2/steering:turn_speed_rad_s:=0.0"];
    let fast = ["-p", "/robot3/steering:forward_speed_m_s:=0.4"];
    let base = run(&[&["--host", "base"][..], &slow, &still, &fast].concat());
    let robots = ["robot1", "robot2", "robot3"].map(|host| (host, run(&["--host", host, "--for", "8s"])));
    let moved = robots.map(|(host, robot)| {
        let report = robot.finish(Duration::from_secs(60));
        let robot = actor(&report, &format!("{host}/robot"));
        assert_eq!(robot["outcome"]["collisions"], 0, "{robot:#}");
        let commands = robot["mailboxes"].as_array().unwrap().iter().map(|mailbox| mailbox["received"].as_u64());
        assert!(commands.max().flatten() > Some(20), "there are ten commands a second: {robot:#}");
        robot["outcome"]["distance_m"].as_f64().unwrap()
    });
    let [slow, still, fast] = moved;
    assert!(still == 0.0 && slow > 0.2 && fast > 2.0 * slow, "{moved:?}");
    let _ = base.stop();
}
