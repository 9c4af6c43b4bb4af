//! The gateway's readers and writers on DDS. Each is there as long as the route that made it.

use std::ops::Deref;

use futures_util::StreamExt;
use rosactor_transport::Qos;
use rustdds::{
    DomainParticipant, GUID, Publisher, QosPolicies, QosPolicyBuilder, RTPSEntity, Subscriber, TopicKind,
    dds::CreateResult,
    no_key::{DataReader, DataReaderStream, DataSample, DataWriter},
    policy::{Durability, History, Reliability},
};
use tokio::sync::mpsc::UnboundedSender;

use crate::{
    domain::{Event, Side},
    raw::{Raw, RawAdapter},
};

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

impl Keeps {
    fn qos(self, depth: i32) -> QosPolicies {
        let durability = match self {
            Self::Nothing => Durability::Volatile,
            Self::Last => Durability::TransientLocal,
        };
        QosPolicyBuilder::new()
            .reliability(Reliability::Reliable { max_blocking_time: rustdds::Duration::from_millis(500) })
            .durability(durability)
            .history(History::KeepLast { depth })
            .build()
    }
}

/// Writes one topic.
pub(super) struct Writer {
    writer: DataWriter<Raw, RawAdapter>,
    _told: Told,
}

impl Deref for Writer {
    type Target = DataWriter<Raw, RawAdapter>;

    fn deref(&self) -> &Self::Target {
        &self.writer
    }
}

/// Reads one topic.
pub(super) struct Reader {
    pub(super) guid: GUID,
    samples: DataReaderStream<Raw, RawAdapter>,
    _told: Told,
}

impl Reader {
    /// The next sample.
    pub(super) async fn next(&mut self) -> Option<Result<DataSample<Raw>, String>> {
        Some(self.samples.next().await?.map_err(|error| error.to_string()))
    }
}

/// Makes endpoints.
#[derive(Clone)]
pub(super) struct Endpoints {
    dds: DomainParticipant,
    publisher: Publisher,
    subscriber: Subscriber,
    /// They hear of every endpoint that is made, and of its end: RustDDS does not tell of our own.
    listeners: Vec<UnboundedSender<Event>>,
}

impl Endpoints {
    pub(super) fn new(dds: &DomainParticipant, listeners: Vec<UnboundedSender<Event>>) -> CreateResult<Self> {
        let qos = QosPolicies::default();
        let (publisher, subscriber) = (dds.create_publisher(&qos)?, dds.create_subscriber(&qos)?);
        Ok(Self { dds: dds.clone(), publisher, subscriber, listeners })
    }

    pub(super) fn writer(&self, topic: &str, type_name: &str, keeps: Keeps) -> CreateResult<Writer> {
        let qos = keeps.qos(if matches!(keeps, Keeps::Last) { 1 } else { DEPTH });
        let on = self.dds.create_topic(topic.to_owned(), type_name.to_owned(), &qos, TopicKind::NoKey)?;
        let writer: DataWriter<Raw, RawAdapter> = self.publisher.create_datawriter_no_key(&on, Some(qos))?;
        let told = self.tell(writer.guid(), Side::Writer, topic, type_name);
        Ok(Writer { writer, _told: told })
    }

    pub(super) fn reader(&self, topic: &str, type_name: &str, keeps: Keeps) -> CreateResult<Reader> {
        let qos = keeps.qos(DEPTH);
        let on = self.dds.create_topic(topic.to_owned(), type_name.to_owned(), &qos, TopicKind::NoKey)?;
        let reader: DataReader<Raw, RawAdapter> = self.subscriber.create_datareader_no_key(&on, Some(qos))?;
        let told = self.tell(reader.guid(), Side::Reader, topic, type_name);
        Ok(Reader { guid: reader.guid(), samples: reader.async_sample_stream(), _told: told })
    }

    fn tell(&self, guid: GUID, side: Side, topic: &str, type_name: &str) -> Told {
        let guid = guid.to_bytes();
        let (topic, type_name) = (topic.to_owned(), type_name.to_owned());
        let end = Told { end: Event::EndpointLost(guid), listeners: self.listeners.clone() };
        end.tell(&Event::Endpoint { guid, side, topic, type_name, qos: Qos::default() });
        end
    }
}

/// Tells of the end of an endpoint when it is dropped.
struct Told {
    end: Event,
    listeners: Vec<UnboundedSender<Event>>,
}

impl Told {
    fn tell(&self, event: &Event) {
        for listener in &self.listeners {
            // While the bridge ends nobody listens.
            let _ = listener.send(event.clone());
        }
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        self.tell(&self.end);
    }
}
