//! `rosactor doctor` and the warnings of the bridge: what ends find each other, and why others do not.

use std::fs;
use std::time::Instant;

use rosactor_tests::command::{finish, repository, text};
use rosactor_tests::netns::Namespace;
use rosactor_tests::process::binary;
use rosactor_tests::ros::Stack;
use rosactor_tests::run::Run;
use serde_json::{Value, json};

use crate::place::{PATIENCE, Place, dismiss, ready, turn};

/// The exit code, and what was said on standard output and on standard error.
fn doctor(host: &Namespace, options: &[&str]) -> (Option<i32>, String, String) {
    let mut command = host.command(binary("rosactor"));
    command.arg("doctor").args(options).current_dir(repository());
    command.env_remove("RUST_LOG").env("ROSACTOR_BRIDGE", binary("rosactor-bridge"));
    let output = finish(&mut command);
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Every link in short: kind, name, directions, whether it is active, what is wrong, and whose the ends are.
fn short(link: &Value) -> Value {
    let names = |side: &str| link[side].as_array().unwrap().iter().map(|end| &end["node"]).collect::<Vec<_>>();
    let reasons: Vec<_> = link["problems"].as_array().unwrap().iter().map(|problem| &problem["reason"]).collect();
    json!([link["kind"], link["name"], link["directions"], link["active"], reasons, names("ros"), names("actors")])
}

/// Asks until the answer is as expected, with its exit code.
fn expect(place: &Place, code: i32, links: &Value) -> Value {
    let begin = Instant::now();
    loop {
        let (got, said, complaint) = doctor(&place.actors, &["tests/ros/doctor.yaml", "--json"]);
        let report: Value = serde_json::from_str(&said).unwrap_or_default();
        let found: Value = report["bridges"][0]["links"].as_array().into_iter().flatten().map(short).collect();
        if (got, &found) == (Some(code), links) {
            return report;
        }
        assert!(begin.elapsed() < PATIENCE, "exit code {got:?}\n{found:#}\nis not\n{links:#}\n{complaint}\n{said}");
    }
}

#[test]
fn a_bridge_tells_what_it_carries_and_why_not() {
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "doctor.yaml");
    let stranger = place.node("strangers.py", &[]);
    ready(&stranger);
    let (ros, both) = (json!(["/stranger"]), json!(["/odd"]));
    let (to_actors, to_ros, no) = (json!(["ros_to_actors"]), json!(["actors_to_ros"]), json!([]));
    let links = json!([
        ["topic", "/lonely", no, false, ["lonely"], ros, no],
        ["topic", "/odd", no, false, ["type"], ros, both],
        ["topic", "/secret", no, false, ["not_allowed"], ros, both],
        ["topic", "/seq_from_ros", no, false, ["qos"], ros, ["/sequences"]],
        ["topic", "/seq_to_ros", to_ros, true, [], ros, ["/sequences"]],
        ["service", "/actor_add", to_actors, true, [], ros, ["/adder"]],
        ["service", "/ros_add", no, false, ["lonely"], ros, no],
        ["action", "/actor_fib", to_actors, true, [], ros, ["/fib_server"]],
    ]);
    let report = expect(&place, 1, &links);
    assert_eq!(report["well"], false);
    let bridge = &report["bridges"][0];
    assert_eq!((&bridge["config"]["domain"], &bridge["config"]["distro"]), (&json!(0), &json!("jazzy")));
    assert_eq!((&bridge["dds"]["participants"], &bridge["dds"]["hints"]), (&json!(1), &no));
    let cable = bridge["dds"]["interfaces"].as_array().unwrap().iter().find(|it| it["used"] == true).unwrap();
    let address = json!([place.actors.address()]);
    assert_eq!((&cable["name"], &cable["addresses"], &cable["multicast"]), (&json!("cable"), &address, &json!(true)));

    let warnings = [
        "/seq_from_ros: the publisher in the ROS node /stranger and the subscriber in the actor /sequences do not fit in reliability: \
         offered BEST_EFFORT, requested RELIABLE",
        "/odd: the publisher in the actor /odd has the type std_msgs/msg/String, but the subscriber in the ROS node /stranger has \
         std_msgs/msg/Int64",
    ];
    for warning in warnings {
        place.run.process().wait_for_log(PATIENCE, |line| line.contains(warning));
    }
    let (code, said, _) = doctor(&place.actors, &["--connect", "tcp/127.0.0.1:7447"]);
    assert_eq!(code, Some(1), "{said}");
    let (_, hand) = said.split_once("needs a hand:").unwrap();
    let (hand, information) = hand.split_once("for your information:").unwrap();
    assert!(warnings.iter().all(|warning| hand.contains(warning)), "{said}");
    assert!(information.contains("/secret: ") && information.contains("/lonely: "), "{said}");

    dismiss(stranger);
    let alone = json!([
        ["topic", "/odd", no, false, ["lonely"], no, both],
        ["topic", "/secret", no, false, ["not_allowed"], no, both],
        ["topic", "/seq_from_ros", no, false, ["lonely"], no, ["/sequences"]],
        ["topic", "/seq_to_ros", no, false, ["lonely"], no, ["/sequences"]],
        ["service", "/actor_add", no, false, ["lonely"], no, ["/adder"]],
        ["action", "/actor_fib", no, false, ["lonely"], no, ["/fib_server"]],
    ]);
    let report = expect(&place, 0, &alone);
    let hint = report["bridges"][0]["dds"]["hints"][0].as_str().unwrap_or_default();
    assert!(hint.contains("no ROS node is seen") && hint.contains("ROS_DOMAIN_ID=0"), "{report}");
    for warning in warnings {
        let lines = place.run.process().log().into_iter().filter(|line| line.contains(warning));
        assert_eq!(lines.count(), 1, "{warning}");
    }
    let _ = place.run.stop();
}

#[test]
fn without_a_bridge_it_is_said_what_to_do() {
    let host = Namespace::alone();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, head: &str| {
        let path = folder.path().join(name);
        fs::write(&path, format!("deployment: x\n{head}actors: [{{name: a, type: tests/Sequences}}]\n")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let refused = |options: &[&str], expected: &str| {
        let (code, said, complaint) = doctor(&host, options);
        assert_eq!((code, complaint.contains(expected)), (Some(2), true), "{options:?}: {complaint}");
        said
    };
    let found = file("found.yaml", "transport: {listen: ['tcp/0.0.0.0:7448']}\n");
    let said = refused(&[&found, "--json"], "nothing answers at tcp/127.0.0.1:7448");
    assert_eq!(serde_json::from_str::<Value>(&said).unwrap()["well"], false);
    refused(&[&file("hidden.yaml", "")], "`transport.listen` names no endpoint");
    refused(&["--connect", "tcp"], "Zenoh does not accept tcp");
    refused(&[], "rosactor doctor <FILE>");
    let run = Run::start(&host, &binary("examples/citizen"), &found);
    run.process().wait_until(PATIENCE, "answered", || doctor(&host, &[&found]).2.contains("but no bridge does"));
    refused(&[&found], "but no bridge does");
    let _ = run.stop();
}
