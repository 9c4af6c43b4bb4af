//! What the crate promises of topics: bounded mailboxes whose counters add up, deadlines, lifespans, liveliness, ends that
//! do not fit, the graph.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rosactor::deployment::Deployment;
use rosactor::launch::{ActorReport, Report, Running, check, start};
use rosactor::messages::example_interfaces::{AddTwoInts, AddTwoIntsRequest, AddTwoIntsResponse};
use rosactor::messages::example_interfaces::{Fibonacci, FibonacciGoal, FibonacciResult};
use rosactor::messages::std_msgs::{Int64, String as Text};
use rosactor::prelude::*;
use rosactor::{Actors, Counters, MailboxKind};

/// A law that does not hold within this time does not hold.
const PATIENCE: Duration = Duration::from_secs(30);

fn actors() -> Actors {
    let mut actors = Actors::new();
    actors.add::<Flooder>("t/Flooder").add::<Flooded>("t/Flooded").add::<Beater>("t/Beater");
    actors.add::<Canceler>("t/Canceler").add::<Silent>("t/Silent").add::<Listener>("t/Listener");
    actors.add::<Ticker>("t/Ticker").add::<Slow>("t/Slow").add::<Counter>("t/Counter").add::<Looker>("t/Looker");
    actors.add::<Declarer>("t/Declarer").add::<Stranger>("t/Stranger");
    actors
}

fn parse(text: &str) -> Deployment {
    Deployment::parse(Path::new("test.yaml"), text).unwrap()
}

fn run(text: &str) -> Running {
    start(parse(text), actors()).unwrap()
}

/// A deployment that joins another one.
fn joined(other: &Running, actors: &str) -> Running {
    run(&format!("deployment: d\ntransport: {{connect: {:?}}}\nactors:\n{actors}", other.locators()))
}

fn wait_for(running: &Running, what: &str, holds: impl Fn(&Report) -> bool) -> Report {
    let begin = Instant::now();
    loop {
        let report = running.report();
        if holds(&report) {
            return report;
        }
        let shown = serde_json::to_string_pretty(&report).unwrap();
        assert!(begin.elapsed() < PATIENCE, "{what} did not come true: {shown}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn actor<'r>(report: &'r Report, name: &str) -> &'r ActorReport {
    report.actors.iter().find(|actor| actor.name == name).unwrap()
}

fn told(report: &Report, name: &str, key: &str) -> u64 {
    actor(report, name).outcome.get(key).and_then(serde_json::Value::as_u64).unwrap_or(0)
}

fn text(report: &Report, name: &str, key: &str) -> String {
    actor(report, name).outcome.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// The counters of the mailbox of this kind and endpoint.
fn counters(report: &Report, name: &str, kind: MailboxKind, endpoint: &str) -> Counters {
    let mailboxes = &actor(report, name).mailboxes;
    mailboxes.iter().find(|mailbox| mailbox.kind == kind && mailbox.endpoint == endpoint).unwrap().counters
}

fn count(outcome: &Outcome, key: &str) {
    let before = outcome.get(key).and_then(|value| value.as_u64()).unwrap_or(0);
    outcome.set(key, before + 1);
}

fn assert_adds_up(c: Counters) {
    assert_eq!(c.received, c.delivered + c.dropped + c.expired + c.queued, "{c:?}");
}

// A flood.

const FLOOD: u64 = 1_000_000;

/// Publishes a million numbers as fast as it can, from a thread of the pool.
struct Flooder {
    numbers: Publisher<Int64>,
    outcome: Outcome,
}

impl Actor for Flooder {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.serve("begin", Self::begin);
        Ok(Self { numbers: node.publisher("numbers"), outcome: node.outcome() })
    }
}

impl Flooder {
    fn begin(&mut self, _: AddTwoIntsRequest) -> Work<AddTwoIntsResponse> {
        let (numbers, outcome) = (self.numbers.clone(), self.outcome.clone());
        rosactor::run(async move {
            offload(move || {
                // For as long as the test wants the flood to last, and at least a million.
                let mut n = 0;
                while n < FLOOD || !CANCELED.load(Ordering::SeqCst) {
                    numbers.publish(Int64 { data: i64::try_from(n).unwrap() });
                    n += 1;
                }
                outcome.set("published", n);
            })
            .await;
            AddTwoIntsResponse::default()
        })
    }
}

/// The goal of the flooded actor was canceled.
static CANCELED: AtomicBool = AtomicBool::new(false);

/// Gets the flood, while it has a goal in work.
struct Flooded {
    last: i64,
    outcome: Outcome,
    delivered: u64,
}

impl Actor for Flooded {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe("numbers", Self::on_number);
        node.perform::<Fibonacci, _>("fibonacci", Self::compute);
        Ok(Self { last: -1, outcome: node.outcome(), delivered: 0 })
    }

    fn on_stop(&mut self) {
        self.outcome.set("delivered", self.delivered);
    }
}

impl Flooded {
    fn on_number(&mut self, number: Sample<Int64>) -> Result<()> {
        self.delivered += 1;
        if number.data <= self.last {
            return Err("a number came out of order".into());
        }
        self.last = number.data;
        Ok(())
    }

    fn compute(&mut self, goal: GoalRequest<Fibonacci>) -> Work<GoalEnd<Fibonacci>> {
        let goal = goal.accept();
        rosactor::run(async move {
            goal.canceled().await;
            CANCELED.store(true, Ordering::SeqCst);
            goal.cancel(FibonacciResult::default())
        })
    }
}

/// Begins the flood and cancels a goal in the midst of it.
struct Canceler {
    begin: Client<AddTwoInts>,
    goals: ActionClient<Fibonacci>,
    outcome: Outcome,
}

impl Actor for Canceler {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::run);
        let begin = node.client(service("begin").timeout(2 * PATIENCE));
        Ok(Self { begin, goals: node.action_client("fibonacci"), outcome: node.outcome() })
    }
}

