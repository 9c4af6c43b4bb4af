//! How a process takes part in the network.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::name::Name;
use crate::security::Security;

/// What a hub is opened with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportConfig {
    /// The part this process plays among the others.
    pub mode: Mode,
    /// Where others can connect to: `tcp/127.0.0.1:0` is a free port that only this machine can reach.
    pub listen: Vec<String>,
    /// Where to connect to: `tcp/10.0.0.1:7447`.
    pub connect: Vec<String>,
    /// The ROS domain, for profiles that have it in their keys (`ros2dds` does not).
    pub domain: u32,
    /// The dialects of ROS that are spoken.
    pub profiles: Vec<Profile>,
    /// The shortest time between two samples of a topic on the way to other processes, which get only the first of those that come
    /// quicker.
    pub downsample: Vec<(Name, Duration)>,
    /// Whether long byte sequences go to processes on the same machine by shared memory, where it has some.
    pub shared_memory: bool,
    /// Those of one region reach each other directly; from region to region a router passes on. `None`: as Zenoh sees it, for which all
    /// peers of a router are one region.
    pub region: Option<String>,
    /// The regions of peers between which this process passes on, if it is a router.
    pub regions: Vec<String>,
    /// How this process proves who it is, and what it lets others do.
    pub security: Security,
}

impl Default for TransportConfig {
    /// A peer that only this machine can reach.
    fn default() -> Self {
        Self {
            mode: Mode::Peer,
            listen: vec!["tcp/127.0.0.1:0".to_owned()],
            connect: Vec::new(),
            domain: 0,
            profiles: vec![Profile::Ros2dds],
            downsample: Vec::new(),
            shared_memory: true,
            region: None,
            regions: Vec::new(),
            security: Security::default(),
        }
    }
}

/// The part a process plays in a network of Zenoh.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Connects to everybody it gets to know.
    #[default]
    Peer,
    /// Connects to one router.
    Client,
    /// Forwards for others.
    Router,
}

/// A dialect of ROS on Zenoh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// What zenoh-plugin-ros2dds speaks.
    Ros2dds,
}
