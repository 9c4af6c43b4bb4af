//! What a bridge tells of itself, as the one document that it answers with.

use std::collections::BTreeMap;

use rosactor_transport::bridge_config::BridgeConfig;
use serde::{Deserialize, Serialize};

/// The keys at which bridges answer, each with its own id in the place of the star.
pub(crate) const REPORTS: &str = "@rosactor/*/bridge/report";

/// The key at which the bridge with this id answers.
pub(crate) fn key(id: &str) -> String {
    REPORTS.replace('*', id)
}

/// The state of one bridge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Report {
    /// Its id on Zenoh.
    pub(crate) id: String,
    /// Of what it is made, by name.
    pub(crate) versions: BTreeMap<String, String>,
    pub(crate) config: BridgeConfig,
    pub(crate) dds: Dds,
    /// Everything that has an end on either side.
    pub(crate) links: Vec<Link>,
}

/// How the bridge stands in its DDS domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Dds {
    /// How many participants with endpoints or nodes there are, without those of the bridge.
    pub(crate) participants: usize,
    pub(crate) interfaces: Vec<Interface>,
    /// What a person should look at.
    pub(crate) hints: Vec<String>,
}

/// One network interface that is up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Interface {
    pub(crate) name: String,
    pub(crate) addresses: Vec<String>,
    pub(crate) loopback: bool,
    pub(crate) multicast: bool,
    /// Whether the discovery of the bridge lets DDS use it.
    pub(crate) used: bool,
}

/// What a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Topic,
    Service,
    Action,
}

/// Which way messages go, or requests and goals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Direction {
    RosToActors,
    ActorsToRos,
}

/// One name, and who is at it on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) kind: Kind,
    /// The name among the ROS nodes.
    pub(crate) name: String,
    pub(crate) ros: Vec<End>,
    pub(crate) actors: Vec<End>,
    /// The ways in which ends fit.
    pub(crate) directions: Vec<Direction>,
    /// Whether the bridge carries it at present.
    pub(crate) active: bool,
    pub(crate) problems: Vec<Problem>,
}

/// One endpoint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct End {
    /// The full name of its node; empty as long as nobody has told it.
    pub(crate) node: String,
    pub(crate) role: String,
    #[serde(rename = "type")]
    pub(crate) type_name: String,
}

/// Why ends do not come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    /// Nobody is on the other side.
    Lonely,
    /// `allow` leaves it out.
    NotAllowed,
    /// The types differ.
    Type,
    /// The qualities of service do not fit.
    Qos,
    /// Both sides serve the name.
    BothServe,
    /// The actor's name lies outside of the bridge's namespace.
    Namespace,
}

impl Reason {
    /// Whether somebody has to change something.
    pub(crate) fn is_fault(self) -> bool {
        matches!(self, Self::Type | Self::Qos | Self::Namespace)
    }
}

/// One thing that keeps ends apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Problem {
    pub(crate) reason: Reason,
    /// A sentence for people.
    pub(crate) text: String,
}
