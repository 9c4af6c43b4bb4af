//! Every example runs, and does what it says.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

use rosactor_tests::process::binary;
use serde_json::Value;

/// Runs an example's program with its file for half a second; its report.
fn run(program: &str) -> Value {
    let example = program.trim_start_matches("examples/");
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = Command::new(binary(program))
        .current_dir(root)
        .args(["run", &format!("configs/{example}.yaml"), "--for", "500ms", "--report"])
        .arg(&report)
        .output()
        .unwrap();
    assert!(output.status.success(), "{example}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap()
}

#[test]
fn the_safety_stop_keeps_its_beat() {
    let report = run("examples/safety_stop");
    let mailboxes = report["actors"][0]["mailboxes"].as_array().unwrap();
    let timer = mailboxes.iter().find(|mailbox| mailbox["kind"] == "timer").unwrap();
    assert_eq!(timer["endpoint"], "100ms");
    assert!(timer["delivered"].as_u64().unwrap() > 0, "{timer}");
}

#[test]
fn the_asker_gets_its_sum_and_finishes() {
    let report = run("examples/add_two_ints");
    assert_eq!(report["actors"][1]["outcome"]["sum"], 5);
    assert_eq!(report["actors"][1]["state"], "finished");
    assert_eq!(report["actors"][0]["state"], "running");
}

#[test]
fn custom_interfaces_are_published_served_and_performed() {
    let report = run("custom_interfaces");
    let pilot = &report["actors"][1];
    assert_eq!(pilot["state"], "finished");
    assert_eq!((&pilot["outcome"]["speed"], &pilot["outcome"]["wheels"]), (&1.0.into(), &4.into()));
    let driven = pilot["outcome"]["driven"].as_f64().unwrap();
    assert!((0.1..0.12).contains(&driven), "the goal was 0.1 m, and it drove {driven} m");
}