impl Canceler {
    fn run(&mut self) -> Work<Result<()>> {
        let (begin, goals, outcome) = (self.begin.clone(), self.goals.clone(), self.outcome.clone());
        rosactor::run(async move {
            goals.wait_available().await;
            begin.wait_available().await;
            let goal = goals.send_goal(FibonacciGoal::default()).await?;
            let flood = begin.call(AddTwoIntsRequest::default());
            sleep(Duration::from_millis(100)).await;
            goal.cancel().await?;
            let (status, _) = goal.result().await?;
            outcome.set("status", format!("{status:?}"));
            flood.await?;
            outcome.set("over", true);
            Ok(())
        })
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

/// One flood; returns the share of the neighbour's beats that came.
fn flood() -> f64 {
    CANCELED.store(false, Ordering::SeqCst);
    let running = run("deployment: d\nactors:\n\
                       \x20 - {name: flooded, type: t/Flooded, mailboxes: {numbers: {keep_last: 10}}}\n\
                       \x20 - {name: beater, type: t/Beater}\n\
                       \x20 - {name: flooder, type: t/Flooder}\n\
                       \x20 - {name: canceler, type: t/Canceler}\n");
    let of_numbers = |report: &Report| counters(report, "flooded", MailboxKind::Topic, "/numbers");
    // Looked at all the time: the bound and the law hold at every moment of it.
    wait_for(&running, "the end of the flood", |report| {
        let counters = of_numbers(report);
        assert!(counters.queued <= 10, "{counters:?}");
        assert_adds_up(counters);
        actor(report, "canceler").outcome.contains_key("over")
    });
    let report = running.stop();
    let numbers = of_numbers(&report);
    assert_adds_up(numbers);
    assert!(numbers.received >= FLOOD && numbers.dropped > 0, "{numbers:?}");
    assert_eq!(numbers.received, told(&report, "flooder", "published"));
    assert_eq!(numbers.delivered, told(&report, "flooded", "delivered"));
    assert_eq!(actor(&report, "flooded").restarts, 0, "the order was kept");
    // The flood waits for the cancel: it was handled while the flood lasted.
    assert_eq!(text(&report, "canceler", "status"), "Canceled");
    let beats = counters(&report, "beater", MailboxKind::Timer, "10ms");
    beats.delivered as f64 / beats.received as f64
}

#[test]
fn a_flood_fills_no_memory_delays_no_cancel_and_holds_no_neighbour_up() {
    // A machine that is busy with other things takes beats away as well; a neighbour that is held up loses them always.
    let mut shares = Vec::new();
    while shares.last().is_none_or(|share| *share < 0.99) {
        assert!(shares.len() < 5, "{shares:?}");
        shares.push(flood());
    }
}

// Events.

/// Publishes 1, 2, 3, ... as many as its parameter says.
struct Ticker {
    numbers: Publisher<Int64>,
    events: Events,
    last: i64,
    most: i64,
}

impl Actor for Ticker {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(Duration::from_millis(2), Self::on_tick);
        node.on_topic_event("numbers", |ticker: &mut Self, event| ticker.events.note(&event));
        let most = node.fixed_param("most", i64::MAX);
        Ok(Self { numbers: node.publisher("numbers"), events: Events(node.outcome()), last: 0, most })
    }
}

impl Ticker {
    fn on_tick(&mut self) {
        if self.last < self.most {
            self.last += 1;
            self.numbers.publish(Int64 { data: self.last });
        }
    }
}

/// What an actor was told, in its outcome.
struct Events(Outcome);

impl Events {
    fn note(&self, event: &TopicEvent) {
        match event {
            TopicEvent::RequestedDeadlineMissed { total, new } | TopicEvent::OfferedDeadlineMissed { total, new } => {
                let before = self.0.get("missed").and_then(|value| value.as_u64()).unwrap_or(0);
                assert_eq!(before + new, *total, "none was overlooked");
                self.0.set("missed", *total);
            }
            TopicEvent::LivelinessGained { .. } => count(&self.0, "gained"),
            TopicEvent::LivelinessLost { .. } => count(&self.0, "lost"),
            TopicEvent::OwnLivelinessLost => count(&self.0, "own lost"),
            _ => {
                count(&self.0, "incompatible");
                self.0.set("why", event.to_string());
            }
        }
    }
}

/// Hears numbers, and what happens to them.
struct Listener {
    events: Events,
}

impl Actor for Listener {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe("numbers", |listener: &mut Self, _: Int64| count(&listener.events.0, "numbers"));
        node.on_topic_event("numbers", |listener: &mut Self, event| listener.events.note(&event));
        Ok(Self { events: Events(node.outcome()) })
    }
}

