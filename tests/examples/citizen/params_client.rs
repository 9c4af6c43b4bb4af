//! An actor that reads and sets the parameters of the ROS node of `param_node.py`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rosactor::messages::rcl_interfaces::{
    DescribeParameters, DescribeParametersRequest, GetParameterTypes, GetParameterTypesRequest, GetParameters,
    GetParametersRequest, ListParameters, ListParametersRequest, Parameter, ParameterEvent, ParameterValue,
    SetParameters, SetParametersAtomically, SetParametersAtomicallyRequest, SetParametersRequest,
};
use rosactor::prelude::*;

use crate::checks::{Checks, tell};

const NODE: &str = "/ros_params";
const NAMES: [&str; 9] = ["flag", "count", "speed", "label", "bytes", "bools", "ints", "doubles", "strings"];

pub(crate) struct Tuner {
    services: Services,
    /// What changed, as `/parameter_events` says.
    events: Vec<String>,
    /// Whether any has come.
    heard: Arc<AtomicBool>,
}

#[derive(Clone)]
struct Services {
    get: Client<GetParameters>,
    types: Client<GetParameterTypes>,
    describe: Client<DescribeParameters>,
    list: Client<ListParameters>,
    set: Client<SetParameters>,
    set_all: Client<SetParametersAtomically>,
}

impl Actor for Tuner {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::go);
        node.subscribe(topic("/parameter_events").keep_last(1000), Self::on_event);
        let name = |service: &str| format!("{NODE}/{service}");
        let services = Services {
            get: node.client(name("get_parameters")),
            types: node.client(name("get_parameter_types")),
            describe: node.client(name("describe_parameters")),
            list: node.client(name("list_parameters")),
            set: node.client(name("set_parameters")),
            set_all: node.client(name("set_parameters_atomically")),
        };
        Ok(Self { services, events: Vec::new(), heard: Arc::default() })
    }
}

impl Tuner {
    fn go(&mut self) -> Then<Self> {
        let (services, heard) = (self.services.clone(), Arc::clone(&self.heard));
        run(async move {
            services.wait().await;
            let mut checks = Checks::new("parameter");
            services.read(&mut checks).await?;
            services.until_heard(&heard).await?;
            services.write(&mut checks).await?;
            Ok(checks)
        })
        .then(|_, outcome| tell("parameter", outcome))
    }

    /// Tells `events NAMES`, all of them, whenever one comes.
    fn on_event(&mut self, event: ParameterEvent) {
        if event.node == NODE {
            self.heard.store(true, Ordering::Release);
            self.events.extend(event.changed_parameters.into_iter().map(|parameter| parameter.name));
            info!("events {}", self.events.join(" "));
        }
    }
}

impl Services {
    async fn wait(&self) {
        self.get.wait_available().await;
        self.types.wait_available().await;
        self.describe.wait_available().await;
        self.list.wait_available().await;
        self.set.wait_available().await;
        self.set_all.wait_available().await;
    }

    async fn values(&self, names: &[&str]) -> Result<Vec<ParameterValue>> {
        Ok(self.get.call(GetParametersRequest { names: owned(names) }).await?.values)
    }

    async fn read(&self, checks: &mut Checks) -> Result<()> {
        let names = self.list.call(ListParametersRequest::default()).await?.result.names;
        checks.check("list", NAMES.iter().all(|name| names.iter().any(|known| known == name)), names);
        let arm = ListParametersRequest { prefixes: owned(&["arm"]), ..Default::default() };
        let arm = self.list.call(arm).await?.result;
        checks.check("list of a prefix", arm.names == ["arm.joint1.max"] && arm.prefixes == ["arm.joint1"], arm);
        let values = self.values(&NAMES).await?;
        checks.check("get", values == expected(), values);
        checks.check("get one unknown", self.values(&["count", "nosuch"]).await?.is_empty(), ());
        let types = self.types.call(GetParameterTypesRequest { names: owned(&NAMES) }).await?.types;
        checks.check("types", types.iter().copied().eq(1..=9), types);
        let described = DescribeParametersRequest { names: owned(&["speed", "serial"]) };
        let described = self.describe.call(described).await?.descriptors;
        let right = matches!(&described[..], [speed, serial]
            if speed.description == "metres a second" && serial.read_only && !speed.read_only
                && speed.floating_point_range.iter().any(|range| (range.from_value, range.to_value) == (0.0, 5.0)));
        checks.check("describe", right, described);
        Ok(())
    }

    /// Sets a value that is there already, until it is announced: events have no history, so the node must have been found first.
    async fn until_heard(&self, heard: &AtomicBool) -> Result<()> {
        while !heard.load(Ordering::Acquire) {
            self.set(vec![text("label", "hello")]).await?;
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Whether each change was made, and why not.
    async fn set(&self, parameters: Vec<Parameter>) -> Result<Vec<(bool, String)>> {
        let results = self.set.call(SetParametersRequest { parameters }).await?.results;
        Ok(results.into_iter().map(|result| (result.successful, result.reason)).collect())
    }

    async fn write(&self, checks: &mut Checks) -> Result<()> {
        let done = self.set(vec![double("speed", 2.5), integer("count", 8), text("label", "bye")]).await?;
        checks.check("set", done.len() == 3 && done.iter().all(|(done, _)| *done), done);
        let refused =
            [double("speed", 3.0), double("speed", 9.0), text("serial", "x"), text("count", "x"), integer("nosuch", 1)];
        for change in refused {
            let what = format!("{change:?}");
            let done = self.set(vec![change]).await?;
            checks.check(
                "set what is refused",
                matches!(&done[..], [(false, reason)] if !reason.is_empty()),
                (what, done),
            );
        }
        let none = SetParametersAtomicallyRequest { parameters: vec![integer("count", 9), double("speed", 3.0)] };
        let none = self.set_all.call(none).await?.result;
        checks.check("set all or none", !none.successful, none);
        let values = self.values(&["count", "speed", "label"]).await?;
        let unchanged = [integer("", 8), double("", 2.5), text("", "bye")].map(|parameter| parameter.value);
        checks.check("what was refused changed nothing", values == unchanged, values);
        Ok(())
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn double(name: &str, value: f64) -> Parameter {
    Parameter { name: name.to_owned(), value: ParameterValue { r#type: 3, double_value: value, ..Default::default() } }
}

fn integer(name: &str, value: i64) -> Parameter {
    Parameter { name: name.to_owned(), value: ParameterValue { r#type: 2, integer_value: value, ..Default::default() } }
}

fn text(name: &str, value: &str) -> Parameter {
    let value = ParameterValue { r#type: 4, string_value: value.to_owned(), ..Default::default() };
    Parameter { name: name.to_owned(), value }
}

/// The values with which the node begins, in the order of [`NAMES`].
fn expected() -> Vec<ParameterValue> {
    let of = |r#type| ParameterValue { r#type, ..Default::default() };
    vec![
        ParameterValue { bool_value: true, ..of(1) },
        ParameterValue { integer_value: 7, ..of(2) },
        ParameterValue { double_value: 1.5, ..of(3) },
        ParameterValue { string_value: "hello".to_owned(), ..of(4) },
        ParameterValue { byte_array_value: vec![1, 2].into(), ..of(5) },
        ParameterValue { bool_array_value: vec![true, false], ..of(6) },
        ParameterValue { integer_array_value: vec![1, 2, 3], ..of(7) },
        ParameterValue { double_array_value: vec![0.5, 1.5], ..of(8) },
        ParameterValue { string_array_value: owned(&["a", "b"]), ..of(9) },
    ]
}
