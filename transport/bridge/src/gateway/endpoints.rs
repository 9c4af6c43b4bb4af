//! The gateway's readers and writers on DDS.

use rustdds::{
    DomainParticipant, QosPolicies, QosPolicyBuilder, TopicKind,
    dds::CreateResult,
    no_key::{DataReader, DataWriter},
    policy::{Durability, History, Reliability},
};

use crate::raw::{Raw, RawAdapter};

pub(super) type Reader = DataReader<Raw, RawAdapter>;
pub(super) type Writer = DataWriter<Raw, RawAdapter>;

/// How many samples wait for the gateway, or for a ROS node to confirm them. ROS has 10, which a burst of requests exceeds;
/// the depth is nobody else's business.
const DEPTH: i32 = 2_000;

/// The two durabilities that the parts of services and actions have. All are reliable.
#[derive(Clone, Copy)]
pub(super) enum Keeps {
    /// Nothing for those who come late.
    Nothing,
    /// The last sample.
    Last,
}

fn qos(keeps: Keeps, depth: i32) -> QosPolicies {
    let durability = match keeps {
        Keeps::Nothing => Durability::Volatile,
        Keeps::Last => Durability::TransientLocal,
    };
    QosPolicyBuilder::new()
        .reliability(Reliability::Reliable { max_blocking_time: rustdds::Duration::from_millis(500) })
        .durability(durability)
        .history(History::KeepLast { depth })
        .build()
}

/// Reads a topic.
pub(super) fn reader(dds: &DomainParticipant, topic: String, type_name: String, keeps: Keeps) -> CreateResult<Reader> {
    let qos = qos(keeps, DEPTH);
    let topic = dds.create_topic(topic, type_name, &qos, TopicKind::NoKey)?;
    dds.create_subscriber(&qos)?.create_datareader_no_key(&topic, Some(qos))
}

/// Writes a topic.
pub(super) fn writer(dds: &DomainParticipant, topic: String, type_name: String, keeps: Keeps) -> CreateResult<Writer> {
    let qos = qos(keeps, if matches!(keeps, Keeps::Last) { 1 } else { DEPTH });
    let topic = dds.create_topic(topic, type_name, &qos, TopicKind::NoKey)?;
    dds.create_publisher(&qos)?.create_datawriter_no_key(&topic, Some(qos))
}
