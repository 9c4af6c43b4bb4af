//! Requests.

use rosactor_tests::ros::{self, Range, Stack};
use rosactor_tests::run::Run;
use serde_json::{Value, json};

use crate::actions::check;
use crate::place::{PATIENCE, Place, dismiss, ready, succeed, turn};

/// What a caller tells at the end of its calls.
pub(crate) fn called(run: &Run, actor: &str) -> Value {
    serde_json::from_str(&run.wait_told(PATIENCE, actor, "called", |_| true)).unwrap()
}

pub(crate) fn to_actor(place: &Place) {
    succeed(place.node("service_client.py", &["--sequential", "20", "--concurrent", "160"]));
}

pub(crate) fn to_ros(place: &Place) {
    let server = place.node("service_server.py", &[]);
    ready(&server);
    for (actor, right) in [("caller", 20), ("busy_caller", 160)] {
        assert_eq!(called(&place.run, actor), json!({"right": right, "wrong": 0, "failed": []}));
    }
    assert_eq!(dismiss(server), json!({"served": 180, "repeated": 0}));
}

/// Longer than a frame of the network, and than a datagram.
pub(crate) fn long_to_actor(place: &Place) {
    succeed(place.node("echo.py", &["--lengths", "2000", "20000", "100000", "1000000"]));
}

pub(crate) fn long_to_ros(place: &Place) {
    let server = place.node("echo.py", &["--serve", "--service", "/ros_echo"]);
    ready(&server);
    check(&place.run, "echo_caller");
    assert_eq!(dismiss(server), json!({"served": 4}));
}

/// There a frame is as long as a datagram.
#[test]
fn long_requests_and_responses_pass_on_one_host_too() {
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "alone.yaml");
    let node = |arguments: &[&str]| ros::peer_on(place.stack, &place.actors, Range::Localhost, "echo.py", arguments);
    succeed(node(&["--lengths", "2000", "300000"]));
    let server = node(&["--serve", "--service", "/ros_echo"]);
    ready(&server);
    check(&place.run, "echo_caller");
    assert_eq!(dismiss(server), json!({"served": 2}));
    let report = place.run.stop();
    assert_eq!(report["bridge"]["restarts"], 0, "{report}");
}

/// Without a word of the file it would be ten seconds.
#[test]
fn the_file_says_how_long_a_response_may_take() {
    let _turn = turn();
    let place = Place::start(Stack::Jazzy, "patience.yaml");
    let server = |name: &str, delay: &str| {
        let arguments = ["--service", name, "--delay", delay];
        ros::peer_on(place.stack, &place.actors, Range::Localhost, "service_server.py", &arguments)
    };
    let (_slow, _other) = (server("/patient", "12"), server("/impatient", "2"));
    let impatient = called(&place.run, "impatient");
    assert_eq!((&impatient["right"], &impatient["wrong"]), (&json!(0), &json!(0)), "{impatient}");
    let error = impatient["failed"][0].as_str().unwrap();
    assert!(error.contains("did not answer within 200ms"), "{error}");
    assert_eq!(called(&place.run, "patient"), json!({"right": 1, "wrong": 0, "failed": []}));
}

pub(crate) fn cyclone_to_actor(place: &Place) {
    succeed(place.cyclone("cyclone_service.py", &["--sequential", "20", "--concurrent", "160"]));
}

pub(crate) fn to_cyclone(place: &Place) {
    let server = place.cyclone("cyclone_service.py", &["--serve", "/cyclone_add"]);
    ready(&server);
    assert_eq!(called(&place.run, "cyclone_caller"), json!({"right": 160, "wrong": 0, "failed": []}));
    assert_eq!(dismiss(server)["served"], 160);
}
