use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rosactor_messages::example_interfaces::{AddTwoInts, AddTwoIntsRequest, AddTwoIntsResponse};
use rosactor_transport::{CallError, DeclareError, Hub, RequestMailbox, ServiceClient, ServiceServer};
use zenoh::Wait;

use super::support::*;

fn request(a: i64, b: i64) -> AddTwoIntsRequest {
    AddTwoIntsRequest { a, b, ..Default::default() }
}

fn serve(hub: &Hub, capacity: usize) -> (Arc<RequestMailbox<AddTwoInts>>, ServiceServer) {
    let mailbox = Arc::new(RequestMailbox::with_capacity(capacity, no_wake()));
    let server = node(hub, "server").serve("add", Arc::clone(&mailbox)).unwrap();
    (mailbox, server)
}

fn client(hub: &Hub, timeout: Duration) -> ServiceClient<AddTwoInts> {
    node(hub, "client").client("add", timeout).unwrap()
}

fn answer_next(mailbox: &RequestMailbox<AddTwoInts>) {
    let mut next = None;
    until("a request came", || {
        next = mailbox.pop();
        next.is_some()
    });
    let next = next.unwrap();
    let sum = next.request().a + next.request().b;
    next.respond(AddTwoIntsResponse { sum, ..Default::default() });
}

#[test]
fn calls_are_answered_in_one_process_and_between_two() {
    watched(|| {
        let (a, b) = pair();
        let (mailbox, _server) = serve(&a, 64);
        for hub in [&a, &b] {
            let client = client(hub, PATIENCE);
            block_on(client.wait_available());
            assert!(client.available());
            for n in 0..20 {
                let call = client.call(request(n, 2));
                answer_next(&mailbox);
                assert_eq!(block_on(call).unwrap().sum, n + 2);
            }
        }
        assert_eq!(mailbox.counters().delivered, 40);
    });
}

#[test]
fn waiting_for_a_server_ends_when_it_comes() {
    watched(|| {
        let (a, b) = pair();
        let clients = [client(&a, PATIENCE), client(&b, PATIENCE)];
        assert!(clients.iter().all(|client| !client.available()));
        let waiting = clients.clone().map(|client| thread::spawn(move || block_on(client.wait_available())));
        let (mailbox, server) = serve(&a, 64);
        waiting.into_iter().for_each(|waiting| waiting.join().unwrap());
        for client in &clients {
            let call = client.call(request(1, 2));
            answer_next(&mailbox);
            assert_eq!(block_on(call).unwrap().sum, 3);
        }
        drop(server);
        until("the clients know that it went", || clients.iter().all(|client| !client.available()));
    });
}

#[test]
fn a_call_without_a_server_fails_at_once() {
    watched(|| {
        let (a, b) = pair();
        for hub in [&a, &b] {
            let client = client(hub, PATIENCE);
            let begin = Instant::now();
            let error = block_on(client.call(request(1, 2))).unwrap_err();
            assert_eq!(error, CallError::NoServer { service: client.service().clone() });
            assert!(begin.elapsed() < PATIENCE / 4);
        }
    });
}

#[test]
fn a_server_that_is_slow_lets_the_call_time_out() {
    watched(|| {
        let (a, b) = pair();
        let (mailbox, _server) = serve(&a, 64);
        for hub in [&a, &b] {
            let after = Duration::from_millis(200);
            let client = client(hub, after);
            block_on(client.wait_available());
            let begin = Instant::now();
            let error = block_on(client.call(request(1, 2))).unwrap_err();
            assert_eq!(error, CallError::Timeout { service: client.service().clone(), after });
            assert!(begin.elapsed() >= after && begin.elapsed() < PATIENCE / 4);
            // An answer that comes too late disturbs nobody.
            answer_next(&mailbox);
        }
    });
}

#[test]
fn the_newest_call_is_refused_when_the_mailbox_is_full() {
    watched(|| {
        let (a, b) = pair();
        let (mailbox, _server) = serve(&a, 2);
        let client = client(&b, PATIENCE);
        block_on(client.wait_available());
        let first = [client.call(request(1, 1)), client.call(request(2, 2))];
        until("the mailbox is full", || mailbox.len() == 2);
        let error = block_on(client.call(request(3, 3))).unwrap_err();
        assert!(matches!(&error, CallError::Refused { reason, .. } if reason.contains("full")), "{error}");
        first.iter().for_each(|_| answer_next(&mailbox));
        let sums = first.map(|call| block_on(call).unwrap().sum);
        assert_eq!(sums, [2, 4]);
    });
}

