//! What is carried across, from what is known of servers. Neither DDS nor Zenoh is needed for it.
#![allow(clippy::unwrap_used)]

use rosactor_transport::{
    Qos,
    bridge_config::{Allow, BridgeConfig},
    wire::{Ros2dds, WireProfile},
};

use super::{
    census::{Census, Kind, Route, Server},
    own_id,
};
use crate::domain::{Event, Guid, Side};

const OURS: Guid = [9; 16];
const TYPE: &str = "example_interfaces::srv::dds_::AddTwoInts";

/// The endpoint `number` of the participant `participant`.
fn guid(participant: u8, number: u8) -> Guid {
    let mut guid = [participant; 16];
    guid[15] = number;
    guid
}

fn endpoint(guid: Guid, side: Side, topic: &str, type_name: &str) -> Event {
    Event::Endpoint { guid, side, topic: topic.to_owned(), type_name: type_name.to_owned(), qos: Qos::default() }
}

/// Both halves of a service's server; its endpoints are `number` and `number + 1`.
fn server(participant: u8, number: u8, name: &str, type_name: &str) -> [Event; 2] {
    [
        endpoint(
            guid(participant, number),
            Side::Reader,
            &format!("rq{name}Request"),
            &format!("{type_name}_Request_"),
        ),
        endpoint(
            guid(participant, number + 1),
            Side::Writer,
            &format!("rr{name}Reply"),
            &format!("{type_name}_Response_"),
        ),
    ]
}

fn action(participant: u8, name: &str, parts: &[&str]) -> Vec<Event> {
    let part = |(number, part): (usize, &&str)| {
        let type_name = match *part {
            "send_goal" => "example_interfaces::action::dds_::Fibonacci_SendGoal",
            "get_result" => "example_interfaces::action::dds_::Fibonacci_GetResult",
            _ => "action_msgs::srv::dds_::CancelGoal",
        };
        server(participant, u8::try_from(2 * number).unwrap(), &format!("{name}/_action/{part}"), type_name)
    };
    parts.iter().enumerate().flat_map(part).collect()
}

struct World(Census);

impl World {
    fn new(config: &BridgeConfig) -> Self {
        Self(Census::new(config, OURS, &own_id(&OURS)))
    }

    fn dds(&mut self, events: impl IntoIterator<Item = Event>) -> &mut Self {
        events.into_iter().for_each(|event| _ = self.0.dds(&event));
        self
    }

    fn token(&mut self, token: &str, came: bool) -> &mut Self {
        let endpoint = Ros2dds.read_token(token).unwrap().unwrap();
        self.0.token(token, endpoint, came);
        self
    }

    fn routes(&self) -> Vec<Route> {
        self.0.routes().0.into_iter().collect()
    }

    fn names(&self) -> Vec<String> {
        self.routes().into_iter().map(|route| route.name).collect()
    }
}

fn world() -> World {
    World::new(&BridgeConfig::default())
}

fn add(server: Server) -> Route {
    let (name, type_name) = ("/add".to_owned(), "example_interfaces/srv/AddTwoInts".to_owned());
    Route { kind: Kind::Service, name, type_name, server }
}

const ADDER: &str = "@/a3f2/@ros2_lv/SS/add/example_interfaces§srv§AddTwoInts";

#[test]
fn a_server_of_a_ros_node_is_carried_once_both_its_halves_are_known_and_until_one_is_gone() {
    let mut world = world();
    let [requests, replies] = server(1, 0, "/add", TYPE);
    assert_eq!(world.dds([requests]).routes(), []);
    // Somebody else's answers do not make a server.
    let [_, others] = server(2, 0, "/add", TYPE);
    assert_eq!(world.dds([others]).routes(), []);
    assert_eq!(world.dds([replies]).routes(), [add(Server::Ros(guid(1, 0)))]);
    assert_eq!(world.dds([Event::EndpointLost(guid(1, 1))]).routes(), []);
}

#[test]
fn a_lost_participant_takes_its_servers_along() {
    let mut world = world();
    world.dds(server(1, 0, "/add", TYPE)).dds(server(2, 0, "/sub", TYPE));
    assert_eq!(world.dds([Event::ParticipantLost(guid(1, 0))]).names(), ["/sub"]);
}

