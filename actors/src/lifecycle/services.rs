//! The five lifecycle services of a ROS node, and `~/transition_event`.

use std::rc::Rc;
use std::sync::Arc;

use rosactor_transport::messages::lifecycle_msgs::{
    ChangeState, ChangeStateResponse, GetAvailableStates, GetAvailableStatesResponse, GetAvailableTransitions,
    GetAvailableTransitionsResponse, GetState, GetStateResponse, TransitionEvent,
};
use rosactor_transport::qos::Qos;

use super::machine::{self, GRAPH, LifecycleState};
use super::transit::Managed;
use crate::setup::{Blueprint, push_service};

/// Adds the services and the announcement of transitions to what an actor consists of.
pub(crate) fn push<A: 'static>(blueprint: &mut Blueprint<A>, managed: &Rc<Managed<A>>) {
    push_events(blueprint, managed);
    let changed = Rc::clone(managed);
    push_service::<A, ChangeState>(blueprint, "change_state", move |actor, request| ChangeStateResponse {
        success: changed.change(actor, &request.transition),
        ..Default::default()
    });
    let known = Rc::clone(managed);
    push_service::<A, GetState>(blueprint, "get_state", move |_, _| GetStateResponse {
        current_state: known.state().message(),
        ..Default::default()
    });
    push_service::<A, GetAvailableStates>(blueprint, "get_available_states", |_, _| GetAvailableStatesResponse {
        available_states: LifecycleState::ALL.map(LifecycleState::message).into(),
        ..Default::default()
    });
    let known = Rc::clone(managed);
    push_service::<A, GetAvailableTransitions>(blueprint, "get_available_transitions", move |_, _| {
        GetAvailableTransitionsResponse {
            available_transitions: machine::from(known.state()).map(machine::Edge::description).collect(),
            ..Default::default()
        }
    });
    push_service::<A, GetAvailableTransitions>(blueprint, "get_transition_graph", |_, _| {
        GetAvailableTransitionsResponse {
            available_transitions: GRAPH.iter().map(machine::Edge::description).collect(),
            ..Default::default()
        }
    });
}

fn push_events<A>(blueprint: &mut Blueprint<A>, managed: &Managed<A>) {
    let events = Arc::clone(&managed.events);
    blueprint.handles.push(Box::new(move |endpoints| {
        let publisher = endpoints.handle("transition events".to_owned(), |participant| {
            participant.publisher::<TransitionEvent>("~/transition_event", Qos::default())
        })?;
        // An incarnation connects once.
        let _ = events.set((*publisher).clone());
        Ok(())
    }));
}
