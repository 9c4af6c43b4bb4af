//! What every participant of ROS tells about its nodes, in the topic `ros_discovery_info`: which endpoints are whose.

use rosactor_transport::{
    bridge_config::Distro,
    messages::{DecodeError, EncodeError, serde_cdr},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::domain::Guid;

/// The topic's name on DDS.
pub(crate) const TOPIC: &str = "ros_discovery_info";
/// Its type.
pub(crate) const TYPE: &str = "rmw_dds_common::msg::dds_::ParticipantEntitiesInfo_";

/// The nodes of one participant. A later message replaces the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Info {
    pub(crate) participant: Guid,
    pub(crate) nodes: Vec<Node>,
}

/// One node, and what it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) readers: Vec<Guid>,
    pub(crate) writers: Vec<Guid>,
}

impl Info {
    /// The message's bytes, with their 4-byte header.
    pub(crate) fn encode(&self, distro: Distro) -> Result<Vec<u8>, EncodeError> {
        match distro {
            Distro::Humble => serde_cdr::encode(&Wire::<[u8; 24]>::from(self)),
            _ => serde_cdr::encode(&Wire::<Guid>::from(self)),
        }
    }

    /// Reads what may come from anybody.
    pub(crate) fn decode(bytes: &[u8], distro: Distro) -> Result<Self, DecodeError> {
        match distro {
            Distro::Humble => serde_cdr::decode::<Wire<[u8; 24]>>(bytes).map(Self::from),
            _ => serde_cdr::decode::<Wire<Guid>>(bytes).map(Self::from),
        }
    }
}

/// An identifier as it is sent: of 16 bytes, but of 24 in Humble, whose last 8 are zero.
trait Gid: Serialize + DeserializeOwned {
    fn of(guid: Guid) -> Self;
    fn guid(&self) -> Guid;
}

impl Gid for Guid {
    fn of(guid: Guid) -> Self {
        guid
    }

    fn guid(&self) -> Guid {
        *self
    }
}

impl Gid for [u8; 24] {
    fn of(guid: Guid) -> Self {
        let mut gid = [0; 24];
        gid[..16].copy_from_slice(&guid);
        gid
    }

    fn guid(&self) -> Guid {
        std::array::from_fn(|at| self[at])
    }
}

/// `rmw_dds_common/msg/ParticipantEntitiesInfo`.
#[derive(Serialize, Deserialize)]
#[serde(bound = "G: Gid")]
struct Wire<G> {
    gid: G,
    node_entities_info_seq: Vec<WireNode<G>>,
}

/// `rmw_dds_common/msg/NodeEntitiesInfo`.
#[derive(Serialize, Deserialize)]
#[serde(bound = "G: Gid")]
struct WireNode<G> {
    node_namespace: String,
    node_name: String,
    reader_gid_seq: Vec<G>,
    writer_gid_seq: Vec<G>,
}

impl<G: Gid> From<&Info> for Wire<G> {
    fn from(info: &Info) -> Self {
        let gids = |guids: &[Guid]| guids.iter().map(|guid| G::of(*guid)).collect();
        let node = |node: &Node| WireNode {
            node_namespace: node.namespace.clone(),
            node_name: node.name.clone(),
            reader_gid_seq: gids(&node.readers),
            writer_gid_seq: gids(&node.writers),
        };
        Self { gid: G::of(info.participant), node_entities_info_seq: info.nodes.iter().map(node).collect() }
    }
}

impl<G: Gid> From<Wire<G>> for Info {
    fn from(wire: Wire<G>) -> Self {
        let guids = |gids: &[G]| gids.iter().map(G::guid).collect();
        let node = |node: WireNode<G>| Node {
            readers: guids(&node.reader_gid_seq),
            writers: guids(&node.writer_gid_seq),
            namespace: node.node_namespace,
            name: node.node_name,
        };
        Self { participant: wire.gid.guid(), nodes: wire.node_entities_info_seq.into_iter().map(node).collect() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn info() -> Info {
        let node = |name: &str, readers: &[u8], writers: &[u8]| Node {
            namespace: "/robot1".to_owned(),
            name: name.to_owned(),
            readers: readers.iter().map(|byte| [*byte; 16]).collect(),
            writers: writers.iter().map(|byte| [*byte; 16]).collect(),
        };
        Info { participant: [7; 16], nodes: vec![node("nav", &[1, 2], &[3]), node("idle", &[], &[])] }
    }

    #[test]
    fn what_is_written_is_read_in_every_release() {
        for distro in Distro::ALL {
            let bytes = info().encode(distro).unwrap();
            assert_eq!(Info::decode(&bytes, distro).unwrap(), info(), "{distro}");
        }
    }

    /// As a node `lister` of Jazzy's rclpy wrote it, less its list of endpoints.
    #[test]
    fn the_bytes_are_those_of_ros() {
        let mut bytes = vec![0, 1, 0, 0];
        bytes.extend([9; 16]);
        bytes.extend([1, 0, 0, 0]);
        bytes.extend(*b"\x02\0\0\0/\0\0\0");
        bytes.extend(*b"\x07\0\0\0lister\0\0");
        bytes.extend([0, 0, 0, 0]);
        bytes.extend([1, 0, 0, 0]);
        bytes.extend([5; 16]);
        let node =
            Node { namespace: "/".to_owned(), name: "lister".to_owned(), readers: vec![], writers: vec![[5; 16]] };
        let info = Info { participant: [9; 16], nodes: vec![node] };
        assert_eq!(info.encode(Distro::Jazzy).unwrap(), bytes);
        let humble = info.encode(Distro::Humble).unwrap();
        assert_eq!(humble.len(), bytes.len() + 2 * 8);
    }

    #[test]
    fn broken_messages_are_refused() {
        let good = info().encode(Distro::Jazzy).unwrap();
        for length in 0..good.len() {
            assert!(Info::decode(&good[..length], Distro::Jazzy).is_err(), "{length}");
        }
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0xff;
            let _ = Info::decode(&bad, Distro::Jazzy);
        }
        // Four thousand million nodes in eight bytes.
        let mut bad = good[..20].to_vec();
        bad.extend([0xff; 8]);
        assert!(Info::decode(&bad, Distro::Jazzy).is_err());
    }
}
