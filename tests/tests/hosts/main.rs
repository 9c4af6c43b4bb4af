//! Several hosts from one file, each a process of the command that was told its name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod compose;
mod fleet;
mod keys;
mod liveliness;
mod pair;
mod partition;
mod presence;
mod router;
mod security;
mod weak;

use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use rosactor_tests::command::{finish, repository, rosactor, text};
use rosactor_tests::netns::Namespace;
use rosactor_tests::process::{Process, binary};
use rosactor_tests::run::Run;
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(120);

/// All hosts are this machine.
const BIND: (&str, &str) = ("--bind", "base=127.0.0.1");

/// A base that commands and serves, and a robot that listens, calls and sends goals.
const BASE_AND_ROBOT: &str = "actors:
  - {name: adder, type: tests/Adder, host: base, remap: {/actor_add: /ros_add}}
  - {name: server, type: tests/FibonacciServer, host: base, remap: {/actor_fib: /ros_fib}}
  - {name: commander, type: tests/Sequences, host: base, remap: {seq_to_ros: commands, seq_from_ros: nothing}}
  - {name: caller, type: tests/SteadyCaller, host: robot}
  - {name: sender, type: tests/SteadySender, host: robot}
  - {name: driver, type: tests/Sequences, host: robot, remap: {seq_from_ros: commands, seq_to_ros: nothing}}
";

/// The ends of the calls or goals of an actor of that robot, so far.
fn asked(robot: &Run, actor: &str) -> Vec<Value> {
    robot.told(actor, "asked").iter().map(|end| serde_json::from_str(end).unwrap()).collect()
}

/// How many of them ended well.
fn answered(robot: &Run, actor: &str) -> usize {
    asked(robot, actor).iter().filter(|end| end["ok"] == true).count()
}

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

/// Fifty commands a second are published, and with `downsample` only five of them leave the base.
#[test]
fn over_a_weak_link_goes_what_the_file_lets_through() {
    for (downsample, least, most) in [("", 1.0, 1.0), (", downsample: {/commands: 5}", 5.0, 15.0)] {
        let network = Namespace::alone();
        let file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
        let content = format!(
            "deployment: weak
hosts:
  base: {{mode: router, listen: [tcp/127.0.0.1:7447]{downsample}}}
  robot: {{connect: [tcp/127.0.0.1:7447]}}
actors:
  - {{name: commander, type: tests/Sequences, host: base, remap: {{seq_to_ros: commands, seq_from_ros: nothing}}}}
  - {{name: driver, type: tests/Sequences, host: robot, remap: {{seq_from_ros: commands, seq_to_ros: nothing}}}}
"
        );
        fs::write(file.path(), content).unwrap();
        let path = file.path().to_str().unwrap();
        let [base, robot] = ["base", "robot"]
            .map(|host| Run::start_with(&network, &binary("examples/citizen"), path, &["--host", host]));
        // What is heard in the first three seconds is left out: hosts are still getting to know each other.
        let heard = || robot.told("driver", "heard").iter().map(|number| number.parse().unwrap()).collect::<Vec<f64>>();
        let later = || heard().into_iter().skip_while(|number| *number < 150.0).collect::<Vec<_>>();
        robot.process().wait_until(PATIENCE, "heard ten commands", || later().len() >= 10);
        let later = later();
        let step = (later.last().unwrap() - later[0]) / (later.len() - 1) as f64;
        assert!((least..=most).contains(&step), "one of {step} came through: {later:?}");
        let _ = robot.stop();
        let _ = base.stop();
    }
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
ExecStart={} run configs/two_hosts.yaml --host robot --bind base=10.0.0.2
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
KillSignal=SIGINT
KillMode=mixed
TimeoutStopSec=10

[Install]
WantedBy=multi-user.target
",
        fs::canonicalize(repository()).unwrap().display(),
        binary("rosactor").display()
    );
    assert_eq!(unit, expected);
}
