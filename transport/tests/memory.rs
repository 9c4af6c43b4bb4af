//! The network in memory keeps the transport's laws, on time that stands still until nothing else can happen.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rosactor_messages::example_interfaces::{
    AddTwoInts, AddTwoIntsRequest, AddTwoIntsResponse, Fibonacci, FibonacciFeedback, FibonacciGoal, FibonacciResult,
};
use rosactor_messages::std_msgs::UInt32;
use rosactor_transport::host::{HostEntry, Hosts, Presence, PresenceConfig, Reading};
use rosactor_transport::memory::{Faults, MemoryNetwork};
use rosactor_transport::{
    CallError, EndpointKind, GoalMailbox, GoalStatus, Hub, NameContext, Participant, Qos, RequestMailbox, Subscription,
    TopicMailbox, TopicPolicy,
};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

const MS: Duration = Duration::from_millis(1);

fn node(network: &MemoryNetwork, name: &str) -> (Hub, Participant) {
    let hub = Hub::open_in(network, name);
    let node = hub.participant(NameContext::new("/", name, vec![]).unwrap());
    (hub, node)
}

fn number(data: u32) -> UInt32 {
    UInt32 { data }
}

struct Heard {
    mailbox: Arc<TopicMailbox<UInt32>>,
    _subscription: Subscription,
}

fn listen(node: &Participant, qos: Qos) -> Heard {
    let mailbox = Arc::new(TopicMailbox::new(TopicPolicy::KeepLast(10_000), Arc::new(|| {})));
    let subscription = node.subscribe("numbers", qos, Arc::clone(&mailbox)).unwrap();
    Heard { mailbox, _subscription: subscription }
}

impl Heard {
    fn all(&self) -> Vec<u32> {
        std::iter::from_fn(|| self.mailbox.pop()).map(|sample| sample.data).collect()
    }
}

/// What 1,000 samples become on a network with these faults.
async fn arrive(seed: u64, faults: Faults) -> Vec<u32> {
    let network = MemoryNetwork::new(seed);
    let ((_a, from), (_b, to)) = (node(&network, "a"), node(&network, "b"));
    let heard = listen(&to, Qos::default());
    let publisher = from.publisher("numbers", Qos::default()).unwrap();
    network.set_faults(faults);
    for data in 0..1_000 {
        publisher.publish(number(data)).unwrap();
        sleep(MS).await;
    }
    sleep(1_000 * MS).await;
    heard.all()
}

#[tokio::test(start_paused = true)]
async fn samples_arrive_in_order_however_late() {
    let expected: Vec<u32> = (0..1_000).collect();
    assert_eq!(arrive(1, Faults::default()).await, expected);
    assert_eq!(arrive(1, Faults { delay: Duration::ZERO..=80 * MS, ..Faults::default() }).await, expected);
}

