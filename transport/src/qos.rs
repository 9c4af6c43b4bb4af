//! Quality of service, in ROS 2's terms.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Whether a publisher waits for slow readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reliability {
    /// The publisher waits for a congested link.
    Reliable,
    /// A congested link drops samples.
    BestEffort,
}

/// Whether a late subscriber gets the samples that were published before it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Durability {
    /// A late subscriber gets nothing old.
    Volatile,
    /// A late subscriber gets the last samples, as many as the publisher's history holds.
    TransientLocal,
}

/// How a publisher shows that it is alive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Liveliness {
    /// By existing: its process is connected, and in this process its actor runs.
    #[default]
    Automatic,
    /// By publishing: one that is silent for longer than its lease is not alive.
    ManualByTopic,
}

/// What goes first where a connection is the bottleneck. These are Zenoh's priorities; one's samples stay in their order, those of
/// different ones may overtake each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Before all else: control loops.
    RealTime,
    /// What a person waits for, before the rest of that.
    InteractiveHigh,
    /// What a person waits for.
    InteractiveLow,
    /// Before other data.
    DataHigh,
    /// As everything that asks for nothing else.
    #[default]
    Data,
    /// After other data.
    DataLow,
    /// When there is nothing else to send: logs, maps.
    Background,
}

/// How many samples are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum History {
    /// The last so many samples.
    KeepLast(usize),
    /// All samples, up to this hard bound. ROS has no bound here; memory has.
    KeepAll(usize),
}

impl History {
    /// The number of samples kept: never 0, as a history of nothing is not a thing in ROS.
    pub fn depth(self) -> usize {
        match self {
            Self::KeepLast(depth) | Self::KeepAll(depth) => depth.max(1),
        }
    }
}

/// The quality of service of one endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Qos {
    /// Whether a publisher waits for slow readers.
    pub reliability: Reliability,
    /// Whether late subscribers get old samples.
    pub durability: Durability,
    /// How many samples are kept.
    pub history: History,
    /// The longest time between two samples: a publisher promises it, a subscriber counts on it. `None`: any time.
    #[serde(default)]
    pub deadline: Option<Duration>,
    /// The age at which a sample is thrown away instead of delivered. `None`: any age.
    #[serde(default)]
    pub lifespan: Option<Duration>,
    /// How a publisher shows that it is alive.
    #[serde(default)]
    pub liveliness: Liveliness,
    /// The longest time between two signs of life. `None`: any time. How fast the end of an `automatic` publisher is
    /// noticed depends on the connection; there the lease is a promise that is compared, but not measured.
    #[serde(default)]
    #[doc(alias = "liveliness_lease_duration")]
    pub lease: Option<Duration>,
    /// What a publisher's samples go before, and what goes before them, on the way to other processes.
    #[serde(default)]
    pub priority: Priority,
    /// Whether a publisher's samples are sent at once. Otherwise what is published in quick succession shares packets: some
    /// microseconds later each, but many times as many in a second.
    #[serde(default)]
    pub express: bool,
}

impl Default for Qos {
    /// ROS 2's default: reliable, volatile, the last 10.
    fn default() -> Self {
        Self {
            reliability: Reliability::Reliable,
            durability: Durability::Volatile,
            history: History::KeepLast(10),
            deadline: None,
            lifespan: None,
            liveliness: Liveliness::Automatic,
            lease: None,
            priority: Priority::Data,
            express: false,
        }
    }
}

impl Qos {
    /// ROS 2's profile for sensors: best effort, volatile, the last 5.
    pub fn sensor_data() -> Self {
        Self { reliability: Reliability::BestEffort, history: History::KeepLast(5), ..Self::default() }
    }

    /// Reliable, and late subscribers get the last `depth` samples: maps, descriptions, static transforms.
    pub fn latched(depth: usize) -> Self {
        Self { durability: Durability::TransientLocal, history: History::KeepLast(depth), ..Self::default() }
    }

    /// The profile of an action's status topic: reliable, transient local, the last 1.
    pub fn status() -> Self {
        Self::latched(1)
    }

    /// Tells whether a publisher that offers `offered` may serve a subscriber that requests `requested`,
    /// by the rules of DDS: the offer must be at least as strong.
    pub fn compatible(offered: &Self, requested: &Self) -> Result<(), QosMismatch> {
        if (offered.reliability, requested.reliability) == (Reliability::BestEffort, Reliability::Reliable) {
            return Err(QosMismatch::Reliability);
        }
        if (offered.durability, requested.durability) == (Durability::Volatile, Durability::TransientLocal) {
            return Err(QosMismatch::Durability);
        }
        if is_longer(offered.deadline, requested.deadline) {
            return Err(QosMismatch::Deadline { offered: offered.deadline, requested: requested.deadline });
        }
        if offered.liveliness < requested.liveliness {
            return Err(QosMismatch::Liveliness);
        }
        if is_longer(offered.lease, requested.lease) {
            return Err(QosMismatch::Lease { offered: offered.lease, requested: requested.lease });
        }
        Ok(())
    }

    /// This quality of service with all that is not announced to other processes taken from `other`, so that what
    /// nobody knows is no mismatch.
    pub(crate) fn with_unannounced_of(self, other: &Self) -> Self {
        Self { reliability: self.reliability, durability: self.durability, history: self.history, ..*other }
    }
}

/// Whether a duration is longer than another; `None` is the longest.
fn is_longer(one: Option<Duration>, other: Option<Duration>) -> bool {
    other.is_some_and(|other| one.is_none_or(|one| one > other))
}

