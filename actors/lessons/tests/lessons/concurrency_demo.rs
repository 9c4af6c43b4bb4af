//! Lesson: sequential and concurrent.

use rosactor::ActorState;

use crate::support::{actor, start, told_number, wait_until};

#[test]
fn concurrent_operations_take_less_time() {
    let running = start(
        "  - {name: concurrency_demo, type: lessons/ConcurrencyDemo, params: {wait_s: 0.2, primes_below: 1000}}
",
    );
    let report = wait_until(&running, "the end of the demo", |report| {
        actor(report, "concurrency_demo").state == ActorState::Finished
    });
    let told = |key| told_number(&report, "concurrency_demo", key);
    assert!(told("sequential_s") >= 0.8, "four waits of 0.2 s, one after the other: {report:#?}");
    assert!(told("concurrent_s") >= 0.2 && told("speedup") > 1.5, "{report:#?}");
    assert!((told("speedup") - told("sequential_s") / told("concurrent_s")).abs() < 1e-9);
}
