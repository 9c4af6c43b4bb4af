//! What the crate promises of requests: each is answered exactly once, in time or with a typed error, whatever happens to
//! the server; as many at once as the server says; and none waits for itself.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod talk;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_util::FutureExt;
use futures_util::future::join_all;
use rosactor::messages::example_interfaces::{
    AddTwoInts, AddTwoIntsRequest, AddTwoIntsResponse, Fibonacci, FibonacciGoal, FibonacciResult,
};
use rosactor::messages::std_msgs::String as Text;
use rosactor::prelude::*;
use rosactor::{ActorState, Actors};
use rosactor_transport::{Qos, ServiceClient};
use talk::*;
use tokio::sync::watch;

fn actors() -> Actors {
    let mut actors = Actors::new();
    actors.add::<Server>("t/Server").add::<Relay>("t/Relay").add::<Caller>("t/Caller").add::<Errand>("t/Errand");
    actors
}

fn request(a: i64) -> AddTwoIntsRequest {
    AddTwoIntsRequest { a, b: 0, ..Default::default() }
}

fn response(sum: i64) -> AddTwoIntsResponse {
    AddTwoIntsResponse { sum, ..Default::default() }
}

/// Its answer to `a`: 0: never. 1: at once. 2: a panic of the handler. 3: a panic of the work. 4: when as many are in work
/// as its parameter `together` says.
struct Server {
    outcome: Outcome,
    in_work: watch::Sender<i64>,
    most: Rc<Cell<i64>>,
    together: i64,
}

/// Counts the end of a piece of work, also of one that is dropped.
struct InWork(watch::Sender<i64>, Outcome);

impl Drop for InWork {
    fn drop(&mut self) {
        self.0.send_modify(|n| *n -= 1);
        self.1.set("in_work", *self.0.borrow());
    }
}

impl Actor for Server {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.serve("add", Self::add);
        node.subscribe("fail", |_: &mut Self, why: Text| Err::<(), Error>(why.data.into()));
        let together = node.param("together", 1).get();
        let outcome = node.outcome();
        Ok(Self { outcome, in_work: watch::Sender::new(0), most: Rc::default(), together })
    }
}

impl Server {
    fn add(&mut self, request: AddTwoIntsRequest) -> Work<AddTwoIntsResponse> {
        assert!(request.a != 2, "the test wants it");
        self.in_work.send_modify(|n| *n += 1);
        let now = *self.in_work.borrow();
        self.most.set(self.most.get().max(now));
        self.outcome.set("most", self.most.get());
        self.outcome.set("in_work", now);
        let guard = InWork(self.in_work.clone(), self.outcome.clone());
        let (most, together) = (Rc::clone(&self.most), self.together);
        let mut in_work = self.in_work.subscribe();
        run(async move {
            let _guard = guard;
            match request.a {
                0 => std::future::pending().await,
                3 => panic!("the test wants it"),
                4 => drop(in_work.wait_for(|_| most.get() >= together).await),
                _ => {}
            }
            // Others may come in between.
            tokio::task::yield_now().await;
            response(request.a)
        })
    }
}

/// Serves one service by calling another, and tells the error that it gets.
struct Relay {
    next: Client<AddTwoInts>,
    outcome: Outcome,
}

impl Actor for Relay {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let (serves, calls) = (node.param("serves", String::new()).get(), node.param("calls", String::new()).get());
        node.serve(service(serves), Self::pass_on);
        Ok(Self { next: node.client(service(calls).timeout(10 * PATIENCE)), outcome: node.outcome() })
    }
}

impl Relay {
    fn pass_on(&mut self, request: AddTwoIntsRequest) -> Work<AddTwoIntsResponse> {
        let (next, outcome) = (self.next.clone(), self.outcome.clone());
        run(async move {
            next.wait_available().await;
            match next.call(AddTwoIntsRequest { a: request.a + 1, ..request }).await {
                Ok(response) => response,
                Err(CallError::Cycle { service, chain }) => {
                    outcome.set("cycle", chain.join(" "));
                    outcome.set("refused_by", service.as_str());
                    response(request.a)
                }
                Err(error) => {
                    outcome.set("error", error.to_string());
                    response(-1)
                }
            }
        })
    }
}

/// Serves `a` by an action of its own, which calls `a`.
struct Errand {
    action: ActionClient<Fibonacci>,
    service: Client<AddTwoInts>,
}

impl Actor for Errand {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.serve("a", Self::serve);
        node.perform("errand", Self::perform);
        let service = node.client(service("a").timeout(10 * PATIENCE));
        Ok(Self { action: node.action_client("errand"), service })
    }
}

impl Errand {
    fn serve(&mut self, _: AddTwoIntsRequest) -> Work<Result<AddTwoIntsResponse>> {
        let action = self.action.clone();
        run(async move {
            action.wait_available().await;
            let (_, result) = action.send_goal(FibonacciGoal::default()).await?.result().await?;
            Ok(response(result.sequence.len() as i64))
        })
    }