/// A duration as text, where there may be none.
struct Shown(Option<Duration>);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(duration) => write!(f, "{duration:?}"),
            None => f.write_str("none"),
        }
    }
}

/// Why a publisher cannot serve a subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QosMismatch {
    /// The reliabilities do not match.
    #[error(
        "the subscriber asks for reliable but the publisher offers best_effort; make the publisher reliable or the subscriber best_effort"
    )]
    Reliability,
    /// The durabilities do not match.
    #[error(
        "the subscriber asks for transient_local but the publisher offers volatile; make the publisher transient_local or the subscriber volatile"
    )]
    Durability,
    /// The publisher promises samples less often than the subscriber counts on.
    #[error(
        "the subscriber asks for a deadline of {} but the publisher offers {}; give the publisher a deadline that is no longer", Shown(*.requested), Shown(*.offered)
    )]
    Deadline {
        /// The publisher's deadline.
        offered: Option<Duration>,
        /// The subscriber's deadline.
        requested: Option<Duration>,
    },
    /// The kinds of liveliness do not match.
    #[error(
        "the subscriber asks for liveliness manual_by_topic but the publisher offers automatic; make the publisher manual_by_topic or the subscriber automatic"
    )]
    Liveliness,
    /// The publisher promises signs of life less often than the subscriber counts on.
    #[error(
        "the subscriber asks for a lease of {} but the publisher offers {}; give the publisher a lease that is no longer", Shown(*.requested), Shown(*.offered)
    )]
    Lease {
        /// The publisher's lease.
        offered: Option<Duration>,
        /// The subscriber's lease.
        requested: Option<Duration>,
    },
}

impl QosMismatch {
    /// The policy that does not match, as ROS names it.
    pub fn policy(&self) -> &'static str {
        match self {
            Self::Reliability => "reliability",
            Self::Durability => "durability",
            Self::Deadline { .. } => "deadline",
            Self::Liveliness => "liveliness",
            Self::Lease { .. } => "liveliness_lease_duration",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_serves_every_request_that_is_not_stronger() {
        let all = |reliability, durability| Qos { reliability, durability, ..Qos::default() };
        use Durability::{TransientLocal, Volatile};
        use Reliability::{BestEffort, Reliable};
        let table = [
            (all(Reliable, Volatile), all(Reliable, Volatile), Ok(())),
            (all(Reliable, Volatile), all(BestEffort, Volatile), Ok(())),
            (all(BestEffort, Volatile), all(BestEffort, Volatile), Ok(())),
            (all(BestEffort, Volatile), all(Reliable, Volatile), Err(QosMismatch::Reliability)),
            (all(Reliable, TransientLocal), all(Reliable, Volatile), Ok(())),
            (all(Reliable, TransientLocal), all(BestEffort, TransientLocal), Ok(())),
            (all(Reliable, Volatile), all(Reliable, TransientLocal), Err(QosMismatch::Durability)),
            (all(BestEffort, Volatile), all(BestEffort, TransientLocal), Err(QosMismatch::Durability)),
            (all(BestEffort, TransientLocal), all(Reliable, TransientLocal), Err(QosMismatch::Reliability)),
        ];
        for (offered, requested, expected) in table {
            assert_eq!(Qos::compatible(&offered, &requested), expected, "{offered:?} for {requested:?}");
        }
    }

    #[test]
    fn times_are_served_by_shorter_ones_only() {
        let ms = |ms: Option<u64>| ms.map(Duration::from_millis);
        let table = [
            (None, None, true),
            (Some(10), None, true),
            (Some(10), Some(10), true),
            (Some(9), Some(10), true),
            (Some(11), Some(10), false),
            (None, Some(10), false),
        ];
        for (offered, requested, serves) in table {
            let of = |time| Qos { deadline: ms(time), ..Qos::default() };
            assert_eq!(Qos::compatible(&of(offered), &of(requested)).is_ok(), serves, "{offered:?} {requested:?}");
            let of = |time| Qos { lease: ms(time), ..Qos::default() };
            assert_eq!(Qos::compatible(&of(offered), &of(requested)).is_ok(), serves, "{offered:?} {requested:?}");
        }
        let mismatch = QosMismatch::Deadline { offered: None, requested: ms(Some(10)) };
        assert!(mismatch.to_string().contains("a deadline of 10ms but the publisher offers none"), "{mismatch}");
    }

    #[test]
    fn an_automatic_publisher_does_not_serve_who_wants_signs_of_life() {
        let manual = Qos { liveliness: Liveliness::ManualByTopic, ..Qos::default() };
        assert_eq!(Qos::compatible(&Qos::default(), &manual), Err(QosMismatch::Liveliness));
        assert_eq!(Qos::compatible(&manual, &Qos::default()), Ok(()));
        assert_eq!(Qos::compatible(&Qos::default().with_unannounced_of(&manual), &manual), Ok(()));
    }

    #[test]
    fn the_presets_are_those_of_ros() {
        assert_eq!(Qos::default().history, History::KeepLast(10));
        assert_eq!(Qos::sensor_data().reliability, Reliability::BestEffort);
        assert_eq!(Qos::sensor_data().history.depth(), 5);
        assert_eq!(Qos::status(), Qos::latched(1));
        assert_eq!(Qos::latched(3).durability, Durability::TransientLocal);
    }

    #[test]
    fn a_history_of_nothing_keeps_one() {
        assert_eq!(History::KeepLast(0).depth(), 1);
        assert_eq!(History::KeepAll(7).depth(), 7);
    }
}
