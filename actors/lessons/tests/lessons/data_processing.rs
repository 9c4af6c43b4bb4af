//! Lesson: a service of an own type.

use rosactor::ActorState;
use serde_json::json;

use crate::support::{actor, assert_nothing_is_lost, start, told, wait_until};

#[test]
fn every_answer_is_right() {
    let running = start(
        "  - {name: data_processing_client, type: lessons/DataProcessingClient}
  - {name: data_processing, type: lessons/DataProcessing}
",
    );
    wait_until(&running, "the client's end", |report| {
        actor(report, "data_processing_client").state == ActorState::Finished
    });
    let report = running.stop();
    assert_eq!(told(&report, "data_processing_client", "failed"), json!(0));
    assert_eq!(told(&report, "data_processing_client", "requests"), json!(7));
    assert_nothing_is_lost(&report);
}
