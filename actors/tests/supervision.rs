//! What the crate promises of failures: restarts, back-off, limits, typed errors for callers, a safe state.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::time::Duration;

use rosactor::launch::{self, Report, Running, check};
use rosactor::messages::example_interfaces::{
    AddTwoInts, AddTwoIntsRequest, AddTwoIntsResponse, Fibonacci, FibonacciGoal, FibonacciResult,
};
use rosactor::messages::std_msgs::{Int64, String as Text};
use rosactor::prelude::*;
use rosactor::{ActorState, Actors, MailboxKind};
use support::{actor, parse, start, told, wait_for};

fn actors() -> Actors {
    let mut actors = Actors::new();
    actors.add::<Counter>("t/Counter").add::<Source>("t/Source").add::<Beater>("t/Beater").add::<Server>("t/Server");
    actors.add::<Caller>("t/Caller").add::<Fragile>("t/Fragile").add::<Parallel>("t/Parallel").add::<Wrong>("t/Wrong");
    actors
}

fn run(text: &str) -> Running {
    start(text, actors())
}

/// Publishes 1, 2, 3, ... for ever.
struct Source {
    numbers: Publisher<Int64>,
    last: i64,
}

impl Actor for Source {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(Duration::from_millis(2), Self::on_tick);
        Ok(Self { numbers: node.publisher("numbers"), last: 0 })
    }
}

impl Source {
    fn on_tick(&mut self) {
        self.last += 1;
        self.numbers.publish(Int64 { data: self.last });
    }
}

/// Fails in the way that its parameter says, at every number that its parameter divides.
struct Counter {
    outcome: Outcome,
    every: i64,
    how: String,
}

impl Actor for Counter {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe("numbers", Self::on_number);
        let every = node.param("every", 0_i64).get();
        let how = node.param("how", String::new()).get();
        Ok(Self { outcome: node.outcome(), every, how })
    }

    fn on_stop(&mut self) {
        count(&self.outcome, "stops");
    }
}

fn count(outcome: &Outcome, key: &str) {
    let before = outcome.get(key).and_then(|value| value.as_i64()).unwrap_or(0);
    outcome.set(key, before + 1);
}

impl Counter {
    fn on_number(&mut self, number: Sample<Int64>) -> Result<()> {
        count(&self.outcome, "numbers");
        if self.every == 0 || number.data % self.every != 0 {
            return Ok(());
        }
        match self.how.as_str() {
            "panic" => panic!("{} is too much", number.data),
            _ => Err(format!("{} is too much", number.data).into()),
        }
    }
}

/// A neighbour whose beats nobody may disturb.
struct Beater;

impl Actor for Beater {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(Duration::from_millis(10), |_: &mut Self| ());
        Ok(Self)
    }
}

#[test]
fn a_failed_actor_is_built_anew_and_keeps_its_endpoints() {
    for how in ["panic", "error"] {
        let running = run(&format!(
            "deployment: d\nsupervision: {{restarts: 1000, backoff: 1ms..2ms}}\nactors:\n\
             \x20 - {{name: source, type: t/Source}}\n\
             \x20 - {{name: counter, type: t/Counter, params: {{every: 10, how: {how}}}}}\n"
        ));
        let report = wait_for(&running, "five restarts", |report| actor(report, "counter").restarts >= 5);
        assert_eq!(actor(&report, "source").restarts, 0);
        let report = running.stop();
        let counter = actor(&report, "counter");
        assert_eq!(counter.mailboxes.len(), 1, "a restart opens nothing anew");
        let counters = counter.mailboxes[0].counters;
        assert_eq!(counters.received, counters.delivered + counters.dropped + counters.expired + counters.queued);
        assert_eq!(counters.delivered, u64::try_from(told(&report, "counter", "numbers")).unwrap());
        let stops = u64::try_from(told(&report, "counter", "stops")).unwrap();
        assert!(stops == counter.restarts || stops == counter.restarts + 1, "on_stop ran at each end: {stops}");
    }
}

#[test]
fn beyond_the_limit_an_actor_has_failed_and_the_deployment_ends() {
    let running = run("deployment: d\nsupervision: {restarts: 2, within: 60s, backoff: 1ms..1ms}\nactors:\n\
                       \x20 - {name: source, type: t/Source}\n\
                       \x20 - {name: counter, type: t/Counter, params: {every: 1, how: panic}}\n");
    let report = wait_for(&running, "the failure", |report| actor(report, "counter").state == ActorState::Failed);
    assert_eq!(actor(&report, "counter").restarts, 2);
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(running.ended());
    let report = running.stop();
    assert!(!report.ok);
    assert_eq!(actor(&report, "source").state, ActorState::Running, "as it was when the stop began");
}

