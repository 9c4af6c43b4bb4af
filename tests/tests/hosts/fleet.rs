//! Robots in namespaces, all steered by one base.

use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use rosactor::Actors;
use rosactor::deployment::Deployment;
use rosactor::launch::{self, Report, Running};
use rosactor_tests::command::{finish, repository, rosactor};
use rosactor_tests::live;
use rosactor_tests::netns::Namespace;
use rosactor_tests::process::binary;
use rosactor_tests::run::{Run, actor};

use crate::presence::check_clock;
use crate::{PATIENCE, free_port};

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

/// Robots of the large fleet.
const ROBOTS: u8 = 20;

/// The base gives each robot numbers of its own.
fn range_of(robot: u8) -> std::ops::Range<u64> {
    let first = u64::from(robot) * 100_000;
    first..first + 100_000
}

/// A number that the base says three seconds after its start: as long as hosts get to know each other, some may be lost.
fn settled(robot: u8) -> u64 {
    range_of(robot).start + 150
}

/// A router, a base, and twenty robots, each a host that reaches the router alone.
#[test]
fn twenty_robots_are_seen_within_seconds_and_each_hears_its_own_commands_only() {
    let mut text = "deployment: large_fleet
security: {tls: {keys: keys}, access: generate}
hosts:
  router: {mode: router, listen: [tls/router:7447]}
  base: {connect: [tls/router:7447]}
"
    .to_owned();
    let mut actors = "actors:\n  - {name: census, type: tests/Census, host: base}\n".to_owned();
    for robot in 1..=ROBOTS {
        let (host, first) = (format!("robot{robot}"), range_of(robot).start);
        let common = format!("namespace: /{host}, type: tests/Sequences");
        let _ = writeln!(text, "  {host}: {{connect: [tls/router:7447]}}");
        let out = "remap: {seq_to_ros: commands, seq_from_ros: states}";
        let _ = writeln!(actors, "  - {{name: steering, {common}, host: base, {out}, params: {{first: {first}}}}}");
        let back = "remap: {seq_to_ros: states, seq_from_ros: commands}";
        let _ = writeln!(actors, "  - {{name: robot, {common}, host: {host}, {back}, params: {{first: {first}}}}}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large_fleet.yaml");
    fs::write(&path, text + &actors).unwrap();
    let bind = ["--bind", "router=10.66.0.1"];
    let keys = finish(rosactor(&["keys", path.to_str().unwrap()]).args(bind));
    assert!(keys.status.success(), "{keys:?}");

    let (middle, ends) = Namespace::star(ROBOTS + 1);
    let start = |on: &Namespace, host: &str| {
        let arguments = [&["--host", host][..], &bind].concat();
        Run::start_with(on, &binary("examples/citizen"), path.to_str().unwrap(), &arguments)
    };
    let router = start(&middle, "router");
    let base = start(&ends[0], "base");
    let robots: Vec<_> = (1..=ROBOTS).map(|robot| start(&ends[usize::from(robot)], &format!("robot{robot}"))).collect();
    let begin = Instant::now();
    // The census, and a node of each robot here and there.
    let all = (1 + 2 * ROBOTS).to_string();
    base.wait_told(PATIENCE, "census", "nodes", |nodes| nodes == all);
    eprintln!("all {ROBOTS} robots were seen {:?} after the last was started", begin.elapsed());
    for (robot, run) in (1..=ROBOTS).zip(&robots) {
        // Counted, as a robot that comes late on a busy machine hears its first one late.
        let is_later = |number: &String| number.parse::<u64>().unwrap() > settled(robot);
        let later = || run.told("robot", "heard").iter().filter(|number| is_later(number)).count();
        run.process().wait_until(PATIENCE, "heard its commands", || later() >= 100);
    }
    for (robot, run) in (1..=ROBOTS).zip(robots) {
        let report = run.stop();
        let heard = &actor(&report, &format!("robot{robot}/robot"))["outcome"]["heard"];
        let heard: Vec<u64> = heard.as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect();
        assert!(heard.iter().all(|number| range_of(robot).contains(number)), "{robot}: {heard:?}");
        let heard: Vec<_> = heard.into_iter().filter(|number| *number > settled(robot)).collect();
        assert!(heard.windows(2).all(|pair| pair[1] == pair[0] + 1), "robot {robot} lost or doubled one: {heard:?}");
        assert!(heard.len() >= 100, "{robot}: {heard:?}");
    }
    base.process().wait_until(PATIENCE, "heard that all robots are gone", || {
        base.process().log().iter().filter(|line| line.contains("the host robot") && line.contains("is gone")).count()
            == usize::from(ROBOTS)
    });
    let report = base.stop();
    let hosts = report["hosts"].as_array().unwrap();
    assert_eq!(hosts.len(), usize::from(ROBOTS) + 2);
    for host in hosts.iter().filter(|host| host["name"].as_str().unwrap().starts_with("robot")) {
        assert_eq!((&host["present"], &host["lost"]), (&false.into(), &1.into()), "it was here until its stop: {host}");
        check_clock(host);
    }
    for robot in 1..=ROBOTS {
        let heard = &actor(&report, &format!("robot{robot}/steering"))["outcome"]["heard"];
        let strays =
            heard.as_array().unwrap().iter().filter(|number| !range_of(robot).contains(&number.as_u64().unwrap()));
        assert!(
            heard.as_array().unwrap().len() > 20 && strays.count() == 0,
            "the base heard of robot {robot}: {heard}"
        );
    }
    let _ = router.stop();
}
