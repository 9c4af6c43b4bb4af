//! Which ports have something to deliver, the urgent ones first.
//!
//! The mailboxes of an actor are many; the actix mailbox carries at most one wake token for all of them, however much
//! arrives. A port stands here at most once, so the queue is bounded by the number of ports.

use std::collections::VecDeque;
use std::sync::{OnceLock, PoisonError};

use super::PortId;
use crate::sync::{Mutex, MutexGuard};

/// How urgent a port is. Within a lane the ports take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// The start handler: before anything that arrives.
    Start,
    /// Parameters, the lifecycle, and changes of what the actor watches: other actors, its clock.
    Parameters,
    /// Events of topics: a missed deadline must not wait for what floods the actor.
    Events,
    /// Requests and goals.
    Requests,
    /// Samples and timer beats.
    Samples,
}

const LANES: usize = 5;

/// So many more urgent items go before a lane that has something; then it has its turn. Without it a flood of requests
/// would keep samples and timers waiting for ever.
const OVERTAKEN_AT_MOST: u8 = 16;

/// The queue of ready ports. Any thread marks, the actor's own takes.
#[derive(Default)]
pub(crate) struct Ready {
    state: Mutex<State>,
    wake: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

#[derive(Default)]
struct State {
    lanes: [VecDeque<PortId>; LANES],
    queued: Vec<bool>,
    /// How often each lane had something and another went before it.
    overtaken: [u8; LANES],
    /// A wake token is on its way, or the actor is taking its turn.
    awake: bool,
}

impl Ready {
    /// Says how the actor is woken. Marks from before are kept.
    pub(crate) fn connect(&self, wake: impl Fn() + Send + Sync + 'static) {
        let _ = self.wake.set(Box::new(wake));
    }

    /// Notes that a port may have something, and wakes the actor if it sleeps.
    pub(crate) fn mark(&self, port: PortId, lane: Lane) {
        let mut state = self.state();
        if state.queued.len() <= port {
            state.queued.resize(port + 1, false);
        }
        if std::mem::replace(&mut state.queued[port], true) {
            return;
        }
        state.lanes[lane as usize].push_back(port);
        self.wake_if_asleep(state);
    }

    /// Wakes the actor if something is ready and it sleeps.
    pub(crate) fn kick(&self) {
        let state = self.state();
        if state.queued.iter().any(|queued| *queued) {
            self.wake_if_asleep(state);
        }
    }

    /// The most urgent port, or one that was overtaken too often. If there is none the actor sleeps from now on.
    pub(crate) fn take(&self) -> Option<PortId> {
        let mut state = self.state();
        let port = state.pop();
        match port {
            Some(port) => state.queued[port] = false,
            None => state.awake = false,
        }
        port
    }

    /// The actor cannot take its turn now; the marks stay.
    pub(crate) fn sleep(&self) {
        self.state().awake = false;
    }

    fn wake_if_asleep(&self, mut state: MutexGuard<'_, State>) {
        let asleep = !std::mem::replace(&mut state.awake, true);
        // Outside the lock, because waking takes locks of its own.
        drop(state);
        if asleep && let Some(wake) = self.wake.get() {
            wake();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change is one step on plain collections, so a panic leaves no half of one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn pop(&mut self) -> Option<PortId> {
        let Self { lanes, overtaken, .. } = self;
        let waiting = |lane: &usize| !lanes[*lane].is_empty();
        let starved = (0..LANES).filter(waiting).find(|lane| overtaken[*lane] >= OVERTAKEN_AT_MOST);
        let chosen = starved.or_else(|| (0..LANES).find(waiting))?;
        for lane in (chosen + 1..LANES).filter(waiting) {
            overtaken[lane] = overtaken[lane].saturating_add(1);
        }
        overtaken[chosen] = 0;
        lanes[chosen].pop_front()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn counted() -> (Ready, Arc<AtomicUsize>) {
        let ready = Ready::default();
        let wakes = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&wakes);
        ready.connect(move || {
            count.fetch_add(1, Ordering::SeqCst);
        });
        (ready, wakes)
    }

    #[test]
    fn however_many_marks_one_wake_token_is_on_its_way() {
        let (ready, wakes) = counted();
        for round in 0..1_000 {
            ready.mark(round % 3, Lane::Samples);
        }
        assert_eq!(wakes.load(Ordering::SeqCst), 1);
        assert_eq!([ready.take(), ready.take(), ready.take(), ready.take()], [Some(0), Some(1), Some(2), None]);
    }

    #[test]
    fn a_mark_after_the_last_take_wakes_again() {
        let (ready, wakes) = counted();
        ready.mark(0, Lane::Samples);
        assert_eq!((ready.take(), ready.take()), (Some(0), None));
        ready.mark(0, Lane::Samples);
        assert_eq!(wakes.load(Ordering::SeqCst), 2);
        assert_eq!(ready.take(), Some(0));
    }

    #[test]
    fn the_urgent_lanes_overtake_the_others() {
        let (ready, _) = counted();
        for (port, lane) in [Lane::Samples, Lane::Requests, Lane::Parameters, Lane::Start].into_iter().enumerate() {
            ready.mark(port, lane);
        }
        assert_eq!([ready.take(), ready.take(), ready.take(), ready.take()], [Some(3), Some(2), Some(1), Some(0)]);
    }

    #[test]
    fn a_flood_in_one_lane_starves_no_other() {
        let (ready, _) = counted();
        let lanes = [Lane::Events, Lane::Requests, Lane::Samples];
        let mut taken = [0; 3];
        for (port, lane) in lanes.into_iter().enumerate() {
            ready.mark(port, lane);
        }
        // Every port has something again at once, for ever.
        for _ in 0..1_000 {
            let port = ready.take().unwrap();
            taken[port] += 1;
            ready.mark(port, lanes[port]);
        }
        assert!(taken[0] > 800 && taken[1] > 50 && taken[2] > 50, "{taken:?}");
    }

    #[test]
    fn what_is_marked_while_the_actor_is_down_is_found_after() {
        let (ready, wakes) = counted();
        ready.mark(0, Lane::Samples);
        ready.sleep();
        ready.kick();
        assert_eq!(wakes.load(Ordering::SeqCst), 2);
        assert_eq!(ready.take(), Some(0));
    }
}
