//! Many calls, and many comings and goings: all answered, each with its own answer, and nothing grows.

use std::fs;
use std::ops::Range;
use std::thread;
use std::time::{Duration, Instant};

use rosactor_tests::ros::{self, Stack};
use rosactor_tests::run::{self, Run};
use serde_json::json;

use crate::place::{PATIENCE, Place, dismiss, ready, succeed, turn};

/// For ten thousand calls on a busy machine.
const MANY: Duration = Duration::from_secs(300);

#[test]
fn ros_nodes_get_an_answer_of_their_own_to_every_one_of_many_calls() {
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "load.yaml");
    let calls = ["--sequential", "10000", "--concurrent", "1000", "--seconds", "300"];
    let mut client = place.node("service_client.py", &calls);
    let summary = ros::finish(&mut client, MANY);
    assert_eq!((&summary["sequential"]["right"], &summary["concurrent"]["right"]), (&10_000.into(), &1000.into()));
    let report = place.run.stop();
    // Nothing was asked twice.
    assert_eq!(run::actor(&report, "adder")["outcome"]["served"], 11_000);
}

#[test]
fn actors_get_an_answer_of_their_own_to_every_one_of_many_calls() {
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "load.yaml");
    let server = place.node("service_server.py", &["--seconds", "300"]);
    ready(&server);
    for (actor, right) in [("caller", 10_000), ("busy_caller", 1008)] {
        let called = place.run.wait_told(MANY, actor, "called", |_| true);
        let called: serde_json::Value = serde_json::from_str(&called).unwrap();
        assert_eq!(called, json!({"right": right, "wrong": 0, "failed": []}));
    }
    assert_eq!(dismiss(server), json!({"served": 11_008, "repeated": 0}));
    let _ = place.run.stop();
}

/// What a process holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    files: usize,
    memory_mb: u64,
}

fn held(pid: u32) -> Held {
    let files = fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count();
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let kilobytes: u64 = resident.split_whitespace().next().unwrap().parse().unwrap();
    Held { files, memory_mb: kilobytes / 1024 }
}

/// The deployment and its bridge, once no file of theirs has been closed for a while: the bridge keeps what it has for a ROS node's services
/// a moment longer than the node is there.
fn both(run: &Run) -> [Held; 2] {
    const QUIET: Duration = Duration::from_secs(3);
    let now = || [held(run.process().id()), held(run.bridge())];
    let (mut last, mut since) = (now(), Instant::now());
    let end = since + PATIENCE;
    while since.elapsed() < QUIET && Instant::now() < end {
        thread::sleep(Duration::from_millis(50));
        let held = now();
        if held.iter().zip(&last).any(|(now, last)| now.files != last.files) {
            since = Instant::now();
        }
        last = held;
    }
    last
}

/// What was there before may have been kept; what comes and goes may not leave anything behind.
fn check_held(before: [Held; 2], after: [Held; 2]) {
    for (before, after) in before.into_iter().zip(after) {
        assert!(after.files <= before.files + 4, "files are left open: {before:?}, then {after:?}");
        assert!(after.memory_mb <= before.memory_mb + 30, "memory grows: {before:?}, then {after:?}");
    }
}

/// How many comings and goings are tried; `ROSACTOR_CYCLES` says another number.
fn cycles() -> usize {
    std::env::var("ROSACTOR_CYCLES").map_or(20, |cycles| cycles.parse().expect("ROSACTOR_CYCLES is a number"))
}

#[test]
fn ros_nodes_that_come_and_go_leave_nothing_behind() {
    const EACH: usize = 5;
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "hardship.yaml");
    let begin = dismiss_when_done(&place, 5, 0, EACH);
    let before = both(&place.run);
    dismiss_when_done(&place, cycles(), begin, EACH);
    let after = both(&place.run);
    let sent = begin + cycles() * EACH;
    hear_another(&place, sent, EACH);
    let heard = place.run.told("sequences", "heard");
    let numbers: Vec<usize> = heard.iter().map(|number| number.parse().unwrap()).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "a number came twice, or out of order: {numbers:?}");
    // What a node sends before the bridge has a reader for it is lost; from its first heard number on all is heard. A node that finds
    // the reader that the bridge had for the node before it may have sent all when that is replaced.
    let of = |cycle: usize| numbers.iter().filter(move |number| **number / EACH == cycle).copied();
    let mut unheard = 0;
    for cycle in 0..sent / EACH {
        match of(cycle).next() {
            Some(first) => {
                assert!(of(cycle).eq(first..(cycle + 1) * EACH), "a number of node {cycle} is missing: {numbers:?}");
            }
            None => unheard += 1,
        }
    }
    assert!(unheard * 5 <= cycles(), "{unheard} nodes were not heard at all: {numbers:?}");
    check_held(before, after);
    let _ = place.run.stop();
}

