//! What the crate promises of goals: each policy does what it says under every event, only ROS's own sequences of states are
//! ever seen, and each goal ends exactly once.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod talk;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use rosactor::launch::Running;
use rosactor::messages::action_msgs::GoalStatusArray;
use rosactor::messages::example_interfaces::{Fibonacci, FibonacciFeedback, FibonacciGoal, FibonacciResult};
use rosactor::messages::std_msgs::String as Text;
use rosactor::prelude::*;
use rosactor::{Actors, GoalId};
use rosactor_transport::{
    ActionClient as TransportClient, Hub, Participant, Qos, Subscription, TopicMailbox, TopicPolicy, TopicPublisher,
};
use talk::*;
use tokio::sync::watch;

fn actors() -> Actors {
    let mut actors = Actors::new();
    actors.add::<Worker>("t/Worker").add::<Obedient>("t/Obedient");
    actors
}

fn goal(order: i32) -> FibonacciGoal {
    FibonacciGoal { order, ..Default::default() }
}

/// Ends each goal as it is told, by the goal's number: "1 succeed". Goal 0 ends at once; negative ones are not admitted.
struct Worker {
    orders: watch::Sender<Vec<String>>,
    outcome: Outcome,
    begun: Vec<i32>,
}

impl Actor for Worker {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.perform_if("fibonacci", |_, goal: &FibonacciGoal| goal.order >= 0, Self::work);
        node.subscribe("orders", Self::on_order);
        Ok(Self { orders: watch::Sender::default(), outcome: node.outcome(), begun: Vec::new() })
    }
}

impl Worker {
    fn on_order(&mut self, order: Text) -> Result<()> {
        if order.data == "fail" {
            return Err("the test wants it".into());
        }
        self.orders.send_modify(|orders| orders.push(order.data));
        Ok(())
    }

    fn work(&mut self, goal: GoalRequest<Fibonacci>) -> Work<GoalEnd<Fibonacci>> {
        let number = goal.order;
        self.begun.push(number);
        self.outcome.set("begun", self.begun.clone());
        if number == 99 {
            return goal.reject();
        }
        let goal = goal.accept();
        let mut orders = self.orders.subscribe();
        run(async move {
            let mine = |order: &String| order.strip_prefix(&format!("{number} ")).map(ToOwned::to_owned);
            let order = match number {
                0 => "succeed".to_owned(),
                _ => orders
                    .wait_for(|all| all.iter().any(|order| mine(order).is_some()))
                    .await
                    .unwrap()
                    .iter()
                    .find_map(mine)
                    .unwrap(),
            };
            match order.as_str() {
                "succeed" => goal.succeed(FibonacciResult::default()),
                "abort" => goal.abort(FibonacciResult::default()),
                "cancel" => goal.cancel(FibonacciResult::default()),
                _ => panic!("the test wants it"),
            }
        })
    }
}

/// What happens, with goal 1 in work and goal 2 sent after it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
    NewGoal,
    CancelExecuting,
    CancelWaiting,
    CancelAll,
    Succeeds,
    Aborts,
    Panics,
    Restart,
    Overtime,
    Stop,
}
use Event::*;

/// For each event and policy what listeners see of the goals' states, one digit each as `action_msgs/GoalStatus` numbers
/// them, goal by goal. `-`: the goal was rejected.
const EVENTS: [(Event, [&str; 4]); 10] = [
    //                 reject_new      preempt           {queue: 1}       {parallel: 2}
    (NewGoal, ["124 - -", "1234 135 124", "124 124 -", "124 124 -"]),
    (CancelExecuting, ["1235 -", "1235 124", "1235 124", "1235 124"]),
    (CancelWaiting, ["124 -", "1234 135", "124 135", "124 1235"]),
    (CancelAll, ["1235 -", "1235 135", "1235 135", "1235 1235"]),
    (Succeeds, ["124 -", "1234 124", "124 124", "124 124"]),
    (Aborts, ["126 -", "1236 124", "126 124", "126 124"]),
    (Panics, ["126 -", "1236 126", "126 126", "126 126"]),
    (Restart, ["126 -", "1236 126", "126 126", "126 126"]),
    (Overtime, ["1236 -", "1236 1236", "1236 1236", "1236 1236"]),
    (Stop, ["126 -", "1236 126", "126 126", "126 126"]),
];

