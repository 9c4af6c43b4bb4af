//! Parameters as ROS has them, seen by another node: the six services, the events, hooks and live values.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::time::Duration;

use rosactor::launch::Running;
use rosactor::messages::rcl_interfaces::{
    DescribeParameters, DescribeParametersRequest, GetParameterTypes, GetParameterTypesRequest, GetParameters,
    GetParametersRequest, ListParameters, ListParametersRequest, Parameter, ParameterEvent, SetParameters,
    SetParametersAtomically, SetParametersAtomicallyRequest, SetParametersRequest,
};
use rosactor::messages::std_msgs::Float64;
use rosactor::prelude::*;
use rosactor::{Actors, ParamType};
use serde_json::{Value, json};
use support::{start, wait_for};

/// Has parameters, and tells what they are whenever somebody asks on a topic.
struct Tuned {
    speed: Param<f64>,
    names: Param<Vec<String>>,
    outcome: Outcome,
}

impl Actor for Tuned {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.check_params(Self::check);
        node.after_params_set(Self::changed);
        node.subscribe("fail", Self::fail);
        let _frame: String = node.fixed_param("frame", "map".to_owned());
        Ok(Self {
            speed: node.param(param("speed").range(0.0..=2.0).description("m/s"), 0.5),
            names: node.param("arm.names", vec!["a".to_owned()]),
            outcome: node.outcome(),
        })
    }
}

impl Tuned {
    fn check(&mut self, changes: &[Parameter]) -> Result<(), String> {
        let is_odd = |change: &Parameter| change.name == "speed" && change.value.double_value == 1.3;
        if changes.iter().any(is_odd) { Err("1.3 brings bad luck".to_owned()) } else { Ok(()) }
    }

    fn changed(&mut self, _: &[Parameter]) {
        self.outcome.set("speed", self.speed.get());
        self.outcome.set("names", self.names.get().join(" "));
    }

    fn fail(&mut self, _: Float64) -> Result<()> {
        Err("asked to".into())
    }
}

/// Asks and sets everything once, and tells what came of it.
struct Tuner {
    clients: Clients,
    outcome: Outcome,
    control: Control,
}

#[derive(Clone)]
struct Clients {
    list: Client<ListParameters>,
    get: Client<GetParameters>,
    types: Client<GetParameterTypes>,
    describe: Client<DescribeParameters>,
    set: Client<SetParameters>,
    set_all: Client<SetParametersAtomically>,
}

impl Actor for Tuner {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::begin);
        Ok(Self {
            clients: Clients {
                list: node.client("tuned/list_parameters"),
                get: node.client("tuned/get_parameters"),
                types: node.client("tuned/get_parameter_types"),
                describe: node.client("tuned/describe_parameters"),
                set: node.client("tuned/set_parameters"),
                set_all: node.client("tuned/set_parameters_atomically"),
            },
            outcome: node.outcome(),
            control: node.control(),
        })
    }
}

fn change<T: ParamType>(name: &str, value: T) -> Parameter {
    Parameter { name: name.to_owned(), value: value.to_message() }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

impl Tuner {
    fn begin(&mut self) -> Then<Self> {
        run(ask(self.clients.clone())).then(Self::tell)
    }

    fn tell(&mut self, told: Result<Value>) -> Result<()> {
        for (key, value) in told?.as_object().unwrap() {
            self.outcome.set(key, value.clone());
        }
        self.control.finish();
        Ok(())
    }
}

async fn ask(clients: Clients) -> Result<Value> {
    let Clients { list, get, types, describe, set, set_all } = clients;
    list.wait_available().await;
    let listed = list.call(ListParametersRequest::default()).await?.result;
    let found = get.call(GetParametersRequest { names: texts(&["speed", "frame"]) }).await?.values;
    let unknown = get.call(GetParametersRequest { names: texts(&["speed", "sped"]) }).await?.values;
    let types = types.call(GetParameterTypesRequest { names: texts(&["speed", "arm.names"]) }).await?.types;
    let described = describe.call(DescribeParametersRequest { names: texts(&["speed"]) }).await?.descriptors;
    let parameters = vec![
        change("speed", 1.5),
        change("speed", 9.0),
        change("speed", 1.3),
        change("frame", "odom".to_owned()),
        change("arm.names", texts(&["b", "c"])),
    ];
    let each = set.call(SetParametersRequest { parameters }).await?.results;
    let parameters = vec![change("arm.names", texts(&["never"])), change("speed", 1_i64)];
    let all = set_all.call(SetParametersAtomicallyRequest { parameters }).await?.result;
    let then = get.call(GetParametersRequest { names: texts(&["speed", "arm.names"]) }).await?.values;
    Ok(json!({
        "listed": listed.names,
        "prefixes": listed.prefixes,
        "found": [found[0].double_value, found[1].string_value],
        "unknown": unknown.len(),
        "types": types.to_vec(),
        "described": [described[0].description, described[0].floating_point_range[0].to_value],
        "each": each.iter().map(|result| result.successful).collect::<Vec<_>>(),
        "why": each[2].reason,
        "all": all.successful,
        "then": [then[0].double_value, then[1].string_array_value],
    }))
}

/// Counts the changes that are announced.
struct Listener {
    seen: Vec<String>,
    outcome: Outcome,
}

impl Actor for Listener {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe(topic("/parameter_events").keep_last(100), Self::on_event);
        Ok(Self { seen: Vec::new(), outcome: node.outcome() })
    }
}

