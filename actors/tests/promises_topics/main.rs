//! What the crate promises of topics: bounded mailboxes whose counters add up, deadlines, lifespans, liveliness, ends that
//! do not fit, the graph.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod flood;
#[path = "../support/mod.rs"]
mod running;
mod support;

use rosactor::launch::{Report, Running, check};
use rosactor::messages::example_interfaces::{AddTwoIntsRequest, AddTwoIntsResponse};
use rosactor::messages::std_msgs::{Int64, String as Text};
use rosactor::prelude::*;
use rosactor::{Actors, EndpointKind, MailboxKind};

use flood::{Beater, Canceler, Flooded, Flooder};
use support::{actor, assert_adds_up, count, counters, joined, parse, run, text, told, wait_for};

fn actors() -> Actors {
    let mut actors = Actors::new();
    actors.add::<Flooder>("t/Flooder").add::<Flooded>("t/Flooded").add::<Beater>("t/Beater");
    actors.add::<Canceler>("t/Canceler").add::<Silent>("t/Silent").add::<Listener>("t/Listener");
    actors.add::<Ticker>("t/Ticker").add::<Slow>("t/Slow").add::<Counter>("t/Counter").add::<Looker>("t/Looker");
    actors.add::<Declarer>("t/Declarer").add::<Stranger>("t/Stranger");
    actors
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
    for part in ["the publisher of /numbers in node /ticker", "the subscriber of /numbers in node /listener", "reliab"]
    {
        assert!(why.contains(part), "{why}");
    }
    let report = told_both(&second, "listener");
    let why = text(&report, "listener", "why");
    for part in ["the subscriber of /numbers in node /listener", "the publisher of /numbers in node /ticker", "reliab"]
    {
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
            while !graph.nodes().iter().any(|node| node.name.to_string() == "/robot1/declarer") {
                graph.wait_for_change().await;
            }
            let names = graph.names_and_types_by_node(EndpointKind::Publisher, "/robot1/declarer")?;
            outcome.set("of the node", names.keys().map(ToString::to_string).collect::<Vec<_>>());
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
        wait_for(&second, "the graph", |report| actor(report, "robot1/looker").outcome.contains_key("of the node"));
    let of = |key: &str| actor(&report, "robot1/looker").outcome[key].clone();
    assert_eq!((of("type"), of("hash")), (Text::TYPE_NAME.into(), Text::TYPE_HASH.into()));
    assert_eq!(of("qos")["history"], serde_json::json!({"keep_last": 3}));
    assert_eq!((of("local"), of("clients"), of("wrong name")), (false.into(), 0.into(), true.into()));
    assert!(of("services").to_string().contains("\"/robot1/add\""), "{}", of("services"));
    assert_eq!((of("resolved"), of("private")), ("/robot1/texts".into(), "/robot1/looker/x".into()));
    assert_eq!(of("wrong"), true);
    assert!(of("of the node").to_string().contains("\"/robot1/texts\""), "{}", of("of the node"));
    first.stop();
    wait_for(&second, "the end of what was declared", |report| {
        actor(report, "robot1/looker").outcome.contains_key("gone")
    });
}
