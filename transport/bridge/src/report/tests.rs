//! What is told of ends on both sides. Neither DDS nor Zenoh is needed for it.
#![allow(clippy::unwrap_used)]

use std::{fs, path::Path};

use rosactor_transport::{
    Durability, Name, NodeName, Qos, Reliability,
    bridge_config::{Allow, BridgeConfig},
    wire::{EndpointKind, HeardEndpoint, HeardNode, NodeKind},
};

use super::{
    VERSIONS,
    document::{Direction, Kind, Link, Reason},
    ends::Ends,
};
use crate::{
    domain::{Event, Guid, Side},
    nodes::{Heard, Info, Node},
};

const ROS: Guid = [1; 16];
const OURS: Guid = [9; 16];
const TYPE: &str = "std_msgs::msg::dds_::String_";
const BEST_EFFORT: fn() -> Qos = || Qos { reliability: Reliability::BestEffort, ..Qos::default() };

fn guid(number: u8) -> Guid {
    let mut guid = ROS;
    guid[15] = number;
    guid
}

fn ros(number: u8, side: Side, topic: &str, type_name: &str, qos: Qos) -> Event {
    Event::Endpoint { guid: guid(number), side, topic: topic.to_owned(), type_name: type_name.to_owned(), qos }
}

/// The endpoint of the actor `a1`.
fn actor(kind: EndpointKind, name: &str, type_name: &str, qos: Option<Qos>) -> Heard {
    let endpoint = HeardEndpoint {
        participant: "a1".to_owned(),
        kind,
        name: Name::new(name).unwrap(),
        type_name: type_name.to_owned(),
        type_hash: String::new(),
        qos,
    };
    Heard::Endpoint(format!("{kind:?}{name}"), endpoint, true)
}

fn subscriber(name: &str, qos: Qos) -> Heard {
    actor(EndpointKind::Subscriber, name, "std_msgs/msg/String", Some(qos))
}

fn ends(config: &BridgeConfig) -> Ends {
    let mut ends = Ends::new(config, vec![OURS], vec!["own".to_owned()]);
    let name = NodeName::new("/", "hearer").unwrap();
    ends.hear(Heard::Node(HeardNode { participant: "a1".to_owned(), kind: NodeKind::Actor, name }, true));
    let (namespace, name) = ("/lab".to_owned(), "talker".to_owned());
    let node = Node { namespace, name, readers: vec![], writers: vec![guid(1), guid(2)] };
    ends.hear(Heard::Ros(Info { participant: ROS, nodes: vec![node] }));
    ends
}

fn link(ends: &Ends, name: &str) -> Link {
    ends.links(|_, _| true).into_iter().find(|link| link.name == name).unwrap()
}

fn reasons(link: &Link) -> Vec<Reason> {
    link.problems.iter().map(|problem| problem.reason).collect()
}

#[test]
fn ends_that_fit_are_a_link_with_a_direction() {
    let mut ends = ends(&BridgeConfig::default());
    ends.event(ros(1, Side::Writer, "rt/scan", TYPE, Qos::default()));
    ends.hear(subscriber("/scan", Qos::default()));
    let link = link(&ends, "/scan");
    assert_eq!((link.kind, link.directions.as_slice()), (Kind::Topic, &[Direction::RosToActors][..]));
    assert_eq!((link.ros[0].node.as_str(), link.actors[0].node.as_str()), ("/lab/talker", "/hearer"));
    assert!(link.active && link.problems.is_empty());
    assert!(!ends.links(|_, _| false)[0].active);
    assert!(ends.apart().is_empty());
    assert_eq!(ends.participants(), 1);
    ends.event(Event::ParticipantLost(ROS));
    assert_eq!((reasons(&ends.links(|_, _| true)[0]), ends.participants()), (vec![Reason::Lonely], 0));
}

#[test]
fn a_pair_apart_is_told_with_both_ends_and_values() {
    let mut ends = ends(&BridgeConfig::default());
    ends.event(ros(1, Side::Writer, "rt/scan", TYPE, BEST_EFFORT()));
    ends.hear(subscriber("/scan", Qos::default()));
    ends.event(ros(2, Side::Writer, "rt/odd", "std_msgs::msg::dds_::Int64_", Qos::default()));
    ends.hear(subscriber("/odd", Qos::default()));
    let apart: Vec<_> = ends.apart().into_values().collect();
    assert!(apart.iter().all(|(_, named)| *named));
    let apart: Vec<_> = apart.into_iter().map(|(problem, _)| problem).collect();
    let begin = "/scan: the publisher in the ROS node /lab/talker and the subscriber in the actor /hearer do not fit in reliability: \
                 offered BEST_EFFORT, requested RELIABLE.";
    assert!(apart[0].text.starts_with(begin), "{}", apart[0].text);
    assert_eq!(
        apart[1].text,
        "/odd: the publisher in the ROS node /lab/talker has the type std_msgs/msg/Int64, but the subscriber in the actor /hearer has \
         std_msgs/msg/String; give both the same type"
    );
    assert_eq!(reasons(&link(&ends, "/scan")), [Reason::Qos]);
    assert_eq!(reasons(&link(&ends, "/odd")), [Reason::Type]);
    ends.event(Event::EndpointLost(guid(1)));
    assert_eq!(ends.apart().len(), 1);
}

