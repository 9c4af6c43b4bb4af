//! Our own participant in the DDS domain, beside those of the plugin.

use std::net::{IpAddr, Ipv4Addr, ToSocketAddrs};

use futures_util::StreamExt;
use rosactor_transport::{
    Durability, Liveliness, Qos, Reliability,
    bridge_config::{BridgeConfig, Discovery},
};
use rustdds::{
    DomainParticipant, DomainParticipantBuilder, DomainParticipantStatusEvent as Status, EndpointDescription, GUID,
    QosPolicies, StatusEvented, policy,
};
use tokio::sync::mpsc::UnboundedSender;

use crate::error::BridgeError;

/// What identifies a participant, a reader or a writer on DDS. The first 12 bytes are those of the participant.
pub(crate) type Guid = [u8; 16];

/// Whether an endpoint reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// It reads.
    Reader,
    /// It writes.
    Writer,
}

/// What happens in the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Somebody has an endpoint. Of our own RustDDS tells those alone that match each other; who makes one tells of it, and of
    /// its end.
    Endpoint { guid: Guid, side: Side, topic: String, type_name: String, qos: Qos },
    /// From now on the reader gets what the writer writes.
    ReaderMatched { writer: Guid, reader: Guid },
    /// An endpoint is gone.
    EndpointLost(Guid),
    /// A participant is gone, with all that it had. Only the first 12 bytes mean something.
    ParticipantLost(Guid),
}

/// Joins the domain. Every event is told to each of the listeners.
pub(crate) fn join(
    config: &BridgeConfig,
    mut listeners: Vec<UnboundedSender<Event>>,
) -> Result<DomainParticipant, BridgeError> {
    let failed = |reason: String| BridgeError::NoDomain { domain: config.domain, reason };
    let domain = u16::try_from(config.domain).map_err(|error| failed(error.to_string()))?;
    let mut builder = DomainParticipantBuilder::new(domain);
    match &config.discovery {
        Discovery::Localhost => builder = builder.with_only_networks([Ipv4Addr::LOCALHOST]),
        Discovery::Subnet => (),
        Discovery::Peers(peers) => {
            builder = builder.with_peers(peers.iter().flat_map(|peer| addresses(peer)));
        }
    }
    let participant = builder.build().map_err(|error| failed(error.to_string()))?;
    let events = participant.status_listener();
    tokio::spawn(async move {
        // The listener keeps the participant's discovery alive no longer than somebody listens.
        let mut events = events.as_async_status_stream();
        while let Some(status) = events.next().await {
            if let Some(event) = Event::of(status) {
                tell(&mut listeners, &event);
            }
            if listeners.is_empty() {
                break;
            }
        }
    });
    Ok(participant)
}

/// The addresses of a host. RustDDS speaks IPv4 alone.
fn addresses(peer: &str) -> Vec<Ipv4Addr> {
    let found: Vec<Ipv4Addr> = match (peer, 0).to_socket_addrs() {
        Ok(found) => found
            .filter_map(|address| match address.ip() {
                IpAddr::V4(address) => Some(address),
                IpAddr::V6(_) => None,
            })
            .collect(),
        Err(error) => {
            tracing::warn!("the services and actions of {peer} are not carried, as its address is not known: {error}");
            return Vec::new();
        }
    };
    if found.is_empty() {
        tracing::warn!("the services and actions of {peer} are not carried: it needs an IPv4 address for that");
    }
    found
}

fn tell(listeners: &mut Vec<UnboundedSender<Event>>, event: &Event) {
    listeners.retain(|listener| listener.send(event.clone()).is_ok());
}

impl Event {
    fn of(status: Status) -> Option<Self> {
        let endpoint = |side, endpoint: EndpointDescription| Self::Endpoint {
            qos: quality(side, &endpoint.qos),
            guid: endpoint.guid.to_bytes(),
            side,
            topic: endpoint.topic_name,
            type_name: endpoint.type_name,
        };
        Some(match status {
            Status::ReaderDetected { reader } => endpoint(Side::Reader, reader),
            Status::WriterDetected { writer } => endpoint(Side::Writer, writer),
            Status::RemoteReaderMatched { local_writer, remote_reader } => {
                Self::ReaderMatched { writer: local_writer.to_bytes(), reader: remote_reader.to_bytes() }
            }
            Status::ReaderLost { guid, .. } | Status::WriterLost { guid, .. } => Self::EndpointLost(guid.to_bytes()),
            Status::ParticipantLost { id, .. } => {
                Self::ParticipantLost(GUID { prefix: id, ..GUID::GUID_UNKNOWN }.to_bytes())
            }
            _ => return None,
        })
    }
}

/// What an endpoint says of its quality of service. What it leaves out is as DDS has it by default; its history stays unknown, as
/// it is nobody else's business.
fn quality(side: Side, said: &QosPolicies) -> Qos {
    let reliability = match said.reliability() {
        Some(policy::Reliability::Reliable { .. }) => Reliability::Reliable,
        Some(policy::Reliability::BestEffort) => Reliability::BestEffort,
        None if side == Side::Writer => Reliability::Reliable,
        None => Reliability::BestEffort,
    };
    let durability = match said.durability() {
        None | Some(policy::Durability::Volatile) => Durability::Volatile,
        Some(_) => Durability::TransientLocal,
    };
    let finite = |duration: rustdds::Duration| (duration != rustdds::Duration::INFINITE).then(|| duration.to_std());
    let (liveliness, lease) = match said.liveliness() {
        Some(policy::Liveliness::ManualByTopic { lease_duration }) => {
            (Liveliness::ManualByTopic, finite(lease_duration))
        }
        Some(
            policy::Liveliness::Automatic { lease_duration }
            | policy::Liveliness::ManualByParticipant { lease_duration },
        ) => (Liveliness::Automatic, finite(lease_duration)),
        None => (Liveliness::Automatic, None),
    };
    let deadline = said.deadline().and_then(|policy::Deadline(deadline)| finite(deadline));
    Qos { reliability, durability, deadline, liveliness, lease, ..Qos::default() }
}
