//! Goals, one after the other: each is sent, accepted, and its result fetched.

use std::time::Instant;

use rosactor::messages::example_interfaces::{Fibonacci, FibonacciGoal, FibonacciResult};
use rosactor::prelude::*;

use crate::actors::job;
use crate::score::{Score, note_begin};

/// Sends them.
pub(crate) struct Boss {
    fibonacci: ActionClient<Fibonacci>,
}

impl Actor for Boss {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::send);
        Ok(Self { fibonacci: node.action_client("fibonacci") })
    }
}

impl Boss {
    fn send(&mut self) -> Work<Result<()>> {
        let (fibonacci, job) = (self.fibonacci.clone(), job());
        run(async move {
            fibonacci.wait_available().await;
            let mut score = Score::new(job.count, job.warm_up());
            loop {
                let begin = Instant::now();
                let goal = fibonacci.send_goal(FibonacciGoal { order: 2 }).await?;
                goal.result().await?;
                if !score.note(begin.elapsed()) {
                    return Ok::<_, rosactor::Error>(());
                }
            }
        })
    }
}

/// Has their results at once.
pub(crate) struct Worker;

impl Actor for Worker {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.perform("fibonacci", |_: &mut Self, goal: GoalRequest<Fibonacci>| {
            note_begin();
            let goal = goal.accept();
            run(async move { goal.succeed(FibonacciResult { sequence: vec![0, 1, 1] }) })
        });
        Ok(Self)
    }
}