/// Promises to publish, and does not.
struct Silent {
    events: Events,
    _numbers: Publisher<Int64>,
}

impl Actor for Silent {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_topic_event("numbers", |silent: &mut Self, event| silent.events.note(&event));
        Ok(Self { events: Events(node.outcome()), _numbers: node.publisher("numbers") })
    }
}

#[test]
fn every_missed_deadline_is_counted_and_told() {
    let running = run("deployment: d\nactors:\n\
                       \x20 - {name: listener, type: t/Listener, mailboxes: {numbers: {deadline: 20ms}}}\n\
                       \x20 - {name: silent, type: t/Silent, mailboxes: {numbers: {deadline: 20ms}}}\n");
    let missed = |report: &Report| counters(report, "listener", MailboxKind::Topic, "/numbers").missed_deadlines;
    wait_for(&running, "some missed deadlines, all told", |report| {
        missed(report) >= 5
            && missed(report) == told(report, "listener", "missed")
            && told(report, "silent", "missed") >= 5
    });
    let report = running.stop();
    let events = counters(&report, "listener", MailboxKind::Event, "/numbers");
    assert_eq!(events.dropped, 0);
    assert_eq!(actor(&report, "listener").restarts + actor(&report, "silent").restarts, 0);
}

#[test]
fn a_topic_that_keeps_its_deadline_misses_none() {
    let running = run("deployment: d\nactors:\n\
                       \x20 - {name: listener, type: t/Listener, mailboxes: {numbers: {deadline: 60s}}}\n\
                       \x20 - {name: ticker, type: t/Ticker, mailboxes: {numbers: {deadline: 60s}}}\n");
    wait_for(&running, "many numbers", |report| told(report, "listener", "numbers") >= 100);
    let report = running.stop();
    assert_eq!(counters(&report, "listener", MailboxKind::Topic, "/numbers").missed_deadlines, 0);
    assert_eq!((told(&report, "listener", "missed"), told(&report, "ticker", "missed")), (0, 0));
}

