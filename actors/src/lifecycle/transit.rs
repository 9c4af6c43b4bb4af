//! Transitions of one actor: the table is followed, the actor's methods are called, and each step is announced.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use rosactor_transport::messages::lifecycle_msgs::{Transition as Asked, TransitionEvent};
use rosactor_transport::{TopicPublisher, clock};

use super::machine::{self, Edge, Ended, LifecycleState};
use super::{Gate, LifecycleActor, Transition};
use crate::Result;
use crate::deployment::LifecycleChoice;
use crate::error::Failure;

type Method<A> = fn(&mut A, LifecycleState) -> Result<Transition>;

/// The state that the deployment file brings an actor up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Inactive,
    Active,
}

impl LifecycleChoice {
    /// The state to reach, unless that is left to others.
    pub(crate) fn target(self) -> Option<Target> {
        match self {
            Self::Manual => None,
            Self::Inactive => Some(Target::Inactive),
            Self::Active => Some(Target::Active),
        }
    }
}

/// The lifecycle of one incarnation of an actor.
pub(crate) struct Managed<A> {
    pub(crate) gate: Arc<Gate>,
    pub(crate) events: Arc<OnceLock<TopicPublisher<TransitionEvent>>>,
    /// The method of a state on the way.
    method: fn(LifecycleState) -> Option<Method<A>>,
}

impl<A: LifecycleActor> Managed<A> {
    /// An actor that was just built, and is unconfigured.
    pub(crate) fn new(gate: Arc<Gate>) -> Self {
        gate.enter(LifecycleState::Unconfigured, LifecycleState::Unknown);
        Self { gate, events: Arc::default(), method: method::<A> }
    }
}

fn method<A: LifecycleActor>(state: LifecycleState) -> Option<Method<A>> {
    match state {
        LifecycleState::Configuring => Some(A::on_configure),
        LifecycleState::CleaningUp => Some(A::on_cleanup),
        LifecycleState::ShuttingDown => Some(A::on_shutdown),
        LifecycleState::Activating => Some(A::on_activate),
        LifecycleState::Deactivating => Some(A::on_deactivate),
        LifecycleState::ErrorProcessing => Some(A::on_error),
        _ => None,
    }
}

impl<A> Managed<A> {
    pub(crate) fn state(&self) -> LifecycleState {
        self.gate.managed_state()
    }

    /// Does what somebody asks for. Whether the actor is now in the state that the transition leads to.
    pub(crate) fn change(&self, actor: &mut A, asked: &Asked) -> bool {
        let before = self.state();
        match machine::asked(before, asked.id, &asked.label) {
            Some(edge) => self.go(actor, edge) == Ended::Success,
            None => {
                let name = if asked.label.is_empty() { asked.id.to_string() } else { format!("`{}`", asked.label) };
                tracing::error!("there is no transition {name} from the state {before}");
                false
            }
        }
    }

    /// Brings an actor that was just built up to a state.
    pub(crate) fn reach(&self, actor: &mut A, target: Target) -> Result<()> {
        let labels = match target {
            Target::Inactive => &["configure"][..],
            Target::Active => &["configure", "activate"][..],
        };
        for label in labels {
            let Some(edge) = machine::asked(self.state(), 0, label) else { continue };
            if self.go(actor, edge) != Ended::Success {
                return Err(format!("the transition `{label}` did not succeed, and left it {}", self.state()).into());
            }
        }
        Ok(())
    }

    /// Follows a transition to its end, and through error processing if need be. How its own method ended.
    fn go(&self, actor: &mut A, edge: &Edge) -> Ended {
        let before = edge.start;
        self.step(edge, before);
        let ended = self.call(actor, before);
        self.finish(ended, before);
        if ended == Ended::Error {
            let mended = self.call(actor, before);
            self.finish(mended, before);
        }
        ended
    }

    fn finish(&self, ended: Ended, before: LifecycleState) {
        if let Some(edge) = machine::follows(self.state(), ended) {
            self.step(edge, before);
        }
    }

    fn step(&self, edge: &Edge, before: LifecycleState) {
        self.gate.enter(edge.goal, before);
        tracing::info!("{} -> {}", edge.start, edge.goal);
        let Some(events) = self.events.get() else { return };
        let since = clock::date().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let event = TransitionEvent {
            timestamp: u64::try_from(since.as_nanos()).unwrap_or(u64::MAX),
            transition: edge.transition(),
            start_state: edge.start.message(),
            goal_state: edge.goal.message(),
            ..TransitionEvent::default()
        };
        if let Err(error) = events.publish(event) {
            tracing::debug!("a transition was not announced: {error}");
        }
    }

    /// Calls the method of the present state, which is one on the way.
    fn call(&self, actor: &mut A, before: LifecycleState) -> Ended {
        let state = self.state();
        let Some(method) = (self.method)(state) else { return Ended::Success };
        let failure = match catch_unwind(AssertUnwindSafe(|| method(actor, before))) {
            Ok(Ok(Transition::Success)) => return Ended::Success,
            Ok(Ok(Transition::Failure)) => return Ended::Failure,
            Ok(Err(error)) => Failure::error(format!("the method of the state {state}"), error),
            Err(payload) => Failure::panic(format!("the method of the state {state}"), payload.as_ref()),
        };
        tracing::error!("{failure}");
        Ended::Error
    }
}
