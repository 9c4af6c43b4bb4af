//! The gateway's readers and writers on DDS. Each is there as long as the route that made it, or a moment longer.

use std::{ops::Deref, sync::Arc, time::Duration};

use futures_util::StreamExt;
use rosactor_transport::Qos;
use rustdds::{
    DomainParticipant, GUID, Publisher, QosPolicies, QosPolicyBuilder, RTPSEntity, Subscriber, TopicKind,
    dds::CreateResult,
    no_key::{DataReader, DataReaderStream, DataSample, DataWriter},
    policy::{Durability, History, Reliability},
};
use tokio::{runtime::Handle, sync::mpsc::UnboundedSender, time::sleep};

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

/// How long the endpoints for a ROS node's server outlive it. A node takes down its services first and then itself; Fast DDS 2.14 hangs for
/// ever if it hears in the midst of that that a reader or writer of another is gone, which was seen once in some hundred nodes.
const LINGER: Duration = Duration::from_secs(1);

fn drop_later(endpoint: impl Send + 'static) {
    // Without a runtime the whole bridge ends.
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(async move {
            sleep(LINGER).await;
            drop(endpoint);
        });
    }
}

/// Writes one topic.
pub(super) struct Writer {
    end: Arc<(DataWriter<Raw, RawAdapter>, Told)>,
    lingers: bool,
}

impl Deref for Writer {
    type Target = DataWriter<Raw, RawAdapter>;

    fn deref(&self) -> &Self::Target {
        &self.end.0
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.lingers {
            drop_later(Arc::clone(&self.end));
        }
    }
}

/// Reads one topic.
pub(super) struct Reader {
    pub(super) guid: GUID,
    /// Until it is dropped.
    end: Option<(DataReaderStream<Raw, RawAdapter>, Told)>,
    lingers: bool,
}

impl Reader {
    /// The next sample.
    pub(super) async fn next(&mut self) -> Option<Result<DataSample<Raw>, String>> {
        let (samples, _) = self.end.as_mut()?;
        Some(samples.next().await?.map_err(|error| error.to_string()))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let (true, Some(end)) = (self.lingers, self.end.take()) {
            drop_later(end);
        }
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
    lingers: bool,
}

impl Endpoints {
    pub(super) fn new(dds: &DomainParticipant, listeners: Vec<UnboundedSender<Event>>) -> CreateResult<Self> {
        let qos = QosPolicies::default();
        let (publisher, subscriber) = (dds.create_publisher(&qos)?, dds.create_subscriber(&qos)?);
        Ok(Self { dds: dds.clone(), publisher, subscriber, listeners, lingers: false })
    }

    /// Makes those for the servers of ROS nodes.
    pub(super) fn lingering(self) -> Self {
        Self { lingers: true, ..self }
    }

    pub(super) fn writer(&self, topic: &str, type_name: &str, keeps: Keeps) -> CreateResult<Writer> {
        let qos = keeps.qos(if matches!(keeps, Keeps::Last) { 1 } else { DEPTH });
        let on = self.dds.create_topic(topic.to_owned(), type_name.to_owned(), &qos, TopicKind::NoKey)?;
        let writer: DataWriter<Raw, RawAdapter> = self.publisher.create_datawriter_no_key(&on, Some(qos))?;
        let told = self.tell(writer.guid(), Side::Writer, topic, type_name);
        Ok(Writer { end: Arc::new((writer, told)), lingers: self.lingers })
    }

    pub(super) fn reader(&self, topic: &str, type_name: &str, keeps: Keeps) -> CreateResult<Reader> {
        let qos = keeps.qos(DEPTH);
        let on = self.dds.create_topic(topic.to_owned(), type_name.to_owned(), &qos, TopicKind::NoKey)?;
        let reader: DataReader<Raw, RawAdapter> = self.subscriber.create_datareader_no_key(&on, Some(qos))?;
        let told = self.tell(reader.guid(), Side::Reader, topic, type_name);
        let guid = reader.guid();
        Ok(Reader { guid, end: Some((reader.async_sample_stream(), told)), lingers: self.lingers })
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
