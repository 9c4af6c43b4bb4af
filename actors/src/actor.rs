//! The trait that makes a struct an actor.

use crate::{Result, Setup};

/// A struct that owns its state and reacts to what arrives in its mailboxes: what ROS calls a node.
///
/// The actor runs one handler at a time, so a handler has `&mut self` and needs no lock.
///
/// ```
/// use rosactor::messages::std_msgs::String as Text;
/// use rosactor::prelude::*;
///
/// struct Echo {
///     out: Publisher<Text>,
/// }
///
/// impl Actor for Echo {
///     fn setup(node: &mut Setup<Self>) -> Result<Self> {
///         node.subscribe("in", Self::on_text);
///         Ok(Self { out: node.publisher("out") })
///     }
/// }
///
/// impl Echo {
///     fn on_text(&mut self, text: Text) {
///         self.out.publish(text);
///     }
/// }
/// ```
#[doc(alias = "Node")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an actor",
    note = "implement `rosactor::Actor` for it: `fn setup(node: &mut Setup<Self>) -> Result<Self>` declares its endpoints and builds it"
)]
pub trait Actor: Sized + 'static {
    /// Declares every endpoint of the actor and builds its state.
    ///
    /// It only records: nothing is connected before the `setup` of every actor in the deployment has passed, and
    /// what a publisher is given in here is counted as unsent. A restart calls it again, so whatever the state needs
    /// (a device, a file) is opened here.
    ///
    /// # Errors
    ///
    /// Whatever keeps the actor from being built. At the start of a deployment that refuses the deployment; after
    /// a crash it counts as another failed restart.
    fn setup(node: &mut Setup<Self>) -> Result<Self>;

    /// Brings what the actor drives into a safe state: called before the actor goes down, be it by a clean stop, by
    /// finishing, after an error or panic in a handler, or because its group is restarted. Publishers still work.
    fn on_stop(&mut self) {}
}
