//! A panic in one actor of the lesson: it comes back in time, and the others notice nothing.
//!
//! Every type of the lesson is covered: the lasting actors in the lesson's own deployment, the clients (which are finished
//! after moments there) with servers that take their time, and each of them by a panic while it runs.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, Once};
use std::time::{Duration, Instant};

use rosactor::deployment::{Deployment, parse_duration};
use rosactor::launch::{self, Report, Running};
use rosactor::messages::example_interfaces::{
    AddTwoInts, AddTwoIntsRequest, AddTwoIntsResponse, Fibonacci, FibonacciGoal,
};
use rosactor::messages::lesson_interfaces::{ComputeStatistics, ComputeStatisticsRequest, ComputeStatisticsResponse};
use rosactor::prelude::*;
use rosactor::{ActorState, Actors, MailboxKind};
use rosactor_tests::command::repository;
use rosactor_tests::live::{PATIENCE, actor, wait_until};
use serde_json::{Value, json};

/// So long that waiting for it cannot be taken for the stall of a busy machine, nor the other way round.
const BACKOFF: Duration = Duration::from_secs(1);
const SUPERVISION: &str = "supervision: {backoff: 1s}";
/// For building the actor, and for the next thing to be delivered to it.
const MARGIN: Duration = Duration::from_millis(400);
/// When the last panic of the process happened.
static PANICKED_AT: Mutex<Option<Instant>> = Mutex::new(None);

/// Asks all servers of the lesson again and again, whatever they answer: so there is always a next thing to handle.
struct Asker {
    adder: Client<AddTwoInts>,
    statistics: Client<ComputeStatistics>,
    fibonacci: ActionClient<Fibonacci>,
}

impl Actor for Asker {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let often = Duration::from_millis(20);
        node.every(often, Self::ask_for_sum);
        node.every(often, Self::ask_for_statistics);
        node.every(often, Self::send_goal);
        Ok(Self {
            adder: node.client("add_two_ints"),
            statistics: node.client("compute_statistics"),
            fibonacci: node.action_client("fibonacci"),
        })
    }
}

impl Asker {
    fn ask_for_sum(&mut self) -> Work<()> {
        let adder = self.adder.clone();
        run(async move { drop(adder.call(AddTwoIntsRequest { a: 1, b: 2 }).await) })
    }

    fn ask_for_statistics(&mut self) -> Work<()> {
        let statistics = self.statistics.clone();
        run(async move { drop(statistics.call(ComputeStatisticsRequest { data: vec![1.0] }).await) })
    }

    fn send_goal(&mut self) -> Work<()> {
        let fibonacci = self.fibonacci.clone();
        run(async move {
            if let Ok(goal) = fibonacci.send_goal(FibonacciGoal { order: 0 }).await {
                drop(goal.result().await);
            }
        })
    }
}

/// Adds, but needs half a second for it.
struct SlowAdder;

impl Actor for SlowAdder {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.serve("add_two_ints", Self::add);
        Ok(Self)
    }
}

impl SlowAdder {
    fn add(&mut self, request: AddTwoIntsRequest) -> Work<AddTwoIntsResponse> {
        run(async move {
            sleep(Duration::from_millis(500)).await;
            AddTwoIntsResponse { sum: request.a + request.b }
        })
    }
}

/// Refuses all data, but needs a while for it.
struct SlowStatistics;

impl Actor for SlowStatistics {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.serve("compute_statistics", Self::refuse);
        Ok(Self)
    }
}

impl SlowStatistics {
    fn refuse(&mut self, _: ComputeStatisticsRequest) -> Work<ComputeStatisticsResponse> {
        run(async {
            sleep(Duration::from_millis(100)).await;
            ComputeStatisticsResponse { message: "not today".to_owned(), ..Default::default() }
        })
    }
}

fn start(text: &str) -> Running {
    static PREPARED: Once = Once::new();
    PREPARED.call_once(|| {
        // As a user does: in the repository's folder, where the files' own paths begin.
        std::env::set_current_dir(repository()).unwrap();
        let show = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // Those that a test asked for are timed, not shown.
            if panic.payload_as_str().is_some_and(|text| text.contains("a test asked for")) {
                *PANICKED_AT.lock().unwrap() = Some(Instant::now());
            } else {
                show(panic);
            }
        }));
    });
    let mut actors = Actors::new();
    rosactor_lessons::register(&mut actors);
    actors.add::<Asker>("test/Asker");
    actors.add::<SlowAdder>("test/SlowAdder");
    actors.add::<SlowStatistics>("test/SlowStatistics");
    let deployment = Deployment::parse(Path::new("test.yaml"), text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    launch::start(deployment, actors).unwrap_or_else(|error| panic!("{error}"))
}

