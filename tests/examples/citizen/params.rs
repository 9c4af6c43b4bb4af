//! An actor with the parameters of `param_node.py`.

use rosactor::messages::rcl_interfaces::Parameter;
use rosactor::prelude::*;

pub(crate) struct Node {
    count: Param<i64>,
    speed: Param<f64>,
    label: Param<String>,
    outcome: Outcome,
}

impl Actor for Node {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.param("flag", true);
        node.param("bytes", vec![1_u8, 2]);
        node.param("bools", vec![true, false]);
        node.param("ints", vec![1_i64, 2, 3]);
        node.param("doubles", vec![0.5, 1.5]);
        node.param("strings", vec!["a".to_owned(), "b".to_owned()]);
        node.param("arm.joint1.max", 2.0);
        node.fixed_param("serial", "SN1".to_owned());
        node.check_params(Self::refuse);
        Ok(Self {
            count: node.param("count", 7),
            speed: node.param(param("speed").range(0.0..=5.0).description("metres a second"), 1.5),
            label: node.param("label", "hello".to_owned()),
            outcome: node.outcome(),
        })
    }

    fn on_stop(&mut self) {
        self.outcome.set("count", self.count.get());
        self.outcome.set("speed", self.speed.get());
        self.outcome.set("label", self.label.get());
    }
}

impl Node {
    fn refuse(&mut self, changes: &[Parameter]) -> Result<(), String> {
        let unlucky = |change: &Parameter| change.name == "speed" && change.value.double_value == 3.0;
        if changes.iter().any(unlucky) { Err("3.0 is unlucky".to_owned()) } else { Ok(()) }
    }
}
