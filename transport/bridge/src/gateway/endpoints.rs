//! The gateway's readers and writers on DDS.
//!
//! None is ever deleted, and all are used again: Fast DDS does not understand how RustDDS says that an endpoint is gone (it
//! leaves out the hash of the key), so ROS nodes would count every one that ever was.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::{FutureExt, StreamExt};
use rustdds::{
    DomainParticipant, GUID, Publisher, QosPolicies, QosPolicyBuilder, RTPSEntity, Subscriber, TopicKind,
    dds::CreateResult,
    no_key::{DataReader, DataReaderStream, DataSample, DataWriter},
    policy::{Durability, History, Reliability},
};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::raw::{Raw, RawAdapter};

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

pub(super) type Writer = DataWriter<Raw, RawAdapter>;
type Samples = DataReaderStream<Raw, RawAdapter>;
/// A topic and its type.
type Key = (String, String);

/// A reader that nobody else has meanwhile.
pub(super) struct Reader {
    pub(super) guid: GUID,
    samples: OwnedMutexGuard<Samples>,
}

impl Reader {
    /// The next sample.
    pub(super) async fn next(&mut self) -> Option<Result<DataSample<Raw>, String>> {
        Some(self.samples.next().await?.map_err(|error| error.to_string()))
    }
}

/// All that were made.
#[derive(Default)]
struct Made {
    writers: HashMap<Key, Arc<Writer>>,
    readers: HashMap<Key, (GUID, Arc<AsyncMutex<Samples>>)>,
}

/// Makes endpoints, or finds those that were made for somebody before.
#[derive(Clone)]
pub(super) struct Endpoints {
    dds: DomainParticipant,
    publisher: Publisher,
    subscriber: Subscriber,
    made: Arc<Mutex<Made>>,
}

impl Endpoints {
    pub(super) fn new(dds: &DomainParticipant) -> CreateResult<Self> {
        let qos = QosPolicies::default();
        let (publisher, subscriber) = (dds.create_publisher(&qos)?, dds.create_subscriber(&qos)?);
        Ok(Self { dds: dds.clone(), publisher, subscriber, made: Arc::default() })
    }

    /// Writes a topic.
    pub(super) fn writer(&self, topic: &str, type_name: &str, keeps: Keeps) -> CreateResult<Arc<Writer>> {
        let key = (topic.to_owned(), type_name.to_owned());
        let mut made = self.made();
        if let Some(writer) = made.writers.get(&key) {
            return Ok(Arc::clone(writer));
        }
        let qos = keeps.qos(if matches!(keeps, Keeps::Last) { 1 } else { DEPTH });
        let topic = self.dds.create_topic(key.0.clone(), key.1.clone(), &qos, TopicKind::NoKey)?;
        let writer = Arc::new(self.publisher.create_datawriter_no_key(&topic, Some(qos))?);
        made.writers.insert(key, Arc::clone(&writer));
        Ok(writer)
    }

    /// Reads a topic, as soon as nobody else does, from now on.
    pub(super) async fn reader(&self, topic: &str, type_name: &str, keeps: Keeps) -> CreateResult<Reader> {
        let (guid, samples) = self.any_reader(topic, type_name, keeps)?;
        let mut samples = samples.lock_owned().await;
        if matches!(keeps, Keeps::Nothing) {
            // What came while nobody read.
            while samples.next().now_or_never().flatten().is_some() {}
        }
        Ok(Reader { guid, samples })
    }

    fn any_reader(&self, topic: &str, type_name: &str, keeps: Keeps) -> CreateResult<(GUID, Arc<AsyncMutex<Samples>>)> {
        let key = (topic.to_owned(), type_name.to_owned());
        let mut made = self.made();
        if let Some((guid, samples)) = made.readers.get(&key) {
            return Ok((*guid, Arc::clone(samples)));
        }
        let qos = keeps.qos(DEPTH);
        let topic = self.dds.create_topic(key.0.clone(), key.1.clone(), &qos, TopicKind::NoKey)?;
        let reader: DataReader<Raw, RawAdapter> = self.subscriber.create_datareader_no_key(&topic, Some(qos))?;
        let found = (reader.guid(), Arc::new(AsyncMutex::new(reader.async_sample_stream())));
        made.readers.insert(key, (found.0, Arc::clone(&found.1)));
        Ok(found)
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
