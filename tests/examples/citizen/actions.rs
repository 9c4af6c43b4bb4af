//! The action Fibonacci: a server that behaves as `action_server.py` says, and a client that checks such a server.

use rosactor::CancelOutcome;
use rosactor::messages::example_interfaces::{Fibonacci, FibonacciFeedback, FibonacciGoal, FibonacciResult};
use rosactor::prelude::*;

use crate::checks::{Checks, tell};

/// The first `order` + 1 Fibonacci numbers, each in the 31 bits that the action's int32 has for them.
pub(crate) fn fibonacci(order: i32) -> Vec<i32> {
    let mut numbers = vec![0, 1];
    for _ in 1..order {
        numbers.push(next(&numbers));
    }
    numbers
}

fn next(numbers: &[i32]) -> i32 {
    let [.., a, b] = numbers else { return 1 };
    a.wrapping_add(*b) & i32::MAX
}

/// Rejects negative orders, aborts 13 at its third step, and goes on with orders above 40 when it is to cancel.
pub(crate) struct Server {
    step: Duration,
}

impl Actor for Server {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.perform_if("/actor_fib", |_, goal| goal.order >= 0, Self::compute);
        Ok(Self { step: Duration::from_secs_f64(node.fixed_param("step_s", 0.05)) })
    }
}

impl Server {
    fn compute(&mut self, goal: GoalRequest<Fibonacci>) -> Work<GoalEnd<Fibonacci>> {
        let step = self.step;
        run(async move {
            let goal = goal.accept();
            info!("executes {:?}", goal.goal_id());
            let (order, mut sequence) = (goal.order, vec![0, 1]);
            for i in 1..order {
                if goal.cancel_requested() && order <= 40 {
                    return goal.cancel(FibonacciResult { sequence });
                }
                if order == 13 && i == 3 {
                    return goal.abort(FibonacciResult { sequence });
                }
                sequence.push(next(&sequence));
                goal.feedback(FibonacciFeedback { sequence: sequence.clone() });
                sleep(step).await;
            }
            goal.succeed(FibonacciResult { sequence })
        })
    }
}

/// Sends goals to `/ros_fib` once it is there.
pub(crate) struct Client {
    fibonacci: ActionClient<Fibonacci>,
    /// Whether the server aborts, and refuses to cancel.
    whole: bool,
}

impl Actor for Client {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::go);
        let name = node.fixed_param("action", "/ros_fib".to_owned());
        Ok(Self { fibonacci: node.action_client(action(name)), whole: node.fixed_param("whole", true) })
    }
}

impl Client {
    fn go(&mut self) -> Then<Self> {
        let (client, whole) = (self.fibonacci.clone(), self.whole);
        run(async move {
            client.wait_available().await;
            let mut checks = Checks::new("action");
            succeeds(&client, &mut checks).await?;
            is_rejected(&client, &mut checks).await;
            is_canceled(&client, &mut checks).await?;
            are_parallel(&client, &mut checks).await?;
            if whole {
                is_aborted(&client, &mut checks).await?;
                refuses_to_cancel(&client, &mut checks).await?;
            }
            Ok(checks)
        })
        .then(|_, outcome| tell("action", outcome))
    }
}

async fn send(client: &ActionClient<Fibonacci>, order: i32) -> Result<GoalHandle<Fibonacci>, GoalError> {
    client.send_goal(FibonacciGoal { order }).await
}

/// All feedback of a goal, up to its end.
async fn feedback(goal: &mut GoalHandle<Fibonacci>) -> Vec<Vec<i32>> {
    let mut heard = Vec::new();
    while let Some(feedback) = goal.feedback().await {
        heard.push(feedback.sequence);
    }
    heard
}

/// Each says one number more than the one before it. The first may come before the client listens.
fn in_order(heard: &[Vec<i32>], order: i32) -> bool {
    let whole: Vec<Vec<i32>> = (2..=order).map(fibonacci).collect();
    !heard.is_empty() && whole.ends_with(heard)
}

async fn succeeds(client: &ActionClient<Fibonacci>, checks: &mut Checks) -> Result<()> {
    let mut goal = send(client, 8).await?;
    let heard = feedback(&mut goal).await;
    let (status, result) = goal.result().await?;
    let right = (status, &result.sequence) == (GoalStatus::Succeeded, &fibonacci(8));
    checks.check("accept and succeed", right, (status, result));
    checks.check("feedback in order", in_order(&heard, 8), heard);
    Ok(())
}

async fn is_rejected(client: &ActionClient<Fibonacci>, checks: &mut Checks) {
    let rejected = match send(client, -1).await {
        Err(GoalError::Rejected { .. }) => Ok(()),
        Err(error) => Err(error.to_string()),
        Ok(_) => Err("accepted".to_owned()),
    };
    checks.check("reject", rejected.is_ok(), rejected);
}

async fn is_aborted(client: &ActionClient<Fibonacci>, checks: &mut Checks) -> Result<()> {
    let (status, result) = send(client, 13).await?.result().await?;
    let right = (status, &result.sequence) == (GoalStatus::Aborted, &fibonacci(3));
    checks.check("abort", right, (status, result));
    Ok(())
}

async fn is_canceled(client: &ActionClient<Fibonacci>, checks: &mut Checks) -> Result<()> {
    let mut goal = send(client, 40).await?;
    goal.feedback().await;
    let canceled = goal.cancel().await?;
    let (status, result) = goal.result().await?;
    let begun = result.sequence.len() < 41 && fibonacci(40).starts_with(&result.sequence);
    let right = (canceled, status) == (CancelOutcome::Canceling, GoalStatus::Canceled);
    checks.check("cancel", right && begun, (canceled, status, result));
    Ok(())
}

async fn refuses_to_cancel(client: &ActionClient<Fibonacci>, checks: &mut Checks) -> Result<()> {
    let mut goal = send(client, 41).await?;
    goal.feedback().await;
    let canceled = goal.cancel().await?;
    let (status, result) = goal.result().await?;
    let right = (canceled, status) == (CancelOutcome::Rejected, GoalStatus::Succeeded);
    checks.check("cancel refused", right && result.sequence == fibonacci(41), (canceled, status));
    Ok(())
}

async fn are_parallel(client: &ActionClient<Fibonacci>, checks: &mut Checks) -> Result<()> {
    let (mut one, mut two) = (send(client, 20).await?, send(client, 21).await?);
    for (goal, order) in [(&mut one, 20), (&mut two, 21)] {
        let heard = feedback(goal).await;
        let (status, result) = goal.result().await?;
        let right = status == GoalStatus::Succeeded && result.sequence == fibonacci(order);
        checks.check("two at once", right && in_order(&heard, order), (order, status, result, heard));
    }
    Ok(())
}
