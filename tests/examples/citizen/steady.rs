//! Actors that ask again and again, while a test breaks what is between them and the server. One line of the log for each answer:
//! `asked {"number", "ok", "error"}`.

use rosactor::messages::example_interfaces::{AddTwoInts, AddTwoIntsRequest, Fibonacci, FibonacciGoal};
use rosactor::prelude::*;
use serde_json::json;

use crate::actions::fibonacci;

const BEAT: Duration = Duration::from_millis(50);

fn tell(number: i64, outcome: Result<(), String>) {
    info!("asked {}", json!({"number": number, "ok": outcome.is_ok(), "error": outcome.err()}));
}

/// Calls `/ros_add`, up to 16 calls at once.
pub(crate) struct Caller {
    adder: Client<AddTwoInts>,
    number: i64,
}

impl Actor for Caller {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(period(BEAT).concurrent(16), Self::ask);
        Ok(Self { adder: node.client(service("/ros_add").timeout(Duration::from_secs(2))), number: 0 })
    }
}

impl Caller {
    fn ask(&mut self) -> Then<Self> {
        self.number += 1;
        let number = self.number;
        let call = self.adder.call(AddTwoIntsRequest { a: number, b: number * 1_000_003 });
        run(async move {
            match call.await {
                Ok(answer) if answer.sum == number * 1_000_004 => Ok(()),
                Ok(answer) => Err(format!("a wrong sum: {}", answer.sum)),
                Err(error) => Err(error.to_string()),
            }
        })
        .then(move |_, outcome| tell(number, outcome))
    }
}

/// Sends goals to `/ros_fib`, one after another, and waits for the end of each.
pub(crate) struct Sender {
    fibonacci: ActionClient<Fibonacci>,
    order: i32,
    number: i64,
}

impl Actor for Sender {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(BEAT, Self::ask);
        let order = i32::try_from(node.fixed_param("order", 6_i64))?;
        Ok(Self { fibonacci: node.action_client("/ros_fib"), order, number: 0 })
    }
}

impl Sender {
    fn ask(&mut self) -> Then<Self> {
        self.number += 1;
        let (number, order, client) = (self.number, self.order, self.fibonacci.clone());
        run(async move {
            let end = async {
                let goal = client.send_goal(FibonacciGoal { order }).await?;
                info!("accepted {number}");
                goal.result().await
            };
            match end.await {
                Ok((GoalStatus::Succeeded, result)) if result.sequence == fibonacci(order) => Ok(()),
                Ok((status, result)) => Err(format!("a wrong end: {status:?} {:?}", result.sequence)),
                Err(error) => Err(error.to_string()),
            }
        })
        .then(move |_, outcome: Result<(), String>| tell(number, outcome))
    }
}
