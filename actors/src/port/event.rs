//! Events of a topic: deadlines, liveliness, ends that do not fit.

use std::rc::Rc;
use std::sync::Arc;

use rosactor_transport::mailbox::{TopicMailbox, TopicPolicy};
use rosactor_transport::{DeclareError, Name, Sample, TopicEvent, TopicWatch};

use super::{Delivered, Endpoints, Lane, Port, PortId, Step};
use crate::board::MailboxKind;
use crate::clock;
use crate::work::Next;

/// So many events wait; of more the oldest are dropped, and counted.
const EVENTS: usize = 64;

/// The mailbox of a topic's events.
pub(crate) type EventMailbox = TopicMailbox<TopicEvent>;

/// Opens the mailbox of a topic's events and its port.
pub(crate) fn event_port<A: 'static>(
    endpoints: &mut Endpoints,
    topic: &Name,
    handler: impl Fn(&mut A, TopicEvent) -> Next<A> + 'static,
) -> Result<(PortId, Port<A>), DeclareError> {
    let (port, mailbox) = endpoints.port(format!("events {topic}"), Lane::Events, |_, wake| {
        Ok(Arc::new(EventMailbox::new(TopicPolicy::KeepLast(EVENTS), wake)))
    })?;
    endpoints.show(port, MailboxKind::Event, topic.as_str(), {
        let mailbox = Arc::clone(&mailbox);
        move || mailbox.counters()
    });
    endpoints.listen(topic.clone(), Arc::clone(&mailbox));
    let deliver = move |actor: &mut A| {
        let (event, more) = mailbox.take()?;
        Some(Delivered { step: Step::from(handler(actor, event.into_message())), more })
    };
    Ok((port, Port::new(format!("the events of {topic}"), Lane::Events, 1, Box::new(deliver))))
}

/// Watches one end of a topic for as long as its actor lives, and tells who wants to know.
pub(crate) async fn observe(watch: Rc<TopicWatch>, listeners: Vec<Arc<EventMailbox>>) {
    let mut changes = watch.changes();
    watch.begin(clock::now().into_std());
    loop {
        let (events, due) = watch.look(clock::now().into_std());
        for event in events {
            for listener in &listeners {
                // It always takes an event: it keeps the last ones, and is not closed before its actor has ended.
                let _ = listener.push(Sample::new(event.clone()));
            }
        }
        match due {
            None => changes.next().await,
            Some(due) => tokio::select! {
                // In the order of writing, not by chance: a run in the test rig has to repeat itself.
                biased;
                () = changes.next() => {}
                () = clock::sleep_until(due.into()) => {}
            },
        }
    }
}
