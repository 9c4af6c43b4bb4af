use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rosactor_messages::example_interfaces::{AddTwoInts, Fibonacci};
use rosactor_messages::std_msgs::{Header, String as Text};
use rosactor_messages::{Message, Service};
use rosactor_transport::{
    Durability, EndpointKind, GoalMailbox, Graph, History, Liveliness, Name, NodeName, Qos, QosMismatch, Reliability,
    RequestMailbox, TopicEvent, TopicPolicy, TopicWatch,
};
use zenoh::Wait;

use super::support::*;

fn name(name: &str) -> Name {
    Name::new(name).unwrap()
}

/// All that a graph says, as text.
fn everything(graph: &Graph) -> String {
    let spaces = [graph.topic_names_and_types(), graph.service_names_and_types(), graph.action_names_and_types()];
    format!("{spaces:?}")
}

#[test]
fn what_one_process_declares_another_sees_with_type_hash_and_quality_and_sees_go() {
    watched(|| {
        let (a, b) = pair();
        let graphs = [a.graph(), b.graph()];
        let node_a = node(&a, "a");
        let qos = Qos { history: History::KeepAll(7), ..Qos::latched(1) };
        let publisher = node_a.publisher::<Text>("chatter", qos).unwrap();
        let subscriber = node_a.subscribe::<Text>("chatter", Qos::sensor_data(), mailbox(TopicPolicy::Latest)).unwrap();
        let server = node_a.serve::<AddTwoInts>("add", Arc::new(RequestMailbox::new(no_wake()))).unwrap();
        let client = node_a.client::<AddTwoInts>("add", Duration::from_secs(1)).unwrap();
        let actions = node_a.action_server::<Fibonacci>("fib", Arc::new(GoalMailbox::new(no_wake()))).unwrap();
        let sends = node_a.action_client::<Fibonacci>("fib").unwrap();
        for (graph, local) in graphs.iter().zip([true, false]) {
            until("everything is seen", || {
                graph.action_names_and_types().len() == 1
                    && graph.count_clients(&name("/add")) == 1
                    && graph.count_services(&name("/add")) == 1
                    && graph.count_publishers(&name("/chatter")) == 1
                    && graph.count_subscribers(&name("/chatter")) == 1
            });
            let seen = everything(graph);
            for part in [Text::TYPE_NAME, AddTwoInts::TYPE_NAME, "example_interfaces/action/Fibonacci"] {
                assert_eq!(seen.matches(part).count(), 1, "{part} in {seen}");
            }
            let publishers = graph.infos(EndpointKind::Publisher, &name("/chatter"));
            let info = &publishers[0];
            assert_eq!((info.type_name.as_str(), info.type_hash.as_str()), (Text::TYPE_NAME, Text::TYPE_HASH));
            assert_eq!((info.qos, info.is_local()), (Some(qos), local));
            until("the node is known by name", || {
                let infos = graph.infos(EndpointKind::Publisher, &name("/chatter"));
                infos.iter().all(|info| info.node.as_ref().is_some_and(|node| node.to_string() == "/a"))
            });
            let node = NodeName::new("/", "a").unwrap();
            for (kind, name) in [
                (EndpointKind::Publisher, "/chatter"),
                (EndpointKind::Subscriber, "/chatter"),
                (EndpointKind::ServiceServer, "/add"),
                (EndpointKind::ServiceClient, "/add"),
                (EndpointKind::ActionServer, "/fib"),
                (EndpointKind::ActionClient, "/fib"),
            ] {
                let only = [Name::new(name).unwrap()];
                until(&format!("{kind:?} {name} and nothing else is of its node"), || {
                    graph.names_and_types_by_node(kind, &node).into_keys().eq(only.iter().cloned())
                });
            }
            let subscribers = graph.infos(EndpointKind::Subscriber, &name("/chatter"));
            assert_eq!(subscribers[0].participant, info.participant, "both are one actor's");
            assert_eq!(subscribers[0].qos, Some(Qos::sensor_data()));
            assert_eq!(graph.local_node_names().len(), usize::from(local));
            assert_eq!(graph.unread(), 0);
        }
        drop((publisher, subscriber, server, client, actions, sends));
        for graph in &graphs {
            until("everything is gone", || everything(graph) == "[{}, {}, {}]");
            assert_eq!(graph.node_names().len(), 1, "a node without endpoints is a node");
        }
        drop(node_a);
        for graph in &graphs {
            until("the node is gone", || graph.node_names().is_empty());
        }
    });
}

