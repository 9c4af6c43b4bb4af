//! Lesson: send a goal.

use rosactor::{
    messages::example_interfaces::{Fibonacci, FibonacciGoal},
    prelude::*,
};

use crate::{parameters::seconds, waiting::wait_for};

/// Waits for the action server, sends one goal, logs its feedback, and is finished when the goal has ended. Outcomes:
/// `status` (`succeeded`, `canceled`, `aborted`, `rejected`, or `failed` with an `error`) and `sequence`.
///
/// | parameter | default | meaning |
/// | --- | --- | --- |
/// | `order` | 10 | the order of the goal |
/// | `cancel_after_steps` | off | after so many feedback messages the goal is cancelled |
/// | `remind_s` | 1.0 | how often a missing server is mentioned |
pub struct FibonacciClient {
    fibonacci: ActionClient<Fibonacci>,
    order: i32,
    cancel_after_steps: Option<i64>,
    remind: Duration,
    outcome: Outcome,
    control: Control,
}

/// How a goal ended.
enum Ended {
    /// The server did not take it on.
    Rejected,
    With {
        status: &'static str,
        sequence: Vec<i32>,
    },
}

impl Actor for FibonacciClient {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let orders = i64::from(i32::MIN)..=i64::from(i32::MAX);
        let order = node.fixed_param(param("order").range(orders), 10_i64);
        let cancel_after_steps = node.fixed_param(param("cancel_after_steps").range(Some(1)..), None::<i64>);
        let remind_s = node.fixed_param(param("remind_s").range(0.01..=3600.0), 1.0);
        node.on_start(Self::send_goal);
        Ok(Self {
            fibonacci: node.action_client("fibonacci"),
            order: i32::try_from(order).unwrap_or_default(),
            cancel_after_steps,
            remind: seconds(remind_s),
            outcome: node.outcome(),
            control: node.control(),
        })
    }
}

impl FibonacciClient {
    fn send_goal(&mut self) -> Then<Self> {
        let (fibonacci, order, remind) = (self.fibonacci.clone(), self.order, self.remind);
        let cancel_after_steps = self.cancel_after_steps;
        run(async move {
            wait_for("Action server", fibonacci.wait_available(), remind).await;
            follow(fibonacci, order, cancel_after_steps).await
        })
        .then(Self::on_ended)
    }

    fn on_ended(&mut self, ended: Result<Ended>) {
        match ended {
            Ok(Ended::With { status, sequence }) => {
                info!("Goal {status}: {sequence:?}");
                self.outcome.set("status", status);
                self.outcome.set("sequence", sequence);
            }
            Ok(Ended::Rejected) => {
                warn!("Goal rejected: order {}", self.order);
                self.outcome.set("status", "rejected");
            }
            Err(error) => {
                error!("Goal failed: {error}");
                self.outcome.set("status", "failed");
                self.outcome.set("error", error.to_string());
            }
        }
        self.control.finish();
    }
}

/// Sends the goal and stays with it until its end.
async fn follow(fibonacci: ActionClient<Fibonacci>, order: i32, cancel_after_steps: Option<i64>) -> Result<Ended> {
    let mut goal = match fibonacci.send_goal(FibonacciGoal { order }).await {
        Err(GoalError::Rejected { .. }) => return Ok(Ended::Rejected),
        goal => goal?,
    };
    info!("Goal accepted: order {order}");
    let mut steps = 0;
    while let Some(feedback) = goal.feedback().await {
        info!("Feedback: {:?}", feedback.sequence);
        steps += 1;
        if cancel_after_steps == Some(steps) {
            goal.cancel().await?;
        }
    }
    let (status, result) = goal.result().await?;
    Ok(Ended::With { status: name(status), sequence: result.sequence })
}

/// The status as the report writes it.
fn name(status: GoalStatus) -> &'static str {
    match status {
        GoalStatus::Succeeded => "succeeded",
        GoalStatus::Canceled => "canceled",
        GoalStatus::Aborted => "aborted",
        // A result comes only with the end of a goal; any other status means that the server has forgotten it.
        _ => "unknown",
    }
}
