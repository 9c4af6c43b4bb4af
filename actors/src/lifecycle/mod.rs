//! Lifecycle actors: what ROS calls a managed node. Opt-in, by [`LifecycleActor`] and [`Setup::lifecycle`](crate::Setup::lifecycle).

mod gate;
mod machine;
mod services;
#[cfg(test)]
mod tests;
mod transit;

use crate::{Actor, Result};

pub use gate::Lifecycle;
pub use machine::LifecycleState;

pub(crate) use gate::Gate;
pub(crate) use services::push;
pub(crate) use transit::{Managed, Target};

/// How a transition of a lifecycle actor went. The third way of ROS is to return an error or to panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "TransitionCallbackReturn")]
pub enum Transition {
    /// The actor is in the new state.
    Success,
    /// The actor stays in the state before. A shutdown goes on all the same.
    Failure,
}

/// An actor with ROS's lifecycle: unconfigured, inactive, active, finalized.
///
/// Others ask for transitions by the services of every managed node of ROS (`~/change_state`, `~/get_state`,
/// `~/get_available_states`, `~/get_available_transitions`, `~/get_transition_graph`), which announce themselves on
/// `~/transition_event`; so `ros2 lifecycle` works. Or the deployment file brings the actor up: `lifecycle: active`.
///
/// A transition calls the method of its name with the state before. An error or a panic in it goes to
/// [`on_error`](Self::on_error), as in rclcpp; one in any other handler ends the incarnation, as of every actor: it is built
/// anew by `setup`, is unconfigured, and brought up to the state that the file says.
///
/// Publishers made by [`Setup::lifecycle_publisher`](crate::Setup::lifecycle_publisher) send from `on_activate` to the end of
/// `on_deactivate`, `on_shutdown` or `on_error`, so that each can bring what the actor drives into a safe state. At other times
/// what they are given is counted and dropped. Subscriptions, timers, services and actions are served in every state, as in rclcpp: a
/// handler that must not act asks [`Lifecycle::is_active`].
///
/// ```
/// use rosactor::messages::std_msgs::Int64;
/// use rosactor::prelude::*;
///
/// struct Counter {
///     count: Publisher<Int64>,
/// }
///
/// impl Actor for Counter {
///     fn setup(node: &mut Setup<Self>) -> Result<Self> {
///         node.lifecycle();
///         Ok(Self { count: node.lifecycle_publisher("count") })
///     }
/// }
///
/// impl LifecycleActor for Counter {
///     fn on_activate(&mut self, _: LifecycleState) -> Result<Transition> {
///         self.count.publish(Int64 { data: 0 });
///         Ok(Transition::Success)
///     }
/// }
/// ```
#[doc(alias = "LifecycleNode")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a lifecycle actor",
    note = "implement `rosactor::LifecycleActor` for it; all its methods have defaults"
)]
pub trait LifecycleActor: Actor {
    /// From unconfigured to inactive: reads the settings, opens what is needed.
    ///
    /// # Errors
    /// Whatever broke; it goes to [`on_error`](Self::on_error). So it is with all transitions.
    fn on_configure(&mut self, before: LifecycleState) -> Result<Transition> {
        let _ = before;
        Ok(Transition::Success)
    }

    /// From inactive to active: takes up the work.
    ///
    /// # Errors
    /// See [`on_configure`](Self::on_configure).
    fn on_activate(&mut self, before: LifecycleState) -> Result<Transition> {
        let _ = before;
        Ok(Transition::Success)
    }

    /// From active to inactive: lays down the work, safely.
    ///
    /// # Errors
    /// See [`on_configure`](Self::on_configure).
    fn on_deactivate(&mut self, before: LifecycleState) -> Result<Transition> {
        let _ = before;
        Ok(Transition::Success)
    }

    /// From inactive to unconfigured: gives back what `on_configure` took.
    ///
    /// # Errors
    /// See [`on_configure`](Self::on_configure).
    fn on_cleanup(&mut self, before: LifecycleState) -> Result<Transition> {
        let _ = before;
        Ok(Transition::Success)
    }

    /// From any of the three to finalized.
    ///
    /// # Errors
    /// See [`on_configure`](Self::on_configure).
    fn on_shutdown(&mut self, before: LifecycleState) -> Result<Transition> {
        let _ = before;
        Ok(Transition::Success)
    }

    /// After an error in a transition from the state `before`: on success the actor is unconfigured, otherwise finalized, which
    /// is the default.
    ///
    /// # Errors
    /// Whatever broke; the actor is finalized.
    fn on_error(&mut self, before: LifecycleState) -> Result<Transition> {
        let _ = before;
        Ok(Transition::Failure)
    }
}
