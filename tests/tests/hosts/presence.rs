//! Hosts see each other come and go, compare their clocks, and tell what they run.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use rosactor::Actors;
use rosactor::deployment::Deployment;
use rosactor::launch::{self, HostReport, Report};
use rosactor_tests::command::{finish, repository, rosactor, text};
use rosactor_tests::live;
use rosactor_tests::netns::Namespace;
use rosactor_tests::process::{Process, binary};
use rosactor_tests::run::Run;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::free_port;

const PATIENCE: Duration = Duration::from_secs(60);

/// Hosts of one machine have one clock.
const SAME_CLOCK_MS: f64 = 5.0;

/// A base with two actors, and a robot with one.
fn file(base: &str, port: u16) -> String {
    format!(
        "deployment: pair
hosts:
  base: {{{base}listen: [tcp/127.0.0.1:{port}]}}
  robot: {{connect: [tcp/127.0.0.1:{port}]}}
actors:
  - {{name: steering, type: lessons/SensorProcessing, host: base, params: {{max_scan_age_s: 0.5}}}}
  - {{name: math_service, type: lessons/MathService, host: base}}
  - {{name: sums, namespace: /front, type: lessons/MathService, host: robot}}
"
    )
}

struct Pair {
    path: PathBuf,
    network: Namespace,
    _folder: TempDir,
}

impl Pair {
    fn new(base: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pair.yaml");
        fs::write(&path, file(base, 7447)).unwrap();
        Self { path, network: Namespace::alone(), _folder: folder }
    }

    fn start(&self, host: &str) -> Run {
        Run::start_with(&self.network, &binary("rosactor"), self.path.to_str().unwrap(), &["--host", host])
    }

    fn edit(&self, from: &str, to: &str) {
        let text = fs::read_to_string(&self.path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(&self.path, text.replace(from, to)).unwrap();
    }

    fn plan(&self, arguments: &[&str]) -> Output {
        let mut command = self.network.command(binary("rosactor"));
        finish(command.arg("plan").arg(&self.path).arg("--running").args(arguments).env_remove("RUST_LOG"))
    }

    /// What `plan --running` says, and its exit code.
    fn compare(&self) -> (Option<i32>, String) {
        let output = self.plan(&[]);
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    }
}

/// Waits until a host has logged this at this level.
fn logs(run: &Run, level: &str, line: &str) {
    run.process().wait_for_log(PATIENCE, |said| said.starts_with(&format!("[{level}]")) && said.contains(line));
}

fn host<'r>(report: &'r Report, name: &str) -> &'r HostReport {
    report.hosts.iter().find(|host| host.name == name).unwrap_or_else(|| panic!("no host {name} in {report:#?}"))
}

/// The base is in this process, so that its report can be looked at while it runs.
#[test]
fn the_report_of_a_host_has_all_hosts_with_their_clocks_and_losses() {
    let port = free_port();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pair.yaml");
    fs::write(&path, file("mode: router, ", port)).unwrap();
    let mut part = Deployment::load(&path).unwrap();
    part.keep_host(Some("base")).unwrap();
    let mut actors = Actors::new();
    rosactor_lessons::register(&mut actors);
    let base = launch::start(part, actors).unwrap();
    let robot = || Process::start("robot", &mut rosactor(&["run", path.to_str().unwrap(), "--host", "robot"]));
    for round in 1..=2 {
        let mut process = robot();
        // On a busy machine the first answers may be late.
        let here = live::wait_until(&base, "the robot and its clock", |report| {
            let seen = host(report, "robot");
            seen.present && seen.clock_offset_ms.is_some_and(|ms| ms.abs() < SAME_CLOCK_MS)
        });
        let seen = host(&here, "robot");
        check_clock(&serde_json::to_value(seen).unwrap());
        assert_eq!(seen.lost, round - 1);
        process.signal("KILL");
        assert!(!process.wait(PATIENCE).success());
        live::wait_until(&base, "the loss", |report| {
            !host(report, "robot").present && host(report, "robot").lost == round
        });
    }
    let report = base.stop();
    let own = host(&report, "base");
    assert_eq!((own.present, own.lost, own.clock_offset_ms, own.round_trip_ms), (true, 0, Some(0.0), Some(0.0)));
    assert_eq!(report.hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>(), ["base", "robot"]);
    assert!(host(&report, "robot").clock_offset_ms.is_some(), "the last that was known: {report:#?}");
    check_schema(&serde_json::to_value(&report).unwrap());
}

/// In a report: that the clock of a host on this machine is this machine's, as exactly as the way there lets know.
pub(crate) fn check_clock(host: &Value) {
    let ms = |key: &str| host[key].as_f64().unwrap_or_else(|| panic!("{key} is not known: {host}"));
    let rounded = 0.002;
    assert!(ms("clock_offset_ms").abs() <= ms("round_trip_ms") / 2.0 + rounded, "{host}");
    assert!((0.0..2_000.0).contains(&ms("round_trip_ms")), "{host}");
}

