//! Lesson: ask a service.

use rosactor::{
    messages::example_interfaces::{AddTwoInts, AddTwoIntsRequest},
    prelude::*,
};

use crate::{parameters::seconds, waiting::wait_for};

/// Waits for the service, asks it once, reports the answer as outcome `result`, and is finished.
///
/// | parameter | default | meaning |
/// | --- | --- | --- |
/// | `a`, `b` | 42, 38 | what is to be added |
/// | `remind_s` | 1.0 | how often a missing service is mentioned |
pub struct MathClient {
    adder: Client<AddTwoInts>,
    request: AddTwoIntsRequest,
    remind: Duration,
    outcome: Outcome,
    control: Control,
}

impl Actor for MathClient {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let request = AddTwoIntsRequest { a: node.fixed_param("a", 42), b: node.fixed_param("b", 38) };
        let remind_s = node.fixed_param(param("remind_s").range(0.01..=3600.0), 1.0);
        node.on_start(Self::ask);
        Ok(Self {
            adder: node.client("add_two_ints"),
            request,
            remind: seconds(remind_s),
            outcome: node.outcome(),
            control: node.control(),
        })
    }
}

impl MathClient {
    fn ask(&mut self) -> Then<Self> {
        let (adder, request, remind) = (self.adder.clone(), self.request.clone(), self.remind);
        run(async move {
            wait_for("Service", adder.wait_available(), remind).await;
            Ok(adder.call(request).await?.sum)
        })
        .then(Self::on_sum)
    }

    fn on_sum(&mut self, sum: Result<i64>) {
        match sum {
            Ok(sum) => {
                info!("Result: {sum}");
                self.outcome.set("result", sum);
            }
            Err(error) => {
                error!("Service call failed: {error}");
                self.outcome.set("error", error.to_string());
            }
        }
        self.control.finish();
    }
}