#[test]
fn a_publisher_is_not_alive_while_its_actor_is_down() {
    let running = run("deployment: d\nsupervision: {restarts: 100, backoff: 1ms..1ms}\nactors:\n\
                       \x20 - {name: listener, type: t/Listener}\n\
                       \x20 - {name: ticker, type: t/Ticker}\n");
    let mut report = wait_for(&running, "the first life", |report| told(report, "listener", "gained") == 1);
    for restarts in 1..=3 {
        assert!(running.inject_panic("ticker"));
        report = wait_for(&running, "one more life", |report| {
            actor(report, "ticker").restarts == restarts && told(report, "listener", "gained") == restarts + 1
        });
    }
    // Of the moment before the stop, which is one more loss.
    assert_eq!((told(&report, "listener", "lost"), told(&report, "listener", "gained")), (3, 4));
    assert_eq!(counters(&report, "listener", MailboxKind::Topic, "/numbers").liveliness_lost, 3);
}

#[test]
fn a_publisher_that_must_show_its_life_is_lost_once_when_it_falls_silent() {
    let manual = "mailboxes: {numbers: {liveliness: manual_by_topic, lease: 1s}}";
    let running = run(&format!(
        "deployment: d\nactors:\n\
         \x20 - {{name: listener, type: t/Listener, {manual}}}\n\
         \x20 - {{name: ticker, type: t/Ticker, params: {{most: 10}}, {manual}}}\n"
    ));
    let report = wait_for(&running, "the silence", |report| {
        told(report, "listener", "lost") == 1 && told(report, "ticker", "own lost") == 1
    });
    assert_eq!((told(&report, "listener", "gained"), told(&report, "listener", "numbers")), (1, 10));
    assert_eq!(counters(&report, "listener", MailboxKind::Topic, "/numbers").liveliness_lost, 1);
}

#[test]
fn ends_of_two_processes_that_do_not_fit_are_told_to_both_by_the_names_of_both() {
    let first = run("deployment: d\nactors:\n\
                     \x20 - {name: ticker, type: t/Ticker, mailboxes: {numbers: {reliability: best_effort}}}\n");
    let second = joined(&first, "  - {name: listener, type: t/Listener}\n");
    let told_both = |running: &Running, name: &str| {
        wait_for(running, "the mismatch", |report| told(report, name, "incompatible") == 1)
    };
    let report = told_both(&first, "ticker");
    let why = text(&report, "ticker", "why");
    for part in ["the publisher of /numbers in node /ticker", "the subscriber of /numbers in participant", "reliab"] {
        assert!(why.contains(part), "{why}");
    }
    let report = told_both(&second, "listener");
    let why = text(&report, "listener", "why");
    for part in ["the subscriber of /numbers in node /listener", "the publisher of /numbers in participant", "reliab"] {
        assert!(why.contains(part), "{why}");
    }
    assert_eq!(counters(&report, "listener", MailboxKind::Topic, "/numbers").incompatible, 1);
}

