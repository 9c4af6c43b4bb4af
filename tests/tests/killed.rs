//! `kill -9` of a server's process, with calls and goals in its hands: each of them ends with a typed error, long before its
//! time-out, and a new process serves new ones.
//!
//! The server is the command itself, with actors of the lesson; its clients are actors of the test's process.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use rosactor::deployment::Deployment;
use rosactor::launch::{Report, Running, start};
use rosactor::messages::example_interfaces::{AddTwoInts, AddTwoIntsRequest, Fibonacci, FibonacciGoal};
use rosactor::prelude::*;
use rosactor::{ActorState, Actors};
use rosactor_tests::live::{actor, wait_until};
use rosactor_tests::process::{Process, binary};
use serde_json::{Value, json};

/// Calls, goals that execute, and goals that are not answered yet.
const OF_EACH: usize = 10;
/// The test loses its patience before.
const TIMEOUT: Duration = Duration::from_secs(600);
/// A goal of order 40 takes longer than the test has patience.
const STEP_S: f64 = 2.0;

/// The server's process takes nothing any more; what is asked for now is in its hands when it is killed.
static FROZEN: AtomicBool = AtomicBool::new(false);
/// It is dead.
static KILLED: AtomicBool = AtomicBool::new(false);

/// Has calls and goals at the server when that is killed, and tells how each of them ended.
struct Caller {
    adder: Client<AddTwoInts>,
    goals: ActionClient<Fibonacci>,
    outcome: Outcome,
}

impl Actor for Caller {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::ask);
        Ok(Self {
            adder: node.client(service("add_two_ints").timeout(TIMEOUT)),
            goals: node.action_client("fibonacci"),
            outcome: node.outcome(),
        })
    }
}

