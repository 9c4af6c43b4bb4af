//! Goals.

use rosactor_tests::run::Run;
use serde_json::{Value, json};

use crate::place::{PATIENCE, Place, dismiss, ready, succeed};

/// The cases that an actor has checked, all of which must be right.
pub(crate) fn check(run: &Run, actor: &str) {
    let checked = run.wait_told(PATIENCE, actor, "checked", |_| true);
    let checked: Value = serde_json::from_str(&checked).unwrap();
    assert_eq!(checked["failed"], json!([]), "{checked}");
    assert!(checked["cases"].as_u64() > Some(0), "{checked}");
}

pub(crate) fn to_actor(place: &Place) {
    // An actor takes every request to cancel; whether a goal stops is its own business.
    succeed(place.node("action_client.py", &[]));
}

pub(crate) fn to_ros(place: &Place) {
    let server = place.node("action_server.py", &[]);
    ready(&server);
    check(&place.run, "fib_client");
    assert_eq!(dismiss(server)["ended"], json!({"succeed": 4, "canceled": 1, "abort": 1}));
}

pub(crate) fn cyclone_to_actor(place: &Place) {
    succeed(place.cyclone("cyclone_action.py", &[]));
}

pub(crate) fn to_cyclone(place: &Place) {
    let server = place.cyclone("cyclone_action.py", &["--serve", "/cyclone_fib"]);
    ready(&server);
    check(&place.run, "cyclone_fib_client");
    // Three succeeded, one was canceled.
    assert_eq!(dismiss(server)["ended"], json!([4, 4, 4, 5]));
}