#[test]
fn never_means_never() {
    let running = run("deployment: d\nactors:\n\
                       \x20 - {name: source, type: t/Source}\n\
                       \x20 - {name: counter, type: t/Counter, restart: never, params: {every: 1}}\n");
    let report = wait_for(&running, "the failure", |report| actor(report, "counter").state == ActorState::Failed);
    assert_eq!(actor(&report, "counter").restarts, 0);
}

#[test]
fn a_neighbour_on_the_same_thread_goes_on_beating() {
    let running = run("deployment: d\nsupervision: {restarts: 10000, backoff: 1ms..1ms}\nactors:\n\
                       \x20 - {name: beater, type: t/Beater}\n\
                       \x20 - {name: source, type: t/Source}\n\
                       \x20 - {name: counter, type: t/Counter, params: {every: 3, how: error}}\n");
    let beats = |report: &Report| actor(report, "beater").mailboxes[0].counters.delivered;
    let report = wait_for(&running, "many failures", |report| actor(report, "counter").restarts >= 50);
    let before = beats(&report);
    wait_for(&running, "more beats among more failures", |report| {
        beats(report) >= before + 10 && actor(report, "counter").restarts >= 60
    });
    let report = running.stop();
    let beater = actor(&report, "beater");
    assert_eq!((beater.restarts, beater.mailboxes.len(), beater.mailboxes[0].kind), (0, 1, MailboxKind::Timer));
}

/// Answers after a while, unless it is told to fail.
struct Server;

impl Actor for Server {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.serve("add", Self::add);
        node.perform::<Fibonacci, _>("fibonacci", Self::compute);
        node.subscribe("fail", |_: &mut Self, why: Text| Err::<(), Error>(why.data.into()));
        Ok(Self)
    }
}

impl Server {
    fn add(&mut self, request: AddTwoIntsRequest) -> Work<AddTwoIntsResponse> {
        run_for_ever_if(request.a == 0, AddTwoIntsResponse { sum: request.a + request.b })
    }

    fn compute(&mut self, goal: GoalRequest<Fibonacci>) -> Work<GoalEnd<Fibonacci>> {
        let goal = goal.accept();
        rosactor::run(async move {
            goal.canceled().await;
            goal.cancel(FibonacciResult { sequence: vec![1] })
        })
    }
}

fn run_for_ever_if<T: 'static>(for_ever: bool, value: T) -> Work<T> {
    rosactor::run(async move { if for_ever { std::future::pending().await } else { value } })
}

/// Calls the server and sends it a goal, makes it fail, and tells how both ended.
struct Caller {
    client: Client<AddTwoInts>,
    fibonacci: rosactor::ActionClient<Fibonacci>,
    fail: Publisher<Text>,
    outcome: Outcome,
}

impl Actor for Caller {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::begin);
        Ok(Self {
            client: node.client("add"),
            fibonacci: node.action_client("fibonacci"),
            fail: node.publisher("fail"),
            outcome: node.outcome(),
        })
    }
}

impl Caller {
    fn begin(&mut self) -> Work<Result<()>> {
        let (client, fibonacci, fail) = (self.client.clone(), self.fibonacci.clone(), self.fail.clone());
        let outcome = self.outcome.clone();
        rosactor::run(async move {
            client.wait_available().await;
            fibonacci.wait_available().await;
            let handle = fibonacci.send_goal(FibonacciGoal { order: 1 }).await?;
            let call = client.call(AddTwoIntsRequest { a: 0, b: 0 });
            // Let the request reach its handler before the server fails.
            sleep(Duration::from_millis(300)).await;
            fail.publish(Text { data: "the test wants it".to_owned() });
            outcome.set("call", call.await.map_err(|error| error.to_string()).unwrap_err());
            let (status, _) = handle.result().await?;
            outcome.set("goal", format!("{status:?}"));
            outcome.set("after", client.call(AddTwoIntsRequest { a: 1, b: 2 }).await?.sum);
            let handle = fibonacci.send_goal(FibonacciGoal { order: 1 }).await?;
            handle.cancel().await?;
            let (status, result) = handle.result().await?;
            outcome.set("canceled", format!("{status:?} {:?}", result.sequence));
            outcome.set("done", true);
            Ok(())
        })
    }
}

