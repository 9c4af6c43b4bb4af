//! One endpoint of the graph.

use std::fmt;

use crate::name::{Name, NodeName};
use crate::qos::Qos;
use crate::wire::{EndpointKind, HeardEndpoint};

/// What is known of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
#[doc(alias = "TopicEndpointInfo")]
pub struct EndpointInfo {
    /// What it is.
    pub kind: EndpointKind,
    /// Its name on the graph.
    pub name: Name,
    /// The ROS name of its type: `std_msgs/msg/String`.
    pub type_name: String,
    /// The RIHS01 hash of its type; empty if unknown, as that of every remote service and action.
    pub type_hash: String,
    /// The quality of service of a publisher or subscriber. Of a remote one deadline, lifespan, liveliness and lease are
    /// those of the default: they are not announced.
    pub qos: Option<Qos>,
    /// The id of its participant: one of an actor of whatever process, or a bridge.
    pub participant: String,
    /// Its node. `None` as long as its participant has not told, as those of other programs than ours never do.
    pub node: Option<NodeName>,
    pub(crate) local: bool,
}

impl EndpointInfo {
    /// Whether it belongs to this process.
    pub fn is_local(&self) -> bool {
        self.local
    }

    pub(crate) fn remote(heard: HeardEndpoint, node: Option<NodeName>) -> Self {
        let HeardEndpoint { participant, kind, name, type_name, type_hash, qos } = heard;
        Self { kind, name, type_name, type_hash, qos, participant, node, local: false }
    }
}

impl fmt::Display for EndpointInfo {
    /// `the publisher of /scan in node /robot1/lidar`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            EndpointKind::Publisher => "publisher",
            EndpointKind::Subscriber => "subscriber",
            EndpointKind::ServiceServer | EndpointKind::ActionServer => "server",
            EndpointKind::ServiceClient | EndpointKind::ActionClient => "client",
        };
        write!(f, "the {kind} of {} in ", self.name)?;
        match &self.node {
            Some(node) => write!(f, "node {node}"),
            None => write!(f, "participant {}", self.participant),
        }
    }
}
