//! Lesson: asynchronous tasks.

use rosactor::launch::Running;
use serde_json::json;

use crate::support::{actor, assert_nothing_is_lost, start, told, told_number, wait_until};

fn run(params: &str) -> Running {
    start(&format!(
        "  - {{name: status, type: probe/TextLog, remap: {{text: async_status}}}}
  - {{name: result, type: probe/TextLog, remap: {{text: async_result}}}}
  - {{name: async_processing_node, type: lessons/AsyncProcessing, params: {{{params}}}}}
  - {{name: camera, type: probe/ImageSource}}
"
    ))
}

const NODE: &str = "async_processing_node";

#[test]
fn operations_overlap_and_images_go_on() {
    let running = run("period_s: 0.1, wait_s: 0.45, cpu_task_s: 0.05");
    wait_until(&running, "an operation that begins while two others are in work", |report| {
        told_number(report, "status", "Starting async task...") >= told_number(report, NODE, "completed") + 3.0
    });
    wait_until(&running, "more images than operations", |report| {
        let completed = told_number(report, NODE, "completed");
        completed >= 3.0 && told_number(report, NODE, "images") >= 5.0 * completed
    });
    let report = running.stop();
    assert_nothing_is_lost(&report);
    assert_eq!(told(&report, NODE, "failed"), json!(0));
}

#[test]
fn each_completed_operation_publishes_its_result() {
    let running = run("period_s: 0.02, wait_s: 0.0, cpu_task_s: 0.0");
    let report = wait_until(&running, "five results", |report| {
        told_number(report, "result", "Async task completed: Processed data") >= 5.0
    });
    assert!(told_number(&report, NODE, "completed") >= 5.0);
}

#[test]
fn a_failing_task_is_counted_and_the_actor_lives_on() {
    let running = run("period_s: 0.02, wait_s: 0.0, cpu_task_s: 0.0, fail_every: 3");
    let report = wait_until(&running, "failures and successes after them", |report| {
        told_number(report, NODE, "failed") >= 3.0 && told_number(report, NODE, "completed") >= 8.0
    });
    assert_eq!(actor(&report, NODE).restarts, 0);
}

#[test]
fn a_restart_does_not_lose_the_counts() {
    let running = run("period_s: 0.02, wait_s: 0.0, cpu_task_s: 0.0");
    let before = wait_until(&running, "an operation", |report| told_number(report, NODE, "completed") >= 2.0);
    assert!(running.inject_panic(NODE));
    let after = wait_until(&running, "the restart", |report| actor(report, NODE).restarts == 1);
    assert!(told_number(&after, NODE, "completed") >= told_number(&before, NODE, "completed"));
    assert!(told_number(&after, NODE, "images") >= told_number(&before, NODE, "images"));
}
