//! Samples of a topic.

use std::rc::Rc;
use std::sync::Arc;

use rosactor_transport::mailbox::TopicMailbox;
use rosactor_transport::messages::Message;
use rosactor_transport::{DeclareError, Sample, Subscription, TopicWatch};

use super::{Delivered, Endpoints, Lane, Port, PortId, Step};
use crate::board::MailboxKind;
use crate::setup::Topic;
use crate::work::Next;

/// What a subscriber's handler takes: the message by value, or a [`Sample`] of it.
///
/// `Via` tells the two apart for the compiler and is inferred.
#[diagnostic::on_unimplemented(
    message = "a subscriber's handler cannot take `{Self}`",
    note = "it takes a ROS message by value, `fn(&mut self, scan: LaserScan)`, or shares it, `fn(&mut self, scan: Sample<LaserScan>)`"
)]
pub trait FromSample<Via> {
    /// The message of the topic.
    type Message: Message;

    /// Takes it from the mailbox's item.
    fn from_sample(sample: Sample<Self::Message>) -> Self;
}

/// The message by value: it is cloned if other subscribers of this process share it.
#[derive(Debug)]
pub struct ByValue;

/// The message shared with other subscribers of this process.
#[derive(Debug)]
pub struct Shared;

impl<M: Message> FromSample<ByValue> for M {
    type Message = M;

    fn from_sample(sample: Sample<M>) -> Self {
        sample.into_message()
    }
}

impl<M: Message> FromSample<Shared> for Sample<M> {
    type Message = M;

    fn from_sample(sample: Sample<M>) -> Self {
        sample
    }
}

struct Subscribed<M: Message> {
    mailbox: Arc<TopicMailbox<M>>,
    subscription: Subscription,
    watch: Option<Rc<TopicWatch>>,
}

/// Opens a subscription and its port.
pub(crate) fn topic_port<A: 'static, M: Message>(
    endpoints: &mut Endpoints,
    topic: &Topic,
    handler: impl Fn(&mut A, Sample<M>) -> Next<A> + 'static,
) -> Result<(PortId, Port<A>), DeclareError> {
    let policy = topic.mailbox_policy();
    let key = format!("subscription {} {} {:?} {policy:?}", topic.name, M::TYPE_NAME, topic.qos);
    let (port, subscribed) = endpoints.port(key, Lane::Samples, |participant, wake| {
        let mailbox = Arc::new(TopicMailbox::new(policy, wake));
        let subscription = participant.subscribe(&topic.name, topic.qos, Arc::clone(&mailbox))?;
        let watch = participant.watch_subscription(&subscription).map(Rc::new);
        Ok(Subscribed { mailbox, subscription, watch })
    })?;
    endpoints.watch(subscribed.watch.clone());
    let mailbox = Arc::clone(&subscribed.mailbox);
    endpoints.show(port, MailboxKind::Topic, subscribed.subscription.topic().as_str(), {
        let mailbox = Arc::clone(&mailbox);
        move || mailbox.counters()
    });
    let label = format!("topic {}", subscribed.subscription.topic());
    let deliver = move |actor: &mut A| {
        let (sample, more) = mailbox.take()?;
        Some(Delivered { step: Step::from(handler(actor, sample)), more })
    };
    Ok((port, Port::new(label, Lane::Samples, topic.concurrent, Box::new(deliver))))
}
