//! Unmodified rclpy nodes and actors, on two hosts of the test's own making, joined by the bridge.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rosactor_tests::{
    netns::Namespace,
    process::{self, Process},
    ros::{self, Range},
    run::{self, Run},
};
use serde_json::Value;

/// For what must come, but may take its time on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// One test at a time: they measure times, and each keeps several programs busy.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    // A test that failed has left nothing behind that could spoil the next.
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn rosactor() -> PathBuf {
    process::binary("rosactor")
}

fn numbers(list: &Value) -> Vec<u64> {
    let list = list.as_array().unwrap_or_else(|| panic!("not a list: {list}"));
    list.iter().map(|number| number.as_u64().unwrap()).collect()
}

#[test]
fn a_ros_scanner_gets_the_right_command_for_every_scan() {
    let _turn = turn();
    let (ros_host, host) = Namespace::pair();
    let run = Run::start(&host, &rosactor(), "configs/bridge_lesson.yaml");
    let mut scanner = ros::peer(&ros_host, Range::Subnet, "scan_cases.py", &["--scans", "120", "--seconds", "90"]);
    let summary = ros::finish(&mut scanner, Duration::from_secs(100));
    assert_eq!((&summary["scans"], &summary["right"]), (&120.into(), &120.into()), "{}", scanner.account("is wrong"));

    let cases: Vec<Value> = ros::said(&scanner).into_iter().filter(|line| line.get("case").is_some()).collect();
    assert_eq!(cases.len(), 120);
    let (go, turn) = (serde_json::json!([0.5, 0.0]), serde_json::json!([0.0, 0.5]));
    let commands = [
        ("near", &turn),
        ("far", &go),
        ("no ranges", &go),
        ("only NaN", &go),
        ("only infinite", &go),
        ("exactly 0.1", &go),
        ("just above 0.1", &turn),
        ("just under 0.5", &turn),
        ("exactly 0.5", &go),
        ("exactly 10.0", &go),
        ("one near among far", &turn),
    ];
    for (name, command) in commands {
        let mut got = cases.iter().filter(|case| case["case"] == name).map(|case| &case["got"]).peekable();
        assert!(got.peek().is_some(), "no scan of the case {name}");
        assert!(got.all(|got| got == command), "{name} must be answered with {command}: {cases:?}");
    }

    let report = run.stop();
    let actor = run::actor(&report, "sensor_processing_node");
    let scans = run::mailbox(actor, "/scan");
    assert!(scans["received"].as_u64() >= Some(120) && scans["malformed"] == 0, "{scans}");
    assert_eq!(
        (&report["ok"], &actor["restarts"], &report["bridge"]["restarts"]),
        (&true.into(), &0.into(), &0.into())
    );
}

#[test]
fn a_ros_node_drives_the_simulated_robot() {
    let _turn = turn();
    let (ros_host, host) = Namespace::pair();
    let run = Run::start(&host, &rosactor(), "configs/bridge_robot.yaml");
    let mut driver = ros::peer(&ros_host, Range::Subnet, "drive_robot.py", &["--seconds", "90"]);
    let summary = ros::finish(&mut driver, Duration::from_secs(100));
    let said = ros::said(&driver);
    let phase = |name: &str| said.iter().find(|line| line["phase"] == name).unwrap_or(&Value::Null);
    assert!(phase("forward")["ahead_m"].as_f64() >= Some(0.5), "{}", driver.account("did not go forward"));
    assert!(phase("turn")["turned_rad"].as_f64() >= Some(0.5), "{}", driver.account("did not turn"));
    assert_eq!((&phase("stand")["ok"], &summary["ok"]), (&true.into(), &true.into()));

    // What ROS saw of the way is what the robot itself says of it: it went straight ahead, and then turned on the spot.
    let at = |pose: &Value, i: usize| pose[i].as_f64().unwrap();
    let (first, last) = (&phase("forward")["first"], &summary["last"]);
    let seen_m = (at(last, 0) - at(first, 0)).hypot(at(last, 1) - at(first, 1));
    let report = run.stop();
    let robot = run::actor(&report, "simulated_robot");
    let told_m = robot["outcome"]["distance_m"].as_f64().unwrap();
    assert!((seen_m - told_m).abs() < 0.01, "ROS saw {seen_m} m of way, the robot tells {told_m} m");
    assert_eq!((&robot["outcome"]["collisions"], &robot["restarts"]), (&0.into(), &0.into()));
    assert!(run::mailbox(robot, "/cmd_vel")["received"].as_u64() >= Some(10), "{robot}");
}