fn check_schema(report: &Value) {
    let schema = fs::read_to_string(repository().join("configs/report.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let mistakes: Vec<_> = schema.iter_errors(report).map(|error| error.to_string()).collect();
    assert!(mistakes.is_empty(), "{mistakes:#?} in {report:#}");
    let mut wrong = report.clone();
    wrong["hosts"][1]["lost"] = json!("once");
    assert!(!schema.is_valid(&wrong), "the schema says what hosts are");
}

#[test]
fn each_host_logs_who_is_here_and_who_is_gone() {
    let pair = Pair::new("mode: router, ");
    let (base, robot) = (pair.start("base"), pair.start("robot"));
    logs(&base, "INFO", "the host robot is here");
    logs(&robot, "INFO", "the host base is here");
    base.process().signal("KILL");
    logs(&robot, "WARN", "the host base is gone");
    let second = pair.start("base");
    robot.process().wait_until(PATIENCE, "seen the base again", || {
        robot.process().log().iter().filter(|line| line.contains("the host base is here")).count() == 2
    });
    logs(&second, "INFO", "the host robot is here");
    let report = robot.stop();
    check_schema(&report);
    assert_eq!((&report["hosts"][0]["present"], &report["hosts"][0]["lost"]), (&json!(true), &json!(1)), "{report:#}");
    logs(&second, "WARN", "the host robot is gone");
    let report = second.stop();
    assert_eq!((&report["hosts"][1]["present"], &report["hosts"][1]["lost"]), (&json!(false), &json!(1)), "{report:#}");
}

#[test]
fn two_processes_that_are_the_same_host_are_told_of() {
    let pair = Pair::new("mode: router, ");
    let (base, robot) = (pair.start("base"), pair.start("robot"));
    logs(&base, "INFO", "the host robot is here");
    let twin = pair.start("robot");
    for run in [&base, &robot, &twin] {
        logs(run, "WARN", "more than one process says that it is the host robot");
    }
    let (code, said) = pair.compare();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("robot: 2 processes say that they are this host"), "{said}");
    // One of them may stay unheard, which was seen once: probably as a router takes for granted that peers of one region reach each other.
    assert!(said.contains("): up to date\n") && said.contains("robot (2 of 2): "), "{said}");
    for run in [twin, robot, base] {
        let _ = run.stop();
    }
}

/// A router passes on who is where, and so does a base that is no router.
#[test]
fn what_would_change_is_told_for_each_host_and_actor() {
    for mode in ["mode: router, ", ""] {
        let pair = Pair::new(mode);
        let (code, said) = pair.compare();
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("no host can be reached; tried tcp/127.0.0.1:7447 (no connection)"), "{said}");

        let base = pair.start("base");
        // It listens before its actors are connected.
        logs(&base, "INFO", "pair runs: 2 actors");
        assert_eq!(pair.compare(), (Some(1), "base: up to date\nrobot: not running\n".to_owned()), "{mode}");
        let robot = pair.start("robot");
        logs(&base, "INFO", "the host robot is here");
        assert_eq!(pair.compare(), (Some(0), "base: up to date\nrobot: up to date\n".to_owned()), "{mode}");

        pair.edit("actors:", "# What they run.\nactors:");
        assert_eq!(pair.compare().0, Some(0), "a comment changes nothing");
        pair.edit("0.5", "0.6");
        let edited = "base: steering would restart (its entry differs)\nrobot: up to date\n";
        assert_eq!(pair.compare(), (Some(1), edited.to_owned()), "{mode}");
        pair.edit("{name: sums, namespace: /front", "{name: products, namespace: /front");
        let output = pair.plan(&["--json"]);
        let expected = json!({"deployment": "pair", "hosts": [
            {"name": "base", "up_to_date": false, "processes": [
                {"state": "runs", "restart": ["steering"], "start": [], "stop": []}]},
            {"name": "robot", "up_to_date": false, "processes": [
                {"state": "runs", "restart": [], "start": ["front/products"], "stop": ["front/sums"]}]},
        ]});
        assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap(), expected, "{mode}");
        let _ = robot.stop();
        let _ = base.stop();
    }
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_reason() {
    // Held, so that nobody else listens there; it is never answered.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("silent.yaml");
    fs::write(&path, file("", silent.local_addr().unwrap().port())).unwrap();
    let silent_file = path.to_str().unwrap();
    for (arguments, part) in [
        (&["plan", "configs/lesson_4_1.yaml", "--running"][..], "no section `hosts`"),
        (&["plan", "configs/two_hosts.yaml", "--running", "--host", "bse"], "did you mean `base`?"),
        (&["plan", "configs/secure.yaml", "--running"], "`--host NAME`"),
        (&["plan", "configs/secure.yaml", "--running", "--host", "base"], "ca.pem: this file cannot be read"),
        (&["plan", silent_file, "--running"], "no host can be reached; tried tcp/127.0.0.1:"),
        (&["plan", "configs/two_hosts.yaml", "--host", "base"], "--running"),
        (&["plan", "configs/two_hosts.yaml", "--compose", "x.yaml"], "--image"),
        (&["plan", "tests/bad_configs/hosts_placement.yaml", "--running"], "hosts_placement.yaml"),
    ] {
        let output = finish(&mut rosactor(arguments));
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(part), "expected {part:?} for {arguments:?}: {said}");
    }
    assert!(!Path::new("x.yaml").exists());
}

#[test]
fn a_plan_is_json_for_programs() {
    let output = finish(&mut rosactor(&["plan", "configs/secure.yaml", "--bind", "base=10.0.0.2", "--json"]));
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    let robot = json!({
        "name": "robot", "mode": "peer", "bridge": false,
        "actors": ["/simulated_robot", "/math_client", "/fibonacci_client"],
        "listen": ["tls/127.0.0.1:0"], "connect": ["tls/10.0.0.2:7447"],
        "needs": ["configs/keys/ca.pem", "configs/keys/robot.pem", "configs/keys/robot.key"],
    });
    assert_eq!((&plan["deployment"], &plan["hosts"][1]), (&json!("secure"), &robot), "{plan:#}");
    let crossing = json!({"kind": "topic", "name": "/cmd_vel", "from": ["base"], "to": ["robot"]});
    assert_eq!((plan["crossings"].as_array().unwrap().len(), &plan["crossings"][1]), (4, &crossing), "{plan:#}");
}
