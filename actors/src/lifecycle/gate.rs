//! What is known of a lifecycle actor's state outside of its transitions: publishers, the report, the actor itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use super::machine::LifecycleState;

/// A lifecycle actor's state, and whether its publishers send. It outlives restarts, as its count does.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    /// By its place in [`LifecycleState::ALL`].
    state: AtomicU8,
    open: AtomicBool,
    warned: AtomicBool,
    held_back: AtomicU64,
}

impl Gate {
    /// The state; `None` if the actor has no lifecycle.
    pub(crate) fn state(&self) -> Option<LifecycleState> {
        let place = usize::from(self.state.load(Ordering::Acquire));
        LifecycleState::ALL.get(place).copied().filter(|state| *state != LifecycleState::Unknown)
    }

    /// The state of an actor that has a lifecycle.
    pub(crate) fn managed_state(&self) -> LifecycleState {
        self.state().unwrap_or(LifecycleState::Unconfigured)
    }

    /// Enters a state on a way that began in `before`.
    pub(crate) fn enter(&self, state: LifecycleState, before: LifecycleState) {
        let place = LifecycleState::ALL.iter().position(|known| *known == state).unwrap_or_default();
        self.state.store(u8::try_from(place).unwrap_or_default(), Ordering::Release);
        let open = state.sends(before);
        if open && !self.open.swap(open, Ordering::AcqRel) {
            // The next closed time is warned of anew.
            self.warned.store(false, Ordering::Release);
        }
        self.open.store(open, Ordering::Release);
    }

    /// Whether a publisher may send; if not, that is counted, and the first time is warned of.
    pub(crate) fn lets_pass(&self, topic: &str) -> bool {
        let open = self.open.load(Ordering::Acquire);
        if !open {
            self.held_back.fetch_add(1, Ordering::Relaxed);
            if !self.warned.swap(true, Ordering::AcqRel) {
                tracing::warn!("messages on {topic} are not sent, as the actor is not active");
            }
        }
        open
    }

    /// How many messages were not sent because the actor was not active.
    pub(crate) fn held_back(&self) -> u64 {
        self.held_back.load(Ordering::Relaxed)
    }
}

/// The actor's own view of its lifecycle: see [`Setup::lifecycle`](crate::Setup::lifecycle).
#[derive(Clone, Debug)]
pub struct Lifecycle(Arc<Gate>);

impl Lifecycle {
    pub(crate) fn new(gate: Arc<Gate>) -> Self {
        Self(gate)
    }

    /// The present state.
    #[must_use]
    #[doc(alias = "get_current_state")]
    pub fn state(&self) -> LifecycleState {
        self.0.state().unwrap_or(LifecycleState::Unknown)
    }

    /// Whether the actor is at work.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state() == LifecycleState::Active
    }
}
