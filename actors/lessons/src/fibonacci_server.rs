//! Lesson: perform goals.

use std::pin::pin;

use futures_util::future::select;
use rosactor::{
    messages::example_interfaces::{Fibonacci, FibonacciFeedback, FibonacciResult},
    prelude::*,
};

use crate::{
    fibonacci::{ORDERS, extend},
    parameters::seconds,
};

/// Computes the Fibonacci sequence up to the goal's order, one number per step, with the sequence so far as feedback.
/// Cancelling takes effect at once. An order below 0 or above 46 is rejected, as its numbers do not fit into 32 bits.
///
/// | parameter | default | meaning |
/// | --- | --- | --- |
/// | `step_s` | 0.2 | time for each number |
pub struct FibonacciServer {
    step: Duration,
}

impl Actor for FibonacciServer {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let step_s = node.fixed_param(param("step_s").range(0.0..=60.0), 0.2);
        node.perform("fibonacci", Self::compute);
        Ok(Self { step: seconds(step_s) })
    }
}

impl FibonacciServer {
    fn compute(&mut self, goal: GoalRequest<Fibonacci>) -> Work<GoalEnd<Fibonacci>> {
        if !ORDERS.contains(&goal.order) {
            warn!("Goal rejected: order {} is not in {} to {}", goal.order, ORDERS.start(), ORDERS.end());
            return goal.reject();
        }
        info!("Goal accepted: order {}", goal.order);
        run(perform(goal.accept(), self.step))
    }
}

async fn perform(goal: Goal<Fibonacci>, step: Duration) -> GoalEnd<Fibonacci> {
    let mut sequence = Vec::new();
    for _ in 0..=goal.order {
        extend(&mut sequence);
        goal.feedback(FibonacciFeedback { sequence: sequence.clone() });
        select(pin!(sleep(step)), pin!(goal.canceled())).await;
        if goal.cancel_requested() {
            info!("Goal canceled after {} numbers", sequence.len());
            return goal.cancel(FibonacciResult { sequence });
        }
    }
    info!("Goal succeeded: {sequence:?}");
    goal.succeed(FibonacciResult { sequence })
}