    fn perform(&mut self, goal: GoalRequest<Fibonacci>) -> Work<GoalEnd<Fibonacci>> {
        let (goal, service) = (goal.accept(), self.service.clone());
        run(async move {
            service.wait_available().await;
            let sequence = match service.call(request(0)).await {
                Err(CallError::Cycle { chain, .. }) => vec![0; chain.len()],
                _ => Vec::new(),
            };
            goal.succeed(FibonacciResult { sequence, ..Default::default() })
        })
    }
}

/// Calls a server that never answers, within its patience.
struct Caller {
    client: Client<AddTwoInts>,
    outcome: Outcome,
}

impl Actor for Caller {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::begin);
        Ok(Self { client: node.client(service("add").timeout(10 * PATIENCE)), outcome: node.outcome() })
    }
}

impl Caller {
    fn begin(&mut self) -> Work<()> {
        let (client, outcome) = (self.client.clone(), self.outcome.clone());
        run(async move {
            client.wait_available().await;
            let after = Duration::from_millis(50);
            let error = client.call_within(request(0), after).await.unwrap_err();
            outcome.set("error", error.to_string());
            outcome.set("answer", client.call_within(request(1), PATIENCE).await.map_or(-1, |response| response.sum));
        })
    }
}

fn client(running: &rosactor::launch::Running, name: &str) -> (rosactor_transport::Hub, ServiceClient<AddTwoInts>) {
    let (hub, node) = outside(running);
    let client = node.client(name, 10 * PATIENCE).unwrap();
    block_on("the wait for the server", client.wait_available());
    (hub, client)
}

/// The kind of an error, as a test counts them.
fn kind(error: &CallError) -> &'static str {
    match error {
        CallError::Refused { .. } => "refused",
        CallError::ServerRestarted { .. } => "restarted",
        CallError::NoServer { .. } => "no server",
        CallError::Expired { .. } => "expired",
        CallError::Timeout { .. } => "timeout",
        _ => "other",
    }
}

#[test]
fn ten_thousand_outstanding_calls_end_once_each_whatever_happens_to_the_server() {
    const CALLS: i64 = 10_000;
    let running = deploy(
        "deployment: d\nsupervision: {restarts: 100000, backoff: 1ms..1ms}\nactors:\n\
         \x20 - {name: server, type: t/Server, mailboxes: {add: {queue: 2000, concurrent: 100}}}\n",
        actors(),
    );
    let (_hub, client) = client(&running, "add");
    // Most are answered, some hold a place until a panic ends them, and more are sent than there is room for.
    let ask = |n: i64| match n % 500 {
        0 => 2,
        250 => 3,
        n if n % 125 == 1 => 0,
        _ => 1,
    };
    let mailbox = || actor(&running.report(), "server").mailboxes[0].counters;
    let mut calls: Vec<_> = (0..CALLS).map(|n| client.call(request(ask(n))).boxed()).collect();
    until("all have arrived", || mailbox().received == CALLS as u64);
    until("all have had their turn", || mailbox().queued == 0);
    let mut ends = Vec::new();
    until("only those in work are open", || {
        calls.retain_mut(|call| match call.now_or_never() {
            Some(end) => {
                ends.push(end);
                false
            }
            None => true,
        });
        calls.len() <= 100
    });
    // These are in work, or wait behind those that are, when the server stops.
    calls.extend((0..200).map(|_| client.call(request(0)).boxed()));
    until("the last have arrived", || mailbox().received == CALLS as u64 + 200);
    let report = running.stop();
    ends.extend(block_on("the last call", join_all(calls)));
    let mut kinds = BTreeMap::<&str, usize>::new();
    for end in &ends {
        *kinds.entry(end.as_ref().map_or_else(kind, |_| "answered")).or_default() += 1;
    }
    assert_eq!(ends.len(), CALLS as usize + 200);
    assert!(kinds.keys().all(|kind| ["answered", "refused", "restarted"].contains(kind)), "{kinds:?}");
    assert!(kinds["answered"] > 1_000 && kinds["restarted"] > 50, "{kinds:?}");
    assert_adds_up(&report);
    let server = actor(&report, "server");
    assert!(server.restarts > 0, "{server:?}");
    assert_eq!(server.mailboxes.iter().map(|mailbox| mailbox.counters.queued).max(), Some(0), "nothing is left");
}

#[test]
fn a_serial_service_has_one_request_in_work_and_a_concurrent_one_no_more_than_it_says() {
    for together in [1, 3] {
        let running = deploy(
            &format!(
                "deployment: d\nactors:\n  - name: server\n    type: t/Server\n    params: {{together: {together}}}\n    \
                 mailboxes: {{add: {{concurrent: {together}}}}}\n"
            ),
            actors(),
        );
        let (_hub, client) = client(&running, "add");
        let calls = join_all((0..60).map(|_| client.call(request(4))));
        let ends = block_on("the last call", calls);
        assert!(ends.iter().all(Result::is_ok), "{ends:?}");
        assert_eq!(told(&running, "server", "most"), together);
    }
}

