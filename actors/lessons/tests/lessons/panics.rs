//! A panic in one lesson is the matter of that lesson alone.

use rosactor::ActorState;

use crate::support::{actor, start, wait_until};

const LASTING: [&str; 6] = [
    "math_service",
    "fibonacci_server",
    "data_processing",
    "simulated_robot",
    "sensor_processing_node",
    "async_processing_node",
];

const ALL: &str = "  - {name: math_service, type: lessons/MathService}
  - {name: fibonacci_server, type: lessons/FibonacciServer}
  - {name: data_processing, type: lessons/DataProcessing}
  - {name: simulated_robot, type: lessons/SimulatedRobot}
  - {name: sensor_processing_node, type: lessons/SensorProcessing}
  - {name: async_processing_node, type: lessons/AsyncProcessing}
";

/// It asks all the servers again and again, so that their handlers are called.
const CALLER: &str = "  - {name: caller, type: probe/Caller}\n";

#[test]
fn each_lesson_comes_back_and_the_others_notice_nothing() {
    for name in LASTING {
        let running = start(&format!("{ALL}{CALLER}"));
        assert!(running.inject_panic(name), "{name}");
        let report = wait_until(&running, "the restart", |report| actor(report, name).restarts >= 1);
        assert_eq!(actor(&report, name).restarts, 1, "{name}");
        for other in LASTING.iter().filter(|other| **other != name) {
            assert_eq!(
                (actor(&report, other).state, actor(&report, other).restarts),
                (ActorState::Running, 0),
                "{other}"
            );
        }
        let handled = |report: &rosactor::launch::Report| {
            actor(report, name).mailboxes.iter().map(|mailbox| mailbox.counters.delivered).sum::<u64>()
        };
        let at_restart = handled(&report);
        let report = wait_until(&running, "something handled after it", |report| handled(report) > at_restart);
        assert_eq!(actor(&report, name).state, ActorState::Running, "{name}");
    }
}
