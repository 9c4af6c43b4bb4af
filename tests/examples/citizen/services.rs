//! A service and its callers.

use std::time::Duration;

use rosactor::messages::example_interfaces::{AddTwoInts, AddTwoIntsRequest, AddTwoIntsResponse};
use rosactor::prelude::*;
use serde_json::json;

/// Adds, and counts what it was asked.
pub(crate) struct Adder {
    served: u64,
    outcome: Outcome,
}

impl Actor for Adder {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.serve(service("/actor_add"), Self::add);
        Ok(Self { served: 0, outcome: node.outcome() })
    }

    fn on_stop(&mut self) {
        self.outcome.set("served", self.served);
    }
}

impl Adder {
    fn add(&mut self, request: AddTwoIntsRequest) -> AddTwoIntsResponse {
        self.served += 1;
        AddTwoIntsResponse { sum: request.a.wrapping_add(request.b) }
    }
}

/// Makes `calls` calls in `lanes` that go on side by side, and checks every sum. When all are done it tells
/// `called {"right", "wrong", "failed"}`.
pub(crate) struct Caller {
    adder: Client<AddTwoInts>,
    first: i64,
    /// Of each lane.
    calls: i64,
    lanes: i64,
    begun: i64,
    ended: Tally,
}

/// How the calls of some lanes went.
#[derive(Default)]
struct Tally {
    lanes: i64,
    right: u64,
    wrong: u64,
    failed: Vec<String>,
}

impl Actor for Caller {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let lanes = node.fixed_param("lanes", 1_i64);
        for _ in 0..lanes {
            node.on_start(Self::go);
        }
        let calls = node.fixed_param("calls", 20_i64) / lanes.max(1);
        let name = node.fixed_param("service", "/ros_add".to_owned());
        // Each caller asks its server for other sums, so that an answer that went astray is seen.
        let first = node.fixed_param("first", 0_i64);
        let patience = Duration::from_secs(node.fixed_param("patience_s", 10_i64).unsigned_abs());
        Ok(Self {
            adder: node.client(service(name).timeout(patience)),
            first,
            calls,
            lanes,
            begun: 0,
            ended: Tally::default(),
        })
    }
}

impl Caller {
    fn go(&mut self) -> Then<Self> {
        let begin = self.first + self.begun * self.calls;
        self.begun += 1;
        let (adder, numbers) = (self.adder.clone(), begin..begin + self.calls);
        run(async move {
            let mut tally = Tally { lanes: 1, ..Tally::default() };
            adder.wait_available().await;
            for number in numbers {
                match adder.call(AddTwoIntsRequest { a: number, b: number * 1_000_003 }).await {
                    Ok(answer) if answer.sum == number * 1_000_004 => tally.right += 1,
                    Ok(_) => tally.wrong += 1,
                    Err(error) => tally.failed.push(error.to_string()),
                }
            }
            tally
        })
        .then(Self::on_lane)
    }

    fn on_lane(&mut self, tally: Tally) {
        let all = &mut self.ended;
        all.lanes += tally.lanes;
        all.right += tally.right;
        all.wrong += tally.wrong;
        all.failed.extend(tally.failed);
        if all.lanes == self.lanes {
            info!("called {}", json!({"right": all.right, "wrong": all.wrong, "failed": all.failed}));
        }
    }
}
