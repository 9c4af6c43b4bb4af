//! Jumps of simulated time.

use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::DeclareError;
use rosactor_transport::mailbox::TopicPolicy;

use super::{Delivered, Endpoints, Lane, Port, PortId, Step};
use crate::clock::{Clock, JumpMailbox, TimeJump};
use crate::work::Next;

/// How many jumps wait at most; of more, the oldest are forgotten.
const DEPTH: usize = 16;

/// Opens the mailbox of time jumps and its port.
pub(crate) fn jump_port<A: 'static>(
    endpoints: &mut Endpoints,
    clock: &Clock,
    least_forward: Duration,
    handler: impl Fn(&mut A, TimeJump) -> Next<A> + 'static,
) -> Result<(PortId, Port<A>), DeclareError> {
    let label = "time jumps".to_owned();
    let (port, mailbox) = endpoints.port(label.clone(), Lane::Parameters, |_, wake| {
        let mailbox = Arc::new(JumpMailbox::new(TopicPolicy::KeepLast(DEPTH), wake));
        if let Some(time) = clock.simulated() {
            time.tell_jumps(&mailbox, least_forward);
        }
        Ok(mailbox)
    })?;
    let jumps = Arc::clone(&mailbox);
    let deliver = move |actor: &mut A| {
        let (jump, more) = jumps.take()?;
        Some(Delivered { step: Step::from(handler(actor, jump.into_message())), more })
    };
    Ok((port, Port::new(label, Lane::Parameters, 1, Box::new(deliver))))
}
