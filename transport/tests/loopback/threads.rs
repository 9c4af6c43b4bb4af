use std::sync::Arc;
use std::time::{Duration, Instant};

use rosactor_messages::example_interfaces::{AddTwoInts, AddTwoIntsRequest, AddTwoIntsResponse};
use rosactor_messages::std_msgs::String as Text;
use rosactor_transport::{Hub, Mode, OpenError, Profile, Qos, RequestMailbox, TopicPolicy, TransportConfig};

use super::support::*;

/// Runs a test as an actor's thread does: in a local set of a tokio runtime of one thread, where Zenoh panics if its
/// sessions are opened, closed or dropped.
fn on_an_arbiter(test: impl AsyncFnOnce() + Send + 'static) {
    watched(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        tokio::task::LocalSet::new().block_on(&runtime, test());
    });
}

#[test]
fn everything_works_on_a_thread_of_actors() {
    on_an_arbiter(async || {
        let (a, b) = pair();
        let received = mailbox::<Text>(TopicPolicy::KeepLast(10));
        let subscription = node(&b, "b").subscribe("chatter", Qos::latched(1), received.clone()).unwrap();
        let publisher = node(&a, "a").publisher::<Text>("chatter", Qos::latched(1)).unwrap();
        publisher.publish(Text { data: "hello".into(), ..Default::default() }).unwrap();
        assert_eq!(take(&received, 1)[0].data, "hello");

        let requests = Arc::new(RequestMailbox::<AddTwoInts>::new(no_wake()));
        let server = node(&a, "a").serve("add", Arc::clone(&requests)).unwrap();
        let client = node(&b, "b").client::<AddTwoInts>("add", PATIENCE).unwrap();
        client.wait_available().await;
        let call = client.call(AddTwoIntsRequest { a: 1, b: 2, ..Default::default() });
        until("the request came", || !requests.is_empty());
        requests.pop().unwrap().respond(AddTwoIntsResponse { sum: 3, ..Default::default() });
        assert_eq!(call.await.unwrap().sum, 3);

        b.close();
        b.close();
        drop((subscription, server, client, b));
        // The last clone goes here, before an endpoint that it served.
        drop(a);
        drop(publisher);
    });
}

#[test]
fn an_endpoint_may_outlive_its_hub() {
    on_an_arbiter(async || {
        let hub = alone();
        let participant = node(&hub, "n");
        let publisher = participant.publisher::<Text>("chatter", Qos::default()).unwrap();
        drop(hub);
        // The participant still holds the connection.
        assert!(participant.publisher::<Text>("more", Qos::default()).is_ok());
        drop(participant);
        assert!(publisher.publish(Text::default()).is_err());
    });
}

#[test]
fn closing_is_quick() {
    watched(|| {
        let (a, b) = pair();
        let publisher = node(&a, "a").publisher::<Text>("chatter", Qos::default()).unwrap();
        let _subscription =
            node(&b, "b").subscribe::<Text>("chatter", Qos::default(), mailbox(TopicPolicy::Latest)).unwrap();
        until("the subscriber is known", || publisher.has_subscribers());
        let begin = Instant::now();
        a.close();
        b.close();
        assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    });
}

#[test]
fn a_hub_that_cannot_open_says_why() {
    watched(|| {
        let taken = alone();
        let again = TransportConfig { listen: taken.locators(), ..TransportConfig::default() };
        let error = Hub::open(again).err().unwrap();
        assert!(error.to_string().contains(&taken.locators()[0]), "{error}");
        let nonsense = TransportConfig { listen: vec!["nonsense \"".into()], ..TransportConfig::default() };
        assert!(matches!(Hub::open(nonsense), Err(OpenError::Zenoh { .. })));
        let silent = TransportConfig { profiles: vec![], ..TransportConfig::default() };
        assert!(matches!(Hub::open(silent), Err(OpenError::NoProfile)));
        assert_eq!(TransportConfig::default().profiles, [Profile::Ros2dds]);
    });
}

#[test]
fn two_clients_meet_at_a_router() {
    watched(|| {
        let router = Hub::open(TransportConfig { mode: Mode::Router, ..TransportConfig::default() }).unwrap();
        let client = || {
            Hub::open(TransportConfig {
                mode: Mode::Client,
                listen: vec![],
                connect: router.locators(),
                ..TransportConfig::default()
            })
            .unwrap()
        };
        let (a, b) = (client(), client());
        let received = mailbox::<Text>(TopicPolicy::KeepLast(10));
        let _subscription = node(&b, "b").subscribe("chatter", Qos::default(), received.clone()).unwrap();
        let publisher = node(&a, "a").publisher::<Text>("chatter", Qos::default()).unwrap();
        until("the subscriber is known", || publisher.has_subscribers());
        publisher.publish(Text { data: "hello".into(), ..Default::default() }).unwrap();
        assert_eq!(take(&received, 1)[0].data, "hello");
    });
}
