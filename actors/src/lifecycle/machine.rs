//! ROS's lifecycle as a table: states, transitions, and what follows what. Ids and labels are those of `rcl_lifecycle`.

use std::fmt;

use rosactor_transport::messages::lifecycle_msgs::{State, Transition, TransitionDescription};

/// A state of a lifecycle actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifecycleState {
    /// Not known; no actor is ever in it.
    Unknown,
    /// Built, but not configured.
    Unconfigured,
    /// Configured, but not at work.
    Inactive,
    /// At work.
    Active,
    /// Shut down, or broken beyond what it could mend.
    Finalized,
    /// In `on_configure`.
    Configuring,
    /// In `on_cleanup`.
    CleaningUp,
    /// In `on_shutdown`.
    ShuttingDown,
    /// In `on_activate`.
    Activating,
    /// In `on_deactivate`.
    Deactivating,
    /// In `on_error`.
    ErrorProcessing,
}

use LifecycleState::{
    Activating, Active, CleaningUp, Configuring, Deactivating, ErrorProcessing, Finalized, Inactive, ShuttingDown,
    Unconfigured, Unknown,
};

impl LifecycleState {
    /// All states, in the order in which ROS lists them.
    pub(crate) const ALL: [Self; 11] = [
        Unknown,
        Unconfigured,
        Inactive,
        Active,
        Finalized,
        Configuring,
        CleaningUp,
        ShuttingDown,
        Activating,
        Deactivating,
        ErrorProcessing,
    ];

    /// The id in `lifecycle_msgs/msg/State`.
    #[must_use]
    pub fn id(self) -> u8 {
        match self {
            Unknown => State::PRIMARY_STATE_UNKNOWN,
            Unconfigured => State::PRIMARY_STATE_UNCONFIGURED,
            Inactive => State::PRIMARY_STATE_INACTIVE,
            Active => State::PRIMARY_STATE_ACTIVE,
            Finalized => State::PRIMARY_STATE_FINALIZED,
            Configuring => State::TRANSITION_STATE_CONFIGURING,
            CleaningUp => State::TRANSITION_STATE_CLEANINGUP,
            ShuttingDown => State::TRANSITION_STATE_SHUTTINGDOWN,
            Activating => State::TRANSITION_STATE_ACTIVATING,
            Deactivating => State::TRANSITION_STATE_DEACTIVATING,
            ErrorProcessing => State::TRANSITION_STATE_ERRORPROCESSING,
        }
    }

    /// The label as ROS writes it: `unconfigured`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Unknown => "unknown",
            Unconfigured => "unconfigured",
            Inactive => "inactive",
            Active => "active",
            Finalized => "finalized",
            Configuring => "configuring",
            CleaningUp => "cleaningup",
            ShuttingDown => "shuttingdown",
            Activating => "activating",
            Deactivating => "deactivating",
            ErrorProcessing => "errorprocessing",
        }
    }

    pub(crate) fn message(self) -> State {
        State { id: self.id(), label: self.label().to_owned(), ..State::default() }
    }

    /// Whether a gated publisher sends: at work, on the way to it, and on the way from it until it is left.
    pub(crate) fn sends(self, before: Self) -> bool {
        match self {
            Active | Activating | Deactivating => true,
            // The safe state of what it drove is still to be sent.
            ShuttingDown | ErrorProcessing => before == Active,
            _ => false,
        }
    }
}

impl fmt::Display for LifecycleState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// One transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) id: u8,
    pub(crate) label: &'static str,
    pub(crate) start: LifecycleState,
    pub(crate) goal: LifecycleState,
}

const fn edge(id: u8, label: &'static str, start: LifecycleState, goal: LifecycleState) -> Edge {
    Edge { id, label, start, goal }
}

const SUCCESS: &str = "transition_success";
const FAILURE: &str = "transition_failure";
const ERROR: &str = "transition_error";

