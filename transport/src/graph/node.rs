//! One node of the graph.

use crate::name::NodeName;
use crate::wire::{HeardNode, NodeKind};

/// What is known of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeInfo {
    /// Its full name. Nothing keeps two nodes from having the same.
    pub name: NodeName,
    /// Where it lives.
    pub kind: NodeKind,
    /// The id of its participant: that of its endpoints, if it is an actor.
    pub participant: String,
    pub(crate) local: bool,
}

impl NodeInfo {
    /// Whether it belongs to this process.
    pub fn is_local(&self) -> bool {
        self.local
    }

    pub(crate) fn local(participant: &str, name: NodeName) -> Self {
        Self { name, kind: NodeKind::Actor, participant: participant.to_owned(), local: true }
    }

    pub(crate) fn remote(heard: HeardNode) -> Self {
        let HeardNode { participant, kind, name } = heard;
        Self { name, kind, participant, local: false }
    }
}
