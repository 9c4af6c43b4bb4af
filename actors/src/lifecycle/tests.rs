//! Every state times every transition times every way it can go, against what rclcpp does.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use rosactor_transport::messages::lifecycle_msgs::Transition as Asked;

use super::machine::{Ended, GRAPH, LifecycleState};
use super::*;
use crate::{Actor, Setup};

use LifecycleState::{Active, ErrorProcessing, Finalized, Inactive, Unconfigured};

/// Ends its methods as it is told, and notes which were called from which state.
struct Probe {
    own: Ended,
    on_error: Ended,
    panics: bool,
    called: Vec<(&'static str, LifecycleState)>,
}

impl Actor for Probe {
    fn setup(_: &mut Setup<Self>) -> Result<Self> {
        Err("it is built by the test".into())
    }
}

impl Probe {
    fn end(&mut self, method: &'static str, before: LifecycleState) -> Result<Transition> {
        self.called.push((method, before));
        match if method == "error" { self.on_error } else { self.own } {
            Ended::Success => Ok(Transition::Success),
            Ended::Failure => Ok(Transition::Failure),
            Ended::Error if self.panics => panic!("the test wants it"),
            Ended::Error => Err("the test wants it".into()),
        }
    }
}

impl LifecycleActor for Probe {
    fn on_configure(&mut self, before: LifecycleState) -> Result<Transition> {
        self.end("configure", before)
    }

    fn on_activate(&mut self, before: LifecycleState) -> Result<Transition> {
        self.end("activate", before)
    }

    fn on_deactivate(&mut self, before: LifecycleState) -> Result<Transition> {
        self.end("deactivate", before)
    }

    fn on_cleanup(&mut self, before: LifecycleState) -> Result<Transition> {
        self.end("cleanup", before)
    }

    fn on_shutdown(&mut self, before: LifecycleState) -> Result<Transition> {
        self.end("shutdown", before)
    }

