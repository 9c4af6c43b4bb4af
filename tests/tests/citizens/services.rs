//! Requests.

use rosactor_tests::run::Run;
use serde_json::{Value, json};

use crate::place::{PATIENCE, Place, dismiss, ready, succeed};

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

pub(crate) fn cyclone_to_actor(place: &Place) {
    succeed(place.cyclone("cyclone_service.py", &["--sequential", "20", "--concurrent", "160"]));
}

pub(crate) fn to_cyclone(place: &Place) {
    let server = place.cyclone("cyclone_service.py", &["--serve", "/cyclone_add"]);
    ready(&server);
    assert_eq!(called(&place.run, "cyclone_caller"), json!({"right": 160, "wrong": 0, "failed": []}));
    assert_eq!(dismiss(server)["served"], 160);
}
