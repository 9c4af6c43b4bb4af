//! What guests may do, as Zenoh's access control has it: which messages on which keys.
//!
//! A rule must include the whole key of a message, so a subscription to `**` is allowed only by `**`; and `*` and `**` match no part of
//! a key that begins with `@`, so each such part stands in the rules as it is.

use std::collections::BTreeSet;

use super::Right;
use crate::name::{Name, NodeName};
use crate::wire::{EndpointKind, HostKeyKind, NODE_TOKENS, Ros2dds, WireProfile, host_keys_of, tokens_of_actor};

/// Every kind of message that Zenoh's access control knows.
pub(super) const MESSAGES: [&str; 9] = [
    "put",
    "delete",
    "declare_subscriber",
    "query",
    "reply",
    "declare_queryable",
    "liveliness_token",
    "liveliness_query",
    "declare_liveliness_subscriber",
];

/// Every key that actors, bridges and hosts use.
pub(super) const ALL_KEYS: [&str; 7] =
    ["**", "**/@adv/**", "@/*/@ros2_lv/**", "@/*/ros2/**", "@rosactor/**", "@rosactor/@host/**", "@rosactor/@card/**"];

/// Where bridges tell what they carry.
const BRIDGE_REPORTS: &str = "@rosactor/*/bridge/report";

/// What a right needs.
#[derive(Clone, Copy)]
enum Doing {
    /// Sends samples; keeps them for those that come late, and answers those.
    Publish,
    /// Receives samples, and asks for those that were kept.
    Subscribe,
    Serve,
    Call,
    Announce,
    Watch,
    Everything,
}

impl Doing {
    fn messages(self) -> &'static [&'static str] {
        match self {
            Self::Publish => &["put", "reply", "declare_queryable", "liveliness_token"],
            Self::Subscribe => &["declare_subscriber", "query", "liveliness_query", "declare_liveliness_subscriber"],
            Self::Serve => &["declare_queryable", "reply"],
            Self::Call => &["query"],
            Self::Announce => &["liveliness_token"],
            Self::Watch => &["liveliness_query", "declare_liveliness_subscriber"],
            Self::Everything => &MESSAGES,
        }
    }
}

/// The messages and keys of all rights together.
pub(super) fn allowed(rights: &[Right]) -> Vec<(&'static [&'static str], Vec<String>)> {
    let mut rules = Rules::default();
    rules.add(Doing::Watch, [Ros2dds.token_pattern().to_owned(), NODE_TOKENS.to_owned()]);
    rules.add(Doing::Call, [BRIDGE_REPORTS.to_owned()]);
    for right in rights {
        match right {
            Right::Endpoint(kind, name) => rules.endpoint(*kind, name),
            Right::Node(name) => rules.node(name),
            Right::Bridge { namespace } => rules.bridge(namespace),
            Right::Host { deployment, name } => rules.host(deployment, name),
        }
    }
    let Rules { of } = rules;
    let kinds =
        [Doing::Publish, Doing::Subscribe, Doing::Serve, Doing::Call, Doing::Announce, Doing::Watch, Doing::Everything];
    let rules = kinds.into_iter().zip(of).filter(|(_, keys)| !keys.is_empty());
    rules.map(|(doing, keys)| (doing.messages(), keys.into_iter().collect())).collect()
}

/// Keys by what may be done with them.
#[derive(Default)]
struct Rules {
    of: [BTreeSet<String>; 7],
}

impl Rules {
    fn add(&mut self, doing: Doing, keys: impl IntoIterator<Item = String>) {
        self.of[doing as usize].extend(keys);
    }

    fn endpoint(&mut self, kind: EndpointKind, name: &Name) {
        self.add(Doing::Announce, [Ros2dds.tokens_of(kind, name)]);
        let key = Ros2dds.topic_key(name, "", "");
        match kind {
            EndpointKind::Publisher => self.topic(Doing::Publish, &key),
            EndpointKind::Subscriber => self.topic(Doing::Subscribe, &key),
            EndpointKind::ServiceServer => self.add(Doing::Serve, [key]),
            EndpointKind::ServiceClient => self.add(Doing::Call, [key]),
            EndpointKind::ActionServer => self.action(&key, Doing::Serve, Doing::Publish),
            EndpointKind::ActionClient => self.action(&key, Doing::Call, Doing::Subscribe),
        }
    }