/// Numbers that go both ways between ROS nodes and an actor.
struct Exchange {
    run: Run,
    talker: Process,
    listener: Process,
    _hosts: (Namespace, Namespace),
}

/// The newest numbers that have arrived at the actor and at the ROS listener.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Newest {
    at_actor: u64,
    at_ros: u64,
}

impl Exchange {
    fn start() -> Self {
        let (ros_host, host) = Namespace::pair();
        let run = Run::start(&host, &process::binary("examples/citizen"), "tests/ros/sequences.yaml");
        let talker = ros::peer(&ros_host, Range::Subnet, "seq_talker.py", &["--seconds", "120"]);
        let listener = ros::peer(&ros_host, Range::Subnet, "seq_listener.py", &["--seconds", "120"]);
        Self { run, talker, listener, _hosts: (ros_host, host) }
    }

    fn newest(&self) -> Option<Newest> {
        let at_actor =
            self.run.process().log().iter().rev().find_map(|line| Some(line.split_once("heard ")?.1.to_owned()))?;
        let at_ros = ros::said(&self.listener).iter().rev().find_map(|line| line["seq"].as_u64())?;
        Some(Newest { at_actor: at_actor.trim().parse().unwrap(), at_ros })
    }

    /// Waits until so many more numbers have gone each way.
    fn flow(&self, more: u64, patience: Duration) {
        let start = self.newest();
        self.run.process().wait_until(patience, &format!("exchanged {more} messages each way"), || {
            match (start, self.newest()) {
                (Some(old), Some(new)) => new.at_actor >= old.at_actor + more && new.at_ros >= old.at_ros + more,
                (None, new) => new.is_some(),
                (Some(_), None) => false,
            }
        });
    }

    /// Kills the bridge; how long it takes until another one has joined, and until data flows again both ways through it.
    fn survive_kill(&self) -> (Duration, Duration) {
        let joined = self.run.joined();
        let start = Instant::now();
        let killed = self.run.kill_bridge();
        let back = || self.run.joined() > joined;
        self.run.process().wait_until(PATIENCE, &format!("a new bridge in place of {killed}"), back);
        let joined_after = start.elapsed();
        // Whatever the old bridge had passed on is there by now, so a further number has come through the new one.
        self.flow(1, PATIENCE);
        (joined_after, start.elapsed())
    }
}

/// Each number once, in order, and none that was not sent.
fn check_numbers(name: &str, received: &[u64], sent: u64) {
    let ascending = received.windows(2).all(|pair| pair[0] < pair[1]);
    assert!(ascending, "{name}: a number came twice or out of order: {received:?}");
    assert!(received.last().is_some_and(|last| *last < sent), "{name}: only {sent} were sent: {received:?}");
}

/// The stretches of numbers that never came, between the first and the last that did.
fn holes(received: &[u64]) -> Vec<(u64, u64)> {
    received.windows(2).filter(|pair| pair[1] != pair[0] + 1).map(|pair| (pair[0] + 1, pair[1] - 1)).collect()
}

#[test]
fn data_flows_again_after_the_bridge_was_killed_and_nothing_comes_twice() {
    const KILLS: usize = 3;
    let _turn = turn();
    let mut exchange = Exchange::start();
    exchange.flow(0, PATIENCE);
    let mut times = Vec::new();
    for _ in 0..KILLS {
        exchange.flow(50, PATIENCE);
        times.push(exchange.survive_kill());
    }
    exchange.flow(50, PATIENCE);

    exchange.talker.signal("TERM");
    let sent_by_ros = ros::finish(&mut exchange.talker, PATIENCE)["sent"].as_u64().unwrap();
    exchange.listener.signal("TERM");
    let at_ros = numbers(&ros::finish(&mut exchange.listener, PATIENCE)["received"]);
    let report = exchange.run.stop();
    let actor = run::actor(&report, "sequences");
    let at_actor = numbers(&actor["outcome"]["heard"]);
    let sent_by_actor = actor["outcome"]["sent"].as_u64().unwrap();

    assert!(times.iter().all(|(_, flowing)| *flowing < Duration::from_secs(5)), "(joined, flowing) after: {times:?}");
    check_numbers("from ROS to the actor", &at_actor, sent_by_ros);
    check_numbers("from the actor to ROS", &at_ros, sent_by_actor);
    // Only while there is no bridge does anything get lost.
    for received in [&at_actor, &at_ros] {
        assert!(holes(received).len() <= KILLS, "{:?}", holes(received));
    }
    assert_eq!((&actor["restarts"], &report["bridge"]["restarts"]), (&0.into(), &KILLS.into()));
    assert!(run::mailbox(actor, "/seq_from_ros")["dropped"] == 0, "{actor}");
}