#[test]
fn ends_of_one_file_that_do_not_fit_are_refused_before_anything_starts() {
    let table = [
        ("deadline: 1s", "deadline: 2s", "a deadline of 1s but the publisher offers 2s"),
        ("deadline: 1s", "keep_last: 3", "a deadline of 1s but the publisher offers none"),
        (
            "liveliness: manual_by_topic",
            "keep_last: 3",
            "liveliness manual_by_topic but the publisher offers automatic",
        ),
        ("lease: 1s", "lease: 1500ms", "a lease of 1s but the publisher offers 1.5s"),
        ("durability: transient_local", "keep_last: 3", "transient_local but the publisher offers volatile"),
    ];
    for (requested, offered, part) in table {
        let deployment = parse(&format!(
            "deployment: d\nactors:\n\
             \x20 - {{name: listener, type: t/Listener, mailboxes: {{numbers: {{{requested}}}}}}}\n\
             \x20 - {{name: ticker, type: t/Ticker, mailboxes: {{numbers: {{{offered}}}}}}}\n"
        ));
        let mistakes = check(&deployment, &actors()).unwrap_err().to_string();
        assert!(mistakes.contains(part) && mistakes.contains("test.yaml:4:"), "{mistakes}");
    }
}

/// Wants to hear of a topic that it has no end of.
struct Stranger;

impl Actor for Stranger {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_topic_event("numbers", |_: &mut Self, _| ());
        Ok(Self)
    }
}

#[test]
fn events_of_a_topic_that_the_actor_has_no_end_of_are_a_mistake() {
    let mistakes = check(&parse("deployment: d\nactors:\n  - {name: stranger, type: t/Stranger}\n"), &actors());
    let mistakes = mistakes.unwrap_err().to_string();
    assert!(mistakes.contains("events of /numbers, but neither publishes nor subscribes it"), "{mistakes}");
}

// Lifespan and back-pressure.

/// Takes 30 ms for each number.
struct Slow {
    outcome: Outcome,
}

impl Actor for Slow {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe("numbers", Self::on_number);
        Ok(Self { outcome: node.outcome() })
    }
}

impl Slow {
    fn on_number(&mut self, _: Int64) -> Work<()> {
        count(&self.outcome, "numbers");
        rosactor::run(sleep(Duration::from_millis(30)))
    }
}

#[test]
fn what_is_older_than_its_lifespan_is_never_delivered() {
    for who_says_so in ["slow", "ticker"] {
        let of = |name| if name == who_says_so { ", lifespan: 10ms" } else { "" };
        let running = run(&format!(
            "deployment: d\nactors:\n\
             \x20 - {{name: slow, type: t/Slow, mailboxes: {{numbers: {{keep_last: 1000{}}}}}}}\n\
             \x20 - {{name: ticker, type: t/Ticker, mailboxes: {{numbers: {{keep_last: 1000{}}}}}}}\n",
            of("slow"),
            of("ticker")
        ));
        wait_for(&running, "old numbers", |report| {
            let numbers = counters(report, "slow", MailboxKind::Topic, "/numbers");
            assert_adds_up(numbers);
            numbers.expired >= 20 && numbers.delivered >= 3
        });
        let report = running.stop();
        let numbers = counters(&report, "slow", MailboxKind::Topic, "/numbers");
        // The histogram has two digits.
        assert!(numbers.latency_us.max <= 10_200, "{who_says_so}: {numbers:?}");
        assert_eq!(numbers.delivered, told(&report, "slow", "numbers"));
    }
}

/// Publishes long texts as fast as it may.
struct Declarer {
    texts: Publisher<Text>,
    outcome: Outcome,
}

const TEXTS: u64 = 500;

impl Actor for Declarer {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::publish);
        node.subscribe("numbers", |_: &mut Self, _: Int64| ());
        node.serve("add", |_: &mut Self, _: AddTwoIntsRequest| AddTwoIntsResponse::default());
        Ok(Self { texts: node.publisher(topic("texts").keep_last(3)), outcome: node.outcome() })
    }
}

impl Declarer {
    fn publish(&mut self) -> Work<()> {
        let (texts, outcome) = (self.texts.clone(), self.outcome.clone());
        rosactor::run(async move {
            while !texts.has_subscribers() {
                sleep(Duration::from_millis(1)).await;
            }
            offload(move || {
                for n in 0..TEXTS {
                    texts.publish(Text { data: format!("{n:060000}") });
                }
                outcome.set("published", TEXTS);
            })
            .await;
        })
    }
}

/// Takes its time for each text.
struct Counter {
    outcome: Outcome,
    next: u64,
}

