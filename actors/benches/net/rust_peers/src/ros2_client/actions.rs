//! Goals, one after the other: each is sent, accepted, and its result fetched. With one in flight the futures of ros2-client do.

use std::thread;
use std::time::Instant;

use futures::executor::block_on;
use ros2_client::action::{ActionClientQosPolicies, ActionServerQosPolicies, GoalEndStatus};
use ros2_client::qos::Durability;
use ros2_client::{ActionTypeName, AsyncActionServer, Node, ServiceMapping};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use crate::bench::job::Job;
use crate::bench::score::note_begin;
use crate::bench::{Game, LOST_AFTER, SETTLING, lock, rest};
use crate::{named, qos};

/// Goals and results are in services; feedback and status are topics.
const DEPTH: usize = 10;

fn action_type() -> ActionTypeName {
    ActionTypeName::new("example_interfaces", "Fibonacci")
}

/// ros2-client has no timers.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime")
}

pub(crate) fn send_goals(node: &mut Node, job: &Job) -> ! {
    let policies = ActionClientQosPolicies {
        goal_service: qos(DEPTH),
        result_service: qos(DEPTH),
        cancel_service: qos(DEPTH),
        feedback_subscription: qos(DEPTH),
        status_subscription: qos(DEPTH).durability(Durability::TransientLocal),
    };
    let client = node.create_action_client::<i32, Vec<i32>, Vec<i32>>(
        ServiceMapping::Enhanced,
        &named("fibonacci"),
        &action_type(),
        policies,
    );
    let client = client.expect("a client");
    let game = Game::begin(job);
    block_on(client.goal_client().wait_for_service(node));
    block_on(client.result_client().wait_for_service(node));
    thread::sleep(SETTLING);
    let goal = async || {
        let (id, response) = client.async_send_goal(2).await.ok()?;
        assert!(response.accepted);
        client.async_request_result(id).await.ok()
    };
    runtime().block_on(async {
        while lock(&game).next() {
            let begin = Instant::now();
            let result = timeout(LOST_AFTER, goal()).await;
            let mut game = lock(&game);
            match result.ok().flatten() {
                Some((_, sequence)) => {
                    assert_eq!(sequence, [0, 1, 1]);
                    game.score.note(begin.elapsed());
                }
                None => {
                    game.score.lose();
                }
            }
        }
    });
    rest()
}

/// Has their results at once.
pub(crate) fn perform(node: &mut Node) -> ! {
    let policies = ActionServerQosPolicies {
        goal_service: qos(DEPTH),
        result_service: qos(DEPTH),
        cancel_service: qos(DEPTH),
        feedback_publisher: qos(DEPTH),
        status_publisher: qos(DEPTH).durability(Durability::TransientLocal),
    };
    let server = node.create_action_server::<i32, Vec<i32>, Vec<i32>>(
        ServiceMapping::Enhanced,
        &named("fibonacci"),
        &action_type(),
        policies,
    );
    let server = AsyncActionServer::new(server.expect("a server"));
    runtime().block_on(async {
        loop {
            let Ok(goal) = server.receive_new_goal().await else { continue };
            note_begin();
            // Reading it also lets the server forget those that are done.
            assert_eq!(server.get_new_goal(goal), Some(2));
            let work = async {
                let goal = server.accept_goal(goal).await.ok()?;
                let goal = server.start_executing_goal(goal).await.ok()?;
                // It waits until the result is asked for.
                server.send_result_response(goal, GoalEndStatus::Succeeded, vec![0, 1, 1]).await.ok()
            };
            // The client counts what it gets no result of.
            let _ = timeout(LOST_AFTER, work).await;
        }
    })
}
