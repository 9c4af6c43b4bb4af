//! The six parameter services of a ROS node, and `/parameter_events`.

use std::rc::Rc;
use std::sync::Arc;

use rosactor_transport::messages::rcl_interfaces::{
    DescribeParameters, DescribeParametersResponse, GetParameterTypes, GetParameterTypesResponse, GetParameters,
    GetParametersResponse, ListParameters, ListParametersResponse, Parameter, ParameterEvent, SetParameters,
    SetParametersAtomically, SetParametersAtomicallyResponse, SetParametersResponse, SetParametersResult,
};
use rosactor_transport::qos::{History, Qos};

use super::Blueprint;
use super::blueprint::HandlePlan;
use crate::params::{Hooks, Store};
use crate::port::NodeService;

/// As many events as ROS keeps for a slow listener (`rmw_qos_profile_parameter_events`).
const EVENTS: usize = 1_000;

/// A service that asks the actor to make changes: all of them, or none.
type ParamService = NodeService<Vec<Parameter>, SetParametersResult>;

/// Adds the services and the announcement of changes to what an actor consists of.
pub(crate) fn push<A: 'static>(blueprint: &mut Blueprint<A>, store: &Arc<Store>, hooks: Hooks<A>) {
    blueprint.handles.push(events(Arc::clone(store)));
    let hooks = Rc::new(hooks);
    for service in services(store) {
        let (hooks, store) = (Rc::clone(&hooks), Arc::clone(store));
        blueprint.ports.push(Box::new(move |endpoints| {
            service.port(endpoints, move |actor: &mut A, changes| hooks.set(actor, &store, changes))
        }));
    }
}

fn services(store: &Arc<Store>) -> [ParamService; 6] {
    let known = || Arc::clone(store);
    [
        ParamService::new::<GetParameters>("get_parameters", {
            let known = known();
            move |_, request| GetParametersResponse { values: known.values(&request.names), ..Default::default() }
        }),
        ParamService::new::<GetParameterTypes>("get_parameter_types", {
            let known = known();
            move |_, request| GetParameterTypesResponse {
                types: known.types(&request.names).into(),
                ..Default::default()
            }
        }),
        ParamService::new::<DescribeParameters>("describe_parameters", {
            let known = known();
            move |_, request| DescribeParametersResponse {
                descriptors: known.descriptors(&request.names),
                ..Default::default()
            }
        }),
        ParamService::new::<ListParameters>("list_parameters", {
            let known = known();
            move |_, request| ListParametersResponse {
                result: known.list(&request.prefixes, request.depth),
                ..Default::default()
            }
        }),
        ParamService::new::<SetParameters>("set_parameters", |change, request| SetParametersResponse {
            results: request.parameters.into_iter().map(|parameter| change(vec![parameter])).collect(),
            ..Default::default()
        }),
        ParamService::new::<SetParametersAtomically>("set_parameters_atomically", |change, request| {
            SetParametersAtomicallyResponse { result: change(request.parameters), ..Default::default() }
        }),
    ]
}

fn events(store: Arc<Store>) -> HandlePlan {
    Box::new(move |endpoints| {
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
    })
}
