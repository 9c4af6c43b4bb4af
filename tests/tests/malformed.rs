//! What other processes send is not always what it should be: it is counted or refused, and the actors never see it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use rosactor::deployment::Deployment;
use rosactor::launch::{self, ActorReport, Report, Running};
use rosactor::messages::lesson_interfaces::{ComputeStatistics, ComputeStatisticsRequest, ComputeStatisticsResponse};
use rosactor::messages::std_msgs::String as Text;
use rosactor::prelude::*;
use rosactor::{ActorState, Actors, MailboxKind};
use rosactor_tests::live::{actor, wait_until};

/// Sends a text where laser scans belong, and a list of numbers to the service that adds two.
struct Confused {
    scan: Publisher<Text>,
    adder: Client<ComputeStatistics>,
    outcome: Outcome,
}

impl Actor for Confused {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::ask);
        node.every(Duration::from_millis(20), Self::send);
        Ok(Self { scan: node.publisher("scan"), adder: node.client("add_two_ints"), outcome: node.outcome() })
    }
}

impl Confused {
    fn send(&mut self) {
        self.scan.publish(Text { data: "no scan".to_owned() });
    }

    fn ask(&mut self) -> Then<Self> {
        let adder = self.adder.clone();
        run(async move {
            adder.wait_available().await;
            adder.call(ComputeStatisticsRequest { data: Vec::new() }).await
        })
        .then(Self::on_answer)
    }

    fn on_answer(&mut self, answer: Result<ComputeStatisticsResponse, CallError>) {
        self.outcome.set("answer", answer.map_or_else(|error| error.to_string(), |_| "an answer".to_owned()));
    }
}

fn start(text: &str) -> Running {
    let mut actors = Actors::new();
    rosactor_lessons::register(&mut actors);
    actors.add::<Confused>("test/Confused");
    let deployment = Deployment::parse(Path::new("test.yaml"), text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    launch::start(deployment, actors).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn wrong_bytes_are_counted_or_refused() {
    let robot = start(
        "deployment: robot
actors:
  - {name: sensor_processing_node, type: lessons/SensorProcessing}
  - {name: math_service, type: lessons/MathService}
",
    );
    let other = start(&format!(
        "deployment: other
transport: {{connect: ['{}']}}
actors:
  - {{name: confused, type: test/Confused}}
",
        robot.locators().first().expect("a deployment can be reached")
    ));
    let scan = |report: &Report| {
        let mailboxes = &actor(report, "sensor_processing_node").mailboxes;
        mailboxes.iter().find(|mailbox| mailbox.kind == MailboxKind::Topic).unwrap().counters
    };
    let report = wait_until(&robot, "three wrong scans", |report| scan(report).malformed >= 3);
    assert_eq!((scan(&report).received, scan(&report).delivered), (0, 0), "the actor sees none of them");
    let told = wait_until(&other, "an answer", |report| actor(report, "confused").outcome.contains_key("answer"));
    let answer = actor(&told, "confused").outcome["answer"].as_str().unwrap().to_owned();
    assert!(answer.contains("add_two_ints could not be decoded"), "{answer}");
    for report in [robot.stop(), other.stop()] {
        let well = |actor: &ActorReport| actor.state == ActorState::Running && actor.restarts == 0;
        assert!(report.actors.iter().all(well), "{report:#?}");
    }
}
