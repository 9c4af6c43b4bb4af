//! What happens to those who ask when something between them and the server breaks: they are told, and go on.

use std::time::{Duration, Instant};

use rosactor_tests::ros::{self, Range, Stack};
use rosactor_tests::run::{self, Run};
use serde_json::Value;

use crate::place::{PATIENCE, Place, dismiss, ready, succeed, turn};

/// How soon it must go on after the bridge was killed.
const SOON: Duration = Duration::from_secs(5);

/// What became of all that an actor has asked.
fn asked(run: &Run, actor: &str) -> Vec<Value> {
    run.told(actor, "asked").iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn good(asked: &[Value]) -> usize {
    asked.iter().filter(|answer| answer["ok"] == true).count()
}

/// Waits until so many more were answered well.
fn wait_for_answers(run: &Run, actor: &str, more: usize) {
    let before = good(&asked(run, actor));
    let what = format!("let {actor} have {more} more answers");
    run.process().wait_until(PATIENCE, &what, || good(&asked(run, actor)) >= before + more);
}

/// The errors that those who asked were told; each is a sentence of ours that names what was asked.
fn errors(answers: &[Value]) -> Vec<String> {
    answers.iter().filter_map(|answer| answer["error"].as_str()).map(str::to_owned).collect()
}

fn check_errors(run: &Run, actor: &str, name: &str) {
    for error in errors(&asked(run, actor)) {
        assert!(error.contains(name) && !error.starts_with("a wrong"), "{actor} was told: {error}");
    }
}

#[test]
fn actors_that_ask_ros_are_told_when_the_bridge_is_killed_and_go_on() {
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "hardship.yaml");
    let run = &place.run;
    let adder = place.node("service_server.py", &["--delay", "0.1", "--seconds", "120"]);
    let computer = place.node("action_server.py", &["--seconds", "120"]);
    let mut times = Vec::new();
    for _ in 0..3 {
        wait_for_answers(run, "steady_caller", 20);
        wait_for_answers(run, "steady_sender", 3);
        let start = Instant::now();
        run.kill_bridge();
        wait_for_answers(run, "steady_caller", 1);
        let called = start.elapsed();
        wait_for_answers(run, "steady_sender", 1);
        times.push((called, start.elapsed()));
    }
    check_errors(run, "steady_caller", "/ros_add");
    check_errors(run, "steady_sender", "/ros_fib");
    assert!(!errors(&asked(run, "steady_caller")).is_empty(), "nothing was under way when the bridge was killed");
    // Whatever was asked was answered: at most the newest are still under way.
    let answered = asked(run, "steady_caller");
    let newest = answered.iter().filter_map(|answer| answer["number"].as_u64()).max().unwrap();
    assert!(newest <= answered.len() as u64 + 16, "{} of {newest} calls have ended", answered.len());
    assert_eq!(dismiss(adder)["repeated"], 0);
    dismiss(computer);
    let report = place.run.stop();
    assert_eq!(report["bridge"]["restarts"], 3);
    assert!(
        times.iter().all(|(call, goal)| *call < SOON && *goal < SOON),
        "(call, goal) answered again after: {times:?}"
    );
}

#[test]
fn ros_nodes_that_ask_actors_go_on_when_the_bridge_is_killed() {
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "hardship.yaml");
    let client = place.node("service_client.py", &["--steady", "--patience", "1", "--seconds", "120"]);
    let right = || ros::said(&client).iter().filter(|line| line["ok"] == true).count();
    let mut times = Vec::new();
    for _ in 0..3 {
        let before = right();
        client.wait_until(PATIENCE, "20 more answers", || right() >= before + 20);
        let killed = place.run.joined();
        let start = Instant::now();
        place.run.kill_bridge();
        client.wait_until(PATIENCE, "a new bridge", || place.run.joined() > killed);
        let before = right();
        client.wait_until(PATIENCE, "an answer by the new bridge", || right() > before);
        times.push(start.elapsed());
    }
    client.signal("TERM");
    let report = place.run.stop();
    assert_eq!(report["bridge"]["restarts"], 3);
    eprintln!("ROS clients had answers of the new bridge after {times:?}");
    // It takes two seconds on an idle machine.
    assert!(times.iter().all(|time| *time < 2 * SOON), "answered again after: {times:?}");
}

