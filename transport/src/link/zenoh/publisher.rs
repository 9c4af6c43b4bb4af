//! The remote side of a publisher.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rosactor_messages::{LoanedOctets, Payload};
use zenoh::Wait;
use zenoh::matching::MatchingListener;
use zenoh::pubsub::Publisher;
use zenoh::qos::CongestionControl;
use zenoh::sample::{Locality, SourceInfo};
use zenoh_ext::{AdvancedPublisher, AdvancedPublisherBuilderExt, CacheConfig, MissDetectionConfig};

use super::ZenohSession;
use crate::clock;
use crate::link::LinkError;
use crate::link::payload::to_zenoh;
use crate::link::pool::Pool;
use crate::qos::{Durability, Priority, Qos, Reliability};

/// How long after its declaration a publisher sends whether or not somebody is known to listen: a client of a router
/// learns of listeners only after a round trip, and the router would already forward what it sends.
const SETTLING: Duration = Duration::from_secs(2);

/// Sends a topic's samples to other sessions, never to this one.
pub(crate) struct ZenohPublisher {
    /// Before what it listens to: fields are dropped in this order, and Zenoh complains of a listener that it has ended itself.
    _listener: MatchingListener<()>,
    kind: Kind,
    entity: u32,
    matched: Arc<AtomicBool>,
    settled: AtomicBool,
    declared_at: Instant,
    pool: Arc<Pool>,
}

enum Kind {
    Volatile(Publisher<'static>),
    /// Keeps its last samples for subscribers that come late.
    TransientLocal(AdvancedPublisher<'static>),
}

impl ZenohPublisher {
    pub(crate) fn declare(link: &ZenohSession, key: &str, qos: &Qos) -> Result<Self, LinkError> {
        let congestion = match qos.reliability {
            Reliability::Reliable => CongestionControl::Block,
            Reliability::BestEffort => CongestionControl::Drop,
        };
        let kind = link.with_session(|session| {
            let builder = session
                .declare_publisher(key.to_owned())
                .congestion_control(congestion)
                .priority(priority(qos.priority))
                .express(qos.express)
                .allowed_destination(Locality::Remote);
            Ok(match qos.durability {
                Durability::Volatile => Kind::Volatile(builder.wait()?),
                // Sequence numbers keep apart what several publishers of one session keep for late subscribers.
                Durability::TransientLocal => Kind::TransientLocal(
                    builder
                        .cache(CacheConfig::default().max_samples(qos.history.depth()))
                        .sample_miss_detection(MissDetectionConfig::default())
                        .publisher_detection()
                        .wait()?,
                ),
            })
        })?;
        Self::with_listener(kind, link.pool())
    }

    fn with_listener(kind: Kind, pool: Arc<Pool>) -> Result<Self, LinkError> {
        let matched = Arc::new(AtomicBool::new(false));
        let (entity, listener) = match &kind {
            Kind::Volatile(publisher) => (publisher.id(), publisher.matching_listener()),
            Kind::TransientLocal(publisher) => (publisher.id(), publisher.matching_listener()),
        };
        let flag = Arc::clone(&matched);
        let listener = listener.callback(move |status| flag.store(status.matching(), Ordering::Release)).wait()?;
        Ok(Self {
            entity: entity.eid(),
            kind,
            matched,
            settled: AtomicBool::new(false),
            declared_at: clock::now(),
            _listener: listener,
            pool,
        })
    }

    /// The publisher's number within its session.
    pub(crate) fn entity(&self) -> u32 {
        self.entity
    }

    /// Whether a subscriber of another session is known.
    pub(crate) fn is_matched(&self) -> bool {
        self.matched.load(Ordering::Acquire)
    }

    /// Whether a sample has to be sent: somebody listens, may listen, or may come later and want it.
    pub(crate) fn wants_samples(&self) -> bool {
        if self.is_matched() || matches!(self.kind, Kind::TransientLocal(_)) {
            return true;
        }
        if self.settled.load(Ordering::Relaxed) {
            return false;
        }
        let settling = clock::now().saturating_duration_since(self.declared_at) < SETTLING;
        self.settled.store(!settling, Ordering::Relaxed);
        settling
    }

    /// Memory for a byte sequence of a sample to come.
    pub(crate) fn loan(&self, size: usize) -> LoanedOctets {
        self.pool.loan(size)
    }

    /// Sends one sample. `sequence` is the sample's number, which a subscriber can read.
    pub(crate) fn put(&self, payload: Payload, sequence: u32) -> Result<(), LinkError> {
        let payload = to_zenoh(payload, &self.pool);
        match &self.kind {
            Kind::Volatile(publisher) => {
                publisher.put(payload).source_info(SourceInfo::new(publisher.id(), sequence)).wait()?;
            }
            // It numbers its samples by itself, and as it gets every one of them, it counts as we do.
            Kind::TransientLocal(publisher) => publisher.put(payload).wait()?,
        }
        Ok(())
    }
}

fn priority(priority: Priority) -> zenoh::qos::Priority {
    use zenoh::qos::Priority as Of;
    match priority {
        Priority::RealTime => Of::RealTime,
        Priority::InteractiveHigh => Of::InteractiveHigh,
        Priority::InteractiveLow => Of::InteractiveLow,
        Priority::DataHigh => Of::DataHigh,
        Priority::Data => Of::Data,
        Priority::DataLow => Of::DataLow,
        Priority::Background => Of::Background,
    }
}
