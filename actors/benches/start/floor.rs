//! What the same actors have on Zenoh, declared by hand: subscribers, the queryables of the parameter services, a publisher of
//! parameter events with its matching listener, and a liveliness token for each of them.

use rosactor::messages::Message;
use rosactor::messages::rcl_interfaces::ParameterEvent;
use rosactor::messages::std_msgs::Int64;
use zenoh::Wait;
use zenoh::sample::Locality;

use crate::{MAILBOXES, PARAMETER_SERVICES, measure};

pub(crate) fn start(count: usize) {
    let mut config = zenoh::Config::default();
    for (key, value) in [
        ("scouting/multicast/enabled", "false"),
        ("timestamping/enabled", "true"),
        ("transport/shared_memory/enabled", "false"),
    ] {
        config.insert_json5(key, value).expect("the configuration is right");
    }
    let made = measure(|| {
        let session = zenoh::open(config).wait().expect("the session opens");
        let mut made = Vec::new();
        for number in 0..count {
            // As the profile ros2dds writes them: the same length and the same number of parts.
            let token = |what: &str, key: &str, rest: &str| {
                let key = key.replace('/', "§");
                let key = format!("@/ffffffffffffffffffffffff{number:08x}/@ros2_lv/{what}/{key}/{rest}");
                session.liveliness().declare_token(key).wait().expect("a token")
            };
            let of_topic = |type_name: &str, hash: &str, depth: usize| {
                format!("{}/:1:0:0,{depth}:typehash={hash};", type_name.replace('/', "§"))
            };
            let mut tokens = Vec::new();
            let mut subscribers = Vec::new();
            for mailbox in 0..MAILBOXES {
                let key = format!("actor_{number}/topic_{mailbox}");
                tokens.push(token("MS", &key, &of_topic(Int64::TYPE_NAME, Int64::TYPE_HASH, 10)));
                let subscriber = session.declare_subscriber(key).callback(|_| {}).allowed_origin(Locality::Remote);
                subscribers.push(subscriber.wait().expect("a subscriber"));
            }
            let mut queryables = Vec::new();
            for service in PARAMETER_SERVICES {
                let key = format!("actor_{number}/{service}");
                tokens.push(token("SS", &key, &format!("rcl_interfaces§srv§{service}")));
                queryables.push(session.declare_queryable(key).callback(|_| {}).wait().expect("a queryable"));
            }
            let events = session.declare_publisher("parameter_events").allowed_destination(Locality::Remote);
            let events = events.wait().expect("a publisher");
            let of_events = of_topic(ParameterEvent::TYPE_NAME, ParameterEvent::TYPE_HASH, 1_000);
            tokens.push(token("MP", "parameter_events", &of_events));
            let listener = events.matching_listener().callback(|_| {}).wait().expect("a listener");
            made.push((listener, events, tokens, subscribers, queryables));
        }
        (made, session)
    });
    // Undeclaring them one by one is not what is measured, and takes long.
    std::mem::forget(made);
}