#[test]
fn a_graph_that_is_opened_late_shows_what_was_there_before() {
    watched(|| {
        let (a, b) = pair();
        let _publisher = node(&a, "a").publisher::<Text>("chatter", Qos::default()).unwrap();
        let mailbox = mailbox(TopicPolicy::Latest);
        let _subscription = node(&b, "b").subscribe::<Text>("chatter", Qos::default(), mailbox).unwrap();
        block_on(b.graph().wait_for(EndpointKind::Publisher, &name("/chatter")));
        block_on(a.graph().wait_for(EndpointKind::Subscriber, &name("/chatter")));
    });
}

#[test]
fn a_wait_ends_when_the_thing_comes_and_when_the_hub_closes() {
    watched(|| {
        let (a, b) = pair();
        let graph = b.graph();
        let waiting = std::thread::spawn({
            let wait = graph.wait_for(EndpointKind::ServiceServer, &name("/add"));
            move || block_on(wait)
        });
        assert!(!waiting.is_finished());
        let server = node(&a, "a").serve::<AddTwoInts>("add", Arc::new(RequestMailbox::new(no_wake()))).unwrap();
        waiting.join().unwrap();
        let waiting = std::thread::spawn({
            let wait = graph.wait_for(EndpointKind::ServiceServer, &name("/other"));
            move || block_on(wait)
        });
        let mut changes = graph.changes();
        drop(server);
        block_on(changes.next());
        b.close();
        waiting.join().unwrap();
        a.close();
        assert!(a.graph().topic_names_and_types().is_empty());
    });
}

/// Looks until something happened.
#[track_caller]
fn next_events(watch: &TopicWatch) -> Vec<TopicEvent> {
    let mut events = Vec::new();
    until("something happens", || {
        events = watch.look(Instant::now()).0;
        !events.is_empty()
    });
    events
}

#[test]
fn ends_that_do_not_fit_are_told_to_both_by_the_names_of_both() {
    watched(|| {
        let (a, b) = pair();
        let (talker, listener) = (node(&a, "talker"), node(&b, "listener"));
        let weak = Qos { reliability: Reliability::BestEffort, ..Qos::default() };
        let strong = Qos { durability: Durability::TransientLocal, ..Qos::default() };
        let publisher = talker.publisher::<Text>("chatter", weak).unwrap();
        let box_of_listener = mailbox(TopicPolicy::Latest);
        let subscription = listener.subscribe::<Text>("chatter", strong, box_of_listener.clone()).unwrap();
        let of_publisher = talker.watch_publisher(&publisher).unwrap();
        let of_subscriber = listener.watch_subscription(&subscription).unwrap();
        let at_publisher = next_events(&of_publisher);
        let [TopicEvent::IncompatibleQos { local, remote, mismatch: QosMismatch::Reliability }] = &at_publisher[..]
        else {
            panic!("{at_publisher:?}")
        };
        let mut at_subscriber = next_events(&of_subscriber);
        at_subscriber.retain(|event| !matches!(event, TopicEvent::LivelinessGained { .. }));
        let [TopicEvent::IncompatibleQos { local: other_local, remote: other_remote, .. }] = &at_subscriber[..] else {
            panic!("{at_subscriber:?}")
        };
        // Each names the other: what is local here is remote there.
        assert_eq!((&local.participant, &remote.participant), (&other_remote.participant, &other_local.participant));
        assert_eq!(local.node.as_ref().unwrap().to_string(), "/talker");
        assert_eq!(other_local.node.as_ref().unwrap().to_string(), "/listener");
        assert_eq!(box_of_listener.counters().incompatible, 1);
        assert_eq!(of_publisher.look(Instant::now()).0, [], "once for each pair");

        let headers = talker.subscribe::<Header>("other", weak, mailbox(TopicPolicy::Latest)).unwrap();
        let of_headers = talker.watch_subscription(&headers).unwrap();
        let _texts = listener.publisher::<Text>("other", weak).unwrap();
        let events = next_events(&of_headers);
        assert!(
            matches!(&events[..], [TopicEvent::IncompatibleType { .. }, TopicEvent::LivelinessGained { .. }]),
            "{events:?}"
        );
    });
}