impl Listener {
    fn on_event(&mut self, event: ParameterEvent) {
        let told = event.changed_parameters.iter().map(|change| format!("{} {}", event.node, change.name));
        self.seen.extend(told);
        self.outcome.set("changed", self.seen.join(", "));
    }
}

fn deploy(text: &str) -> Running {
    let mut actors = Actors::new();
    actors.add::<Tuned>("t/Tuned").add::<Tuner>("t/Tuner").add::<Listener>("t/Listener").add::<Breaker>("t/Breaker");
    start(text, actors)
}

#[test]
fn other_nodes_read_and_set_parameters_as_of_a_node_of_ros() {
    let file = "deployment: t\nactors:\n  - {name: listener, type: t/Listener}\n  - {name: tuned, type: t/Tuned, params: {speed: 0.75}}\n  - {name: tuner, type: t/Tuner}\n";
    let running = deploy(file);
    let report = wait_for(&running, "the changes are heard of", |report| {
        let heard = report.actors[0].outcome.get("changed").and_then(Value::as_str).unwrap_or_default();
        heard.contains("arm.names") && report.actors[2].outcome.contains_key("then")
    });
    let actors = &report.actors;
    let told = |key: &str| actors[2].outcome.get(key).cloned().unwrap_or_default();
    assert_eq!(told("listed"), json!(["arm.names", "frame", "speed", "use_sim_time"]));
    assert_eq!(told("prefixes"), json!(["arm"]));
    assert_eq!(told("found"), json!([0.75, "map"]));
    assert_eq!(told("unknown"), json!(0));
    assert_eq!(told("types"), json!([3, 9]));
    assert_eq!(told("described"), json!(["m/s", 2.0]));
    assert_eq!(told("each"), json!([true, false, false, false, true]));
    assert_eq!(told("why"), json!("1.3 brings bad luck"));
    assert_eq!(told("all"), json!(false));
    assert_eq!(told("then"), json!([1.5, ["b", "c"]]));
    assert_eq!(actors[0].outcome["changed"], json!("/tuned speed, /tuned arm.names"));
    assert_eq!((&actors[1].outcome["speed"], &actors[1].outcome["names"]), (&json!(1.5), &json!("b c")));
    let own: Vec<_> = actors[1].mailboxes.iter().map(|mailbox| mailbox.endpoint.as_str()).collect();
    assert_eq!(own, ["/fail"], "what every node has is not in the report");
    drop(running);
}

/// Sets the speed, makes the other fail, and reads the speed again.
struct Breaker {
    set: Client<SetParameters>,
    get: Client<GetParameters>,
    fail: Publisher<Float64>,
    outcome: Outcome,
}

impl Actor for Breaker {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::begin);
        let outcome = node.outcome();
        let (set, get) = (node.client("tuned/set_parameters"), node.client("tuned/get_parameters"));
        Ok(Self { set, get, fail: node.publisher("fail"), outcome })
    }
}

impl Breaker {
    fn begin(&mut self) -> Then<Self> {
        let (set, get, fail) = (self.set.clone(), self.get.clone(), self.fail.clone());
        run(async move {
            set.wait_available().await;
            set.call(SetParametersRequest { parameters: vec![change("speed", 1.5)] }).await?;
            let before = get.call(GetParametersRequest { names: texts(&["speed"]) }).await?.values[0].double_value;
            fail.publish(Float64::default());
            loop {
                // A request that is in work when the actor fails ends with an error.
                let answer = get.call(GetParametersRequest { names: texts(&["speed"]) }).await;
                match answer.map(|answer| answer.values[0].double_value) {
                    Ok(now) if now != before => return Ok((before, now)),
                    _ => sleep(Duration::from_millis(1)).await,
                }
            }
        })
        .then(Self::tell)
    }

    fn tell(&mut self, speeds: Result<(f64, f64)>) -> Result<()> {
        let (before, after) = speeds?;
        self.outcome.set("before", before);
        self.outcome.set("after", after);
        Ok(())
    }
}

#[test]
fn a_restart_begins_with_the_values_of_the_file() {
    let file = "deployment: t\nsupervision: {backoff: 1ms..5ms}\nactors:\n  - {name: tuned, type: t/Tuned, params: {speed: 0.75}}\n  - {name: breaker, type: t/Breaker}\n";
    let running = deploy(file);
    let report = wait_for(&running, "the speed is read again", |report| report.actors[1].outcome.contains_key("after"));
    let actors = &report.actors;
    assert_eq!((&actors[1].outcome["before"], &actors[1].outcome["after"]), (&json!(1.5), &json!(0.75)));
    assert_eq!(actors[0].restarts, 1);
}