#[test]
fn what_an_actor_offers_is_compared_too() {
    let mut ends = ends(&BridgeConfig::default());
    let qos = Qos { durability: Durability::TransientLocal, ..Qos::default() };
    ends.event(ros(3, Side::Reader, "rt/map", TYPE, qos));
    ends.hear(actor(EndpointKind::Publisher, "/map", "std_msgs/msg/String", Some(Qos::default())));
    assert!(ends.apart().values().all(|(_, named)| !named));
    let text = link(&ends, "/map").problems.remove(0).text;
    assert!(
        text.contains("offered VOLATILE, requested TRANSIENT_LOCAL") && text.contains("has not told its name"),
        "{text}"
    );
}

#[test]
fn services_and_actions_are_told_by_their_requests() {
    let mut ends = ends(&BridgeConfig::default());
    ends.event(ros(1, Side::Writer, "rq/addRequest", "x::srv::dds_::Add_Request_", Qos::default()));
    ends.event(ros(3, Side::Reader, "rr/addReply", "x::srv::dds_::Add_Response_", Qos::default()));
    ends.hear(actor(EndpointKind::ServiceServer, "/add", "x/srv/Add", None));
    let goal = "x::action::dds_::Fib_SendGoal_Request_";
    ends.event(ros(4, Side::Reader, "rq/fib/_action/send_goalRequest", goal, Qos::default()));
    ends.event(ros(5, Side::Writer, "rt/fib/_action/status", TYPE, Qos::default()));
    ends.hear(actor(EndpointKind::ActionClient, "/fib", "x/action/Fib", None));
    let links = ends.links(|_, _| true);
    assert_eq!(links.len(), 2, "{links:?}");
    assert_eq!(link(&ends, "/add").directions, [Direction::RosToActors]);
    assert_eq!(link(&ends, "/fib").directions, [Direction::ActorsToRos]);
    ends.hear(actor(EndpointKind::ActionServer, "/fib", "x/action/Fib", None));
    assert_eq!(reasons(&link(&ends, "/fib")), [Reason::BothServe]);
}

#[test]
fn what_is_not_allowed_is_said_and_is_no_pair_apart() {
    let allow = Some(Allow { topics: vec!["/scan".to_owned()], ..Allow::default() });
    let mut ends = ends(&BridgeConfig { allow, ..BridgeConfig::default() });
    ends.event(ros(1, Side::Writer, "rt/scan2", TYPE, BEST_EFFORT()));
    ends.hear(subscriber("/scan2", Qos::default()));
    let link = link(&ends, "/scan2");
    assert_eq!((reasons(&link), link.active), (vec![Reason::NotAllowed], false));
    assert!(link.problems[0].text.contains("allow.topics") && ends.apart().is_empty());
}

#[test]
fn a_name_outside_of_the_namespace_is_another_one() {
    let mut ends = ends(&BridgeConfig { namespace: "/bot".to_owned(), ..BridgeConfig::default() });
    ends.event(ros(1, Side::Writer, "rt/scan", TYPE, Qos::default()));
    ends.hear(subscriber("/scan", Qos::default()));
    let outside = link(&ends, "/scan");
    assert_eq!((reasons(&outside), outside.active), (vec![Reason::Namespace], false));
    assert!(outside.problems[0].text.contains("/bot/scan"), "{outside:?}");
    let mut inside = self::ends(&BridgeConfig { namespace: "/bot".to_owned(), ..BridgeConfig::default() });
    inside.event(ros(1, Side::Writer, "rt/scan", TYPE, Qos::default()));
    inside.hear(subscriber("/bot/scan", Qos::default()));
    assert!(link(&inside, "/scan").problems.is_empty());
}

#[test]
fn the_bridges_own_ends_and_what_every_node_has_are_not_told() {
    let mut ends = ends(&BridgeConfig::default());
    let own = Event::Endpoint {
        guid: OURS,
        side: Side::Reader,
        topic: "rt/scan".to_owned(),
        type_name: TYPE.to_owned(),
        qos: Qos::default(),
    };
    ends.event(own);
    ends.event(ros(1, Side::Reader, "rq/n/get_parametersRequest", "r::srv::dds_::Get_Request_", Qos::default()));
    ends.event(ros(2, Side::Writer, "rt/rosout", TYPE, Qos::default()));
    if let Heard::Endpoint(token, mut endpoint, came) = subscriber("/scan", Qos::default()) {
        endpoint.participant = "own".to_owned();
        ends.hear(Heard::Endpoint(token, endpoint, came));
    }
    assert_eq!(ends.links(|_, _| true), []);
}

#[test]
fn the_versions_are_those_that_are_built() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    let text = fs::read_to_string(workspace).unwrap();
    for (name, version) in VERSIONS {
        let line = text.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap();
        assert!(line.contains(&format!("\"={version}\"")), "{name} is not {version}: {line}");
    }
}
