//! Several hosts from one file, each a process of the command that was told its name.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use rosactor::Actors;
use rosactor::deployment::Deployment;
use rosactor::launch::{self, Report, Running};
use rosactor_tests::command::{finish, repository, rosactor, text};
use rosactor_tests::live;
use rosactor_tests::process::Process;
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(120);

/// All hosts are this machine.
const BIND: (&str, &str) = ("--bind", "base=127.0.0.1");

/// Free a moment ago; nobody else on the machine is likely to be given it before the base listens.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_service_and_an_action_work_from_host_to_host() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let file = folder.path().join("hosts.yaml");
    let content = format!(
        "deployment: hosts
hosts:
  base: {{mode: router, listen: [tcp/base:{port}]}}
  robot: {{connect: [tcp/base:{port}]}}
actors:
  - {{name: math_service, type: lessons/MathService, host: base}}
  - {{name: fibonacci_server, type: lessons/FibonacciServer, host: base}}
  - {{name: math_client, type: lessons/MathClient, host: robot}}
  - {{name: fibonacci_client, type: lessons/FibonacciClient, host: robot}}
"
    );
    fs::write(&file, content).unwrap();
    let file = file.to_str().unwrap();
    let report = folder.path().join("robot.json");
    let mut base = Process::start("base", &mut rosactor(&["run", file, "--host", "base", BIND.0, BIND.1]));
    let arguments = ["run", file, "--host", "robot", "--report", report.to_str().unwrap(), BIND.0, BIND.1];
    // It ends when both clients have what they asked for.
    let mut robot = Process::start("robot", &mut rosactor(&arguments));
    assert!(robot.wait(PATIENCE).success(), "{}", robot.account("the robot failed"));
    let report: Value = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    let actors = report["actors"].as_array().unwrap();
    let names: Vec<_> = actors.iter().map(|actor| actor["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["math_client", "fibonacci_client"], "only its own part: {report:#}");
    assert!(actors.iter().all(|actor| actor["state"] == "finished"), "{report:#}");
    base.signal("INT");
    assert!(base.wait(PATIENCE).success(), "{}", base.account("the base failed"));
}

#[test]
fn a_file_with_hosts_runs_only_with_the_name_of_one() {
    let file = "configs/two_hosts.yaml";
    for (arguments, part) in [
        (&["run", file][..], "`--host NAME`"),
        (&["run", file, "--host", "bse"], "did you mean `base`?"),
        (&["run", "configs/lesson_4_1.yaml", "--host", "base"], "no section `hosts`"),
        (&["run", "configs/lesson_4_1.yaml", "--local"], "no section `hosts`"),
        (&["run", file, "--host", "base", "--bind", "bse=10.0.0.2"], "did you mean `base`?"),
        (&["check", file, "--bind", "base:10.0.0.2"], "expected HOST=ADDRESS"),
        (&["check", file, "--bind", "robot=10.0.0.3"], "would not be used"),
    ] {
        let output = finish(&mut rosactor(arguments));
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(part), "expected {part:?} for {arguments:?}: {said}");
    }
}

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

#[test]
fn a_plan_says_what_each_host_runs_and_what_crosses() {
    let folder = tempfile::tempdir().unwrap();
    let units = folder.path().to_str().unwrap();
    let arguments = ["plan", "configs/two_hosts.yaml", BIND.0, "base=10.0.0.2", "--systemd", units];
    let output = finish(&mut rosactor(&arguments));
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    let expected = format!(
        "host base (router)
  runs: /math_service, /fibonacci_server, /sensor_processing_node
  listens on: tcp/10.0.0.2:7447
  connects to: nothing
host robot (peer)
  runs: /simulated_robot, /math_client, /fibonacci_client
  listens on: tcp/127.0.0.1:0
  connects to: tcp/10.0.0.2:7447
service /add_two_ints: robot -> base
topic /cmd_vel: base -> robot
action /fibonacci: robot -> base
topic /scan: robot -> base
wrote {units}/two_hosts-base.service
wrote {units}/two_hosts-robot.service
"
    );
    assert_eq!(text(&output.stdout), expected);
    let unit = fs::read_to_string(folder.path().join("two_hosts-robot.service")).unwrap();
    let expected = format!(
        "[Unit]
Description=rosactor two_hosts-robot
Wants=network-online.target
After=network-online.target

[Service]
WorkingDirectory={}
ExecStart=rosactor run configs/two_hosts.yaml --host robot --bind base=10.0.0.2
Restart=on-failure
KillSignal=SIGINT
KillMode=mixed
TimeoutStopSec=10

[Install]
WantedBy=multi-user.target
",
        fs::canonicalize(repository()).unwrap().display()
    );
    assert_eq!(unit, expected);
}