/// A ROS server that ends while it is asked: by a signal, or killed.
fn survive(signal: &str, patience: Duration) {
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "hardship.yaml");
    let run = &place.run;
    let start = |script: &str| place.node(script, &["--seconds", "120"]);
    let (adder, computer) = (start("service_server.py"), start("action_server.py"));
    wait_for_answers(run, "steady_caller", 5);
    wait_for_answers(run, "steady_sender", 1);
    // A goal is under way as long as the newest accepted one has not ended.
    let under_way = || {
        let newest = run.told("steady_sender", "accepted").last().and_then(|number| number.parse::<u64>().ok());
        newest.is_some_and(|newest| asked(run, "steady_sender").iter().all(|answer| answer["number"] != newest))
    };
    run.process().wait_until(PATIENCE, "a goal under way", under_way);
    let (bad_calls, bad_goals) =
        (errors(&asked(run, "steady_caller")).len(), errors(&asked(run, "steady_sender")).len());
    for server in [&adder, &computer] {
        server.signal(signal);
    }
    let is_told = || {
        errors(&asked(run, "steady_caller")).len() > bad_calls && errors(&asked(run, "steady_sender")).len() > bad_goals
    };
    run.process().wait_until(patience, "told those who ask that the server has gone", is_told);
    drop((adder, computer));
    let (adder, computer) = (start("service_server.py"), start("action_server.py"));
    wait_for_answers(run, "steady_caller", 5);
    wait_for_answers(run, "steady_sender", 1);
    dismiss(adder);
    dismiss(computer);
    let report = place.run.stop();
    assert_eq!(report["bridge"]["restarts"], 0);
}

#[test]
fn actors_go_on_when_a_ros_server_was_started_anew() {
    survive("TERM", PATIENCE);
}

#[test]
fn actors_go_on_when_a_ros_server_was_killed() {
    // Fast DDS says nothing when it is killed, and is forgotten after 20 s.
    survive("KILL", PATIENCE);
}

#[test]
fn a_goal_may_take_a_minute() {
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "hardship.yaml");
    // Five steps of 12.5 s each for the actor that asks ROS, meanwhile a ROS node asks an actor.
    let server = place.node("action_server.py", &["--step", "12.5", "--seconds", "150"]);
    ready(&server);
    let newest = || place.run.told("steady_sender", "accepted").last().cloned();
    server.wait_until(PATIENCE, "accepted a goal", || newest().is_some());
    let (accepted, begin) = (newest().unwrap().parse::<u64>().unwrap(), Instant::now());
    let mut client = place.node("action_client.py", &["--long", "1240", "--seconds", "120"]);
    let summary = ros::finish(&mut client, Duration::from_secs(130));
    assert_eq!(summary["failed"], serde_json::json!([]));
    let took = ros::said(&client).iter().find_map(|line| line["took_s"].as_f64()).unwrap();
    assert!(took > 60.0, "the goal took {took} s only, so that it proves nothing");
    let of_it = || asked(&place.run, "steady_sender").into_iter().find(|end| end["number"] == accepted);
    server.wait_until(Duration::from_secs(60), "ended the goal of the actor", || of_it().is_some());
    assert_eq!(of_it().unwrap()["ok"], true, "{:?}", of_it());
    assert!(begin.elapsed() > Duration::from_secs(60), "it took {:?} only", begin.elapsed());
    let _ = place.run.stop();
}

#[test]
fn malformed_payloads_names_and_tokens_stop_neither_the_bridge_nor_the_actors() {
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "hardship.yaml");
    let run = &place.run;
    let adder = place.node("service_server.py", &["--seconds", "120"]);
    wait_for_answers(run, "steady_caller", 5);
    let on_dds = place.cyclone("hostile_dds.py", &[]);
    let on_zenoh = ros::peer_on(Stack::Cyclone, &place.actors, Range::Subnet, "hostile_zenoh.py", &[]);
    ready(&on_dds);
    ready(&on_zenoh);
    check_life(&place);
    dismiss(on_dds);
    dismiss(on_zenoh);
    check_life(&place);
    dismiss(adder);
    let report = place.run.stop();
    assert_eq!(report["bridge"]["restarts"], 0);
    assert_eq!(run::actor(&report, "adder")["restarts"], 0);
}

/// Services and topics still work, both ways, also for those who come only now.
fn check_life(place: &Place) {
    wait_for_answers(&place.run, "steady_caller", 5);
    succeed(place.node("service_client.py", &["--sequential", "20"]));
    let heard = place.run.told("sequences", "heard").len();
    let talker = place.node("seq_talker.py", &[]);
    let listener = place.node("seq_listener.py", &[]);
    talker.wait_until(PATIENCE, "been heard", || place.run.told("sequences", "heard").len() > heard + 10);
    listener.wait_until(PATIENCE, "heard 10 numbers", || ros::said(&listener).len() > 10);
    dismiss(talker);
    dismiss(listener);
}
