//! The matrix: everything that a node can do, in both directions, with every release of ROS and with Cyclone DDS.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use rosactor_tests::ros::Stack;

use crate::place::{Place, turn};
use crate::{actions, nodes, services, topics};

type Cell = (&'static str, &'static str, fn(&Place));

const TO_ACTOR: &str = "ROS -> actor";
const TO_ROS: &str = "actor -> ROS";

/// Who comes late to `/tf_static` must still get it from those who came early, so the order counts.
const CELLS: [Cell; 19] = [
    ("topic", TO_ACTOR, topics::to_actor),
    ("topic", TO_ROS, topics::to_ros),
    ("clock", TO_ACTOR, topics::clock_to_actor),
    ("tf_static", TO_ROS, topics::transforms_to_ros),
    ("tf_static", TO_ACTOR, topics::transforms_to_actor),
    ("clock", TO_ROS, topics::clock_to_ros),
    ("rosout", TO_ACTOR, topics::logs_to_actor),
    ("rosout", TO_ROS, topics::logs_to_ros),
    ("graph", TO_ROS, nodes::graph_to_ros),
    ("service", TO_ACTOR, services::to_actor),
    ("service", TO_ROS, services::to_ros),
    ("long", TO_ACTOR, services::long_to_actor),
    ("long", TO_ROS, services::long_to_ros),
    ("action", TO_ACTOR, actions::to_actor),
    ("action", TO_ROS, actions::to_ros),
    ("parameter", TO_ACTOR, nodes::params_to_actor),
    ("parameter", TO_ROS, nodes::params_to_ros),
    ("lifecycle", TO_ACTOR, nodes::lifecycle_to_actor),
    ("lifecycle", TO_ROS, nodes::lifecycle_to_ros),
];

/// With the convention of Cyclone DDS, which differs for what has requests.
const CYCLONE: [Cell; 4] = [
    ("service", "Cyclone -> actor", services::cyclone_to_actor),
    ("service", "actor -> Cyclone", services::to_cyclone),
    ("action", "Cyclone -> actor", actions::cyclone_to_actor),
    ("action", "actor -> Cyclone", actions::to_cyclone),
];

/// Tries every cell, also after one that failed, and shows them all.
fn matrix(stack: Stack, cells: &[Cell]) {
    let _turn = turn();
    try_all(Place::start(stack, "citizens.yaml"), cells);
}

fn try_all(place: Place, cells: &[Cell]) {
    // For a look at some rows alone, such as `ROSACTOR_MATRIX=service,action`.
    let only = std::env::var("ROSACTOR_MATRIX").unwrap_or_default();
    let wanted = |what: &str| only.is_empty() || only.split(',').any(|only| only == what);
    let mut rows = Vec::new();
    for (what, way, cell) in cells.iter().filter(|(what, ..)| wanted(what)) {
        let begin = Instant::now();
        let ok = catch_unwind(AssertUnwindSafe(|| cell(&place))).is_ok();
        let row = format!(
            "{:8} {what:10} {way:17} {} {:5.1} s",
            place.stack.name(),
            if ok { "ok" } else { "FAILED" },
            begin.elapsed().as_secs_f64()
        );
        eprintln!("{row}");
        rows.push((ok, row));
    }
    let reports = place.stop();
    eprintln!("\n{}", rows.iter().map(|(_, row)| row.as_str()).collect::<Vec<_>>().join("\n"));
    assert!(rows.iter().all(|(ok, _)| *ok), "not every cell of the matrix is green");
    let bridges: Vec<_> = reports.iter().map(|report| &report["bridge"]).filter(|bridge| !bridge.is_null()).collect();
    assert!(matches!(bridges.as_slice(), [bridge] if bridge["restarts"] == 0), "{reports:#?}");
    for actor in reports.iter().flat_map(|report| report["actors"].as_array().unwrap()) {
        assert_eq!(actor["restarts"], 0, "{actor}");
    }
}

#[test]
fn all_that_nodes_do_with_each_other_jazzy_does_with_actors() {
    matrix(Stack::Jazzy, &CELLS);
}

#[test]
fn all_that_nodes_do_with_each_other_kilted_does_with_actors() {
    matrix(Stack::Kilted, &CELLS);
}

#[test]
fn services_and_actions_work_with_the_convention_of_cyclone_dds() {
    matrix(Stack::Jazzy, &CYCLONE);
}

#[test]
fn hosts_that_are_named_need_no_multicast() {
    let _turn = turn();
    let wanted = |cell: &&Cell| ["topic", "service", "action"].contains(&cell.0);
    let cells: Vec<Cell> = CELLS.iter().filter(wanted).copied().collect();
    try_all(Place::without_multicast(Stack::Jazzy, "citizens.yaml"), &cells);
}

/// All but what needs a further program beside the actors, which is no host of the file.
#[test]
fn all_of_it_works_from_host_to_host_over_a_router_with_certificates_and_access_control() {
    let _turn = turn();
    let wanted = |(what, way, _): &&Cell| !matches!((*what, *way), ("clock", TO_ROS) | ("tf_static", TO_ACTOR));
    let cells: Vec<Cell> = CELLS.iter().filter(wanted).copied().collect();
    try_all(Place::across_hosts(Stack::Jazzy), &cells);
}