#[test]
fn callers_of_a_failed_actor_hear_of_it_at_once_and_its_goals_are_aborted() {
    let running = run("deployment: d\nsupervision: {backoff: 1ms..1ms}\nactors:\n\
                       \x20 - {name: server, type: t/Server}\n\
                       \x20 - {name: caller, type: t/Caller}\n");
    wait_for(&running, "the end of the talk", |report| actor(report, "caller").outcome.contains_key("done"));
    let report = running.stop();
    let told = |key: &str| actor(&report, "caller").outcome[key].as_str().unwrap_or_default().to_owned();
    assert!(told("call").contains("dropped the request"), "{}", told("call"));
    assert_eq!(told("goal"), "Aborted");
    assert_eq!(told("canceled"), "Canceled [1]");
    assert_eq!(actor(&report, "caller").outcome["after"], 3);
    assert_eq!(actor(&report, "server").restarts, 1);
    for mailbox in &actor(&report, "server").mailboxes {
        let counters = mailbox.counters;
        assert_eq!(counters.received, counters.delivered + counters.queued + counters.dropped, "{mailbox:?}");
    }
}

/// Its setup fails from the second time on.
struct Fragile;

impl Actor for Fragile {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let outcome = node.outcome();
        count(&outcome, "setups");
        if outcome.get("setups").is_some_and(|setups| setups != 1) {
            return Err("the device is gone".into());
        }
        node.subscribe("numbers", |_: &mut Self, _: Int64| -> Result<()> { Err("broken".into()) });
        Ok(Self)
    }
}

#[test]
fn a_setup_that_fails_counts_as_a_failed_restart() {
    let running = run("deployment: d\nsupervision: {restarts: 3, backoff: 1ms..1ms}\nactors:\n\
                       \x20 - {name: source, type: t/Source}\n\
                       \x20 - {name: fragile, type: t/Fragile}\n");
    let report = wait_for(&running, "the failure", |report| actor(report, "fragile").state == ActorState::Failed);
    assert_eq!((actor(&report, "fragile").restarts, told(&report, "fragile", "setups")), (3, 4));
}

/// Has work of 50 ms at beats of 5 ms, as often at once as its parameter allows.
struct Parallel {
    outcome: Outcome,
    now: i64,
}

impl Actor for Parallel {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let most = usize::try_from(node.param("most", 1_i64).get())?;
        node.every(period(Duration::from_millis(5)).concurrent(most), Self::on_tick);
        Ok(Self { outcome: node.outcome(), now: 0 })
    }
}

impl Parallel {
    fn on_tick(&mut self) -> Then<Self> {
        self.now += 1;
        let most = self.outcome.get("most").and_then(|most| most.as_i64()).unwrap_or(0).max(self.now);
        self.outcome.set("most", most);
        rosactor::run(sleep(Duration::from_millis(50))).then(Self::on_done)
    }

    fn on_done(&mut self, (): ()) {
        self.now -= 1;
        count(&self.outcome, "done");
    }
}

#[test]
fn work_holds_its_mailbox_unless_it_may_overlap() {
    for most in [1, 3] {
        let running = run(&format!(
            "deployment: d\nactors:\n  - {{name: parallel, type: t/Parallel, params: {{most: {most}}}}}\n"
        ));
        let report = wait_for(&running, "some work", |report| told(report, "parallel", "done") >= 6);
        assert_eq!(told(&report, "parallel", "most"), most);
    }
}

/// Declares whatever its parameters say, right or wrong.
struct Wrong;

impl Actor for Wrong {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.param(param("speed").range(0.0..=1.0), 0.5);
        node.publisher::<Text>("no spaces");
        node.subscribe("1st", |_: &mut Self, _: Text| ());
        node.subscribe(topic("numbers").reliable(), |_: &mut Self, _: Text| ());
        node.every(Duration::ZERO, |_: &mut Self| ());
        Ok(Self)
    }
}

#[test]
fn all_mistakes_of_all_setups_are_refused_together_before_anything_starts() {
    let deployment = parse(
        "deployment: d\nactors:\n\
         \x20 - {name: source, type: t/Source}\n\
         \x20 - {name: wrong, type: t/Wrong, params: {speed: 2.0, sped: 1}, remap: {nombers: x}}\n",
    );
    let mistakes = check(&deployment, &actors()).unwrap_err().to_string();
    for part in [
        "test.yaml:4:50: error: parameter `speed` of wrong must be at least 0.0 and at most 1.0, but it is 2.0",
        "test.yaml:4:61: error: wrong has no parameter `sped`",
        "did you mean `speed`?",
        "no spaces",
        "1st",
        "`remap` names `nombers`, but wrong has no such endpoint",
        "did you mean `/numbers`?",
        "a timer whose period is zero",
        "/wrong uses the topic /numbers with type std_msgs/msg/String, but /source uses it with type std_msgs/msg/Int64",
    ] {
        assert!(mistakes.contains(part), "{part} is not in\n{mistakes}");
    }
    assert!(launch::start(deployment, actors()).is_err_and(|error| error.to_string() == mistakes));
}