impl Caller {
    fn ask(&mut self) -> Work<Result<()>> {
        let (adder, goals, outcome) = (self.adder.clone(), self.goals.clone(), self.outcome.clone());
        run(async move {
            adder.wait_available().await;
            goals.wait_available().await;
            let sum = adder.call(AddTwoIntsRequest { a: 2, b: 3 }).await?.sum;
            let mut results = Vec::new();
            for _ in 0..OF_EACH {
                results.push(goals.send_goal(FibonacciGoal { order: 40 }).await?.result());
            }
            outcome.set("before", sum);
            until(&FROZEN).await;
            let calls: Vec<_> =
                (0..OF_EACH).map(|_| adder.call(AddTwoIntsRequest { a: 2, b: 3 }).into_future()).collect();
            let send = |_| goals.send_goal(FibonacciGoal { order: 40 }).into_future();
            let unanswered: Vec<_> = (0..OF_EACH).map(send).collect();
            outcome.set("asked", true);
            let (calls, (unanswered, results)) =
                join(join_all(calls), join(join_all(unanswered), join_all(results))).await;
            outcome.set("in time", KILLED.load(Ordering::SeqCst));
            outcome.set("calls", ends(calls.into_iter().map(Result::err)));
            outcome.set("unanswered", ends(unanswered.into_iter().map(|goal| of_call(goal.err()))));
            outcome.set("results", ends(results.into_iter().map(|result| of_call(result.err()))));
            // Whoever serves next answers, as soon as it is there. The first calls may still reach for the dead one.
            let sum = loop {
                adder.wait_available().await;
                match adder.call(AddTwoIntsRequest { a: 20, b: 30 }).await {
                    Ok(response) => break response.sum,
                    Err(CallError::NoServer { .. } | CallError::ServerRestarted { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
                sleep(Duration::from_millis(1)).await;
            };
            goals.wait_available().await;
            let (status, fibonacci) = goals.send_goal(FibonacciGoal { order: 0 }).await?.result().await?;
            outcome.set("after", json!([sum, format!("{status:?}"), fibonacci.sequence]));
            Ok(())
        })
    }
}

async fn until(flag: &AtomicBool) {
    while !flag.load(Ordering::SeqCst) {
        sleep(Duration::from_millis(1)).await;
    }
}

fn of_call(error: Option<GoalError>) -> Option<CallError> {
    error.and_then(|error| match error {
        GoalError::Call(error) => Some(error),
        _ => None,
    })
}

/// How often each kind of end was there.
fn ends(errors: impl Iterator<Item = Option<CallError>>) -> BTreeMap<&'static str, usize> {
    let mut ends = BTreeMap::new();
    for error in errors {
        let end = match error {
            Some(CallError::ServerRestarted { .. }) => "server lost",
            Some(CallError::Timeout { .. }) => "time-out",
            Some(_) => "another error",
            None => "no error of a call",
        };
        *ends.entry(end).or_default() += 1;
    }
    ends
}

/// Starts the process of one client.
fn clients<A: Actor>() -> Running {
    let mut actors = Actors::new();
    actors.add::<A>("t/Caller");
    let text = "deployment: clients\ntransport: {listen: [\"tcp/127.0.0.1:0\"]}\nactors:\n\
                \x20 - {name: caller, type: t/Caller, restart: never}\n";
    start(Deployment::parse(Path::new("clients.yaml"), text).unwrap(), actors).unwrap()
}

/// Starts the lesson's servers in a process of their own, which connects to the clients'.
fn serve(clients: &Running, folder: &Path) -> Process {
    let file = folder.join("servers.yaml");
    let text = format!(
        "deployment: servers\ntransport: {{connect: {:?}}}\nactors:\n\
         \x20 - {{name: math_service, type: lessons/MathService}}\n\
         \x20 - {{name: fibonacci_server, type: lessons/FibonacciServer, params: {{step_s: {STEP_S:?}}}}}\n",
        clients.locators()
    );
    fs::write(&file, text).unwrap();
    Process::start("the servers", Command::new(binary("rosactor")).arg("run").arg(file).env_remove("RUST_LOG"))
}

/// Stops a process; ends when no thread of it runs any more, as a signal needs a moment to reach all.
fn freeze(process: &Process) {
    process.signal("STOP");
    let begin = Instant::now();
    let is_stopped = |stat: String| stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T'));
    let all_stopped = || {
        let mut threads = fs::read_dir(format!("/proc/{}/task", process.id())).unwrap();
        threads.all(|thread| fs::read_to_string(thread.unwrap().path().join("stat")).is_ok_and(is_stopped))
    };
    while !all_stopped() {
        assert!(begin.elapsed() < Duration::from_secs(60), "it does not stop");
        std::thread::yield_now();
    }
}

#[test]
fn calls_and_goals_at_a_killed_process_end_at_once_and_a_new_one_serves() {
    let folder = tempfile::tempdir().unwrap();
    let clients = clients::<Caller>();
    let told = |key: &'static str| {
        move |report: &Report| {
            let caller = actor(report, "caller");
            assert_eq!(caller.state, ActorState::Running, "{:?}", caller.outcome);
            caller.outcome.contains_key(key)
        }
    };

    let server = serve(&clients, folder.path());
    wait_until(&clients, "goals that execute", told("before"));
    freeze(&server);
    FROZEN.store(true, Ordering::SeqCst);
    wait_until(&clients, "calls that nobody takes", told("asked"));
    assert!(!actor(&clients.report(), "caller").outcome.contains_key("calls"), "they are in the server's hands");
    KILLED.store(true, Ordering::SeqCst);
    server.signal("KILL");
    // By the end of its connection, which is at once; the kind of each end says that none is a time-out.
    let report = wait_until(&clients, "the end of all that the dead process had", told("results"));
    let outcome = &actor(&report, "caller").outcome;
    for kind in ["calls", "unanswered", "results"] {
        assert_eq!(outcome[kind], json!({"server lost": OF_EACH}), "{kind}");
    }
    assert_eq!(outcome["in time"], Value::Bool(true), "not before the server was killed");

    let _again = serve(&clients, folder.path());
    let report = wait_until(&clients, "answers of the new process", told("after"));
    assert_eq!(actor(&report, "caller").outcome["after"], json!([50, "Succeeded", [0]]));
    clients.stop();
}

/// Calls again and again, and counts.
struct Steady {
    adder: Client<AddTwoInts>,
    graph: Graph,
    outcome: Outcome,
}

impl Actor for Steady {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::ask);
        Ok(Self {
            adder: node.client(service("add_two_ints").timeout(TIMEOUT)),
            graph: node.graph(),
            outcome: node.outcome(),
        })
    }
}

impl Steady {
    fn ask(&mut self) -> Work<Result<()>> {
        let (adder, graph, outcome) = (self.adder.clone(), self.graph.clone(), self.outcome.clone());
        run(async move {
            graph.wait_for_service("add_two_ints").await?;
            adder.wait_available().await;
            for answers in 1.. {
                let sum = adder.call(AddTwoIntsRequest { a: 2, b: 3 }).await?.sum;
                assert_eq!(sum, 5);
                outcome.set("answers", answers);
                outcome.set("servers", graph.count_services("add_two_ints")?);
                sleep(Duration::from_millis(1)).await;
            }
            Ok(())
        })
    }
}

#[test]
fn while_another_server_lives_no_call_fails() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let clients = clients::<Steady>();
    let [one, _other] = folders.each_ref().map(|folder| serve(&clients, folder.path()));
    let on = |what: &str, servers: u64| {
        let count = |report: &Report, key| actor(report, "caller").outcome.get(key).and_then(Value::as_u64);
        let before = count(&clients.report(), "answers").unwrap_or(0);
        wait_until(&clients, what, |report| {
            assert_eq!(actor(report, "caller").state, ActorState::Running);
            count(report, "answers").is_some_and(|now| now > before + 20) && count(report, "servers") == Some(servers)
        });
    };
    on("answers, and both servers", 2);
    freeze(&one);
    on("answers of the one that is not halted", 2);
    one.signal("KILL");
    on("answers of the one that is left", 1);
    clients.stop();
}
