//! What every node has: parameters, and perhaps a lifecycle.

use rosactor_tests::ros::{self, Stack};
use serde_json::json;

use crate::actions::check;
use crate::place::{PATIENCE, Place, dismiss, ready, succeed, turn};

pub(crate) fn params_to_actor(place: &Place) {
    succeed(place.node("param_client.py", &["--node", "actor_params"]));
}

pub(crate) fn params_to_ros(place: &Place) {
    let node = place.node("param_node.py", &[]);
    ready(&node);
    check(&place.run, "tuner");
    place.run.wait_told(PATIENCE, "tuner", "events", |names| names.ends_with("speed count label"));
    assert_eq!(dismiss(node), json!({"count": 8, "speed": 2.5, "label": "bye"}));
}

const WAY: [[&str; 2]; 5] = [
    ["configure", "unconfigured"],
    ["activate", "inactive"],
    ["deactivate", "active"],
    ["cleanup", "inactive"],
    ["shutdown", "unconfigured"],
];

pub(crate) fn lifecycle_to_actor(place: &Place) {
    succeed(place.node("lifecycle_client.py", &["--node", "actor_managed"]));
}

pub(crate) fn lifecycle_to_ros(place: &Place) {
    let node = place.node("lifecycle_node.py", &[]);
    ready(&node);
    check(&place.run, "manager");
    place.run.wait_told(PATIENCE, "manager", "talk", |text| text == "active");
    place.run.wait_told(PATIENCE, "manager", "transition", |state| state == "finalized");
    assert_eq!(dismiss(node)["transitions"], json!(WAY));
}

pub(crate) fn graph_to_ros(place: &Place) {
    let arguments = ["--wait", "/fib_server", "--of", "/adder", "/sequences", "/fib_server"];
    let mut graph = place.node("graph.py", &arguments);
    let nodes = ros::finish(&mut graph, PATIENCE);
    let listed = |name: &str| nodes["nodes"].as_array().unwrap().iter().any(|node| node == name);
    assert!(["/adder", "/actor_params", "/actor_managed"].into_iter().all(listed), "{nodes}");
    let said = ros::said(&graph);
    let of =
        |node: &str| said.iter().find(|line| line["node"] == node).unwrap_or_else(|| panic!("no {node}: {said:?}"));
    assert_eq!(of("/adder")["services"]["/actor_add"], json!(["example_interfaces/srv/AddTwoInts"]));
    assert_eq!(of("/sequences")["publishers"]["/seq_to_ros"], json!(["std_msgs/msg/String"]));
    assert_eq!(of("/sequences")["subscriptions"]["/seq_from_ros"], json!(["std_msgs/msg/String"]));
    assert_eq!(of("/fib_server")["action_servers"]["/actor_fib"], json!(["example_interfaces/action/Fibonacci"]));
}

#[test]
fn ros_sees_actors_and_their_services_come_and_go() {
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "hardship.yaml");
    let presence = place.node("presence.py", &["--of", "/guest", "--service", "/guest/get_parameters"]);
    let last = || ros::said(&presence).pop().unwrap_or_default();
    for _ in 0..3 {
        let guest = place.beside("guest.yaml");
        presence.wait_until(PATIENCE, "one actor and its service", || last() == json!({"nodes": 1, "services": 1}));
        let _ = guest.stop();
        presence.wait_until(PATIENCE, "both gone", || last() == json!({"nodes": 0, "services": 0}));
    }
    presence.signal("TERM");
    let report = place.run.stop();
    assert_eq!(report["bridge"]["restarts"], 0, "{report}");
}
