//! What goes over topics alone.

use std::collections::BTreeMap;

use rosactor_tests::ros;
use serde_json::{Value, json};

use crate::place::{PATIENCE, Place, dismiss, ready, succeed};

/// Each number once, in order, none left out since the first.
fn check_numbers(numbers: &[u64], sent: u64) {
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "a number is missing or came twice: {numbers:?}");
    assert!(numbers.last().is_some_and(|last| *last < sent), "only {sent} were sent: {numbers:?}");
}

pub(crate) fn to_actor(place: &Place) {
    let talker = place.node("seq_talker.py", &[]);
    let heard = || place.run.told("sequences", "heard");
    talker.wait_until(PATIENCE, "been heard 50 times", || heard().len() >= 50);
    let sent = dismiss(talker)["sent"].as_u64().unwrap();
    check_numbers(&heard().iter().map(|number| number.parse().unwrap()).collect::<Vec<_>>(), sent);
}

pub(crate) fn to_ros(place: &Place) {
    let listener = place.node("seq_listener.py", &[]);
    listener.wait_until(PATIENCE, "heard 50 numbers", || ros::said(&listener).len() > 50);
    let numbers = dismiss(listener);
    let numbers: Vec<u64> = numbers["received"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
    check_numbers(&numbers, u64::MAX);
}

/// Times in steps of ten milliseconds, forward, within an hour of a second.
fn check_times(times: &[u64], start: u64) {
    assert!(times.windows(2).all(|pair| pair[1] > pair[0]), "time did not go forward: {times:?}");
    let is_of = |ns: &u64| ns.is_multiple_of(10_000_000) && (start..start + 3600).contains(&(ns / 1_000_000_000));
    assert!(times.iter().all(is_of), "not the times of the clock that begins at {start} s: {times:?}");
}

pub(crate) fn clock_to_actor(place: &Place) {
    let clock = place.node("clock.py", &["--start", "1000"]);
    let told = || place.run.told("follower", "simulated");
    clock.wait_until(PATIENCE, "been followed", || told().len() >= 10);
    let last = dismiss(clock)["last_ns"].as_u64().unwrap();
    let times: Vec<u64> = told().iter().map(|ns| ns.parse().unwrap()).collect();
    check_times(&times, 1000);
    assert!(times.iter().all(|ns| *ns <= last), "the clock ended at {last}: {times:?}");
}

pub(crate) fn clock_to_ros(place: &Place) {
    let late = place.beside("latecomers.yaml");
    let mut follower = place.node("clock.py", &[]);
    ros::finish(&mut follower, PATIENCE);
    let times: Vec<u64> = ros::said(&follower).iter().filter_map(|line| line["ns"].as_u64()).collect();
    check_times(&times, 5000);
    let _ = late.stop();
}

pub(crate) fn transforms_to_ros(place: &Place) {
    // Two actors have said theirs when they began, so each late listener must get both.
    for _ in 0..2 {
        let heard = succeed(place.node("tf_static.py", &["--expect", "2"]));
        assert_eq!(heard["frames"], json!({"left": 1.5, "right": 2.5}));
    }
}

pub(crate) fn transforms_to_actor(place: &Place) {
    let publishers =
        [place.node("tf_static.py", &["--publish", "a", "b"]), place.node("tf_static.py", &["--publish", "c"])];
    publishers.iter().for_each(ready);
    let all: BTreeMap<&str, f64> = [("a", 0.0), ("b", 1.0), ("c", 0.0), ("left", 1.5), ("right", 2.5)].into();
    let all = json!(all);
    let whole = |frames: &str| serde_json::from_str::<Value>(frames).is_ok_and(|frames| frames == all);
    place.run.wait_told(PATIENCE, "listener", "frames", whole);
    // And one that comes when all have spoken, from actors and from ROS nodes.
    let late = place.beside("latecomers.yaml");
    late.wait_told(PATIENCE, "late_listener", "frames", whole);
    let _ = late.stop();
    for publisher in publishers {
        dismiss(publisher);
    }
}

pub(crate) fn logs_to_actor(place: &Place) {
    let logger = place.node("rosout.py", &["--say", "a line"]);
    for line in ["20 ros_logger a line ", "30 ros_logger a line "] {
        place.run.wait_told(PATIENCE, "hearer", "heard", |heard| {
            heard.strip_prefix(line).is_some_and(|count| count.parse::<u32>().is_ok())
        });
    }
    dismiss(logger);
}

pub(crate) fn logs_to_ros(place: &Place) {
    let log = succeed(place.node("rosout.py", &["--listen", "sequences", "--expect", "1"]));
    assert_eq!((&log["name"], &log["level"]), (&"sequences".into(), &20.into()), "{log}");
    assert!(log["msg"].as_str().is_some_and(|text| text.starts_with("heard ")), "{log}");
}
