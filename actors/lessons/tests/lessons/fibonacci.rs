//! Lesson: action server and client.

use rosactor::{ActorState, launch::Report};
use serde_json::json;

use crate::support::{actor, assert_nothing_is_lost, start, told, wait_until};

fn run(step_s: f64, params: &str) -> Report {
    let running = start(&format!(
        "  - {{name: fibonacci_client, type: lessons/FibonacciClient, params: {{{params}}}}}
  - {{name: fibonacci_server, type: lessons/FibonacciServer, params: {{step_s: {step_s:?}}}}}
"
    ));
    wait_until(&running, "the client's end", |report| actor(report, "fibonacci_client").state == ActorState::Finished);
    let report = running.stop();
    assert!(report.ok, "{report:#?}");
    assert_nothing_is_lost(&report);
    report
}

#[test]
fn order_10_succeeds_with_its_exact_sequence() {
    let report = run(0.01, "");
    assert_eq!(told(&report, "fibonacci_client", "status"), json!("succeeded"));
    let sequence = json!([0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55]);
    assert_eq!(told(&report, "fibonacci_client", "sequence"), sequence);
}

#[test]
fn the_smallest_and_the_largest_order_succeed() {
    let report = run(0.0, "order: 0");
    assert_eq!(told(&report, "fibonacci_client", "sequence"), json!([0]));
    let report = run(0.0, "order: 46");
    let sequence = told(&report, "fibonacci_client", "sequence");
    assert_eq!(sequence.as_array().and_then(|sequence| sequence.last()), Some(&json!(1_836_311_903)));
}

#[test]
fn orders_out_of_range_are_rejected() {
    for order in [-1, 47] {
        let report = run(0.0, &format!("order: {order}"));
        assert_eq!(told(&report, "fibonacci_client", "status"), json!("rejected"), "order {order}");
        assert_eq!(told(&report, "fibonacci_client", "sequence"), json!(null));
    }
}

#[test]
fn cancelling_takes_effect_at_once() {
    // A step of 50 s: only a cancel that interrupts it lets the test end in time.
    let report = run(50.0, "cancel_after_steps: 1");
    assert_eq!(told(&report, "fibonacci_client", "status"), json!("canceled"));
    assert_eq!(told(&report, "fibonacci_client", "sequence"), json!([0]));
}