    /// The samples of a topic, and what Zenoh's history of it needs.
    fn topic(&mut self, doing: Doing, key: &str) {
        self.add(doing, [key.to_owned(), format!("{key}/@adv/**")]);
    }

    fn action(&mut self, key: &str, service: Doing, topic: Doing) {
        self.add(service, ["send_goal", "cancel_goal", "get_result"].map(|part| format!("{key}/_action/{part}")));
        for part in ["feedback", "status"] {
            self.topic(topic, &format!("{key}/_action/{part}"));
        }
    }

    /// What every node of ROS has without being asked.
    fn node(&mut self, name: &NodeName) {
        self.add(Doing::Announce, [tokens_of_actor(name)]);
        let key = name.to_string().trim_start_matches('/').to_owned();
        self.add(Doing::Serve, [format!("{key}/*")]);
        let events = format!("/{key}/transition_event");
        let has = [
            (EndpointKind::Publisher, events.as_str()),
            (EndpointKind::Publisher, "/parameter_events"),
            (EndpointKind::Publisher, "/rosout"),
            (EndpointKind::Subscriber, "/clock"),
        ];
        // These are names that ROS allows, as the node's own is one.
        for (kind, topic) in has.into_iter().filter_map(|(kind, topic)| Some((kind, Name::new(topic).ok()?))) {
            self.endpoint(kind, &topic);
        }
        self.add(Doing::Announce, [Ros2dds.tokens_of_services(name)]);
    }

    /// It says that it is there, and what it is; it sees and asks all hosts.
    fn host(&mut self, deployment: &str, name: &str) {
        let keys = |kind, host| [host_keys_of(kind, deployment, host)];
        self.add(Doing::Announce, keys(HostKeyKind::Presence, Some(name)));
        self.add(Doing::Serve, keys(HostKeyKind::Card, Some(name)));
        self.add(Doing::Watch, keys(HostKeyKind::Presence, None));
        self.add(Doing::Call, keys(HostKeyKind::Card, None));
    }