/// Each way is walked twice: a ROS node compares what comes back from an actor with what it sent.
#[test]
fn messages_of_megabytes_arrive_whole() {
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "mirror.yaml");
    succeed(place.node("mirror.py", &["--images", "3", "--clouds", "3", "--bytes", "8000000"]));
    let report = place.run.stop();
    assert_eq!(report["bridge"]["restarts"], 0, "{report}");
}

#[test]
fn a_thousand_messages_a_second_arrive_once_and_in_order() {
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "mirror.yaml");
    succeed(place.node("mirror.py", &["--numbers", "10000", "--rate", "1000"]));
    let report = place.run.stop();
    assert_eq!(report["bridge"]["restarts"], 0, "{report}");
}

/// Everybody who joins is told of all that is there, and of nothing that was: once there was room for 8,192 announcements in all, and those
/// of the actors that had run longest went first.
#[test]
fn who_comes_after_thousands_of_services_finds_those_that_were_there_before() {
    const SERVICES: usize = 6000;
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "alone.yaml");
    let arguments = ["--services", &SERVICES.to_string(), "--seconds", "300"];
    let mut crowd = ros::peer_on(Stack::Cyclone, &place.actors, ros::Range::Localhost, "crowd.py", &arguments);
    let summary = ros::finish(&mut crowd, Duration::from_secs(310));
    assert_eq!(summary["came"], SERVICES);
    let arguments = ["--sequential", "20"];
    succeed(ros::peer_on(place.stack, &place.actors, ros::Range::Localhost, "service_client.py", &arguments));
    let report = place.run.stop();
    assert_eq!(report["bridge"]["restarts"], 0, "{report}");
}

/// Lets another node come and go until one is heard: what was sent before has come by then.
fn hear_another(place: &Place, mut first: usize, each: usize) {
    let fence = first;
    let is_heard =
        || place.run.told("sequences", "heard").iter().any(|number| number.parse::<usize>().unwrap() >= fence);
    for _ in 0..5 {
        first = dismiss_when_done(place, 1, first, each);
        let end = Instant::now() + Duration::from_secs(5);
        while Instant::now() < end {
            if is_heard() {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
    panic!("{}", place.run.process().account("has not heard any of five nodes"));
}

/// Lets nodes come and go, each of which sends `each` numbers; the next number.
fn dismiss_when_done(place: &Place, cycles: usize, first: usize, each: usize) -> usize {
    let text = |number: usize| number.to_string();
    let limit = Duration::from_secs(60 + 10 * cycles as u64);
    let seconds = limit.as_secs().to_string();
    let arguments = ["--cycles", &text(cycles), "--first", &text(first), "--each", &text(each), "--seconds", &seconds];
    let mut peer = place.node("cycles.py", &arguments);
    let summary = ros::finish(&mut peer, limit);
    assert_eq!(summary["cycles"], cycles, "{}", peer.account("did not come and go as often"));
    first + cycles * each
}

#[test]
fn actors_that_come_and_go_leave_nothing_behind() {
    const RANGE: usize = 1_000_000;
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "citizens.yaml");
    let seconds = (300 + 20 * cycles()).to_string();
    let listener = place.node("seq_listener.py", &["--topic", "/seq_of_guest", "--seconds", &seconds]);
    ready(&listener);
    let heard = || ros::said(&listener).iter().filter_map(|line| line["seq"].as_u64()).collect::<Vec<_>>();
    let come_and_go = |guests: Range<usize>| {
        for number in guests {
            let first = number * RANGE;
            let guest = place.guest(first);
            // Of its own: the last numbers of the guest before it may come only now.
            let of_it = || heard().into_iter().filter(|seq| *seq >= first as u64).count();
            listener.wait_until(PATIENCE, "heard the guest", || of_it() >= 3);
            let _ = guest.stop();
        }
    };
    // A guest may be gone before all that it has is carried, so it takes some until the bridge has had everything once.
    come_and_go(0..cycles());
    let before = both(&place.run);
    come_and_go(cycles()..2 * cycles());
    check_held(before, both(&place.run));
    let numbers: Vec<usize> = heard().into_iter().map(|number| usize::try_from(number).unwrap()).collect();
    // Every guest has numbers of its own.
    let right = |pair: &[usize]| pair[1] == pair[0] + 1 || pair[1] / RANGE > pair[0] / RANGE;
    assert!(numbers.windows(2).all(right), "a number came twice, or out of order: {numbers:?}");
    dismiss(listener);
    let report = place.run.stop();
    assert_eq!(report["bridge"]["restarts"], 0, "{report}");
}
