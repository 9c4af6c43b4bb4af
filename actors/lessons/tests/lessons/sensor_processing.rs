//! Lesson: sensor processing.

use rosactor::launch::Running;
use serde_json::json;

use crate::support::{assert_nothing_is_lost, start, told, told_number, wait_until};

fn run(source: &str, params: &str) -> Running {
    start(&format!(
        "  - {{name: log, type: probe/TwistLog, mailboxes: {{cmd_vel: {{keep_last: 1000}}}}}}
  - {{name: sensor_processing_node, type: lessons/SensorProcessing, params: {{control_period_s: 0.02{params}}}}}
  - {{name: source, type: probe/ScanSource, params: {{{source}}}}}
"
    ))
}

fn commands_for(ranges: &str) -> serde_json::Value {
    let running = run(&format!("ranges: {ranges}"), "");
    wait_until(&running, "ten commands", |report| told_number(report, "log", "count") >= 10.0);
    let report = running.stop();
    assert_eq!(told(&report, "log", "odd"), json!(null));
    assert_nothing_is_lost(&report);
    told(&report, "log", "changes")
}

#[test]
fn the_nearest_range_decides_and_the_robot_is_stopped_at_the_end() {
    // The end is not always seen: the log stops before the publisher does, as actors stop in reverse order.
    for (ranges, command) in [
        ("[3.0, 0.3, 2.0]", [0.0, 0.5]),
        ("[3.0, 2.0]", [0.5, 0.0]),
        ("[.nan, .inf, 0.05]", [0.5, 0.0]),
        ("[]", [0.5, 0.0]),
    ] {
        let changes = commands_for(ranges);
        let seen = changes.as_array().cloned().unwrap_or_default();
        assert_eq!(seen.first(), Some(&json!(command)), "{ranges}: {changes}");
        assert!(seen[1..].iter().all(|change| *change == json!([0.0, 0.0])), "{ranges}: {changes}");
    }
}

#[test]
fn going_down_stops_the_robot() {
    let running = run("ranges: [3.0]", "");
    wait_until(&running, "a command", |report| told_number(report, "log", "count") >= 1.0);
    assert!(running.inject_panic("sensor_processing_node"));
    let report = wait_until(&running, "driving on after the restart", |report| {
        told(report, "log", "changes") == json!([[0.5, 0.0], [0.0, 0.0], [0.5, 0.0]])
    });
    assert_eq!(crate::support::actor(&report, "sensor_processing_node").restarts, 1);
}

#[test]
fn an_old_scan_stops_the_robot_if_asked_for() {
    let running = run("ranges: [3.0], count: 20", ", max_scan_age_s: 0.1");
    wait_until(&running, "the stop", |report| {
        told(report, "log", "changes").as_array().is_some_and(|changes| changes.last() == Some(&json!([0.0, 0.0])))
    });
    let running = run("ranges: [3.0], count: 1", "");
    let report = wait_until(&running, "many commands", |report| told_number(report, "log", "count") >= 50.0);
    assert_eq!(told(&report, "log", "changes"), json!([[0.5, 0.0]]), "by default the age does not matter");
}

#[test]
fn without_a_scan_there_is_no_command() {
    let running = start(
        "  - {name: log, type: probe/TwistLog}
  - {name: sensor_processing_node, type: lessons/SensorProcessing, params: {control_period_s: 0.01}}
",
    );
    let report = wait_until(&running, "twenty beats", |report| {
        let mailboxes = &crate::support::actor(report, "sensor_processing_node").mailboxes;
        mailboxes.iter().any(|mailbox| mailbox.counters.delivered >= 20)
    });
    assert_eq!(told(&report, "log", "count"), json!(null));
}
