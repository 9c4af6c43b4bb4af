//! Which actor has which endpoints on DDS, as ROS wants to be told. It is made of two streams that know nothing of each
//! other: the actors and their endpoints by name, from Zenoh, and the bridge's readers and writers by topic, from DDS.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rosactor_transport::{
    NodeName,
    wire::{HeardEndpoint, HeardNode, NodeKind},
};

use super::{
    info::Node,
    names::{on_dds, topics},
};
use crate::domain::{Guid, Side};

/// So many actors are told of, and so many endpoints; it bounds what strangers can make the bridge hold and send.
const MOST_ACTORS: usize = 4_096;
const MOST_ENDPOINTS: usize = 65_536;

/// The actors.
pub(crate) struct Roster {
    /// The bridge's namespace, which is in no name on DDS.
    namespace: String,
    /// By participant.
    actors: BTreeMap<String, NodeName>,
    /// The topics of every endpoint, by participant and token.
    endpoints: BTreeMap<(String, String), Vec<(Side, String)>>,
    /// The bridge's own readers and writers.
    carriers: BTreeMap<(Side, String), Guid>,
    topics: HashMap<Guid, (Side, String)>,
    /// How many announcements had no room.
    refused: u64,
}

impl Roster {
    pub(crate) fn new(namespace: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            actors: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            carriers: BTreeMap::new(),
            topics: HashMap::new(),
            refused: 0,
        }
    }

    /// Notes that a node came or went. Says whether it changed anything, as do the others.
    pub(crate) fn node(&mut self, node: HeardNode, came: bool) -> bool {
        if node.kind != NodeKind::Actor {
            return false;
        }
        let known = self.actors.get(&node.participant);
        match (came, known) {
            (true, Some(_)) => false,
            (true, None) if self.actors.len() >= MOST_ACTORS => {
                self.refuse();
                false
            }
            (true, None) => self.actors.insert(node.participant, node.name).is_none(),
            (false, Some(name)) if *name == node.name => self.actors.remove(&node.participant).is_some(),
            (false, _) => false,
        }
    }

    /// Notes that the endpoint of a token came or went.
    pub(crate) fn endpoint(&mut self, token: &str, endpoint: &HeardEndpoint, came: bool) -> bool {
        let key = (endpoint.participant.clone(), token.to_owned());
        if !came {
            return self.endpoints.remove(&key).is_some();
        }
        if self.endpoints.len() >= MOST_ENDPOINTS && !self.endpoints.contains_key(&key) {
            self.refuse();
            return false;
        }
        let name = on_dds(&self.namespace, endpoint.name.as_str());
        self.endpoints.insert(key, topics(endpoint.kind, name)).is_none()
    }

    /// Notes that the bridge has a reader or writer. A new one of a topic takes the place of the one before, whose
    /// end may be told later.
    pub(crate) fn carrier(&mut self, guid: Guid, side: Side, topic: &str) -> bool {
        let place = (side, topic.to_owned());
        let before = self.carriers.insert(place.clone(), guid);
        if let Some(before) = before.filter(|before| *before != guid) {
            self.topics.remove(&before);
        }
        self.topics.insert(guid, place);
        before != Some(guid)
    }

    /// Notes that a reader or writer is gone, whosever it was.
    pub(crate) fn lost(&mut self, guid: Guid) -> bool {
        let Some(place) = self.topics.remove(&guid) else { return false };
        self.carriers.remove(&place);
        true
    }

    /// What ROS has to be told.
    pub(crate) fn nodes(&self) -> Vec<Node> {
        self.actors.iter().map(|(participant, name)| self.node_of(participant, name)).collect()
    }

    fn node_of(&self, participant: &str, name: &NodeName) -> Node {
        let full = name.to_string();
        let full = on_dds(&self.namespace, &full);
        let (namespace, name) = full.rsplit_once('/').unwrap_or_default();
        let guids = |side: Side| -> BTreeSet<Guid> {
            let begin = (participant.to_owned(), String::new());
            let own = self.endpoints.range(begin..).take_while(|((of, _), _)| of == participant);
            let places = own.flat_map(|(_, places)| places).filter(|(of, _)| *of == side);
            places.filter_map(|place| self.carriers.get(place)).copied().collect()
        };
        Node {
            namespace: if namespace.is_empty() { "/".to_owned() } else { namespace.to_owned() },
            name: name.to_owned(),
            readers: guids(Side::Reader).into_iter().collect(),
            writers: guids(Side::Writer).into_iter().collect(),
        }
    }

    fn refuse(&mut self) {
        self.refused += 1;
        if self.refused == 1 {
            tracing::warn!(
                "ROS is told of {MOST_ACTORS} actors and {MOST_ENDPOINTS} endpoints at most; there are more, which it will not list"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use rosactor_transport::wire::{Ros2dds, WireProfile, read_node_token};

    use super::*;

    impl Roster {
        fn hear(&mut self, token: &str, came: bool) -> bool {
            if token.starts_with("@rosactor/") {
                return self.node(read_node_token(token).unwrap(), came);
            }
            self.endpoint(token, &Ros2dds.read_token(token).unwrap().unwrap(), came)
        }
    }

    const NAV: &str = "@rosactor/a1/node/robot1§nav";
    const SCAN: &str = "@/a1/@ros2_lv/MS/robot1§scan/sensor_msgs§msg§LaserScan/:0:0:0,5";
    const CMD: &str = "@/a1/@ros2_lv/MP/robot1§cmd_vel/geometry_msgs§msg§Twist/:1:0:0,10";
    const ADD: &str = "@/a1/@ros2_lv/SS/robot1§add/example_interfaces§srv§AddTwoInts";
    const OTHER: &str = "@/a2/@ros2_lv/MS/robot1§scan/sensor_msgs§msg§LaserScan/:0:0:0,5";

    fn node(namespace: &str, name: &str, readers: &[u8], writers: &[u8]) -> Node {
        let guids = |bytes: &[u8]| bytes.iter().map(|byte| [*byte; 16]).collect();
        Node {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            readers: guids(readers),
            writers: guids(writers),
        }
    }

    /// The readers and writers that the bridge gets for the endpoints above.
    fn carry(roster: &mut Roster) {
        for (byte, side, topic) in [
            (1, Side::Reader, "rt/scan"),
            (2, Side::Writer, "rt/cmd_vel"),
            (3, Side::Reader, "rq/addRequest"),
            (4, Side::Writer, "rr/addReply"),
            (5, Side::Writer, "rt/scan"),
        ] {
            assert!(roster.carrier([byte; 16], side, topic));
        }
    }

    #[test]
    fn an_actor_has_what_the_bridge_carries_for_it_in_whatever_order_it_is_heard_of() {
        let tokens = [NAV, SCAN, CMD, ADD, OTHER, "@rosactor/a2/node/elsewhere§camera"];
        let expected = [node("/", "nav", &[1, 3], &[2, 4]), node("/elsewhere", "camera", &[1], &[])];
        for first in [true, false] {
            for backwards in [true, false] {
                let mut roster = Roster::new("/robot1");
                let mut tokens = tokens.to_vec();
                if backwards {
                    tokens.reverse();
                }
                if first {
                    carry(&mut roster);
                }
                assert!(tokens.iter().all(|token| roster.hear(token, true)));
                assert!(!tokens.iter().any(|token| roster.hear(token, true)), "twice is nothing new");
                if !first {
                    carry(&mut roster);
                }
                assert_eq!(roster.nodes(), expected);
            }
        }
    }

    #[test]
    fn what_goes_is_not_told_any_more() {
        let mut roster = Roster::new("/robot1");
        carry(&mut roster);
        [NAV, SCAN, CMD].iter().for_each(|token| assert!(roster.hear(token, true)));
        assert!(roster.hear(SCAN, false) && !roster.hear(SCAN, false));
        assert_eq!(roster.nodes(), [node("/", "nav", &[], &[2])]);
        assert!(roster.lost([2; 16]) && !roster.lost([2; 16]));
        assert_eq!(roster.nodes(), [node("/", "nav", &[], &[])]);
        assert!(!roster.hear("@rosactor/a1/node/other", false));
        assert!(roster.hear(NAV, false));
        assert_eq!(roster.nodes(), []);
    }

    #[test]
    fn a_new_reader_takes_the_place_of_the_one_before() {
        let mut roster = Roster::new("/");
        let token = "@/a1/@ros2_lv/SS/add/example_interfaces§srv§AddTwoInts";
        ["@rosactor/a1/node/n", token].iter().for_each(|token| assert!(roster.hear(token, true)));
        assert!(roster.carrier([1; 16], Side::Reader, "rq/addRequest"));
        assert!(!roster.carrier([1; 16], Side::Reader, "rq/addRequest"));
        assert!(roster.carrier([2; 16], Side::Reader, "rq/addRequest"));
        assert_eq!(roster.nodes(), [node("/", "n", &[2], &[])]);
        assert!(!roster.lost([1; 16]) && roster.lost([2; 16]));
        assert_eq!(roster.nodes(), [node("/", "n", &[], &[])]);
    }

    /// Otherwise two bridges would tell each other of the same nodes for ever.
    #[test]
    fn nodes_of_ros_are_not_told_to_ros() {
        let mut roster = Roster::new("/");
        assert!(!roster.hear("@rosactor/b1/dds_node/talker", true));
        assert_eq!(roster.nodes(), []);
    }

    #[test]
    fn there_is_an_end_to_what_strangers_can_announce() {
        let mut roster = Roster::new("/");
        for number in 0..MOST_ACTORS + 10 {
            let came = roster.hear(&format!("@rosactor/{number:x}/node/n{number}"), true);
            assert_eq!(came, number < MOST_ACTORS);
        }
        assert_eq!((roster.nodes().len(), roster.refused), (MOST_ACTORS, 10));
    }
}
