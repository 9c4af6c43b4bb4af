//! Beats of a timer.

use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::mailbox::{TopicMailbox, TopicPolicy};
use rosactor_transport::{DeclareError, Sample};

use super::{Delivered, Endpoints, Lane, Port, PortId, Step};
use crate::board::MailboxKind;
use crate::clock::{self, Clock, Due, SimTime};
use crate::setup::Period;
use crate::work::Next;

/// The mailbox of a timer: it holds one beat. A beat that was not taken before the next one came is skipped, and counted
/// as dropped.
pub(crate) type TickMailbox = TopicMailbox<()>;

/// After a stall, at most so many beats are counted one by one; it bounds the time that counting takes.
const COUNTED_AFTER_A_STALL: u32 = 100_000;

/// Beats for ever, in step with its own beginning: a late beat does not shift the following ones.
pub(crate) async fn beat(mailbox: Arc<TickMailbox>, every: Duration, clock: Clock) {
    match clock.simulated() {
        Some(time) => beat_as_heard(&mailbox, every, time).await,
        None => beat_steadily(&mailbox, every).await,
    }
}

async fn beat_steadily(mailbox: &TickMailbox, every: Duration) {
    let mut due = clock::now() + every;
    loop {
        clock::sleep_until(due).await;
        due += every * push(mailbox, every, clock::now().saturating_duration_since(due));
    }
}

/// On simulated time. When it goes back, the next beat is one period from there.
async fn beat_as_heard(mailbox: &TickMailbox, every: Duration, time: &SimTime) {
    let mut due = time.first().await + every;
    loop {
        match time.until(due).await {
            Due::Reset(now) => due = now + every,
            Due::Reached(now) => due += every * push(mailbox, every, now.saturating_sub(due)),
        }
    }
}

/// Puts in the beat that is due and those that were missed since; how many that are.
fn push(mailbox: &TickMailbox, every: Duration, late: Duration) -> u32 {
    let missed = (late.as_nanos() / every.as_nanos().max(1)).min(u128::from(COUNTED_AFTER_A_STALL));
    let beats = u32::try_from(missed).unwrap_or(COUNTED_AFTER_A_STALL) + 1;
    for _ in 0..beats {
        // A timer's mailbox always takes a beat: it keeps the last and is not closed before its timer has ended.
        let _ = mailbox.push(Sample::new(()));
    }
    beats
}

/// Opens a timer's mailbox and its port.
pub(crate) fn tick_port<A: 'static>(
    endpoints: &mut Endpoints,
    period: Period,
    handler: impl Fn(&mut A) -> Next<A> + 'static,
) -> Result<(PortId, Port<A>, Arc<TickMailbox>), DeclareError> {
    let label = format!("timer {:?}", period.every);
    let (port, mailbox) = endpoints
        .port(label.clone(), Lane::Samples, |_, wake| Ok(Arc::new(TickMailbox::new(TopicPolicy::KeepLast(1), wake))))?;
    endpoints.show(port, MailboxKind::Timer, &format!("{:?}", period.every), {
        let mailbox = Arc::clone(&mailbox);
        move || mailbox.counters()
    });
    let ticks = Arc::clone(&mailbox);
    let deliver = move |actor: &mut A| {
        let (_, more) = ticks.take()?;
        Some(Delivered { step: Step::from(handler(actor)), more })
    };
    Ok((port, Port::new(label, Lane::Samples, period.concurrent, Box::new(deliver)), Arc::clone(&mailbox)))
}