#[test]
fn a_server_that_comes_back_is_another_one() {
    let mut world = world();
    world.dds(server(1, 0, "/add", TYPE)).dds([Event::ParticipantLost(guid(1, 0))]);
    assert_eq!(world.dds(server(3, 0, "/add", TYPE)).routes(), [add(Server::Ros(guid(3, 0)))]);
}

#[test]
fn a_server_of_an_actor_is_carried_as_long_as_its_token_lives() {
    let mut world = world();
    assert_eq!(world.token(ADDER, true).routes(), [add(Server::Actor)]);
    assert_eq!(world.token(ADDER, false).routes(), []);
}

#[test]
fn clients_and_topics_need_no_route() {
    let mut world = world();
    world.token("@/a3f2/@ros2_lv/SC/add/example_interfaces§srv§AddTwoInts", true);
    world.token("@/a3f2/@ros2_lv/MP/chatter/std_msgs§msg§String/:1:0:0,10", true);
    world.dds([
        endpoint(guid(1, 0), Side::Writer, "rq/addRequest", "x"),
        endpoint(guid(1, 1), Side::Reader, "rt/t", "x"),
    ]);
    assert_eq!(world.routes(), []);
}

#[test]
fn what_the_gateway_serves_itself_is_no_news() {
    let mut world = world();
    world.dds(server(OURS[0], 0, "/add", TYPE));
    world.token(&ADDER.replace("a3f2", &own_id(&OURS)), true);
    assert_eq!(world.routes(), []);
}

#[test]
fn of_what_both_sides_serve_the_server_of_ros_is_carried() {
    let mut world = world();
    world.token(ADDER, true);
    assert_eq!(world.routes(), [add(Server::Actor)]);
    world.dds(server(1, 0, "/add", TYPE));
    assert!(world.0.routes().1.contains("/add"));
    // Also while the other bridge's token is there: a route that came and went with it would never end to do so.
    for is_there in [true, false] {
        assert_eq!(world.token(ADDER, is_there).routes(), [add(Server::Ros(guid(1, 0)))]);
    }
}

#[test]
fn an_action_is_one_route_once_its_three_services_are_known() {
    let mut world = world();
    world.dds(action(1, "/fib", &["send_goal", "get_result"]));
    assert_eq!(world.routes(), []);
    let mut world = self::world();
    world.dds(action(1, "/fib", &["send_goal", "get_result", "cancel_goal"]));
    let (name, type_name) = ("/fib".to_owned(), "example_interfaces/action/Fibonacci".to_owned());
    let route = |server| Route { kind: Kind::Action, name: name.clone(), type_name: type_name.clone(), server };
    assert_eq!(world.routes(), [route(Server::Ros(guid(1, 0)))]);
    let mut world = self::world();
    world.token("@/a3f2/@ros2_lv/AS/fib/example_interfaces§action§Fibonacci", true);
    assert_eq!(world.routes(), [route(Server::Actor)]);
}

#[test]
fn names_are_cut_by_the_namespace() {
    let mut world = World::new(&BridgeConfig { namespace: "/bot1".to_owned(), ..BridgeConfig::default() });
    world.token(&ADDER.replace("SS/add", "SS/bot1§add"), true);
    assert_eq!(world.routes(), [add(Server::Actor)]);
}

#[test]
fn with_a_list_only_what_it_names_crosses() {
    let list = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect();
    let allow = |services: &[&str], actions: &[&str]| BridgeConfig {
        allow: Some(Allow { services: list(services), actions: list(actions), ..Allow::default() }),
        ..BridgeConfig::default()
    };
    let names = |config: BridgeConfig| {
        let mut world = World::new(&config);
        world.dds(server(1, 0, "/add", TYPE)).dds(server(2, 0, "/add_more", TYPE));
        world.dds(action(3, "/fib", &["send_goal", "get_result", "cancel_goal"]));
        world.names()
    };
    assert_eq!(names(allow(&[], &[])), [""; 0]);
    assert_eq!(names(allow(&["/add|/x"], &[])), ["/add"]);
    assert_eq!(names(allow(&["/.*"], &["/f.*"])), ["/add", "/add_more", "/fib"]);
}

#[test]
fn names_and_types_of_nobody_are_no_servers() {
    let mut world = world();
    for name in ["", "/", "/1a", "/a//b", "/a b", "/ä", "/~"] {
        world.dds(server(1, 0, name, TYPE));
    }
    world.dds(server(2, 0, "/add", "no type"));
    assert_eq!(world.routes(), []);
}
