//! What an actor can be told of one end of a topic.

use std::fmt;
use std::sync::Arc;

use crate::graph::EndpointInfo;
use crate::qos::QosMismatch;

/// Something happened to an end of a topic that its owner may want to know. The names are those of DDS, as in the event
/// callbacks of rclpy and rclcpp.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TopicEvent {
    /// Subscriber: no sample came for as long as its deadline, also if none ever came.
    RequestedDeadlineMissed {
        /// How often that was, altogether.
        total: u64,
        /// How often since the last event: 1, unless the actor was held up.
        new: u64,
    },
    /// Publisher: it published nothing for as long as its deadline.
    OfferedDeadlineMissed {
        /// How often that was, altogether.
        total: u64,
        /// How often since the last event.
        new: u64,
    },
    /// Subscriber: a publisher is there, or there again.
    LivelinessGained {
        /// Who it is: its node, its participant, or the id that its samples carry.
        publisher: String,
        /// How many are alive now.
        alive: usize,
    },
    /// Subscriber: a publisher is gone, its actor is down, or it was silent for longer than its lease.
    #[doc(alias = "liveliness_changed")]
    LivelinessLost {
        /// Who it is.
        publisher: String,
        /// How many are alive now.
        alive: usize,
    },
    /// Publisher: it published nothing for longer than the lease it promised.
    OwnLivelinessLost,
    /// Either: the opposite end's quality of service does not fit. Once for each pair of ends.
    IncompatibleQos {
        /// The actor's own end.
        local: Arc<EndpointInfo>,
        /// The opposite end.
        remote: Arc<EndpointInfo>,
        /// What does not fit.
        mismatch: QosMismatch,
    },
    /// Either: the opposite end has another type, or another version of it. Once for each pair of ends.
    IncompatibleType {
        /// The actor's own end.
        local: Arc<EndpointInfo>,
        /// The opposite end.
        remote: Arc<EndpointInfo>,
    },
}

impl fmt::Display for TopicEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RequestedDeadlineMissed { total, .. } => {
                write!(f, "no sample came within the deadline ({total} times)")
            }
            Self::OfferedDeadlineMissed { total, .. } => {
                write!(f, "nothing was published within the deadline ({total} times)")
            }
            Self::LivelinessGained { publisher, alive } => write!(f, "{publisher} is alive ({alive} are)"),
            Self::LivelinessLost { publisher, alive } => write!(f, "{publisher} is not alive any more ({alive} are)"),
            Self::OwnLivelinessLost => f.write_str("nothing was published within the promised lease"),
            Self::IncompatibleQos { local, remote, mismatch } => {
                write!(f, "{local} and {remote} do not fit ({}): {mismatch}", mismatch.policy())
            }
            Self::IncompatibleType { local, remote } => write!(
                f,
                "{local} has type {} but {remote} has {}; use one type and version, or another name",
                shown(local),
                shown(remote)
            ),
        }
    }
}

/// A type with its version, if that is known.
fn shown(info: &EndpointInfo) -> String {
    match info.type_hash.as_str() {
        "" => info.type_name.clone(),
        hash => format!("{} ({})", info.type_name, hash.chars().take(15).collect::<String>()),
    }
}
