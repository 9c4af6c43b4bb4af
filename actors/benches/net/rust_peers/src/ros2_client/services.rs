//! Calls: the client's answers are taken as they come. Its futures are of no use for calls in flight: each throws away what is for another.

use std::collections::HashMap;
use std::thread;
use std::time::{Duration, Instant};

use futures::executor::block_on;
use ros2_client::{Client, Node, Server, ServiceMapping, ServiceTypeName};

use crate::bench::job::Job;
use crate::bench::score::note_begin;
use crate::bench::{Game, LOST_AFTER, SETTLING, lock, rest};
use crate::messages::{AddTwoIntsRequest, AddTwoIntsResponse};
use crate::poll::Waiting;
use crate::{named, qos};

/// More than the calls that are in flight at once, as for the others.
const CALLS: usize = 32;
/// How often to look for lost calls.
const LOOK: Duration = Duration::from_millis(100);

type Caller = Client<AddTwoIntsRequest, AddTwoIntsResponse>;
type Adder = Server<AddTwoIntsRequest, AddTwoIntsResponse>;

fn service_type() -> ServiceTypeName {
    ServiceTypeName::new("example_interfaces", "AddTwoInts")
}

pub(crate) fn call(node: &mut Node, job: &Job) -> ! {
    let client = node.create_client(ServiceMapping::Enhanced, &named("call"), &service_type(), qos(CALLS), qos(CALLS));
    let mut client: Caller = client.expect("a client");
    let mut waiting = Waiting::on(&mut client);
    let game = Game::begin(job);
    block_on(client.wait_for_service(node));
    thread::sleep(SETTLING);
    // By the number of the request, as nobody else calls.
    let mut away: HashMap<i64, Instant> = HashMap::new();
    let mut looked = Instant::now();
    loop {
        while away.len() < job.in_flight && lock(&game).next() {
            let begin = Instant::now();
            match client.send_request(AddTwoIntsRequest { a: 2, b: 3 }) {
                Ok(id) => {
                    away.insert(id.sequence_number, begin);
                }
                Err(_) => {
                    lock(&game).score.lose();
                }
            }
        }
        if away.is_empty() {
            rest();
        }
        match client.receive_response() {
            Ok(Some((id, answer))) => {
                if let Some(begin) = away.remove(&id.sequence_number) {
                    assert_eq!(answer.sum, 5);
                    lock(&game).score.note(begin.elapsed());
                }
            }
            _ => waiting.wait(Some(LOOK)),
        }
        if looked.elapsed() > LOOK {
            looked = Instant::now();
            let before = away.len();
            away.retain(|_, begin| begin.elapsed() < LOST_AFTER);
            (away.len()..before).for_each(|_| {
                lock(&game).score.lose();
            });
        }
    }
}

pub(crate) fn serve(node: &mut Node) -> ! {
    let server = node.create_server(ServiceMapping::Enhanced, &named("call"), &service_type(), qos(CALLS), qos(CALLS));
    let mut server: Adder = server.expect("a server");
    let mut waiting = Waiting::on(&mut server);
    loop {
        while let Ok(Some((id, request))) = server.receive_request() {
            note_begin();
            // A client counts what it gets no answer to.
            let _ = server.send_response(id, AddTwoIntsResponse { sum: request.a + request.b });
        }
        waiting.wait(None);
    }
}
