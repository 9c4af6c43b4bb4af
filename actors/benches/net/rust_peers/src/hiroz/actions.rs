//! Goals, one after the other: each is sent, accepted, and its result fetched.

use std::time::{Duration, Instant};

use hiroz::Builder as _;
use hiroz::action::server::ExecutingGoal;
use hiroz::node::ZNode;
use hiroz_msgs::example_interfaces::action::Fibonacci;
use hiroz_msgs::example_interfaces::{FibonacciGoal, FibonacciResult};

use crate::bench::job::Job;
use crate::bench::score::note_begin;
use crate::bench::{Game, LOST_AFTER, SETTLING, lock, rest};
use crate::runtime;

pub(crate) fn send_goals(node: &ZNode, job: &Job) -> ! {
    let runtime = runtime();
    runtime.block_on(async {
        let client = node.create_action_client::<Fibonacci>("fibonacci").build().expect("a client");
        let game = Game::begin(job);
        while !client.wait_for_server(Duration::from_secs(1)).await {}
        tokio::time::sleep(SETTLING).await;
        while lock(&game).next() {
            let begin = Instant::now();
            let goal = async { client.send_goal(FibonacciGoal { order: 2 }).await?.result().await };
            let result = tokio::time::timeout(LOST_AFTER, goal).await;
            let mut game = lock(&game);
            match result {
                Ok(result) => {
                    assert_eq!(result.expect("a result").sequence, [0, 1, 1]);
                    game.score.note(begin.elapsed());
                }
                Err(_) => {
                    game.score.lose();
                }
            }
        }
    });
    rest()
}

/// Has their results at once.
pub(crate) fn perform(node: &ZNode) -> ! {
    runtime().block_on(async {
        let server = node.create_action_server::<Fibonacci>("fibonacci").build().expect("a server");
        let _server = server.with_handler(|goal: ExecutingGoal<Fibonacci>| async move {
            note_begin();
            goal.succeed(FibonacciResult { sequence: vec![0, 1, 1] }).expect("a result");
        });
        std::future::pending().await
    })
}
