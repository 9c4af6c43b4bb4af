//! A service and its client in one deployment. The client finishes when it has its answer, and the run with it.

use rosactor::messages::example_interfaces::{AddTwoInts, AddTwoIntsRequest, AddTwoIntsResponse};
use rosactor::prelude::*;

struct Adder;

impl Actor for Adder {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.serve("add_two_ints", Self::add);
        Ok(Self)
    }
}

impl Adder {
    fn add(&mut self, request: AddTwoIntsRequest) -> AddTwoIntsResponse {
        AddTwoIntsResponse { sum: request.a.wrapping_add(request.b) }
    }
}

struct Asker {
    adder: Client<AddTwoInts>,
    outcome: Outcome,
    control: Control,
}

impl Actor for Asker {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::ask);
        Ok(Self { adder: node.client("add_two_ints"), outcome: node.outcome(), control: node.control() })
    }
}

impl Asker {
    fn ask(&mut self) -> Then<Self> {
        let (adder, asked) = (self.adder.clone(), AddTwoIntsRequest { a: 2, b: 3 });
        run(async move {
            adder.wait_available().await;
            adder.call(asked).await
        })
        .then(Self::on_sum)
    }

    fn on_sum(&mut self, answer: Result<AddTwoIntsResponse, CallError>) -> Result<()> {
        let sum = answer?.sum;
        info!("2 + 3 = {sum}");
        self.outcome.set("sum", sum);
        self.control.finish();
        Ok(())
    }
}

fn main() -> std::process::ExitCode {
    rosactor_cli::main(|actors| {
        actors.add::<Adder>("my/Adder").add::<Asker>("my/Asker");
    })
}
