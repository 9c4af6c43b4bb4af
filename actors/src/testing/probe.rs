//! What a test sees of a topic.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::messages::Message;
use rosactor_transport::{Sample, Subscription, TopicMailbox, TopicPolicy};
use tokio::sync::Notify;

use super::rig::Inside;

/// Listens to a topic. What it heard waits until it is asked for.
pub struct Probe<M: Message> {
    rig: Rc<Inside>,
    mailbox: Arc<TopicMailbox<M>>,
    arrived: Arc<Notify>,
    subscription: Subscription,
}

impl<M: Message> Probe<M> {
    pub(super) fn new(rig: Rc<Inside>, topic: &str, depth: usize) -> Self {
        let arrived = Arc::new(Notify::new());
        let notify = Arc::clone(&arrived);
        let mailbox = Arc::new(TopicMailbox::new(TopicPolicy::KeepLast(depth), Arc::new(move || notify.notify_one())));
        let subscription = rig.subscribe(topic, Arc::clone(&mailbox));
        Self { rig, mailbox, arrived, subscription }
    }

    /// The next message that is as wanted, within so much virtual time. Those before it are passed over.
    ///
    /// # Panics
    ///
    /// If none comes; the text says what came instead.
    pub fn expect(&self, within: Duration, is_wanted: impl Fn(&M) -> bool) -> M {
        let mut others = 0;
        let mut last = None;
        let wait = async {
            loop {
                while let Some(sample) = self.mailbox.pop() {
                    if is_wanted(&sample) {
                        return sample.into_message();
                    }
                    others += 1;
                    last = Some(sample);
                }
                self.arrived.notified().await;
            }
        };
        let waited = self.rig.run(async { tokio::time::timeout(within, wait).await });
        waited.unwrap_or_else(|_| {
            let topic = self.subscription.topic();
            let other = match last {
                Some(last) => format!("{others} others came, the last one {:?}", *last),
                None => "none came at all".to_owned(),
            };
            self.rig.fail(format_args!("no message as expected came on {topic} within {within:?}; {other}"))
        })
    }

    /// Lets so much virtual time pass, in which nothing must come.
    ///
    /// # Panics
    ///
    /// If something comes, or came before and was not asked for.
    pub fn expect_none(&self, during: Duration) {
        self.rig.run_for(during);
        if let Some(sample) = self.mailbox.pop() {
            let topic = self.subscription.topic();
            let more = self.mailbox.len();
            self.rig.fail(format_args!("nothing was expected on {topic}, but {:?} came, and {more} more", *sample));
        }
    }

    /// The newest message, if there is any that was not asked for yet. The others are passed over.
    pub fn latest(&self) -> Option<M> {
        self.all().pop().map(Sample::into_message)
    }

    /// Everything that was not asked for yet.
    pub fn all(&self) -> Vec<Sample<M>> {
        std::iter::from_fn(|| self.mailbox.pop()).collect()
    }
}
