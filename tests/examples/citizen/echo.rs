//! A service whose requests and responses can be of any length, and its caller: each string comes back with its end first.

use rosactor::messages::rcl_interfaces::{
    GetParameters, GetParametersRequest, GetParametersResponse, ParameterType, ParameterValue,
};
use rosactor::prelude::*;

use crate::checks::{Checks, tell};

/// Serves it.
pub(crate) struct Server;

impl Actor for Server {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.serve(service("/actor_echo"), Self::turn);
        Ok(Self)
    }
}

impl Server {
    fn turn(&mut self, request: GetParametersRequest) -> GetParametersResponse {
        GetParametersResponse { values: request.names.iter().map(|name| turned(name)).collect() }
    }
}

/// Asks once for every length, and tells `echo` how that went.
pub(crate) struct Caller {
    client: Client<GetParameters>,
    lengths: Vec<i64>,
}

impl Actor for Caller {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::go);
        let lengths = node.fixed_param("lengths", Vec::<i64>::new());
        Ok(Self { client: node.client(service("/ros_echo")), lengths })
    }
}

impl Caller {
    fn go(&mut self) -> Then<Self> {
        let (client, lengths) = (self.client.clone(), self.lengths.clone());
        run(async move {
            client.wait_available().await;
            let mut checks = Checks::new("echo");
            for length in lengths {
                let text = text(usize::try_from(length)?);
                let values = client.call(GetParametersRequest { names: vec![text.clone()] }).await?.values;
                checks.check(&length.to_string(), values == [turned(&text)], ());
            }
            Ok(checks)
        })
        .then(|_, outcome| tell("echo", outcome))
    }
}

/// Says at every place where it is, so that parts in a wrong order are seen.
fn text(length: usize) -> String {
    (0..).flat_map(|number: usize| format!("{number} ").into_bytes()).map(char::from).take(length).collect()
}

fn turned(text: &str) -> ParameterValue {
    ParameterValue {
        r#type: ParameterType::PARAMETER_STRING,
        string_value: text.chars().rev().collect(),
        ..Default::default()
    }
}
