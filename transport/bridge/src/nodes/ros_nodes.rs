//! Which nodes of ROS there are, and by which tokens the actors are told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rosactor_transport::{
    NodeName,
    wire::{HeardNode, NodeKind, node_token},
};

use super::{info::Info, names::on_zenoh};
use crate::domain::Guid;

/// So many nodes are told of; it bounds what strangers can make the bridge hold and announce.
const MOST_NODES: usize = 4_096;

/// The nodes of every participant but ours.
pub(crate) struct RosNodes {
    /// The bridge's namespace, which the names on Zenoh have in front.
    namespace: String,
    /// The plugin's participant, and the id by which its endpoints are known on Zenoh.
    plugins: HashMap<Guid, String>,
    nodes: BTreeMap<Guid, BTreeSet<NodeName>>,
    /// How many nodes could not be told of.
    refused: u64,
}

impl RosNodes {
    /// `plugins` are the participants of the plugin, whose endpoints are announced by the participant `id`.
    pub(crate) fn new(namespace: &str, plugins: &[Guid], id: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            plugins: plugins.iter().map(|guid| (*guid, id.to_owned())).collect(),
            nodes: BTreeMap::new(),
            refused: 0,
        }
    }

    /// Notes what a participant tells. Says whether it changed anything.
    pub(crate) fn told(&mut self, info: &Info) -> bool {
        let others: usize =
            self.nodes.iter().filter(|(of, _)| **of != info.participant).map(|(_, set)| set.len()).sum();
        let mut names = BTreeSet::new();
        for node in &info.nodes {
            match NodeName::new(&node.namespace, &node.name) {
                Ok(name) if others + names.len() < MOST_NODES => drop(names.insert(name)),
                Ok(_) => self.refuse(&format_args!("there are more than {MOST_NODES}")),
                Err(error) => self.refuse(&error),
            }
        }
        if names.is_empty() {
            return self.nodes.remove(&info.participant).is_some();
        }
        let before = self.nodes.insert(info.participant, names);
        before.as_ref() != self.nodes.get(&info.participant)
    }

    /// Notes that a participant is gone.
    pub(crate) fn lost(&mut self, participant: Guid) -> bool {
        let before = self.nodes.len();
        self.nodes.retain(|guid, _| guid[..12] != participant[..12]);
        self.nodes.len() != before
    }

    /// The tokens that there have to be.
    pub(crate) fn tokens(&self) -> BTreeSet<String> {
        let all = self.nodes.iter().flat_map(|(guid, names)| names.iter().map(move |name| (guid, name)));
        all.filter_map(|(guid, name)| self.token(guid, name)).collect()
    }

    fn token(&self, guid: &Guid, name: &NodeName) -> Option<String> {
        let (participant, name) = match self.plugins.get(guid) {
            // The plugin has put the namespace in front of its own name already.
            Some(id) => (id.clone(), name.clone()),
            // With the namespace in front it may be too long for a name.
            None => {
                let name = NodeName::parse(&on_zenoh(&self.namespace, &name.to_string())).ok()?;
                (id_of(guid, &name), name)
            }
        };
        node_token(&HeardNode { participant, kind: NodeKind::Dds, name }).ok()
    }

    fn refuse(&mut self, reason: &dyn std::fmt::Display) {
        self.refused += 1;
        if self.refused == 1 {
            tracing::warn!("actors are not told of a node of ROS, as {reason}; further ones are only counted");
        }
    }
}

/// An id for one of the nodes of a participant: 24 hex digits of the participant's, and 8 of the name's hash.
fn id_of(guid: &Guid, name: &NodeName) -> String {
    let participant: String = guid[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    // FNV-1a: it has to differ within one participant only.
    let hash =
        name.to_string().bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{participant}{hash:08x}")
}

#[cfg(test)]
mod tests {
    use super::{super::info::Node, *};

    fn info(byte: u8, names: &[(&str, &str)]) -> Info {
        let node = |(namespace, name): &(&str, &str)| Node {
            namespace: (*namespace).to_owned(),
            name: (*name).to_owned(),
            readers: vec![],
            writers: vec![],
        };
        Info { participant: [byte; 16], nodes: names.iter().map(node).collect() }
    }

    #[test]
    fn every_node_of_every_participant_has_a_token_until_it_goes() {
        let mut nodes = RosNodes::new("/robot1", &[[9; 16]], "b12d");
        assert!(nodes.told(&info(1, &[("/", "talker"), ("/front", "lidar")])));
        assert!(nodes.told(&info(9, &[("/robot1", "rosactor_bridge")])));
        let tokens = nodes.tokens();
        let prefix = "01".repeat(12);
        let of = |name: &str| tokens.iter().find(|token| token.ends_with(&format!("/dds_node/robot1§{name}")));
        assert!(of("talker").is_some_and(|token| token.starts_with(&format!("@rosactor/{prefix}"))), "{tokens:?}");
        assert!(of("front§lidar").is_some() && tokens.len() == 3, "{tokens:?}");
        // What the plugin has on Zenoh is announced under its own id, and so has a name there.
        assert!(tokens.contains("@rosactor/b12d/dds_node/robot1§rosactor_bridge"), "{tokens:?}");

        assert!(!nodes.told(&info(1, &[("/front", "lidar"), ("/", "talker")])), "the same again");
        assert!(nodes.told(&info(1, &[("/", "talker")])));
        assert_eq!(nodes.tokens().len(), 2);
        assert!(nodes.lost([1; 16]) && !nodes.lost([1; 16]));
        assert!(nodes.told(&info(9, &[])) && !nodes.told(&info(9, &[])));
        assert!(nodes.tokens().is_empty());
    }

    /// Anybody in the domain may tell anything.
    #[test]
    fn names_that_ros_does_not_allow_and_too_many_are_refused() {
        let mut nodes = RosNodes::new("/", &[], "b1");
        assert!(nodes.told(&info(1, &[("/", "a b"), ("x", "y"), ("/", ""), ("/a/*", "b"), ("/", "fine")])));
        assert_eq!((nodes.tokens().len(), nodes.refused), (1, 4));
        let names: Vec<String> = (0..MOST_NODES + 5).map(|number| format!("n{number}")).collect();
        let many: Vec<_> = names.iter().map(|name| ("/", name.as_str())).collect();
        assert!(nodes.told(&info(2, &many)));
        assert_eq!((nodes.tokens().len(), nodes.refused), (MOST_NODES, 4 + 6));
        let long = "/n".repeat(100);
        let mut deep = RosNodes::new(&long, &[], "b1");
        assert!(deep.told(&info(1, &[(&long, "n")])));
        assert!(deep.tokens().is_empty());
    }
}