/// All transitions, in the order in which ROS lists them.
pub(crate) const GRAPH: [Edge; 25] = [
    edge(Transition::TRANSITION_CONFIGURE, "configure", Unconfigured, Configuring),
    edge(Transition::TRANSITION_ON_CONFIGURE_SUCCESS, SUCCESS, Configuring, Inactive),
    edge(Transition::TRANSITION_ON_CONFIGURE_FAILURE, FAILURE, Configuring, Unconfigured),
    edge(Transition::TRANSITION_ON_CONFIGURE_ERROR, ERROR, Configuring, ErrorProcessing),
    edge(Transition::TRANSITION_CLEANUP, "cleanup", Inactive, CleaningUp),
    edge(Transition::TRANSITION_ON_CLEANUP_SUCCESS, SUCCESS, CleaningUp, Unconfigured),
    edge(Transition::TRANSITION_ON_CLEANUP_FAILURE, FAILURE, CleaningUp, Inactive),
    edge(Transition::TRANSITION_ON_CLEANUP_ERROR, ERROR, CleaningUp, ErrorProcessing),
    edge(Transition::TRANSITION_ACTIVATE, "activate", Inactive, Activating),
    edge(Transition::TRANSITION_ON_ACTIVATE_SUCCESS, SUCCESS, Activating, Active),
    edge(Transition::TRANSITION_ON_ACTIVATE_FAILURE, FAILURE, Activating, Inactive),
    edge(Transition::TRANSITION_ON_ACTIVATE_ERROR, ERROR, Activating, ErrorProcessing),
    edge(Transition::TRANSITION_DEACTIVATE, "deactivate", Active, Deactivating),
    edge(Transition::TRANSITION_ON_DEACTIVATE_SUCCESS, SUCCESS, Deactivating, Inactive),
    edge(Transition::TRANSITION_ON_DEACTIVATE_FAILURE, FAILURE, Deactivating, Active),
    edge(Transition::TRANSITION_ON_DEACTIVATE_ERROR, ERROR, Deactivating, ErrorProcessing),
    edge(Transition::TRANSITION_UNCONFIGURED_SHUTDOWN, "shutdown", Unconfigured, ShuttingDown),
    edge(Transition::TRANSITION_INACTIVE_SHUTDOWN, "shutdown", Inactive, ShuttingDown),
    edge(Transition::TRANSITION_ACTIVE_SHUTDOWN, "shutdown", Active, ShuttingDown),
    edge(Transition::TRANSITION_ON_SHUTDOWN_SUCCESS, SUCCESS, ShuttingDown, Finalized),
    edge(Transition::TRANSITION_ON_SHUTDOWN_FAILURE, FAILURE, ShuttingDown, Finalized),
    edge(Transition::TRANSITION_ON_SHUTDOWN_ERROR, ERROR, ShuttingDown, ErrorProcessing),
    edge(Transition::TRANSITION_ON_ERROR_SUCCESS, SUCCESS, ErrorProcessing, Unconfigured),
    edge(Transition::TRANSITION_ON_ERROR_FAILURE, FAILURE, ErrorProcessing, Finalized),
    edge(Transition::TRANSITION_ON_ERROR_ERROR, ERROR, ErrorProcessing, Finalized),
];

/// How the method of a transition ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Success,
    Failure,
    Error,
}

impl Edge {
    pub(crate) fn transition(&self) -> Transition {
        Transition { id: self.id, label: self.label.to_owned(), ..Transition::default() }
    }

    pub(crate) fn description(&self) -> TransitionDescription {
        TransitionDescription {
            transition: self.transition(),
            start_state: self.start.message(),
            goal_state: self.goal.message(),
            ..TransitionDescription::default()
        }
    }
}

/// The transitions that begin in a state.
pub(crate) fn from(state: LifecycleState) -> impl Iterator<Item = &'static Edge> {
    GRAPH.iter().filter(move |edge| edge.start == state)
}

/// The transition that somebody asks for, if it begins in this state. A label goes before an id, which is 0 where a caller gives
/// only the label.
pub(crate) fn asked(state: LifecycleState, id: u8, label: &str) -> Option<&'static Edge> {
    from(state).find(|edge| if label.is_empty() { edge.id == id } else { edge.label == label })
}

/// The transition that follows when the method of a state on the way has ended.
pub(crate) fn follows(state: LifecycleState, ended: Ended) -> Option<&'static Edge> {
    let label = match ended {
        Ended::Success => SUCCESS,
        Ended::Failure => FAILURE,
        Ended::Error => ERROR,
    };
    asked(state, 0, label)
}
