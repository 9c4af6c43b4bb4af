//! What the same actors have on Zenoh, declared by hand: subscribers, the queryables of the parameter services, a publisher of
//! parameter events with its matching listener, and a liveliness token for each of them.

use zenoh::Wait;
use zenoh::sample::Locality;

use crate::{MAILBOXES, PARAMETER_SERVICES, measure};

pub(crate) fn start(count: usize) {
    let mut config = zenoh::Config::default();
    for (key, value) in [("scouting/multicast/enabled", "false"), ("timestamping/enabled", "true")] {
        config.insert_json5(key, value).expect("the configuration is right");
    }
    let made = measure(|| {
        let session = zenoh::open(config).wait().expect("the session opens");
        let mut made = Vec::new();
        for number in 0..count {
            let token = |what: &str, key: &str| {
                let key = format!("@/ffffffffffffffffffffffff{number:08x}/@ros2_lv/{what}/{}/t", key.replace('/', "§"));
                session.liveliness().declare_token(key).wait().expect("a token")
            };
            let mut tokens = Vec::new();
            let mut subscribers = Vec::new();
            for mailbox in 0..MAILBOXES {
                let key = format!("actor_{number}/topic_{mailbox}");
                tokens.push(token("MS", &key));
                let subscriber = session.declare_subscriber(key).callback(|_| {}).allowed_origin(Locality::Remote);
                subscribers.push(subscriber.wait().expect("a subscriber"));
            }
            let mut queryables = Vec::new();
            for service in PARAMETER_SERVICES {
                let key = format!("actor_{number}/{service}");
                tokens.push(token("SS", &key));
                queryables.push(session.declare_queryable(key).callback(|_| {}).wait().expect("a queryable"));
            }
            let events = session.declare_publisher("parameter_events").allowed_destination(Locality::Remote);
            let events = events.wait().expect("a publisher");
            tokens.push(token("MP", "parameter_events"));
            let listener = events.matching_listener().callback(|_| {}).wait().expect("a listener");
            made.push((listener, events, tokens, subscribers, queryables));
        }
        (made, session)
    });
    // Undeclaring them one by one is not what is measured, and takes long.
    std::mem::forget(made);
}