/// Somebody outside who sends goals and listens to their states.
struct Listener {
    client: TransportClient<Fibonacci>,
    orders: TopicPublisher<Text>,
    heard: Arc<TopicMailbox<GoalStatusArray>>,
    seen: BTreeMap<GoalId, String>,
    _subscription: Subscription,
    _node: Participant,
    _hub: Hub,
}

impl Listener {
    fn new(running: &Running) -> Self {
        let (hub, node) = outside(running);
        let heard = Arc::new(TopicMailbox::new(TopicPolicy::KeepLast(10_000), Arc::new(|| {})));
        let subscription = node.subscribe("fibonacci/_action/status", Qos::status(), Arc::clone(&heard)).unwrap();
        let client: TransportClient<Fibonacci> = node.action_client("fibonacci").unwrap();
        let orders = node.publisher("orders", Qos::default()).unwrap();
        let mut this =
            Self { client, orders, heard, seen: BTreeMap::new(), _subscription: subscription, _node: node, _hub: hub };
        block_on("the wait for the server", this.client.wait_available());
        // A goal from its acceptance to its end: from then on nothing is missed.
        until("the listener hears everything", || {
            let handle = block_on("a first goal", this.client.send_goal(goal(0))).unwrap();
            block_on("its result", handle.result()).unwrap();
            let begin = std::time::Instant::now();
            while begin.elapsed() < Duration::from_millis(200) {
                if this.seen(handle.goal_id()) == "124" {
                    return true;
                }
            }
            false
        });
        this
    }

    /// The states of a goal so far, each change once.
    fn seen(&mut self, id: GoalId) -> String {
        for sample in std::iter::from_fn(|| self.heard.pop()) {
            for status in &sample.status_list {
                let seen = self.seen.entry(status.goal_info.goal_id.uuid).or_default();
                let code = status.status.to_string();
                if !seen.ends_with(&code) {
                    seen.push_str(&code);
                }
            }
        }
        self.seen.get(&id).cloned().unwrap_or_default()
    }

    fn order(&self, order: &str) {
        self.orders.publish(Text { data: order.to_owned() }).unwrap();
    }
}

fn deployment(goals: &str, more: &str) -> String {
    format!(
        "deployment: d\nsupervision: {{backoff: 1ms..1ms}}\nactors:\n\
         \x20 - {{name: worker, type: t/Worker, mailboxes: {{fibonacci: {{goals: {goals}{more}}}}}}}\n"
    )
}

fn play(goals: &str, event: Event, expected: &str) {
    let what = format!("{goals} {event:?}");
    let limit = if event == Overtime { ", goal_timeout: 200ms" } else { "" };
    let running = deploy(&deployment(goals, limit), actors());
    let mut listener = Listener::new(&running);
    let send = |number, listener: &Listener| block_on(&what, listener.client.send_goal(goal(number))).ok();
    let mut handles = vec![send(1, &listener)];
    until(&format!("{what}: the first goal executes"), || {
        told(&running, "worker", "begun").as_array().is_some_and(|begun| begun.contains(&1.into()))
    });
    handles.push(send(2, &listener));
    // An answer to a later question, which means no goal, says that the questions for the results have arrived.
    let no_goal = block_on(&what, listener.client.cancel_before(std::time::UNIX_EPOCH + Duration::from_secs(1)));
    assert_eq!(no_goal, Ok(Vec::new()), "{what}");
    let cancel = |n: usize, handles: &Vec<Option<GoalHandle<Fibonacci>>>| {
        if let Some(handle) = &handles[n] {
            block_on(&what, handle.cancel()).unwrap();
        }
    };
    match event {
        NewGoal => handles.push(send(3, &listener)),
        CancelExecuting => {
            cancel(0, &handles);
            listener.order("1 cancel");
        }
        CancelWaiting => {
            cancel(1, &handles);
            listener.order("2 cancel");
        }
        CancelAll => {
            block_on(&what, listener.client.cancel_all()).unwrap();
            listener.order("1 cancel");
            listener.order("2 cancel");
        }
        Succeeds => listener.order("1 succeed"),
        Aborts => listener.order("1 abort"),
        Panics => listener.order("1 panic"),
        Restart => listener.order("fail"),
        Overtime | Stop => {}
    }
    // What was not ended by the event itself.
    if !matches!(event, Panics | Restart | Overtime | Stop) {
        ["1 succeed", "2 succeed", "3 succeed"].iter().for_each(|order| listener.order(order));
    }
    let running = if event == Stop {
        assert_adds_up(&running.stop());
        None
    } else {
        Some(running)
    };
    let ends = handles.iter().map(|handle| match handle {
        None => "-".to_owned(),
        Some(handle) => {
            let (status, _) = block_on(&what, handle.result()).unwrap_or_else(|error| panic!("{what}: {error}"));
            status.code().to_string()
        }
    });
    let ends: Vec<_> = ends.collect();
    let expected: Vec<&str> = expected.split(' ').collect();
    let last: Vec<_> = expected.iter().map(|states| states[states.len() - 1..].to_owned()).collect();
    assert_eq!(ends, last, "{what}: what the client was told");
    for (handle, states) in handles.iter().zip(expected) {
        let Some(handle) = handle else { continue };
        let mut seen = String::new();
        until(&format!("{what}: the listener hears of the end"), || {
            seen = listener.seen(handle.goal_id());
            seen.ends_with(['4', '5', '6'])
        });
        assert_eq!(seen, states, "{what}");
    }
    if let Some(running) = running {
        assert_adds_up(&running.stop());
    }
}