#[test]
fn a_request_is_answered_by_its_deadline_in_work_and_in_the_mailbox() {
    let running = deploy(
        "deployment: d\nactors:\n  - {name: server, type: t/Server, mailboxes: {add: {deadline: 300ms}}}\n",
        actors(),
    );
    let (_hub, client) = client(&running, "add");
    // The first holds the mailbox until its deadline; the second waits as long, and a moment longer than it may.
    let first = client.call(request(0));
    until("the first is in work", || told(&running, "server", "in_work") == 1);
    let ends = block_on("the calls", join_all([first, client.call(request(0))]));
    for end in ends {
        let error = end.unwrap_err();
        assert!(matches!(&error, CallError::Expired { reason, .. } if reason.contains("300ms")), "{error}");
    }
    until("the work is dropped", || told(&running, "server", "in_work") == 0);
    assert_eq!(block_on("the next call", client.call(request(1))).unwrap().sum, 1);
    assert_adds_up(&running.stop());
}

#[test]
fn a_server_that_ends_for_good_answers_what_is_in_work_and_what_waits() {
    let running = deploy("deployment: d\nactors:\n  - {name: server, type: t/Server, restart: never}\n", actors());
    let (_hub, client) = client(&running, "add");
    let (_other, node) = outside(&running);
    let fail = node.publisher::<Text>("fail", Qos::default()).unwrap();
    let in_work = client.call(request(0));
    until("the first is in work", || told(&running, "server", "in_work") == 1);
    let waiting = [client.call(request(1)), client.call(request(1))];
    until("the others wait", || actor(&running.report(), "server").mailboxes[0].counters.queued == 2);
    until("the server has failed", || {
        fail.publish(Text { data: "the test wants it".to_owned() }).unwrap();
        actor(&running.report(), "server").state == ActorState::Failed
    });
    let ends = block_on("the calls", join_all([in_work].into_iter().chain(waiting)));
    let kinds: Vec<_> = ends.iter().map(|end| end.as_ref().map_or_else(kind, |_| "answered")).collect();
    assert_eq!(kinds, ["restarted", "refused", "refused"]);
    until("the server is gone", || !client.available());
    let error = block_on("a call of nobody", client.call(request(1))).unwrap_err();
    assert_eq!(kind(&error), "no server");
}

#[test]
fn a_call_ends_within_the_time_that_the_caller_gives_it() {
    let running = deploy(
        "deployment: d\nactors:\n  - {name: server, type: t/Server, mailboxes: {add: {concurrent: 2}}}\n  - {name: caller, type: t/Caller}\n",
        actors(),
    );
    until("both calls have ended", || told(&running, "caller", "answer") == 1);
    assert_eq!(told(&running, "caller", "error"), "/add did not answer within 50ms");
}

#[test]
fn services_that_call_each_other_in_a_circle_are_refused_by_name() {
    let relay = |name: &str, calls: &str| {
        format!("  - {{name: {name}, type: t/Relay, params: {{serves: {name}, calls: {calls}}}}}\n")
    };
    // By way of two others, and to itself.
    for (file, (last, chain, sum)) in [
        ([relay("a", "b"), relay("b", "c"), relay("c", "a")].concat(), ("c", "/a /b /c /a", 2)),
        (relay("a", "a"), ("a", "/a /a", 0)),
    ] {
        let running = deploy(&format!("deployment: d\nactors:\n{file}"), actors());
        let (_hub, client) = client(&running, "a");
        let answer = block_on("the call in a circle", client.call(request(0))).unwrap();
        assert_eq!(answer.sum, sum, "the last in the circle answered");
        assert_eq!(told(&running, last, "cycle"), chain);
        assert_eq!(told(&running, last, "refused_by"), "/a");
    }
}

#[test]
fn a_circle_through_another_process_is_refused_as_well() {
    let first =
        deploy("deployment: d\nactors:\n  - {name: a, type: t/Relay, params: {serves: a, calls: b}}\n", actors());
    let second = deploy(
        &format!(
            "deployment: e\ntransport: {{connect: {:?}}}\nactors:\n  - {{name: b, type: t/Relay, params: {{serves: b, calls: a}}}}\n",
            first.locators()
        ),
        actors(),
    );
    let (_hub, client) = client(&first, "a");
    assert_eq!(block_on("the call in a circle", client.call(request(0))).unwrap().sum, 1);
    assert_eq!(told(&second, "b", "cycle"), "/a /b /a");
    // And again: nothing of the first time is left.
    assert_eq!(block_on("the second call", client.call(request(5))).unwrap().sum, 6);
}

#[test]
fn a_circle_by_way_of_a_goal_is_refused_as_well() {
    let running = deploy("deployment: d\nactors:\n  - {name: errand, type: t/Errand}\n", actors());
    let (_hub, client) = client(&running, "a");
    let answer = block_on("the call in a circle", client.call(request(0))).unwrap();
    assert_eq!(answer.sum, 3, "/a -> /errand -> /a");
}
