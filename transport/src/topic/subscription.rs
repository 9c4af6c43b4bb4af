//! Subscriptions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rosactor_messages::{Message, TypeInfo};

use crate::hub::Hold;
use crate::link::{self, Arrival, LinkSubscriber};
use crate::local::{LocalSubscription, Sink};
use crate::mailbox::{Due, Monitored, Origin, Sample};
use crate::name::Name;
use crate::participant::{Announced, DeclareError, Participant};
use crate::qos::{Durability, Qos};
use crate::report::MalformedReport;
use crate::wire::EndpointKind;

/// Keeps a mailbox supplied with the samples of a topic; it ends when dropped. The mailbox and what is in it stay.
pub struct Subscription {
    topic: Name,
    // Dropped in this order: the token goes before what it announces.
    announced: Option<Announced>,
    hold: Arc<dyn Hold>,
    _link: LinkSubscriber,
    _local: Box<dyn Send + Sync>,
    qos: Qos,
    /// The mailbox, if it is one whose deadline can be watched.
    pub(crate) monitored: Option<Arc<dyn Monitored>>,
}

/// Where samples of other processes come in.
struct Inlet<M: Message> {
    sink: Arc<dyn Sink<M>>,
    /// Set when the subscription ends: a thread of Zenoh must not wait for room then.
    given_up: AtomicBool,
    report: MalformedReport,
}

impl Subscription {
    pub(crate) fn declare<M: Message>(
        participant: &Participant,
        topic: Name,
        qos: Qos,
        sink: Arc<dyn Sink<M>>,
        announced: bool,
    ) -> Result<Self, DeclareError> {
        let shared = participant.shared();
        let key = shared.profile.topic_key(&topic, M::TYPE_NAME, M::TYPE_HASH);
        let fanout = shared.registry.topic::<M>(&key).map_err(|clash| DeclareError::clash::<M>(&topic, clash))?;
        let inlet = Arc::new(Inlet {
            sink: Arc::clone(&sink),
            given_up: AtomicBool::new(false),
            report: MalformedReport::new(topic.clone(), M::TYPE_NAME),
        });
        shared.add_hold(&inlet);
        let receiver = Arc::clone(&inlet);
        let link = LinkSubscriber::declare(&shared.link, &key, &qos, move |arrival| receiver.receive(arrival))
            .map_err(|error| DeclareError::link(&topic, error))?;
        let types = TypeInfo { name: M::TYPE_NAME, hash: M::TYPE_HASH };
        let announced =
            announced.then(|| participant.announce(EndpointKind::Subscriber, &topic, types, Some(&qos))).transpose()?;
        let local: LocalSubscription<M> = fanout.subscribe(sink, qos.durability == Durability::TransientLocal);
        Ok(Self { topic, announced, hold: inlet, _link: link, _local: Box::new(local), qos, monitored: None })
    }

    /// The topic.
    pub fn topic(&self) -> &Name {
        &self.topic
    }

    /// What a watch is made of.
    pub(crate) fn parts_to_watch(&self) -> Option<(&Announced, Qos, Arc<dyn Monitored>)> {
        Some((self.announced.as_ref()?, self.qos, Arc::clone(self.monitored.as_ref()?)))
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hold.release();
    }
}

impl<M: Message> Inlet<M> {
    fn receive(&self, arrival: Arrival<'_>) {
        match arrival.payload.decode::<M>() {
            Ok(message) => {
                let origin = Origin {
                    source_timestamp: arrival.source_timestamp,
                    sequence: arrival.sequence,
                    publisher: arrival.publisher,
                    expires_at: None,
                };
                match self.sink.remote(Sample::from_origin(Arc::new(message), origin)) {
                    Ok(Due::Nothing) => {}
                    Ok(Due::Wake) => self.sink.wake(),
                    Ok(Due::WakeSoon) => {
                        let sink = Arc::clone(&self.sink);
                        link::afterwards(move || sink.wake());
                    }
                    Err(sample) => link::blocking(|| self.sink.remote_waiting(sample, &self.given_up)),
                }
            }
            Err(error) => {
                self.sink.malformed();
                self.report.note(&error);
            }
        }
    }
}

impl<M: Message> Hold for Inlet<M> {
    fn release(&self) {
        self.given_up.store(true, Ordering::Release);
        self.sink.look_again();
    }
}
