//! A router that we did not write between two hosts.

use std::fs;

use rosactor_tests::command::repository;
use rosactor_tests::netns::{MIDDLE, Namespace};
use rosactor_tests::process::binary;
use rosactor_tests::ros::{self, Range, Stack};
use rosactor_tests::run::Run;
use serde_json::Value;

use crate::PATIENCE;

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
actors:
  - {{name: adder, type: tests/Adder, host: base, remap: {{/actor_add: /ros_add}}}}
  - {{name: server, type: tests/FibonacciServer, host: base, remap: {{/actor_fib: /ros_fib}}}}
  - {{name: commander, type: tests/Sequences, host: base, remap: {{seq_to_ros: commands, seq_from_ros: nothing}}}}
  - {{name: caller, type: tests/SteadyCaller, host: robot}}
  - {{name: sender, type: tests/SteadySender, host: robot}}
  - {{name: driver, type: tests/Sequences, host: robot, remap: {{seq_from_ros: commands, seq_to_ros: nothing}}}}
"
    );
    fs::write(file.path(), content).unwrap();
    let path = file.path().to_str().unwrap();
    let host = |on: &Namespace, name| Run::start_with(on, &binary("examples/citizen"), path, &["--host", name]);
    let (base, robot) = (host(&ends[0], "base"), host(&ends[1], "robot"));
    let right = |actor: &str| {
        let ends = robot.told(actor, "asked");
        ends.iter().filter(|end| serde_json::from_str::<Value>(end).is_ok_and(|end| end["ok"] == true)).count()
    };
    let heard = || robot.told("driver", "heard").len();
    robot.process().wait_until(PATIENCE, "heard and asked its base", || {
        heard() > 20 && right("caller") > 20 && right("sender") > 2
    });
    let _ = robot.stop();
    let _ = base.stop();
}