impl Actor for Counter {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe(topic("texts").keep_all(2), Self::on_text);
        Ok(Self { outcome: node.outcome(), next: 0 })
    }
}

impl Counter {
    fn on_text(&mut self, text: Text) -> Result<Work<()>> {
        if text.data.parse::<u64>()? != self.next {
            return Err(format!("{} came instead of {}", text.data.trim_start_matches('0'), self.next).into());
        }
        self.next += 1;
        self.outcome.set("texts", self.next);
        Ok(rosactor::run(sleep(Duration::from_millis(1))))
    }
}

#[test]
fn a_mailbox_that_keeps_all_holds_an_actor_of_another_process_back() {
    let first = run("deployment: d\nactors:\n  - {name: declarer, type: t/Declarer}\n");
    let second = joined(&first, "  - {name: counter, type: t/Counter}\n");
    let of_texts = |report: &Report| counters(report, "counter", MailboxKind::Topic, "/texts");
    let report = wait_for(&second, "the last text", |report| {
        assert!(of_texts(report).queued <= 2);
        told(report, "counter", "texts") == TEXTS || actor(report, "counter").restarts > 0
    });
    assert_eq!(actor(&report, "counter").restarts, 0, "every text came, in order");
    assert_eq!((of_texts(&report).received, of_texts(&report).dropped), (TEXTS, 0));
}

// The graph.

/// Looks at what others declare.
struct Looker {
    graph: Graph,
    outcome: Outcome,
}

impl Actor for Looker {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::look);
        let outcome = node.outcome();
        outcome.set("resolved", node.resolve("texts")?);
        outcome.set("private", node.resolve("~/x")?);
        outcome.set("wrong", node.resolve("a b").is_err());
        Ok(Self { graph: node.graph(), outcome })
    }
}

impl Looker {
    fn look(&mut self) -> Work<Result<()>> {
        let (graph, outcome) = (self.graph.clone(), self.outcome.clone());
        rosactor::run(async move {
            graph.wait_for_service("add").await?;
            graph.wait_for_publisher("texts").await?;
            graph.wait_for_subscriber("numbers").await?;
            let info = graph.publishers_info_by_topic("texts")?.remove(0);
            outcome.set("type", &info.type_name);
            outcome.set("hash", &info.type_hash);
            outcome.set("qos", info.qos);
            outcome.set("local", info.is_local());
            outcome
                .set("services", graph.service_names_and_types().keys().map(ToString::to_string).collect::<Vec<_>>());
            outcome.set("clients", graph.count_clients("add")?);
            outcome.set("wrong name", graph.count_publishers("a b").is_err());
            while graph.count_publishers("texts")? + graph.count_services("add")? > 0 {
                graph.wait_for_change().await;
            }
            outcome.set("gone", true);
            Ok(())
        })
    }
}

#[test]
fn an_actor_sees_what_another_process_declares_and_that_it_goes() {
    use rosactor::messages::Message;
    let first = run("deployment: d\nactors:\n  - {name: declarer, type: t/Declarer, namespace: /robot1}\n");
    let second = joined(&first, "  - {name: looker, type: t/Looker, namespace: /robot1}\n");
    let report =
        wait_for(&second, "the graph", |report| actor(report, "robot1/looker").outcome.contains_key("wrong name"));
    let of = |key: &str| actor(&report, "robot1/looker").outcome[key].clone();
    assert_eq!((of("type"), of("hash")), (Text::TYPE_NAME.into(), Text::TYPE_HASH.into()));
    assert_eq!(of("qos")["history"], serde_json::json!({"keep_last": 3}));
    assert_eq!((of("local"), of("clients"), of("wrong name")), (false.into(), 0.into(), true.into()));
    assert!(of("services").to_string().contains("\"/robot1/add\""), "{}", of("services"));
    assert_eq!((of("resolved"), of("private")), ("/robot1/texts".into(), "/robot1/looker/x".into()));
    assert_eq!(of("wrong"), true);
    first.stop();
    wait_for(&second, "the end of what was declared", |report| {
        actor(report, "robot1/looker").outcome.contains_key("gone")
    });
}
