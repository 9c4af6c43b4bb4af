//! The remote side of a subscription.

use zenoh::Wait;
use zenoh::pubsub::Subscriber;
use zenoh::sample::{Locality, Sample, SampleKind};
use zenoh_ext::{AdvancedSubscriber, AdvancedSubscriberBuilderExt, HistoryConfig};

use super::ZenohSession;
use crate::link::{Arrival, LinkError, Receive, Received};
use crate::mailbox::PublisherId;
use crate::qos::{Durability, Qos};

/// Receives a topic's samples from other sessions, never from this one; undeclared when dropped.
pub(crate) struct ZenohSubscriber {
    _kind: Kind,
}

// Held only to be dropped.
#[allow(dead_code)]
enum Kind {
    Volatile(Subscriber<()>),
    /// Asks publishers, those that come later too, for the samples that they keep.
    TransientLocal(AdvancedSubscriber<()>),
}

impl ZenohSubscriber {
    /// `receive` is called on Zenoh's threads. If it waits, the sender is held back.
    pub(crate) fn declare(link: &ZenohSession, key: &str, qos: &Qos, receive: Receive) -> Result<Self, LinkError> {
        let own_session = link.id();
        let callback = move |sample: Sample| {
            let arrival = arrival(&sample);
            // A question for kept samples reaches this session too; its own subscribers have them already.
            let is_own = arrival.publisher.is_some_and(|publisher| publisher.session == own_session);
            if sample.kind() == SampleKind::Put && !is_own {
                receive(arrival);
            }
        };
        let kind = link.with_session(|session| {
            let builder =
                session.declare_subscriber(key.to_owned()).callback(callback).allowed_origin(Locality::Remote);
            Ok(match qos.durability {
                Durability::Volatile => Kind::Volatile(builder.wait()?),
                // No limit on the number of samples asked for: a bridge keeps one history for all writers of a topic,
                // and would answer a limit of 1 with the newest of only one of them.
                Durability::TransientLocal => {
                    Kind::TransientLocal(builder.history(HistoryConfig::default().detect_late_publishers()).wait()?)
                }
            })
        })?;
        Ok(Self { _kind: kind })
    }
}

fn arrival(sample: &Sample) -> Arrival<'_> {
    let source = sample.source_info();
    Arrival {
        payload: Received::new(sample.payload()),
        source_timestamp: sample.timestamp().map(|timestamp| timestamp.get_time().to_system_time()),
        sequence: source.map(|source| u64::from(source.source_sn())),
        publisher: source.map(|source| PublisherId {
            session: source.source_id().zid().to_le_bytes(),
            entity: source.source_id().eid(),
        }),
    }
}
