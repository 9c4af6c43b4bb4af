//! The lesson of `configs/lesson_4_1.yaml`, run as a user runs it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rosactor_tests::command::{finish, repository, rosactor, text};
use rosactor_tests::process::{Process, children, is_running};
use serde_json::{Value, json};

const LESSON: &str = "configs/lesson_4_1.yaml";

/// What the command logs when everybody has begun.
const BEGUN: &str = "lesson_4_1 runs: 10 actors";

/// Longer than anything waited for here takes on a busy machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The time in which a stop must be over: the two seconds that ROS tools expect, and what a busy machine takes to end processes.
const STOP: Duration = Duration::from_secs(5);

/// The actors, in file order, with their state at the end of the lesson.
const STATES: [(&str, &str, &str); 10] = [
    ("math_service", "lessons/MathService", "running"),
    ("fibonacci_server", "lessons/FibonacciServer", "running"),
    ("data_processing", "lessons/DataProcessing", "running"),
    ("simulated_robot", "lessons/SimulatedRobot", "running"),
    ("sensor_processing_node", "lessons/SensorProcessing", "running"),
    ("async_processing_node", "lessons/AsyncProcessing", "running"),
    ("math_client", "lessons/MathClient", "finished"),
    ("fibonacci_client", "lessons/FibonacciClient", "finished"),
    ("data_processing_client", "lessons/DataProcessingClient", "finished"),
    ("concurrency_demo", "lessons/ConcurrencyDemo", "finished"),
];

/// Reads a report, after a look whether it has the documented shape.
fn report(file: &Path) -> Value {
    let schema = fs::read_to_string(repository().join("configs/report.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let report = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let mistakes: Vec<_> =
        schema.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(mistakes.is_empty(), "the report is not as its schema says: {mistakes:#?}");
    report
}

fn actor<'a>(report: &'a Value, name: &str) -> &'a Value {
    let mut actors = report["actors"].as_array().unwrap().iter();
    actors.find(|actor| actor["name"] == name).unwrap_or_else(|| panic!("{name} is not in the report"))
}

fn told(report: &Value, name: &str, key: &str) -> Value {
    actor(report, name)["outcome"][key].clone()
}

fn number(report: &Value, name: &str, key: &str) -> f64 {
    told(report, name, key).as_f64().unwrap_or_else(|| panic!("{name} does not tell {key}: {report:#}"))
}

/// Every mailbox accounts for each thing that it received; returns how many mailboxes there are.
fn assert_nothing_is_lost(report: &Value) -> usize {
    let mut count = 0;
    for actor in report["actors"].as_array().unwrap() {
        for mailbox in actor["mailboxes"].as_array().unwrap() {
            let of = |key: &str| mailbox[key].as_u64().unwrap();
            let accounted = of("delivered") + of("dropped") + of("expired") + of("queued");
            assert_eq!(of("received"), accounted, "{}: {mailbox:#}", actor["name"]);
            assert_eq!(of("malformed"), 0, "{}: {mailbox:#}", actor["name"]);
            count += 1;
        }
    }
    count
}