fn play_all(column: usize, goals: &str) {
    for (event, expected) in EVENTS {
        play(goals, event, expected[column]);
    }
}

#[test]
fn reject_new_under_every_event() {
    play_all(0, "reject_new");
}

#[test]
fn preempt_under_every_event() {
    play_all(1, "preempt");
}

#[test]
fn queue_under_every_event() {
    play_all(2, "{queue: 1}");
}

#[test]
fn parallel_under_every_event() {
    play_all(3, "{parallel: 2}");
}

#[test]
fn a_goal_that_is_not_admitted_disturbs_nobody_and_one_rejected_later_is_aborted() {
    let running = deploy(&deployment("preempt", ""), actors());
    let mut listener = Listener::new(&running);
    let first = block_on("the first goal", listener.client.send_goal(goal(1))).unwrap();
    let refused = block_on("a goal", listener.client.send_goal(goal(-1))).err().unwrap();
    assert!(matches!(refused, GoalError::Rejected { .. }), "{refused}");
    listener.order("1 succeed");
    assert_eq!(block_on("the result", first.result()).unwrap().0, GoalStatus::Succeeded);
    let late = block_on("the late goal", listener.client.send_goal(goal(99))).unwrap();
    assert_eq!(block_on("the result", late.result()).unwrap().0, GoalStatus::Aborted);
    until("the end is heard of", || listener.seen(late.goal_id()) == "126");
    assert_eq!(listener.seen(first.goal_id()), "124");
}

/// Ends its goals when they are canceled, and tells a lot meanwhile.
struct Obedient;

impl Actor for Obedient {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let fast = node.param("goal_timeout_s", 3600.0).get();
        let options = action("fibonacci").preempt().goal_timeout(Duration::from_secs_f64(fast)).feedback_rate(0.001);
        node.perform(options, Self::work);
        Ok(Self)
    }
}

impl Obedient {
    fn work(&mut self, goal: GoalRequest<Fibonacci>) -> Work<GoalEnd<Fibonacci>> {
        let goal = goal.accept();
        run(async move {
            for n in 1..=goal.order {
                goal.feedback(FibonacciFeedback { sequence: vec![n], ..Default::default() });
            }
            goal.canceled().await;
            goal.cancel(FibonacciResult::default())
        })
    }
}

fn obedient(timeout_s: f64) -> Running {
    let text = format!(
        "deployment: d\nactors:\n  - {{name: obedient, type: t/Obedient, params: {{goal_timeout_s: {timeout_s:?}}}}}\n"
    );
    deploy(&text, actors())
}

#[test]
fn a_newer_goal_and_the_time_out_cancel_a_goal_that_obeys() {
    let running = obedient(0.2);
    let (_hub, node) = outside(&running);
    let client: TransportClient<Fibonacci> = node.action_client("fibonacci").unwrap();
    block_on("the wait for the server", client.wait_available());
    let handles = [1, 2, 3].map(|n| block_on("a goal", client.send_goal(goal(n))).unwrap());
    let ends = block_on("the results", join_all(handles.iter().map(|handle| handle.result())));
    // The last has no successor: its time was over.
    assert!(ends.iter().all(|end| end.as_ref().unwrap().0 == GoalStatus::Canceled), "{ends:?}");
}