    fn bridge(&mut self, namespace: &str) {
        let within = namespace.trim_matches('/');
        let keys = match within {
            "" => ["**".to_owned(), "**/@adv/**".to_owned()],
            _ => [format!("{within}/**"), format!("{within}/**/@adv/**")],
        };
        self.add(Doing::Everything, keys);
        // The plugin's own place for questions about it.
        self.add(Doing::Everything, ["@/*/ros2/**".to_owned()]);
        self.add(Doing::Serve, [BRIDGE_REPORTS.to_owned()]);
        // Nodes come and go, and their tokens have names within names, so these are not told apart.
        let tokens = [Ros2dds.token_pattern().to_owned(), "@rosactor/**".to_owned()];
        self.add(Doing::Announce, tokens);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_node_has_its_own_services_and_the_topics_of_every_node() {
        let driver = [Right::Node(NodeName::new("/robot1", "driver").unwrap())];
        assert_eq!(keys(&driver, "declare_subscriber"), ["clock", "clock/@adv/**"]);
        let served = keys(&driver, "declare_queryable");
        assert!(served.contains(&"robot1/driver/*".to_owned()), "{served:?}");
        let puts = keys(&driver, "put");
        let topics = ["parameter_events", "robot1/driver/transition_event", "rosout"];
        assert!(topics.iter().all(|topic| puts.contains(&(*topic).to_owned())), "{puts:?}");
        let tokens = keys(&driver, "liveliness_token");
        let expected = ["@/*/@ros2_lv/SS/robot1§driver§$*/**", "@rosactor/*/node/robot1§driver"];
        assert!(expected.iter().all(|token| tokens.contains(&(*token).to_owned())), "{tokens:?}");
    }

    fn keys(rights: &[Right], message: &str) -> Vec<String> {
        let of = allowed(rights).into_iter().filter(|(messages, _)| messages.contains(&message));
        of.flat_map(|(_, keys)| keys).collect()
    }

    fn endpoint(kind: EndpointKind, name: &str) -> Right {
        Right::Endpoint(kind, Name::new(name.to_owned()).unwrap())
    }

    #[test]
    fn an_endpoint_allows_its_own_messages_on_its_own_keys_only() {
        let scan = [endpoint(EndpointKind::Publisher, "/robot1/scan")];
        assert_eq!(keys(&scan, "put"), ["robot1/scan", "robot1/scan/@adv/**"]);
        assert_eq!(keys(&scan, "declare_subscriber"), [""; 0]);
        assert_eq!(
            keys(&scan, "liveliness_token"),
            ["robot1/scan", "robot1/scan/@adv/**", "@/*/@ros2_lv/MP/robot1§scan/**"]
        );
        let add = [endpoint(EndpointKind::ServiceClient, "/add")];
        assert_eq!(keys(&add, "query"), ["@rosactor/*/bridge/report", "add"]);
        assert_eq!((keys(&add, "put"), keys(&add, "declare_queryable")), (vec![], vec![]));
        let fib = [endpoint(EndpointKind::ActionServer, "/fib")];
        assert_eq!(
            keys(&fib, "put"),
            [
                "fib/_action/feedback",
                "fib/_action/feedback/@adv/**",
                "fib/_action/status",
                "fib/_action/status/@adv/**"
            ]
        );
        assert!(keys(&fib, "declare_queryable").contains(&"fib/_action/send_goal".to_owned()));
    }

    #[test]
    fn a_bridge_has_all_of_its_namespace_and_nothing_else() {
        let of = |namespace: &str| keys(&[Right::Bridge { namespace: namespace.to_owned() }], "put");
        assert_eq!(of("/"), ["**", "**/@adv/**", "@/*/ros2/**"]);
        assert_eq!(of("/robot1"), ["@/*/ros2/**", "robot1/**", "robot1/**/@adv/**"]);
    }

    #[test]
    fn a_host_tells_of_itself_only_and_asks_all() {
        let robot = [Right::Host { deployment: "d".to_owned(), name: "robot".to_owned() }];
        let (own_presence, own_card) = ("@rosactor/@host/d/robot/*", "@rosactor/@card/d/robot/*");
        assert_eq!(keys(&robot, "liveliness_token"), [own_presence]);
        for message in ["declare_queryable", "reply"] {
            assert_eq!(keys(&robot, message), [own_card], "{message}");
        }
        assert_eq!(keys(&robot, "query"), ["@rosactor/*/bridge/report", "@rosactor/@card/d/*/*"]);
        for message in ["liveliness_query", "declare_liveliness_subscriber"] {
            let watched = keys(&robot, message);
            assert_eq!(watched, ["@/*/@ros2_lv/**", "@rosactor/*/*/*", "@rosactor/@host/d/*/*"], "{message}");
        }
        for message in ["put", "delete", "declare_subscriber"] {
            assert_eq!(keys(&robot, message), [""; 0], "{message}");
        }
    }

    #[test]
    fn a_bridge_announces_no_host() {
        let bridge = [Right::Bridge { namespace: "/".to_owned() }];
        let all = MESSAGES.iter().flat_map(|message| keys(&bridge, message));
        // `**` matches no part that begins with `@`.
        let of_hosts: Vec<_> = all.filter(|key| key.contains("@host") || key.contains("@card")).collect();
        assert_eq!(of_hosts, [""; 0]);
    }

    #[test]
    fn who_has_no_rights_may_watch_the_graph() {
        assert_eq!(keys(&[], "declare_liveliness_subscriber"), ["@/*/@ros2_lv/**", "@rosactor/*/*/*"]);
        assert_eq!(keys(&[], "put"), [""; 0]);
    }
}