#[test]
fn the_whole_lesson() {
    let folder = tempfile::tempdir().unwrap();
    let (r, p) = (folder.path().join("r.json"), folder.path().join("p.svg"));
    let files = (r.to_str().unwrap(), p.to_str().unwrap());
    let output = finish(&mut rosactor(&["run", LESSON, "--for", "20s", "--report", files.0, "--plot", files.1]));
    let log = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{log}");

    let report = report(&r);
    assert_eq!((&report["deployment"], &report["ok"]), (&json!("lesson_4_1"), &json!(true)));
    let duration_s = report["duration_s"].as_f64().unwrap();
    assert!((20.0..22.0).contains(&duration_s), "it ran for {duration_s} s");
    let states: Vec<_> = report["actors"].as_array().unwrap().iter().collect();
    let states: Vec<_> = states.iter().map(|actor| [&actor["name"], &actor["type"], &actor["state"]]).collect();
    let expected = STATES.map(|(name, kind, state)| [json!(name), json!(kind), json!(state)]);
    assert_eq!(states, expected.each_ref().map(|actor| actor.each_ref()));
    for (name, ..) in STATES {
        assert_eq!(actor(&report, name)["restarts"], 0, "{name}\n{log}");
    }
    assert!(assert_nothing_is_lost(&report) >= 9, "some mailboxes are not in the report: {report:#}");
    the_actors_did_their_work(&report);
    the_picture_shows_it(&fs::read_to_string(&p).unwrap(), number(&report, "simulated_robot", "distance_m"));

    for line in ["Sensor processing node initialized", "Request: 42 + 38 = 80", "Result: 80"] {
        assert_eq!(log.matches(line).count(), 1, "{line:?} in\n{log}");
    }
    // The requests that are refused as they should be are warnings; and nothing is coloured where no person looks on.
    assert!(!log.contains("[ERROR]") && !log.contains('\x1b'), "{log}");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "something else was left behind: {left:?}");
}

fn the_actors_did_their_work(report: &Value) {
    assert_eq!(told(report, "math_client", "result"), 80);
    assert_eq!(told(report, "fibonacci_client", "status"), "succeeded");
    assert_eq!(told(report, "fibonacci_client", "sequence"), json!([0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55]));
    assert!(number(report, "async_processing_node", "completed") >= 10.0, "{report:#}");
    // Five images a second: operations must not hold them up.
    assert!(number(report, "async_processing_node", "images") >= 80.0, "{report:#}");
    assert!(number(report, "simulated_robot", "distance_m") > 2.0, "{report:#}");
    assert_eq!(told(report, "simulated_robot", "collisions"), 0);
    assert!(number(report, "data_processing_client", "requests") > 0.0);
    assert_eq!(told(report, "data_processing_client", "failed"), 0);
    let (sequential, concurrent) =
        (number(report, "concurrency_demo", "sequential_s"), number(report, "concurrency_demo", "concurrent_s"));
    assert!(sequential > concurrent && concurrent > 0.0);
    let speedup = number(report, "concurrency_demo", "speedup");
    assert!((speedup - sequential / concurrent).abs() < 1e-6 && speedup > 1.5, "{speedup}");
}

/// The attribute of an SVG element.
fn attribute<'a>(element: &'a str, name: &str) -> &'a str {
    let (_, rest) = element.split_once(&format!(" {name}=\"")).unwrap_or_else(|| panic!("{element} has no {name}"));
    rest.split('"').next().unwrap()
}

/// The elements of a kind.
fn elements<'a>(svg: &'a str, kind: &str) -> Vec<&'a str> {
    svg.lines().filter(|line| line.starts_with(&format!("<{kind} "))).collect()
}

fn the_picture_shows_it(svg: &str, distance_m: f64) {
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
    let heading = format!("{distance_m:.2} m driven · 0 collisions");
    assert!(svg.contains(&heading), "expected {heading:?} in\n{svg}");
    // The grid has a line for every metre.
    let grid: Vec<f64> = elements(svg, "line").iter().map(|line| attribute(line, "x1").parse().unwrap()).collect();
    let px_per_m = grid[1] - grid[0];
    let points = |line: &&str| -> Vec<(f64, f64)> {
        let pairs = attribute(line, "points").split_whitespace().map(|pair| pair.split_once(',').unwrap());
        pairs.map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap())).collect()
    };
    let polylines = elements(svg, "polyline");
    assert!(polylines.len() >= 2, "walls and way: {svg}");
    // Walls have few corners.
    let way = polylines.iter().map(points).max_by_key(Vec::len).unwrap();
    let length_px: f64 = way.windows(2).map(|two| (two[1].0 - two[0].0).hypot(two[1].1 - two[0].1)).sum();
    let length_m = length_px / px_per_m;
    assert!(
        (length_m - distance_m).abs() < 0.05 * distance_m,
        "the drawn way is {length_m} m long, not {distance_m} m"
    );
    // A dot for each beam that met something.
    assert!(elements(svg, "circle").len() > 100, "the last scan is not drawn: {svg}");
}