#[tokio::test(start_paused = true)]
async fn each_fault_does_what_its_name_says_and_no_more() {
    let lost = arrive(1, Faults { drop: 0.1, ..Faults::default() }).await;
    assert!((850..950).contains(&lost.len()) && lost.is_sorted(), "{}", lost.len());

    let twice = arrive(1, Faults { duplicate: 0.1, ..Faults::default() }).await;
    assert!((1_050..1_150).contains(&twice.len()) && twice.is_sorted(), "{}", twice.len());
    let mut once = twice;
    once.dedup();
    assert_eq!(once, (0..1_000).collect::<Vec<_>>());

    let mut mixed = arrive(1, Faults { reorder: 0.1, ..Faults::default() }).await;
    assert!(!mixed.is_sorted());
    mixed.sort_unstable();
    assert_eq!(mixed, (0..1_000).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_seed_repeats_its_course() {
    let faults = Faults { drop: 0.1, duplicate: 0.1, reorder: 0.1, delay: MS..=20 * MS };
    let course = arrive(5, faults.clone()).await;
    assert_eq!(arrive(5, faults.clone()).await, course);
    assert_ne!(arrive(6, faults).await, course);
}

#[tokio::test(start_paused = true)]
async fn processes_that_are_cut_off_do_not_know_each_other_until_they_are_joined() {
    let network = MemoryNetwork::new(1);
    let ((_a, from), (_b, to)) = (node(&network, "a"), node(&network, "b"));
    let heard = listen(&to, Qos::default());
    let publisher = from.publisher("numbers", Qos::default()).unwrap();
    assert!(publisher.has_subscribers());

    network.set_faults(Faults { delay: 5 * MS..=5 * MS, ..Faults::default() });
    publisher.publish(number(1)).unwrap();
    network.cut("a", "b");
    publisher.publish(number(2)).unwrap();
    sleep(10 * MS).await;
    assert!(!publisher.has_subscribers());
    assert!(heard.all().is_empty(), "what is under way is lost as well");

    network.join("a", "b");
    assert!(publisher.has_subscribers());
    publisher.publish(number(3)).unwrap();
    sleep(10 * MS).await;
    assert_eq!(heard.all(), [3]);
}

#[tokio::test(start_paused = true)]
async fn late_subscribers_and_those_that_were_cut_off_get_what_is_kept() {
    let network = MemoryNetwork::new(1);
    let ((_a, from), (_b, to)) = (node(&network, "a"), node(&network, "b"));
    let publisher = from.publisher("numbers", Qos::latched(2)).unwrap();
    (1..=3).for_each(|data| publisher.publish(number(data)).unwrap());
    let heard = listen(&to, Qos::latched(2));
    assert_eq!(heard.all(), [2, 3]);
    assert!(listen(&to, Qos::default()).all().is_empty());

    network.cut("a", "b");
    publisher.publish(number(4)).unwrap();
    assert!(heard.all().is_empty());
    network.join("a", "b");
    assert_eq!(heard.all(), [3, 4]);
}

/// Answers each request by its sum, after a time.
async fn serve(mailbox: Arc<RequestMailbox<AddTwoInts>>, wake: Arc<Notify>, after: Duration) {
    loop {
        wake.notified().await;
        while let Some(mut incoming) = mailbox.pop() {
            let AddTwoIntsRequest { a, b, .. } = incoming.take_request();
            sleep(after).await;
            incoming.respond(AddTwoIntsResponse { sum: a + b });
        }
    }
}

fn request_mailbox() -> (Arc<RequestMailbox<AddTwoInts>>, Arc<Notify>) {
    let wake = Arc::new(Notify::new());
    let waker = Arc::clone(&wake);
    (Arc::new(RequestMailbox::new(Arc::new(move || waker.notify_one()))), wake)
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_with_its_answer_or_the_reason_why_there_is_none() {
    let network = MemoryNetwork::new(1);
    let ((a, asks), (_b, serves)) = (node(&network, "a"), node(&network, "b"));
    let client = asks.client::<AddTwoInts>("add", 100 * MS).unwrap();
    let call = |a| client.call(AddTwoIntsRequest { a, b: 1 });
    assert!(matches!(call(1).await, Err(CallError::NoServer { .. })));

    let (mailbox, wake) = request_mailbox();
    let server = serves.serve("add", Arc::clone(&mailbox)).unwrap();
    client.wait_available().await;
    network.set_faults(Faults { delay: 10 * MS..=10 * MS, ..Faults::default() });
    let quick = tokio::spawn(serve(Arc::clone(&mailbox), Arc::clone(&wake), 30 * MS));
    let begin = Instant::now();
    assert_eq!(call(2).await.unwrap().sum, 3);
    assert_eq!(begin.elapsed(), 50 * MS, "there, the work, and back");
    quick.abort();

    let begin = Instant::now();
    assert!(matches!(call(3).await, Err(CallError::Timeout { .. })));
    assert_eq!(begin.elapsed(), 100 * MS);
    drop(mailbox.pop());

    let cut_off = call(4);
    sleep(15 * MS).await;
    network.cut("a", "b");
    drop(mailbox.pop().expect("it has arrived"));
    assert!(matches!(cut_off.await, Err(CallError::ServerRestarted { .. })));
    assert!(matches!(call(5).await, Err(CallError::NoServer { .. })));
    network.join("a", "b");

    let last = call(6);
    a.close();
    assert!(matches!(last.await, Err(CallError::Closed { .. })));
    drop(server);
}

#[tokio::test(start_paused = true)]
async fn a_goal_runs_to_its_result() {
    let network = MemoryNetwork::new(1);
    let ((_a, asks), (_b, performs)) = (node(&network, "a"), node(&network, "b"));
    network.set_faults(Faults { delay: MS..=20 * MS, ..Faults::default() });
    let wake = Arc::new(Notify::new());
    let waker = Arc::clone(&wake);
    let mailbox = Arc::new(GoalMailbox::<Fibonacci>::new(Arc::new(move || waker.notify_one())));
    let _server = performs.action_server("fibonacci", Arc::clone(&mailbox)).unwrap();
    tokio::spawn(async move {
        wake.notified().await;
        let goal = mailbox.pop().unwrap().accept();
        for n in 0..goal.goal().order {
            sleep(100 * MS).await;
            goal.feedback(FibonacciFeedback { sequence: vec![n] });
        }
        goal.succeed(FibonacciResult { sequence: vec![1, 2, 3] });
    });

    let client = asks.action_client::<Fibonacci>("fibonacci").unwrap();
    client.wait_available().await;
    let mut goal = client.send_goal(FibonacciGoal { order: 5 }).await.unwrap();
    let mut feedback = Vec::new();
    while let Some(part) = goal.feedback().await {
        feedback.extend(part.sequence);
    }
    assert_eq!(feedback, [0, 1, 2, 3, 4]);
    let (status, result) = goal.result().await.unwrap();
    assert_eq!((status, result.sequence), (GoalStatus::Succeeded, vec![1, 2, 3]));
}

#[tokio::test(start_paused = true)]
async fn endpoints_are_announced_as_long_as_they_live() {
    let network = MemoryNetwork::new(1);
    let (_hub, node) = node(&network, "a");
    let publisher = node.publisher::<UInt32>("numbers", Qos::default()).unwrap();
    let tokens = network.tokens();
    assert!(
        matches!(&tokens[..], [name, token] if name.ends_with("/node/a") && token.contains("/MP/numbers/")),
        "{tokens:?}"
    );
    drop(node);
    assert_eq!(network.tokens(), tokens, "an endpoint keeps the name of its node");
    drop(publisher);
    assert!(network.tokens().is_empty());
}

#[tokio::test(start_paused = true)]
async fn nodes_are_known_by_name_as_long_as_they_can_be_heard() {
    let network = MemoryNetwork::new(1);
    let ((a, lidar), (b, _nav)) = (node(&network, "lidar"), node(&network, "nav"));
    let names = |hub: &Hub| hub.graph().node_names().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!((names(&a), names(&b)), (vec!["/lidar".into(), "/nav".into()], vec!["/lidar".into(), "/nav".into()]));
    let publisher = lidar.publisher::<UInt32>("numbers", Qos::default()).unwrap();
    let of_lidar = || b.graph().infos(EndpointKind::Publisher, publisher.topic())[0].node.clone();
    assert_eq!(of_lidar().unwrap().to_string(), "/lidar");
    network.cut("lidar", "nav");
    assert_eq!((names(&a), names(&b)), (vec!["/lidar".into()], vec!["/nav".into()]));
    network.join("lidar", "nav");
    assert_eq!(of_lidar().unwrap().to_string(), "/lidar");
    drop((lidar, publisher));
    assert_eq!((names(&a), names(&b)), (vec!["/nav".into()], vec!["/nav".into()]));
}

/// A host whose clock is so far ahead of the time that the runtime began at.
fn host_of(hub: &Hub, name: &str, ahead: Duration, runs: &str) -> (Presence, Hosts) {
    let begin = Instant::now();
    let clock = move || SystemTime::UNIX_EPOCH + 10 * DAY + ahead + begin.elapsed();
    let names = ["base", "robot"].map(str::to_owned).to_vec();
    let config =
        PresenceConfig { clock: Arc::new(clock), ..PresenceConfig::new("d".to_owned(), name.to_owned(), names) };
    let entries = vec![HostEntry { name: runs.to_owned(), fingerprint: "a1".to_owned() }];
    let presence = hub.announce_host(config, entries).unwrap();
    let hosts = presence.hosts();
    (presence, hosts)
}

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test(start_paused = true)]
async fn hosts_come_and_go_and_know_how_far_their_clocks_are_apart() {
    let network = MemoryNetwork::new(1);
    network.set_faults(Faults { delay: 20 * MS..=20 * MS, ..Faults::default() });
    let (base, robot) = (Hub::open_in(&network, "base"), Hub::open_in(&network, "robot"));
    let (of_base, seen_by_base) = host_of(&base, "base", Duration::ZERO, "/map");
    let (of_robot, seen_by_robot) = host_of(&robot, "robot", 1_200 * MS, "/driver");
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(of_robot.run(async { _ = ended.await }));
    tokio::spawn(of_base.run(std::future::pending()));
    let status = |hosts: &Hosts, place: usize| hosts.statuses()[place].clone();
    assert_eq!((status(&seen_by_base, 1).present, status(&seen_by_base, 1).clock), (true, None));
    sleep(Duration::from_secs(3)).await;
    let read = |offset: i64, delay: i64| Some(Reading { offset_ns: offset * 1_000_000, delay_ns: delay * 1_000_000 });
    assert_eq!(status(&seen_by_base, 1).clock, read(1_200, 40));
    assert_eq!(status(&seen_by_robot, 0).clock, read(-1_200, 40));
    assert_eq!(status(&seen_by_robot, 1).clock, read(0, 0), "its own");
    assert_eq!(base.graph().unread(), 0, "what announces hosts is not taken for nodes");

    network.cut("base", "robot");
    assert_eq!((status(&seen_by_base, 1).present, status(&seen_by_base, 1).lost), (false, 1));
    assert_eq!((status(&seen_by_robot, 0).present, status(&seen_by_robot, 0).lost), (false, 1));
    network.join("base", "robot");
    assert_eq!((status(&seen_by_base, 1).present, status(&seen_by_base, 1).lost), (true, 1));
    drop(end);
    running.await.unwrap();
    assert_eq!((status(&seen_by_base, 1).present, status(&seen_by_base, 1).lost), (false, 2));
    assert_eq!(status(&seen_by_robot, 0).lost, 1, "who leaves hears nothing of its own end");
    assert_eq!(network.tokens(), [format!("@rosactor/@host/d/base/{:032x}", 1_u128.swap_bytes())]);
}

/// A clock that is set while the hosts run.
#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_is_noticed_within_ten_seconds() {
    let network = MemoryNetwork::new(1);
    let (base, robot) = (Hub::open_in(&network, "base"), Hub::open_in(&network, "robot"));
    let (of_base, seen) = host_of(&base, "base", Duration::ZERO, "/map");
    let begin = Instant::now();
    let set = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let is_set = Arc::clone(&set);
    let clock = move || {
        let ahead = if is_set.load(std::sync::atomic::Ordering::Acquire) { 2_000 * MS } else { Duration::ZERO };
        SystemTime::UNIX_EPOCH + 10 * DAY + ahead + begin.elapsed()
    };
    let config = PresenceConfig {
        clock: Arc::new(clock),
        ..PresenceConfig::new("d".to_owned(), "robot".to_owned(), vec!["base".to_owned(), "robot".to_owned()])
    };
    tokio::spawn(robot.announce_host(config, Vec::new()).unwrap().run(std::future::pending()));
    tokio::spawn(of_base.run(std::future::pending()));
    let offset_ms = || seen.statuses()[1].clock.unwrap().offset_ns / 1_000_000;
    sleep(Duration::from_secs(60)).await;
    assert_eq!(offset_ms(), 0);
    set.store(true, std::sync::atomic::Ordering::Release);
    sleep(Duration::from_secs(11)).await;
    assert_eq!(offset_ms(), 2_000);
}

/// Whoever asks gets the card of each process, and hears of those that say nothing. What is no host is not asked.
#[test]
fn every_host_that_is_asked_for_tells_what_it_runs() {
    let network = MemoryNetwork::new(1);
    let [base, robot, twin, guest] = ["base", "robot", "twin", "guest"].map(|name| Hub::open_in(&network, name));
    let _base = host_of(&base, "base", Duration::ZERO, "/map");
    let (_robot, changes) = host_of(&robot, "robot", Duration::ZERO, "/driver");
    let _twin = host_of(&twin, "robot", Duration::ZERO, "/other");
    changes.set_entries(vec![HostEntry { name: "/lidar".to_owned(), fingerprint: "b2".to_owned() }]);
    let ask = |hosts: &[&str], enough: usize| {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let mut heard = Vec::new();
        let told = guest.ask_hosts("d", &hosts, 300 * MS, 50 * MS, |answer| {
            heard.extend(answer.map(|answer| (answer.who.host, answer.card.unwrap().entries[0].name.clone())));
            heard.len() >= enough
        });
        told.unwrap();
        heard.sort();
        heard
    };
    let pairs = |all: &[(&str, &str)]| all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
    let all = pairs(&[("base", "/map"), ("robot", "/lidar"), ("robot", "/other")]);
    assert_eq!(ask(&["base", "robot"], 3), all);
    assert_eq!(ask(&["base", "drone"], 9), pairs(&[("base", "/map")]));
    network.cut("guest", "robot");
    assert_eq!(ask(&["base", "robot"], 9), pairs(&[("base", "/map"), ("robot", "/other")]));
    guest.close();
    assert!(guest.ask_hosts("d", &[], MS, MS, |_| false).is_err());
}
