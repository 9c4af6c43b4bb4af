//! The five lifecycle services of a ROS node, and `~/transition_event`.

use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use rosactor_transport::TopicPublisher;
use rosactor_transport::messages::lifecycle_msgs::{
    ChangeState, ChangeStateResponse, GetAvailableStates, GetAvailableStatesResponse, GetAvailableTransitions,
    GetAvailableTransitionsResponse, GetState, GetStateResponse, Transition, TransitionEvent,
};
use rosactor_transport::qos::Qos;

use super::Gate;
use super::machine::{self, GRAPH, LifecycleState};
use super::transit::Managed;
use crate::port::NodeService;
use crate::setup::{Blueprint, HandlePlan};

/// A service that asks the actor for a transition, and hears whether it led to where it should.
type LifecycleService = NodeService<Transition, bool>;

/// Adds the services and the announcement of transitions to what an actor consists of.
pub(crate) fn push<A: 'static>(blueprint: &mut Blueprint<A>, managed: &Rc<Managed<A>>) {
    blueprint.handles.push(events(Arc::clone(&managed.events)));
    for service in services(&managed.gate) {
        let managed = Rc::clone(managed);
        blueprint.ports.push(Box::new(move |endpoints| {
            service.port(endpoints, move |actor: &mut A, asked| managed.change(actor, &asked))
        }));
    }
}

fn services(gate: &Arc<Gate>) -> [LifecycleService; 5] {
    let (of_state, of_transitions) = (Arc::clone(gate), Arc::clone(gate));
    [
        LifecycleService::new::<ChangeState>("change_state", |change, request| ChangeStateResponse {
            success: change(request.transition),
            ..Default::default()
        }),
        LifecycleService::new::<GetState>("get_state", move |_, _| GetStateResponse {
            current_state: of_state.managed_state().message(),
            ..Default::default()
        }),
        LifecycleService::new::<GetAvailableStates>("get_available_states", |_, _| GetAvailableStatesResponse {
            available_states: LifecycleState::ALL.map(LifecycleState::message).into(),
            ..Default::default()
        }),
        LifecycleService::new::<GetAvailableTransitions>("get_available_transitions", move |_, _| {
            GetAvailableTransitionsResponse {
                available_transitions: machine::from(of_transitions.managed_state())
                    .map(machine::Edge::description)
                    .collect(),
                ..Default::default()
            }
        }),
        LifecycleService::new::<GetAvailableTransitions>("get_transition_graph", |_, _| {
            GetAvailableTransitionsResponse {
                available_transitions: GRAPH.iter().map(machine::Edge::description).collect(),
                ..Default::default()
            }
        }),
    ]
}

fn events(connected: Arc<OnceLock<TopicPublisher<TransitionEvent>>>) -> HandlePlan {
    Box::new(move |endpoints| {
        let publisher = endpoints.handle("transition events".to_owned(), |participant| {
            participant.publisher::<TransitionEvent>("~/transition_event", Qos::default())
        })?;
        // An incarnation connects once.
        let _ = connected.set((*publisher).clone());
        Ok(())
    })
}
