//! The six parameter services of a ROS node, and `/parameter_events`.

use std::rc::Rc;
use std::sync::Arc;

use rosactor_transport::messages::Service;
use rosactor_transport::messages::rcl_interfaces::{
    DescribeParameters, DescribeParametersResponse, GetParameterTypes, GetParameterTypesResponse, GetParameters,
    GetParametersResponse, ListParameters, ListParametersResponse, ParameterEvent, SetParameters,
    SetParametersAtomically, SetParametersAtomicallyResponse, SetParametersResponse,
};
use rosactor_transport::qos::{History, Qos};

use super::{Blueprint, service};
use crate::params::{Hooks, Store};
use crate::port::{Lane, ReplyNext, request_port};

/// As many events as ROS keeps for a slow listener (`rmw_qos_profile_parameter_events`).
const EVENTS: usize = 1_000;

/// Adds the services and the announcement of changes to what an actor consists of.
pub(crate) fn push<A: 'static>(blueprint: &mut Blueprint<A>, store: &Arc<Store>, hooks: Hooks<A>) {
    push_events(blueprint, Arc::clone(store));
    let hooks = Rc::new(hooks);
    let known = Arc::clone(store);
    push_service::<A, GetParameters>(blueprint, "get_parameters", move |_, request| GetParametersResponse {
        values: known.values(&request.names),
        ..Default::default()
    });
    let known = Arc::clone(store);
    push_service::<A, GetParameterTypes>(blueprint, "get_parameter_types", move |_, request| {
        GetParameterTypesResponse { types: known.types(&request.names).into(), ..Default::default() }
    });
    let known = Arc::clone(store);
    push_service::<A, DescribeParameters>(blueprint, "describe_parameters", move |_, request| {
        DescribeParametersResponse { descriptors: known.descriptors(&request.names), ..Default::default() }
    });
    let known = Arc::clone(store);
    push_service::<A, ListParameters>(blueprint, "list_parameters", move |_, request| ListParametersResponse {
        result: known.list(&request.prefixes, request.depth),
        ..Default::default()
    });
    let (known, asked) = (Arc::clone(store), Rc::clone(&hooks));
    push_service::<A, SetParameters>(blueprint, "set_parameters", move |actor, request| SetParametersResponse {
        results: request.parameters.into_iter().map(|change| asked.set(actor, &known, vec![change])).collect(),
        ..Default::default()
    });
    let known = Arc::clone(store);
    push_service::<A, SetParametersAtomically>(blueprint, "set_parameters_atomically", move |actor, request| {
        SetParametersAtomicallyResponse { result: hooks.set(actor, &known, request.parameters), ..Default::default() }
    });
}

/// One service, private to the node. The report does not list it: it has nothing to do with the actor's own work.
pub(crate) fn push_service<A: 'static, S: Service>(
    blueprint: &mut Blueprint<A>,
    name: &str,
    answer: impl Fn(&mut A, S::Request) -> S::Response + 'static,
) {
    let service = service(format!("~/{name}"));
    blueprint.ports.push(Box::new(move |endpoints| {
        request_port::<A, S>(endpoints, &service, Lane::Parameters, move |actor, request| {
            ReplyNext::Now(Ok(answer(actor, request)))
        })
    }));
}

fn push_events<A>(blueprint: &mut Blueprint<A>, store: Arc<Store>) {
    blueprint.handles.push(Box::new(move |endpoints| {
        let qos = Qos { history: History::KeepLast(EVENTS), ..Qos::default() };
        let publisher = endpoints.handle("parameter events".to_owned(), |participant| {
            participant.publisher::<ParameterEvent>("/parameter_events", qos)
        })?;
        let publisher = (*publisher).clone();
        store.connect(move |event| {
            if let Err(error) = publisher.publish(event) {
                tracing::debug!("a change of parameters was not announced: {error}");
            }
        });
        Ok(())
    }));
}