#[test]
fn of_feedback_that_comes_too_often_the_first_and_the_last_arrive() {
    let running = obedient(3600.0);
    let (_hub, node) = outside(&running);
    let client: TransportClient<Fibonacci> = node.action_client("fibonacci").unwrap();
    block_on("the wait for the server", client.wait_available());
    let mut handle = block_on("a goal", client.send_goal(goal(50))).unwrap();
    assert_eq!(block_on("the first", handle.feedback()).unwrap().sequence, [1]);
    let all = block_on("the cancel", client.cancel_before(std::time::SystemTime::now())).unwrap();
    assert_eq!(all, [handle.goal_id()]);
    assert_eq!(block_on("the last", handle.feedback()).unwrap().sequence, [50]);
    assert_eq!(block_on("the end", handle.feedback()), None);
    assert_eq!(
        block_on("no goal is as old as the epoch", client.cancel_before(std::time::UNIX_EPOCH)).unwrap(),
        [[0; 16]; 0]
    );
}

#[test]
fn a_thousand_goals_end_once_each_whatever_happens_to_the_server() {
    // As many as a server keeps the results of: they are asked for when all goals have been answered.
    const GOALS: i32 = 1_000;
    let running =
        deploy(&deployment("{parallel: 100}", "").replace("1ms..1ms", "1ms..1ms, restarts: 100000"), actors());
    let listener = Listener::new(&running);
    // Goal 0 ends at once; 1 is to end by a panic, 2 is never told to end.
    let sending: Vec<_> =
        (0..GOALS).map(|n| listener.client.send_goal(goal(if n % 40 == 1 { 2 } else { 0 }))).collect();
    let answers = block_on("the answers", join_all(sending));
    listener.order("2 panic");
    let (accepted, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert!(refused.iter().all(|end| matches!(end, Err(GoalError::Rejected { .. }))));
    let handles: Vec<_> = accepted.into_iter().map(Result::unwrap).collect();
    assert!(!handles.is_empty());
    let ends = block_on("the results", join_all(handles.iter().map(|handle| handle.result())));
    let mut kinds = BTreeMap::<String, usize>::new();
    ends.iter()
        .for_each(|end| *kinds.entry(format!("{:?}", end.as_ref().map(|(status, _)| *status))).or_default() += 1);
    assert!(kinds.keys().all(|kind| ["Ok(Succeeded)", "Ok(Aborted)"].contains(&kind.as_str())), "{kinds:?}");
    // The goal of a panic ends while its work unwinds, so before its actor fails for it: who sends a goal at once may meet that.
    until("the worker is back", || actor(&running.report(), "worker").restarts == 1);
    // A last one that is in work when the server stops. Its result must have been asked for by then, or nobody would answer: the
    // answer to one that is sent after that shows it.
    let last = block_on("the last goal", listener.client.send_goal(goal(7))).unwrap();
    let _other = block_on("one more goal", listener.client.send_goal(goal(8))).unwrap();
    let report = running.stop();
    assert_eq!(block_on("the last result", last.result()).unwrap().0, GoalStatus::Aborted);
    assert_adds_up(&report);
    assert_eq!(actor(&report, "worker").mailboxes[0].counters.queued, 0);
}

#[test]
fn settings_that_do_not_fit_an_endpoint_are_refused() {
    let text = deployment("preempt", ", keep_last: 5").replace("mailboxes: {", "mailboxes: {orders: {queue: 3}, ");
    let deployment = rosactor::deployment::Deployment::parse("test.yaml".as_ref(), &text).unwrap();
    let mistakes = rosactor::launch::check(&deployment, &actors()).unwrap_err().to_string();
    for part in [
        "`fibonacci` is the action it performs, but has settings that do not fit: those of a topic",
        "`orders` is the topic it subscribes, but has settings that do not fit: `queue` and `concurrent` of a service",
        "2 mistakes",
    ] {
        assert!(mistakes.contains(part), "{part} is not in\n{mistakes}");
    }
}