#[test]
fn a_dropped_request_is_answered_at_once() {
    watched(|| {
        let (a, b) = pair();
        let (mailbox, _server) = serve(&a, 64);
        for hub in [&a, &b] {
            let client = client(hub, PATIENCE);
            block_on(client.wait_available());
            let call = client.call(request(1, 2));
            until("the request came", || mailbox.pop().is_some());
            let error = block_on(call).unwrap_err();
            assert_eq!(error, CallError::ServerRestarted { service: client.service().clone() });
        }
    });
}

#[test]
fn the_end_of_a_servers_process_ends_its_calls() {
    watched(|| {
        let (a, b) = pair();
        let (mailbox, _server) = serve(&a, 64);
        let client = client(&b, 10 * PATIENCE);
        block_on(client.wait_available());
        let call = client.call(request(1, 2));
        until("the request came", || mailbox.len() == 1);
        a.close();
        let error = block_on(call).unwrap_err();
        assert_eq!(error, CallError::ServerRestarted { service: client.service().clone() });
    });
}

#[test]
fn closing_ends_calls_and_refuses_new_ones() {
    watched(|| {
        let (a, b) = pair();
        let (mailbox, _server) = serve(&a, 64);
        let participant = node(&b, "client");
        let client: ServiceClient<AddTwoInts> = participant.client("add", 10 * PATIENCE).unwrap();
        block_on(client.wait_available());
        let call = client.call(request(1, 2));
        until("the request came", || mailbox.len() == 1);
        b.close();
        let closed = CallError::Closed { service: client.service().clone() };
        assert_eq!(block_on(call).unwrap_err(), closed);
        assert_eq!(block_on(client.call(request(1, 2))).unwrap_err(), closed);
        block_on(client.wait_available());
        let error = participant.client::<AddTwoInts>("add", PATIENCE).err().unwrap();
        assert!(matches!(error, DeclareError::Closed { .. }), "{error}");
    });
}

#[test]
fn a_dropped_client_does_not_take_its_call_along() {
    watched(|| {
        let hub = alone();
        let (mailbox, _server) = serve(&hub, 64);
        let call = client(&hub, PATIENCE).call(request(1, 2));
        answer_next(&mailbox);
        assert_eq!(block_on(call).unwrap().sum, 3);
    });
}

#[test]
fn a_request_that_is_none_is_counted_and_answered_with_an_error() {
    watched(|| {
        let hub = alone();
        let (mailbox, _server) = serve(&hub, 64);
        let raw = raw_session(&hub);
        let querier = raw.declare_querier("add").timeout(PATIENCE).wait().unwrap();
        until("the sessions are joined", || querier.matching_status().wait().unwrap().matching());
        let garbage: [Option<&[u8]>; 3] = [None, Some(&[]), Some(&[0, 1, 0, 0, 7])];
        for payload in garbage {
            let get = querier.get();
            let get = match payload {
                Some(payload) => get.payload(payload),
                None => get,
            };
            let reply = get.wait().unwrap().recv_timeout(PATIENCE).unwrap().unwrap();
            let error = reply.result().unwrap_err();
            let text = error.payload().try_to_string().unwrap().into_owned();
            assert!(text.starts_with("undecodable: "), "{text}");
        }
        let counters = mailbox.counters();
        assert_eq!((counters.malformed, counters.received), (3, 0));
    });
}

#[test]
fn a_response_that_is_none_is_an_error_of_the_call() {
    watched(|| {
        let hub = alone();
        let raw = raw_session(&hub);
        let _queryable = raw
            .declare_queryable("add")
            .callback(|query| query.reply("add", vec![0, 1, 0]).wait().unwrap())
            .wait()
            .unwrap();
        let client = client(&hub, PATIENCE);
        block_on(client.wait_available());
        let error = block_on(client.call(request(1, 2))).unwrap_err();
        assert!(matches!(error, CallError::Undecodable { .. }), "{error}");
    });
}

#[test]
fn a_server_that_ends_without_a_word_is_noticed() {
    watched(|| {
        let hub = alone();
        let raw = raw_session(&hub);
        let _queryable = raw.declare_queryable("add").callback(drop).wait().unwrap();
        let client = client(&hub, PATIENCE);
        block_on(client.wait_available());
        let error = block_on(client.call(request(1, 2))).unwrap_err();
        assert!(matches!(error, CallError::ServerRestarted { .. }), "{error}");
    });
}