fn restarts(report: &Report) -> BTreeMap<&str, u64> {
    report.actors.iter().map(|actor| (actor.name.as_str(), actor.restarts)).collect()
}

/// How much the mailboxes of an actor have delivered.
fn delivered(report: &Report, name: &str) -> u64 {
    actor(report, name).mailboxes.iter().map(|mailbox| mailbox.counters.delivered).sum()
}

/// The beats of all timers of the others, by actor and period: how many were delivered, how many dropped.
fn beats_of_others<'a>(report: &'a Report, name: &str) -> BTreeMap<(&'a str, &'a str), (u64, u64)> {
    let others = report.actors.iter().filter(|actor| actor.name != name && actor.kind != "test/Asker");
    let mailboxes = others.flat_map(|actor| actor.mailboxes.iter().map(|mailbox| (actor.name.as_str(), mailbox)));
    let timers = mailboxes.filter(|(_, mailbox)| mailbox.kind == MailboxKind::Timer);
    timers
        .map(|(name, timer)| ((name, timer.endpoint.as_str()), (timer.counters.delivered, timer.counters.dropped)))
        .collect()
}

/// Nobody else was held up while an actor was away for its back-off. A busy machine may cost some beats of a fast timer; waiting
/// for the one that is away would cost each timer the whole back-off.
fn assert_beats_go_on(before: &Report, after: &Report, name: &str) {
    let (beats_before, beats) = (beats_of_others(before, name), beats_of_others(after, name));
    assert!(!beats.is_empty());
    for ((actor, period), (_, dropped)) in beats {
        let lost = u32::try_from(dropped - beats_before[&(actor, period)].1).unwrap();
        let lost = parse_duration(period).unwrap() * lost;
        assert!(lost < BACKOFF / 2, "{actor} lost {lost:?} of its beats of {period} while {name} was away");
    }
}

/// Makes an actor panic, waits until it is back and handles things again, and returns how long it took from the panic on.
fn panic_and_return(running: &Running, name: &str) -> Duration {
    let before = actor(&running.report(), name).restarts;
    *PANICKED_AT.lock().unwrap() = None;
    assert!(running.inject_panic(name), "{name}");
    let back = wait_until(running, &format!("{name} to restart"), |report| actor(report, name).restarts == before + 1);
    assert_eq!(actor(&back, name).state, ActorState::Running);
    let at_restart = delivered(&back, name);
    wait_until(running, &format!("{name} to handle something"), |report| delivered(report, name) > at_restart);
    PANICKED_AT.lock().unwrap().expect("the panic was seen").elapsed()
}

/// Panics are timed by one clock for the whole process, so the tests here run one after the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

const LASTING: [&str; 6] = [
    "math_service",
    "fibonacci_server",
    "data_processing",
    "simulated_robot",
    "sensor_processing_node",
    "async_processing_node",
];

#[test]
fn each_lasting_actor_comes_back_in_time_and_the_others_keep_their_beat() {
    let _alone = ONE_AT_A_TIME.lock();
    let lesson = fs::read_to_string(repository().join("configs/lesson_4_1.yaml")).unwrap();
    let running = start(&format!("{lesson}  - {{name: asker, type: test/Asker}}\n{SUPERVISION}\n"));
    wait_until(&running, "the end of those that end", |report| {
        report.actors.iter().filter(|actor| actor.state == ActorState::Finished).count() == 4
    });
    for name in LASTING {
        let before = running.report();
        let took = panic_and_return(&running, name);
        let after = running.report();
        assert!(took >= BACKOFF, "{name} was back after {took:?}, before its back-off");
        assert!(took <= BACKOFF + MARGIN, "{name} needed {took:?}");
        let mut expected = restarts(&before);
        *expected.get_mut(name).unwrap() += 1;
        assert_eq!(restarts(&after), expected, "after the panic of {name}");
        assert_beats_go_on(&before, &after, name);
        let goes_on = |report: &Report| {
            let beats = beats_of_others(report, name);
            beats_of_others(&after, name).iter().all(|(timer, then)| beats[timer].0 > then.0)
        };
        wait_until(&running, &format!("all timers after the panic of {name}"), goes_on);
    }
    let report = running.stop();
    assert!(report.ok);
    assert_eq!(actor(&report, "simulated_robot").outcome["collisions"], 0, "the robot was well while others were away");
}