#[test]
fn the_end_of_a_process_is_the_end_of_its_publishers_liveliness() {
    watched(|| {
        let (a, b) = pair();
        let received = mailbox::<Text>(TopicPolicy::Latest);
        let listener = node(&a, "listener");
        let subscription = listener.subscribe("chatter", Qos::default(), received.clone()).unwrap();
        let watch = listener.watch_subscription(&subscription).unwrap();
        let publisher = node(&b, "talker").publisher::<Text>("chatter", Qos::default()).unwrap();
        let gained = next_events(&watch);
        assert!(matches!(&gained[..], [TopicEvent::LivelinessGained { alive: 1, .. }]), "{gained:?}");
        b.close();
        let lost = next_events(&watch);
        assert!(matches!(&lost[..], [TopicEvent::LivelinessLost { alive: 0, .. }]), "{lost:?}");
        assert_eq!(received.counters().liveliness_lost, 1);
        drop(publisher);
    });
}

#[test]
fn a_publisher_that_shows_its_life_by_publishing_is_told_apart_from_the_others() {
    watched(|| {
        let (a, b) = pair();
        let manual =
            Qos { liveliness: Liveliness::ManualByTopic, lease: Some(Duration::from_secs(3600)), ..Qos::default() };
        let received = mailbox::<Text>(TopicPolicy::KeepLast(10));
        let listener = node(&a, "listener");
        let subscription = listener.subscribe("chatter", manual, received.clone()).unwrap();
        let watch = listener.watch_subscription(&subscription).unwrap();
        let publishers = [&a, &b].map(|hub| node(hub, "talker").publisher::<Text>("chatter", manual).unwrap());
        until("both are heard", || {
            publishers.iter().for_each(|publisher| publisher.publish(Text::default()).unwrap());
            let mut ids: Vec<_> = std::iter::from_fn(|| received.pop()).map(|sample| sample.publisher()).collect();
            ids.dedup();
            ids.len() > 1
        });
        let now = Instant::now();
        let gained = watch.look(now).0;
        assert!(
            matches!(&gained[..], [TopicEvent::LivelinessGained { .. }, TopicEvent::LivelinessGained { alive: 2, .. }]),
            "{gained:?}"
        );
        assert!(watch.look(now).1.is_some_and(|due| due <= now + Duration::from_secs(3600)));
        let lost = watch.look(now + Duration::from_secs(3601)).0;
        assert!(
            matches!(&lost[..], [TopicEvent::LivelinessLost { .. }, TopicEvent::LivelinessLost { alive: 0, .. }]),
            "{lost:?}"
        );
        assert_eq!(received.counters().liveliness_lost, 2);
    });
}

/// Anybody may declare anything.
#[test]
fn broken_tokens_of_others_are_counted_and_do_no_harm() {
    watched(|| {
        let hub = alone();
        let graph = hub.graph();
        let raw = raw_session(&hub);
        let broken =
            ["@/a1/@ros2_lv/XX/chatter/a§msg§B/x", "@/a1/@ros2_lv/M", "@/zz/@ros2_lv/MP/chatter/a§msg§B/:1:0:0,1"];
        let broken_names = ["@rosactor/a1/node/1a", "@rosactor/a1/nonsense/a", "@rosactor/zz/node/a"];
        let broken: Vec<_> = broken.iter().chain(&broken_names).collect();
        let tokens: Vec<_> = broken.iter().map(|key| raw.liveliness().declare_token(**key).wait().unwrap()).collect();
        let good = "@/a1/@ros2_lv/MP/chatter/a§msg§B/:1::0,1";
        let good = [good, "@rosactor/a1/node/x"].map(|key| raw.liveliness().declare_token(key).wait().unwrap());
        until("the good one is seen", || graph.count_publishers(&name("/chatter")) == 1);
        until("and has its name", || graph.node_names() == BTreeSet::from([NodeName::new("/", "x").unwrap()]));
        until("the broken ones are counted", || graph.unread() == broken.len() as u64);
        drop(tokens);
        drop(good);
        until("the good one is gone", || graph.topic_names_and_types().is_empty() && graph.nodes().is_empty());
    });
}
