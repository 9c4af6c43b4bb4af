//! A thousand failures of every kind: nobody is left behind, and nobody else notices.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use rosactor::launch::Report;
use rosactor::messages::example_interfaces::{
    AddTwoInts, AddTwoIntsRequest, AddTwoIntsResponse, Fibonacci, FibonacciGoal, FibonacciResult,
};
use rosactor::messages::std_msgs::Int64;
use rosactor::prelude::*;
use rosactor::{ActorState, Actors};
use support::{PATIENCE, actor, start, told, wait_for, wait_until_ended};

/// What fails, and how.
const KINDS: [&str; 6] = ["sample", "timer", "request", "goal", "work", "setup"];
const VICTIMS: usize = 20;
/// Of each victim; a thousand together.
const FAILURES: i64 = 50;
const BACKOFF: Duration = Duration::from_millis(4);
/// Calls, and as many goals, that each victim has in work when it fails for the first time; ten thousand together.
const HELD: usize = 250;
/// So many goals may wait for the word of a victim that it takes them.
const WAVE: usize = 50;
/// How many there are in work by now. Nobody fails before all are.
static IN_WORK: AtomicUsize = AtomicUsize::new(0);

/// When each victim failed last, and the waits between a failure and the setup after it.
static FAILED_AT: Mutex<BTreeMap<String, Instant>> = Mutex::new(BTreeMap::new());
static WAITS: Mutex<Vec<(String, Duration)>> = Mutex::new(Vec::new());

/// Fails in one kind of handler at every second call, by a panic or an error, until it has failed often enough.
struct Victim {
    name: String,
    kind: String,
    panics: bool,
    calls: u64,
    outcome: Outcome,
}

impl Actor for Victim {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let name = node.name().to_owned();
        if let Some(failed) = FAILED_AT.lock().unwrap().remove(&name) {
            WAITS.lock().unwrap().push((name.clone(), failed.elapsed()));
        }
        let kind = node.param("kind", String::new()).get();
        let panics = node.param("panics", false).get();
        node.subscribe("poke", |victim: &mut Self, _: Int64| victim.fails_in("sample"));
        node.every(Duration::from_millis(2), Self::on_tick);
        node.every(Duration::from_millis(3), Self::on_work);
        node.serve("~/ask", Self::answer);
        node.perform::<Fibonacci, _>("~/do", Self::perform);
        node.serve(service("~/hold_call").concurrent(HELD).queue(HELD), Self::hold_call);
        node.perform(action("~/hold_goal").parallel(HELD), Self::hold_goal);
        let outcome = node.outcome();
        let setups = outcome.get("setups").and_then(|setups| setups.as_i64()).unwrap_or(0) + 1;
        outcome.set("setups", setups);
        let mut victim = Self { name, kind, panics, calls: 0, outcome };
        if victim.kind == "setup" && setups % 2 == 0 {
            victim.fail()?;
        }
        Ok(victim)
    }
}

impl Victim {
    fn fails_in(&mut self, kind: &str) -> Result<()> {
        self.calls += u64::from(self.kind == kind);
        if self.kind == kind && self.calls.is_multiple_of(2) { self.fail() } else { Ok(()) }
    }

    fn fail(&mut self) -> Result<()> {
        let failures = self.outcome.get("failures").and_then(|failures| failures.as_i64()).unwrap_or(0);
        if failures == FAILURES || IN_WORK.load(Ordering::SeqCst) < 2 * VICTIMS * HELD {
            return Ok(());
        }
        self.outcome.set("failures", failures + 1);
        FAILED_AT.lock().unwrap().insert(self.name.clone(), Instant::now());
        if self.panics {
            panic!("the test wants it");
        }
        Err("the test wants it".into())
    }

    fn on_tick(&mut self) -> Result<()> {
        // A victim of its setup has to get there again and again.
        self.fails_in("timer")?;
        self.fails_in("setup")
    }

    fn on_work(&mut self) -> Then<Self> {
        run(sleep(Duration::from_millis(1))).then(|victim: &mut Self, ()| victim.fails_in("work"))
    }

    fn answer(&mut self, request: AddTwoIntsRequest) -> Result<AddTwoIntsResponse> {
        self.fails_in("request")?;
        Ok(AddTwoIntsResponse { sum: request.a + request.b })
    }

    fn perform(&mut self, goal: GoalRequest<Fibonacci>) -> Work<GoalEnd<Fibonacci>> {
        let goal = goal.accept();
        let failed = self.fails_in("goal");
        run(async move {
            // Work that ends in an error has to panic: a goal's work ends with the goal.
            failed.unwrap();
            sleep(Duration::from_millis(1)).await;
            goal.succeed(FibonacciResult::default())
        })
    }

    /// Works until the victim fails.
    fn hold_call(&mut self, _: AddTwoIntsRequest) -> Work<AddTwoIntsResponse> {
        IN_WORK.fetch_add(1, Ordering::SeqCst);
        run(std::future::pending())
    }

