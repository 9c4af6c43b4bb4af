//! Calls: chains of them on one thread, and a server that takes requests from its queue on another.

use std::thread;
use std::time::{Duration, Instant};

use futures::future::join_all;
use hiroz::Builder as _;
use hiroz::entity::EndpointKind;
use hiroz::node::ZNode;
use hiroz::qos::{QosHistory, QosProfile};
use hiroz::service::ZClient;
use hiroz_msgs::example_interfaces::srv::AddTwoInts;
use hiroz_msgs::example_interfaces::{AddTwoIntsRequest, AddTwoIntsResponse};

use crate::bench::job::Job;
use crate::bench::score::note_begin;
use crate::bench::{Game, LOST_AFTER, SETTLING, lock, rest};
use crate::runtime;

/// More than the calls that are in flight at once: the queue of a server drops what is older than its depth, 10 by default.
const CALLS: usize = 32;

fn qos() -> QosProfile {
    QosProfile { history: QosHistory::from_depth(CALLS), ..QosProfile::default() }
}

/// So many chains of calls, each of which makes the next call when it is answered.
pub(crate) fn call(node: &ZNode, job: &Job) -> ! {
    let client: ZClient<AddTwoInts> = node.create_client("call").with_qos(qos()).build().expect("a client");
    let game = Game::begin(job);
    while node.graph().count_by_service(EndpointKind::Service, "/call") == 0 {
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(SETTLING);
    let chain = async || {
        while lock(&game).next() {
            let begin = Instant::now();
            let answer = client.call_with_timeout(&AddTwoIntsRequest { a: 2, b: 3 }, LOST_AFTER).await;
            let mut game = lock(&game);
            match answer {
                Ok(answer) => {
                    assert_eq!(answer.sum, 5);
                    game.score.note(begin.elapsed());
                }
                Err(_) => {
                    game.score.lose();
                }
            }
        }
    };
    runtime().block_on(join_all((0..job.in_flight).map(|_| chain())));
    rest()
}

pub(crate) fn serve(node: &ZNode) -> ! {
    let mut server = node.create_service::<AddTwoInts>("call").with_qos(qos()).build().expect("a server");
    loop {
        let request = server.take_request().expect("a request");
        note_begin();
        let sum = request.message().a + request.message().b;
        request.reply_blocking(&AddTwoIntsResponse { sum }).expect("a reply");
    }
}
