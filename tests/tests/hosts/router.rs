//! A router that we did not write between two hosts.

use std::fs;

use rosactor_tests::command::repository;
use rosactor_tests::netns::{MIDDLE, Namespace};
use rosactor_tests::process::binary;
use rosactor_tests::ros::{self, Range, Stack};
use rosactor_tests::run::Run;

use crate::presence::check_clock;
use crate::{BASE_AND_ROBOT, PATIENCE, answered};

#[test]
fn clients_of_a_zenoh_router_have_topics_services_and_actions_of_each_other() {
    let (middle, ends) = Namespace::star(2);
    let config = repository().join("configs/zenohd.json5");
    let arguments = [config.to_str().unwrap()];
    let router = ros::peer_on(Stack::Cyclone, &middle, Range::Localhost, "zenoh_router.py", &arguments);
    router.wait_for_output(PATIENCE, |line| line.contains("ready"));
    let file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
    let content = format!(
        "deployment: clients
transport: {{mode: client, connect: [tcp/{MIDDLE}:7447]}}
hosts:
  base: {{}}
  robot: {{}}
{BASE_AND_ROBOT}"
    );
    fs::write(file.path(), content).unwrap();
    let path = file.path().to_str().unwrap();
    let host = |on: &Namespace, name| Run::start_with(on, &binary("examples/citizen"), path, &["--host", name]);
    let (base, robot) = (host(&ends[0], "base"), host(&ends[1], "robot"));
    let heard = || robot.told("driver", "heard").len();
    robot.process().wait_until(PATIENCE, "heard and asked its base", || {
        heard() > 20 && answered(&robot, "caller") > 20 && answered(&robot, "sender") > 2
    });
    base.process().wait_for_log(PATIENCE, |line| line.contains("the host robot is here"));
    let report = robot.stop();
    assert_eq!(report["hosts"][0]["name"], "base");
    check_clock(&report["hosts"][0]);
    let _ = base.stop();
}