    fn hold_goal(&mut self, goal: GoalRequest<Fibonacci>) -> Work<GoalEnd<Fibonacci>> {
        let goal = goal.accept();
        IN_WORK.fetch_add(1, Ordering::SeqCst);
        run(async move {
            goal.canceled().await;
            goal.cancel(FibonacciResult::default())
        })
    }
}

/// Set when the callers have asked enough.
static ENOUGH: AtomicBool = AtomicBool::new(false);

/// Asks all victims again and again, and counts how it ended.
struct Caller {
    clients: Vec<Client<AddTwoInts>>,
    performers: Vec<ActionClient<Fibonacci>>,
    holders: Vec<(Client<AddTwoInts>, ActionClient<Fibonacci>)>,
    pokes: Publisher<Int64>,
    outcome: Outcome,
}

impl Actor for Caller {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::ask);
        node.every(Duration::from_millis(2), |caller: &mut Self| caller.pokes.publish(Int64::default()));
        Ok(Self {
            clients: (0..VICTIMS).map(|victim| node.client(format!("/v{victim}/ask"))).collect(),
            performers: (0..VICTIMS).map(|victim| node.action_client(format!("/v{victim}/do"))).collect(),
            holders: (0..VICTIMS).map(|victim| holders_of(victim, node)).collect(),
            pokes: node.publisher("poke"),
            outcome: node.outcome(),
        })
    }
}

impl Caller {
    fn ask(&mut self) -> Work<()> {
        let (clients, performers, outcome) = (self.clients.clone(), self.performers.clone(), self.outcome.clone());
        let holders = self.holders.clone();
        run(async move {
            let requests = join_all(clients.into_iter().map(|client| requests(client, outcome.clone())));
            let goals = join_all(performers.into_iter().map(|performer| goals(performer, outcome.clone())));
            let held = join_all(holders.into_iter().map(|(client, performer)| held(client, performer)));
            let (held, _) = join(held, join(requests, goals)).await;
            for end in held.into_iter().flatten() {
                count(&outcome, end);
            }
            outcome.set("done", 1);
        })
    }
}

fn holders_of(victim: usize, node: &mut Setup<Caller>) -> (Client<AddTwoInts>, ActionClient<Fibonacci>) {
    // The end of the test, and not of its time, must be what ends them.
    let client = node.client(service(format!("/v{victim}/hold_call")).timeout(2 * PATIENCE));
    (client, node.action_client(format!("/v{victim}/hold_goal")))
}

/// Gives a victim as many calls and goals as it may have, and says how each of them ended.
async fn held(client: Client<AddTwoInts>, performer: ActionClient<Fibonacci>) -> Vec<&'static str> {
    client.wait_available().await;
    performer.wait_available().await;
    let calls = join_all((0..HELD).map(|_| client.call(AddTwoIntsRequest::default()).into_future()));
    let results = async {
        let mut results = Vec::new();
        for _ in 0..HELD / WAVE {
            let wave = join_all((0..WAVE).map(|_| performer.send_goal(FibonacciGoal::default()).into_future())).await;
            results.extend(wave.into_iter().map(async |goal| Ok::<_, GoalError>(goal?.result().await?.0)));
        }
        join_all(results).await
    };
    let (calls, results) = join(calls, results).await;
    let calls = calls.into_iter().map(|call| match call {
        Err(CallError::ServerRestarted { .. }) => "held calls dropped",
        _ => "held calls ended otherwise",
    });
    let results = results.into_iter().map(|result| match result {
        Ok(GoalStatus::Aborted) => "held goals aborted",
        _ => "held goals ended otherwise",
    });
    calls.chain(results).collect()
}

fn count(outcome: &Outcome, key: &str) {
    let before = outcome.get(key).and_then(|value| value.as_i64()).unwrap_or(0);
    outcome.set(key, before + 1);
}

async fn requests(client: Client<AddTwoInts>, outcome: Outcome) {
    client.wait_available().await;
    while !ENOUGH.load(Ordering::SeqCst) {
        count(&outcome, "requests");
        match client.call(AddTwoIntsRequest { a: 1, b: 2 }).await {
            Ok(response) if response.sum == 3 => count(&outcome, "answers"),
            Ok(_) => count(&outcome, "wrong answers"),
            Err(error @ CallError::Timeout { .. }) => outcome.set("unanswered", error.to_string()),
            Err(_) => count(&outcome, "refusals"),
        }
        sleep(Duration::from_millis(2)).await;
    }
}

async fn goals(performer: ActionClient<Fibonacci>, outcome: Outcome) {
    performer.wait_available().await;
    while !ENOUGH.load(Ordering::SeqCst) {
        count(&outcome, "goals");
        match performer.send_goal(FibonacciGoal { order: 1 }).await {
            Err(_) => count(&outcome, "goals refused"),
            Ok(goal) => match goal.result().await {
                Ok((GoalStatus::Succeeded, _)) => count(&outcome, "goals succeeded"),
                Ok((GoalStatus::Aborted, _)) => count(&outcome, "goals aborted"),
                other => outcome.set("illegal", format!("{:?}", other.map(|(status, _)| status))),
            },
        }
        sleep(Duration::from_millis(2)).await;
    }
}

