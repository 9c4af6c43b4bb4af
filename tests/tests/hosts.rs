//! Several hosts from one file, each a process of the command that was told its name.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use rosactor_tests::command::{finish, rosactor, text};
use rosactor_tests::process::Process;
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn a_service_and_an_action_work_from_host_to_host() {
    let folder = tempfile::tempdir().unwrap();
    // Free a moment ago; nobody else on the machine is likely to be given it before the base listens.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let file = folder.path().join("hosts.yaml");
    let content = format!(
        "deployment: hosts
hosts:
  base: {{mode: router, listen: [tcp/{address}]}}
  robot: {{connect: [tcp/{address}]}}
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
    let mut base = Process::start("base", &mut rosactor(&["run", file, "--host", "base"]));
    let arguments = ["run", file, "--host", "robot", "--report", report.to_str().unwrap()];
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
    ] {
        let output = finish(&mut rosactor(arguments));
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(part), "expected {part:?} for {arguments:?}: {said}");
    }
}
