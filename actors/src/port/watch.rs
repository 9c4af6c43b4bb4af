//! What happens to others that the actor watches.

use std::sync::Arc;

use rosactor_transport::DeclareError;
use rosactor_transport::mailbox::TopicPolicy;

use super::{Delivered, Endpoints, Lane, Port, PortId, Step};
use crate::board::MailboxKind;
use crate::watch::{WatchMailbox, Watched};
use crate::work::Next;

/// Far more than the restarts that a back-off allows while a handler runs; beyond it the oldest are dropped, and counted.
const KEPT: usize = 1_000;

/// Opens a watch on the actor or program of this full name, and its port.
pub(crate) fn watch_port<A: 'static>(
    endpoints: &mut Endpoints,
    name: &str,
    handler: impl Fn(&mut A, Watched) -> Next<A> + 'static,
) -> Result<(PortId, Port<A>), DeclareError> {
    let label = format!("watch {name}");
    let watchers = endpoints.watchers_of(name);
    let (port, mailbox) = endpoints.port(label.clone(), Lane::Parameters, |_, wake| {
        let mailbox = Arc::new(WatchMailbox::new(TopicPolicy::KeepLast(KEPT), wake));
        watchers.add(&mailbox);
        Ok(Arc::clone(&mailbox))
    })?;
    endpoints.show(port, MailboxKind::Watch, name, {
        let mailbox = Arc::clone(&mailbox);
        move || mailbox.counters()
    });
    let news = Arc::clone(&mailbox);
    let deliver = move |actor: &mut A| {
        let (news, more) = news.take()?;
        Some(Delivered { step: Step::from(handler(actor, news.into_message())), more })
    };
    Ok((port, Port::new(label, Lane::Parameters, 1, Box::new(deliver))))
}