/// A neighbour whose beats go on.
struct Beater;

impl Actor for Beater {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(Duration::from_millis(5), |_: &mut Self| ());
        Ok(Self)
    }
}

fn actors() -> Actors {
    let mut actors = Actors::new();
    actors.add::<Victim>("t/Victim").add::<Caller>("t/Caller").add::<Beater>("t/Beater");
    actors
}

#[test]
fn a_thousand_failures_of_every_kind() {
    let mut file = String::from(
        "deployment: storm\nsupervision: {restarts: 1000, within: 1h, backoff: 4ms..4ms}\nactors:\n\
         \x20 - {name: beater, type: t/Beater}\n  - {name: beater_apart, type: t/Beater, thread: own}\n",
    );
    for victim in 0..VICTIMS {
        let (kind, panics) = (KINDS[victim % KINDS.len()], victim % 4 < 2);
        file += &format!("  - {{name: v{victim}, type: t/Victim, params: {{kind: {kind}, panics: {panics}}}}}\n");
    }
    let running = start(&(file + "  - {name: caller, type: t/Caller, thread: own}\n"), actors());
    let victims = || (0..VICTIMS).map(|victim| format!("v{victim}"));
    let begun = running.report();
    wait_for(&running, "all failures and restarts", |report| {
        victims().all(|name| told(report, &name, "failures") == FAILURES)
            && victims().all(|name| actor(report, &name).restarts == u64::try_from(FAILURES).unwrap())
    });
    ENOUGH.store(true, Ordering::SeqCst);
    wait_for(&running, "the end of all requests and goals", |report| told(report, "caller", "done") == 1);
    let before = running.report();
    let delivered = |report: &Report, name: &str| {
        actor(report, name).mailboxes.iter().map(|one| one.counters.delivered).sum::<u64>()
    };
    let on = |report: &Report| victims().all(|name| delivered(report, &name) > delivered(&before, &name));
    wait_for(&running, "something handled by everybody after it all", on);
    let report = running.stop();
    assert!(report.ok);

    for name in ["beater", "beater_apart", "caller"] {
        assert_eq!((actor(&report, name).restarts, actor(&report, name).state), (0, ActorState::Running), "{name}");
        assert!(delivered(&report, name) > delivered(&begun, name), "{name} went on");
    }
    let caller = |key: &str| told(&report, "caller", key);
    assert!(!actor(&report, "caller").outcome.contains_key("unanswered"), "{:?}", actor(&report, "caller").outcome);
    assert!(!actor(&report, "caller").outcome.contains_key("illegal"), "{:?}", actor(&report, "caller").outcome);
    assert_eq!((caller("requests"), caller("wrong answers")), (caller("answers") + caller("refusals"), 0));
    assert_eq!(caller("goals"), caller("goals succeeded") + caller("goals aborted") + caller("goals refused"));
    for held in ["held calls dropped", "held goals aborted"] {
        assert_eq!(
            caller(held),
            i64::try_from(VICTIMS * HELD).unwrap(),
            "{held}: {:?}",
            actor(&report, "caller").outcome
        );
    }
    assert!(caller("refusals") > 0 && caller("goals aborted") > 0, "some were in the hands of who failed");

    let waits = WAITS.lock().unwrap();
    assert_eq!(waits.len(), VICTIMS * usize::try_from(FAILURES).unwrap());
    for (name, wait) in waits.iter() {
        assert!((BACKOFF..PATIENCE).contains(wait), "{name} was built again {wait:?} after it failed");
    }
    for name in victims() {
        for mailbox in &actor(&report, &name).mailboxes {
            let counters = mailbox.counters;
            let accounted = counters.delivered + counters.dropped + counters.expired + counters.queued;
            assert_eq!(counters.received, accounted, "{name} {mailbox:?}");
        }
    }
}

#[test]
fn however_many_reach_their_limit_the_deployment_ends_once() {
    let mut file = String::from("deployment: end\nsupervision: {restarts: 0}\nactors:\n");
    for beater in 0..20 {
        file += &format!("  - {{name: b{beater}, type: t/Beater}}\n");
    }
    let running = start(&file, actors());
    for beater in 0..20 {
        assert!(running.inject_panic(&format!("b{beater}")));
    }
    wait_until_ended(&running);
    let all_failed = |report: &Report| report.actors.iter().all(|actor| actor.state == ActorState::Failed);
    wait_for(&running, "the failure of all", all_failed);
    let report = running.stop();
    assert!(!report.ok && report.actors.iter().all(|actor| actor.restarts == 0));
}
