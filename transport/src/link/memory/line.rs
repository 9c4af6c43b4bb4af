//! The way from one process to another: what is sent first arrives first.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use super::network::{NodeId, Shared};
use crate::clock;

/// What happens when something arrives. Dropped if it does not.
pub(super) type Parcel = Box<dyn FnOnce() + Send>;

/// What is on its way between two processes.
#[derive(Default)]
pub(super) struct Line {
    under_way: VecDeque<(Instant, Parcel)>,
}

impl Shared {
    /// Sends something from one process to another, in line with what was sent before.
    pub(super) fn send(self: &Arc<Self>, from: NodeId, to: NodeId, parcel: Parcel) {
        let delay = self.state().delay(from, to);
        self.send_in_line(from, to, delay, parcel);
    }

    pub(super) fn send_in_line(self: &Arc<Self>, from: NodeId, to: NodeId, delay: Duration, parcel: Parcel) {
        let due = clock::now() + delay;
        let mut state = self.state();
        if !state.reach(from, to) {
            drop(state);
            // Outside of the lock, as it may tell its sender that nothing will come of it.
            return drop(parcel);
        }
        let line = state.lines.entry((from, to)).or_default();
        if delay.is_zero() && line.under_way.is_empty() {
            drop(state);
            return parcel();
        }
        let due = line.under_way.back().map_or(due, |(last, _)| due.max(*last));
        line.under_way.push_back((due, parcel));
        let is_first = line.under_way.len() == 1;
        drop(state);
        if is_first {
            self.spawn(pump(Arc::clone(self), from, to));
        }
    }

    /// Sends something that may be overtaken.
    pub(super) fn send_alone(self: &Arc<Self>, from: NodeId, to: NodeId, delay: Duration, parcel: Parcel) {
        let network = Arc::clone(self);
        let due = clock::now() + delay;
        self.spawn(async move {
            tokio::time::sleep_until(due.into()).await;
            if network.state().reach(from, to) {
                parcel();
            }
        });
    }

    fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(future)),
            Err(_) => tracing::error!("what is late in a network in memory needs a tokio runtime, and is lost without"),
        }
    }
}

/// Lets arrive what is on its way, until nothing is.
async fn pump(network: Arc<Shared>, from: NodeId, to: NodeId) {
    loop {
        let due = network.state().line(from, to).under_way.front().map(|(due, _)| *due);
        let Some(due) = due else { return };
        tokio::time::sleep_until(due.into()).await;
        let mut state = network.state();
        let reached = state.reach(from, to);
        let line = state.line(from, to);
        // The line may have been cleared meanwhile; whatever is in it now is younger.
        let arrived = line.under_way.front().is_some_and(|(due, _)| *due <= clock::now());
        let parcel = arrived.then(|| line.under_way.pop_front()).flatten();
        drop(state);
        if let Some((_, parcel)) = parcel.filter(|_| reached) {
            parcel();
        }
    }
}

impl super::network::State {
    fn line(&mut self, from: NodeId, to: NodeId) -> &mut Line {
        self.lines.entry((from, to)).or_default()
    }
}
