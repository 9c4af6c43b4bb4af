//! Quality of service, in ROS 2's terms.

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
}

impl Default for Qos {
    /// ROS 2's default: reliable, volatile, the last 10.
    fn default() -> Self {
        Self { reliability: Reliability::Reliable, durability: Durability::Volatile, history: History::KeepLast(10) }
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
        Ok(())
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
