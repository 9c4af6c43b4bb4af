//! Lesson: service and client.

use rosactor::ActorState;
use serde_json::json;

use crate::support::{actor, assert_nothing_is_lost, start, told, wait_until};

fn sum_of(params: &str) -> serde_json::Value {
    // The client first: it has to wait for the service.
    let running = start(&format!(
        "  - {{name: math_client, type: lessons/MathClient, params: {{{params}}}}}
  - {{name: math_service, type: lessons/MathService}}
"
    ));
    wait_until(&running, "the client's end", |report| actor(report, "math_client").state == ActorState::Finished);
    let report = running.stop();
    assert_eq!(actor(&report, "math_service").state, ActorState::Running);
    assert!(report.ok && report.actors.iter().all(|actor| actor.restarts == 0), "{report:#?}");
    assert_nothing_is_lost(&report);
    told(&report, "math_client", "result")
}

#[test]
fn the_sum_of_42_and_38_is_80() {
    assert_eq!(sum_of(""), json!(80));
}

#[test]
fn a_sum_that_does_not_fit_wraps() {
    assert_eq!(sum_of("a: 9223372036854775807, b: 1"), json!(i64::MIN));
}

#[test]
fn without_a_service_the_client_waits() {
    let running = start(
        "  - {name: math_client, type: lessons/MathClient, params: {remind_s: 0.02}}
  - {name: beats, type: probe/ImageSource}
",
    );
    let report = wait_until(&running, "twenty beats", |report| {
        actor(report, "beats").mailboxes.iter().any(|mailbox| mailbox.counters.delivered >= 20)
    });
    assert_eq!(actor(&report, "math_client").state, ActorState::Running);
    assert!(actor(&report, "math_client").outcome.is_empty());
}