/// Waits for the end of the program; its exit code, how long that took, and its log.
fn end(mut program: Process) -> (Option<i32>, Duration, String) {
    let begin = Instant::now();
    let code = program.wait(PATIENCE).code();
    (code, begin.elapsed(), program.log().join("\n"))
}

/// Interrupts the lesson soon after its begin: it ends in time and well, with its files written.
fn a_signal_ends_the_lesson_well(signal: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (r, p) = (folder.path().join("r.json"), folder.path().join("p.svg"));
    let files = (r.to_str().unwrap(), p.to_str().unwrap());
    let lesson = Process::start("rosactor", &mut rosactor(&["run", LESSON, "--report", files.0, "--plot", files.1]));
    lesson.wait_for_log(PATIENCE, |line| line.contains(BEGUN));
    // Goals, operations and requests are under way by then.
    lesson.wait_for_log(PATIENCE, |line| line.contains("Feedback: "));
    lesson.signal(signal);
    let (code, took, log) = end(lesson);
    assert_eq!(code, Some(0), "{log}");
    assert!(took < STOP, "the stop took {took:?}:\n{log}");
    let report = report(&r);
    assert_eq!(report["ok"], true);
    assert_eq!(actor(&report, "simulated_robot")["state"], "running", "states are those of the stop's begin");
    assert!(STATES.iter().all(|(name, ..)| actor(&report, name)["restarts"] == 0));
    assert_nothing_is_lost(&report);
    assert!(fs::read_to_string(&p).unwrap().starts_with("<svg "));
}

#[test]
fn ctrl_c_ends_it_well() {
    a_signal_ends_the_lesson_well("INT");
}

#[test]
fn sigterm_ends_it_well() {
    a_signal_ends_the_lesson_well("TERM");
}

/// A program that takes its time; it ends by itself, so that nothing stays behind.
const STUBBORN: &str = "deployment: stubborn
actors:
  - name: stubborn
    exec: [sh, -c, \"trap '' TERM; echo deaf; exec sleep 10\"]
";

fn start_stubborn(folder: &Path) -> Process {
    let file = folder.join("stubborn.yaml");
    fs::write(&file, STUBBORN).unwrap();
    let stubborn = Process::start("rosactor", &mut rosactor(&["run", file.to_str().unwrap()]));
    stubborn.wait_for_log(PATIENCE, |line| line.contains("deaf"));
    stubborn
}

#[test]
fn a_program_that_will_not_stop_is_ended_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let stubborn = start_stubborn(folder.path());
    stubborn.signal("INT");
    let (code, took, log) = end(stubborn);
    assert_eq!(code, Some(0), "{log}");
    assert!(took < STOP, "the stop took {took:?}:\n{log}");
}

#[test]
fn a_second_ctrl_c_ends_a_slow_stop_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let stubborn = start_stubborn(folder.path());
    stubborn.signal("INT");
    stubborn.wait_for_log(PATIENCE, |line| line.contains("once more ends it at once"));
    let programs = children(stubborn.id());
    assert_eq!(programs.len(), 1, "{programs:?}");
    stubborn.signal("INT");
    let (code, took, log) = end(stubborn);
    assert_eq!(code, Some(130), "{log}");
    assert!(took < Duration::from_secs(1), "it took {took:?}:\n{log}");
    // A signal takes a moment to be acted upon.
    let begin = Instant::now();
    while programs.iter().any(|(pid, name)| is_running(*pid, name)) {
        assert!(begin.elapsed() < PATIENCE, "{programs:?} outlived the command");
        std::thread::yield_now();
    }
}