    fn on_error(&mut self, before: LifecycleState) -> Result<Transition> {
        self.end("error", before)
    }
}

/// From, label, id, and the state after success and after failure.
const TABLE: [(LifecycleState, &str, u8, LifecycleState, LifecycleState); 7] = [
    (Unconfigured, "configure", 1, Inactive, Unconfigured),
    (Inactive, "cleanup", 2, Unconfigured, Inactive),
    (Inactive, "activate", 3, Active, Inactive),
    (Active, "deactivate", 4, Inactive, Active),
    (Unconfigured, "shutdown", 5, Finalized, Finalized),
    (Inactive, "shutdown", 6, Finalized, Finalized),
    (Active, "shutdown", 7, Finalized, Finalized),
];
const PRIMARY: [LifecycleState; 4] = [Unconfigured, Inactive, Active, Finalized];
const ENDS: [Ended; 3] = [Ended::Success, Ended::Failure, Ended::Error];

fn asked(id: u8, label: &str) -> Asked {
    Asked { id, label: label.to_owned(), ..Asked::default() }
}

fn managed(state: LifecycleState) -> Managed<Probe> {
    let managed = Managed::new(Arc::default());
    managed.gate.enter(state, state);
    managed
}

#[test]
fn every_transition_from_every_state_ends_as_in_rclcpp() {
    for (start, label, id, success, failure) in TABLE {
        for (own, on_error, panics) in ENDS
            .iter()
            .flat_map(|own| ENDS.map(|error| (*own, error, false)))
            .chain([(Ended::Error, Ended::Success, true), (Ended::Error, Ended::Error, true)])
        {
            for request in [asked(id, ""), asked(0, label), asked(99, label)] {
                let (managed, mut probe) = (managed(start), Probe { own, on_error, panics, called: Vec::new() });
                let answer = managed.change(&mut probe, &request);
                let (goal, methods) = match (own, on_error) {
                    (Ended::Success, _) => (success, vec![(label, start)]),
                    (Ended::Failure, _) => (failure, vec![(label, start)]),
                    (Ended::Error, Ended::Success) => (Unconfigured, vec![(label, start), ("error", start)]),
                    (Ended::Error, _) => (Finalized, vec![(label, start), ("error", start)]),
                };
                let found = (answer, managed.state(), probe.called);
                assert_eq!(found, (own == Ended::Success, goal, methods), "{start} {label} {own:?} {on_error:?}");
            }
        }
    }
}

#[test]
fn what_does_not_begin_in_a_state_is_refused_and_changes_nothing() {
    let labels =
        ["configure", "cleanup", "activate", "deactivate", "shutdown", "create", "destroy", "transition_success", "?"];
    for state in PRIMARY {
        let by_id = (0..=u8::MAX).map(|id| asked(id, ""));
        for request in by_id.chain(labels.map(|label| asked(0, label))) {
            let known = |row: &(LifecycleState, &str, u8, LifecycleState, LifecycleState)| {
                row.0 == state && if request.label.is_empty() { row.2 == request.id } else { row.1 == request.label }
            };
            if TABLE.iter().any(known) {
                continue;
            }
            let probe = Probe { own: Ended::Success, on_error: Ended::Success, panics: false, called: Vec::new() };
            let (managed, mut probe) = (managed(state), probe);
            assert!(!managed.change(&mut probe, &request), "{state} {request:?}");
            assert_eq!((managed.state(), probe.called.len()), (state, 0));
        }
    }
}

#[test]
fn the_graph_is_that_of_ros() {
    let shown: Vec<_> =
        GRAPH.iter().map(|edge| format!("{} {} {}>{}", edge.id, edge.label, edge.start, edge.goal)).collect();
    // As `ros2 lifecycle list --all` prints it.
    let expected = [
        "1 configure unconfigured>configuring",
        "10 transition_success configuring>inactive",
        "11 transition_failure configuring>unconfigured",
        "12 transition_error configuring>errorprocessing",
        "2 cleanup inactive>cleaningup",
        "20 transition_success cleaningup>unconfigured",
        "21 transition_failure cleaningup>inactive",
        "22 transition_error cleaningup>errorprocessing",
        "3 activate inactive>activating",
        "30 transition_success activating>active",
        "31 transition_failure activating>inactive",
        "32 transition_error activating>errorprocessing",
        "4 deactivate active>deactivating",
        "40 transition_success deactivating>inactive",
        "41 transition_failure deactivating>active",
        "42 transition_error deactivating>errorprocessing",
        "5 shutdown unconfigured>shuttingdown",
        "6 shutdown inactive>shuttingdown",
        "7 shutdown active>shuttingdown",
        "50 transition_success shuttingdown>finalized",
        "51 transition_failure shuttingdown>finalized",
        "52 transition_error shuttingdown>errorprocessing",
        "60 transition_success errorprocessing>unconfigured",
        "61 transition_failure errorprocessing>finalized",
        "62 transition_error errorprocessing>finalized",
    ];
    assert_eq!(shown, expected);
    let ids = LifecycleState::ALL.map(LifecycleState::id);
    assert_eq!(ids, [0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 15]);
}

#[test]
fn publishers_send_from_activation_until_the_actor_is_safe() {
    let gate = Gate::default();
    let sends = |state, before| {
        gate.enter(state, before);
        gate.lets_pass("/x")
    };
    assert!(PRIMARY.into_iter().all(|state| sends(state, state) == (state == Active)));
    for (state, before, expected) in [
        (LifecycleState::Activating, Inactive, true),
        (LifecycleState::Deactivating, Active, true),
        (LifecycleState::ShuttingDown, Active, true),
        (LifecycleState::ShuttingDown, Inactive, false),
        (ErrorProcessing, Active, true),
        (ErrorProcessing, Inactive, false),
        (LifecycleState::Configuring, Unconfigured, false),
        (LifecycleState::CleaningUp, Inactive, false),
    ] {
        assert_eq!(sends(state, before), expected, "{state} from {before}");
    }
    assert_eq!(gate.held_back(), 7);
}