/// An actor that ends by itself, slow enough to panic before: it begins anew, and does its work to the end. Returns what it
/// tells of it.
fn a_client_begins_anew(name: &str, entries: &str) -> BTreeMap<String, Value> {
    let _alone = ONE_AT_A_TIME.lock();
    let robot = "  - {name: robot, type: lessons/SimulatedRobot}\n";
    let running = start(&format!("deployment: test\n{SUPERVISION}\nactors:\n{entries}{robot}"));
    let before = running.report();
    assert_eq!(actor(&before, name).state, ActorState::Running, "it must be slow enough");
    *PANICKED_AT.lock().unwrap() = None;
    assert!(running.inject_panic(name));
    let restarted = |report: &Report| actor(report, name).restarts == 1;
    let after = wait_until(&running, "its restart", restarted);
    let back_after = PANICKED_AT.lock().unwrap().expect("the panic was seen").elapsed();
    assert_beats_go_on(&before, &after, name);
    assert!((BACKOFF..=BACKOFF + MARGIN).contains(&back_after), "{name} needed {back_after:?}");
    wait_until(&running, "its end", |report| actor(report, name).state == ActorState::Finished);
    let report = running.stop();
    let restarted: Vec<_> = restarts(&report).into_iter().filter(|(_, restarts)| *restarts > 0).collect();
    assert_eq!(restarted, [(name, 1)]);
    actor(&report, name).outcome.clone()
}

#[test]
fn the_math_client_begins_anew() {
    let entries = "  - {name: adder, type: test/SlowAdder}\n  - {name: math_client, type: lessons/MathClient}\n";
    assert_eq!(a_client_begins_anew("math_client", entries)["result"], 80);
}

#[test]
fn the_fibonacci_client_begins_anew() {
    let entries = "  - {name: server, type: lessons/FibonacciServer, params: {step_s: 0.1}}
  - {name: fibonacci_client, type: lessons/FibonacciClient, params: {order: 5}}
";
    let told = a_client_begins_anew("fibonacci_client", entries);
    assert_eq!((&told["status"], &told["sequence"]), (&json!("succeeded"), &json!([0, 1, 1, 2, 3, 5])));
}

#[test]
fn the_data_processing_client_begins_anew() {
    let entries = "  - {name: statistics, type: test/SlowStatistics}
  - {name: client, type: lessons/DataProcessingClient}
";
    let told = a_client_begins_anew("client", entries);
    // The server here refuses every list, which is right for some of them only.
    assert!(told["requests"].as_u64() > told["failed"].as_u64(), "{told:?}");
}

#[test]
fn the_concurrency_demo_begins_anew() {
    let entries =
        "  - {name: demo, type: lessons/ConcurrencyDemo, params: {operations: 1, wait_s: 0.3, primes_below: 1000}}\n";
    let report = a_client_begins_anew("demo", entries);
    assert!(report["speedup"].as_f64().unwrap() > 0.5);
}

#[test]
fn a_storm_of_panics_ends_the_deployment() {
    let _alone = ONE_AT_A_TIME.lock();
    let running = start(
        "deployment: storm
actors:
  - {name: robot, type: lessons/SimulatedRobot}
  - {name: sensor_processing_node, type: lessons/SensorProcessing}
",
    );
    // The default: five restarts within thirty seconds.
    for _ in 0..5 {
        panic_and_return(&running, "sensor_processing_node");
        assert_eq!(actor(&running.report(), "sensor_processing_node").state, ActorState::Running);
    }
    let ended = running.ended();
    assert!(running.inject_panic("sensor_processing_node"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(PATIENCE, ended).await.expect("the deployment ends by itself") });
    let report = running.stop();
    assert!(!report.ok);
    let failed = actor(&report, "sensor_processing_node");
    assert_eq!((failed.state, failed.restarts), (ActorState::Failed, 5));
    let robot = actor(&report, "robot");
    assert_eq!((robot.state, robot.restarts), (ActorState::Running, 0), "it was well until the stop");
}
