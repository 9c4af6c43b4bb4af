use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rosactor_messages::Message;
use rosactor_messages::example_interfaces::{AddTwoInts, Fibonacci};
use rosactor_messages::std_msgs::String as Text;
use rosactor_transport::{GoalMailbox, Qos, RequestMailbox, TopicPolicy};
use zenoh::Wait;

use super::support::*;

/// The tokens that anybody sees, with ids replaced by numbers in the order of their first use.
fn tokens(session: &zenoh::Session) -> BTreeSet<String> {
    let replies = session.liveliness().get("@/*/@ros2_lv/**").timeout(PATIENCE).wait().unwrap();
    replies.into_iter().map(|reply| reply.into_result().unwrap().key_expr().to_string()).collect()
}

fn ids(tokens: &BTreeSet<String>) -> BTreeSet<String> {
    tokens.iter().map(|token| token.split('/').nth(1).unwrap().to_owned()).collect()
}

fn without_ids(tokens: &BTreeSet<String>) -> Vec<String> {
    tokens
        .iter()
        .map(|token| token.splitn(4, '/').nth(3).unwrap().to_owned())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

#[test]
fn every_endpoint_is_announced_once_for_its_actor_as_long_as_it_lives() {
    watched(|| {
        let hub = alone();
        let raw = raw_session(&hub);
        let node_a = node(&hub, "a");
        let publishers = [(); 2].map(|()| node_a.publisher::<Text>("chatter", Qos::default()).unwrap());
        let listener = node_a.subscribe::<Text>("chatter", Qos::sensor_data(), mailbox(TopicPolicy::Latest)).unwrap();
        let server = node_a.serve::<AddTwoInts>("add", Arc::new(RequestMailbox::new(no_wake()))).unwrap();
        let client = node_a.client::<AddTwoInts>("add", Duration::from_secs(1)).unwrap();
        let actions = node_a.action_server::<Fibonacci>("fib", Arc::new(GoalMailbox::new(no_wake()))).unwrap();
        let sends = node_a.action_client::<Fibonacci>("fib").unwrap();
        until("all tokens are there", || tokens(&raw).len() == 6);
        let hash = match Text::TYPE_HASH {
            "" => String::new(),
            hash => format!(":typehash={hash};"),
        };
        let expected = [
            "AC/fib/example_interfaces§action§Fibonacci".to_owned(),
            "AS/fib/example_interfaces§action§Fibonacci".to_owned(),
            format!("MP/chatter/std_msgs§msg§String/:1:0:0,10{hash}"),
            format!("MS/chatter/std_msgs§msg§String/:0:0:0,5{hash}"),
            "SC/add/example_interfaces§srv§AddTwoInts".to_owned(),
            "SS/add/example_interfaces§srv§AddTwoInts".to_owned(),
        ];
        let seen = tokens(&raw);
        assert_eq!(without_ids(&seen), expected);
        assert_eq!(ids(&seen).len(), 1);

        let node_b = node(&hub, "b");
        let other = node_b.publisher::<Text>("chatter", Qos::default()).unwrap();
        until("the other actor's token is there", || tokens(&raw).len() == 7);
        let seen = tokens(&raw);
        assert_eq!(without_ids(&seen), expected);
        assert_eq!(ids(&seen).len(), 2);

        drop((other, listener, server, client, actions, sends));
        let [first, second] = publishers;
        drop(first);
        until("only the publisher's token is left", || tokens(&raw).len() == 1);
        drop(second);
        until("no token is left", || tokens(&raw).is_empty());
    });
}

/// Rules and patterns that are for nodes must not be for hosts, by the rules that Zenoh itself has for keys.
#[test]
fn keys_of_hosts_are_met_by_patterns_for_hosts_only() {
    use rosactor_transport::wire::{HeardHost, HostKeyKind, NODE_TOKENS, host_key, host_keys_of};
    use zenoh::key_expr::KeyExpr;
    let [deployment, host, session] = ["d", "robot", "a1"].map(str::to_owned);
    let robot = HeardHost { deployment, host, session };
    let key = KeyExpr::try_from(host_key(HostKeyKind::Presence, &robot).unwrap()).unwrap();
    let of = |deployment, host| host_keys_of(HostKeyKind::Presence, deployment, host);
    for (pattern, expected) in [
        (of("d", Some("robot")), true),
        (of("d", None), true),
        ("@rosactor/@host/**".to_owned(), true),
        (of("d", Some("base")), false),
        (of("other", None), false),
        (host_keys_of(HostKeyKind::Card, "d", None), false),
        (NODE_TOKENS.to_owned(), false),
        ("@rosactor/**".to_owned(), false),
        ("**".to_owned(), false),
    ] {
        assert_eq!(KeyExpr::try_from(pattern.clone()).unwrap().intersects(&key), expected, "{pattern}");
    }
}
