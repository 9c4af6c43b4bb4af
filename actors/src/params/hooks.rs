//! What an actor has to say of changes of its parameters.

use rosactor_transport::messages::rcl_interfaces::{Parameter, SetParametersResult};

use super::store::{Origin, Store};

type Before<A> = Box<dyn Fn(&mut A, Vec<Parameter>) -> Vec<Parameter>>;
type Check<A> = Box<dyn Fn(&mut A, &[Parameter]) -> Result<(), String>>;
type After<A> = Box<dyn Fn(&mut A, &[Parameter])>;

/// The actor's methods that are asked before, and told after a change from outside; each in the order of declaration.
pub(crate) struct Hooks<A> {
    pub(crate) before: Vec<Before<A>>,
    pub(crate) check: Vec<Check<A>>,
    pub(crate) after: Vec<After<A>>,
}

impl<A> Default for Hooks<A> {
    fn default() -> Self {
        Self { before: Vec::new(), check: Vec::new(), after: Vec::new() }
    }
}

impl<A> Hooks<A> {
    /// Makes changes that somebody else asks for: all of them, or none.
    pub(crate) fn set(&self, actor: &mut A, store: &Store, changes: Vec<Parameter>) -> SetParametersResult {
        match self.try_set(actor, store, changes) {
            Ok(()) => SetParametersResult { successful: true, ..SetParametersResult::default() },
            Err(reason) => SetParametersResult { successful: false, reason },
        }
    }

    fn try_set(&self, actor: &mut A, store: &Store, changes: Vec<Parameter>) -> Result<(), String> {
        let changes = self.before.iter().fold(changes, |changes, before| before(actor, changes));
        let staged = store.stage(&changes, Origin::Outside)?;
        self.check.iter().try_for_each(|check| check(actor, &changes))?;
        store.commit(staged);
        self.after.iter().for_each(|after| after(actor, &changes));
        Ok(())
    }
}
