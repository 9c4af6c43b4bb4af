//! The actor types that a deployment file may name.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

use rosactor_transport::name::NameContext;

use crate::Actor;
use crate::deployment::ActorEntry;
use crate::shell::{ActorThreads, Prepared, Shell, ShellAddr, ShellParts, dry_run};

/// Actor types by the name that a deployment file calls them by.
#[derive(Clone, Default)]
pub struct Actors {
    types: BTreeMap<String, Arc<dyn Factory>>,
}

impl Actors {
    /// No types yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a type under a name such as `"my_robot/SafetyStop"`; a type under this name is replaced.
    pub fn add<A: Actor>(&mut self, name: impl Into<String>) -> &mut Self {
        self.types.insert(name.into(), Arc::new(Of::<A>(PhantomData)));
        self
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.types.keys().map(String::as_str)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Arc<dyn Factory>> {
        self.types.get(name)
    }
}

/// Makes actors of one type.
pub(crate) trait Factory: Send + Sync {
    /// Starts the shell of a new actor.
    fn start(&self, threads: &mut ActorThreads, parts: ShellParts) -> ShellAddr;

    /// Runs `setup` once, with nothing connected.
    fn dry_run(&self, entry: &Arc<ActorEntry>, names: &NameContext) -> Prepared;
}

struct Of<A>(PhantomData<fn() -> A>);

impl<A: Actor> Factory for Of<A> {
    fn start(&self, threads: &mut ActorThreads, parts: ShellParts) -> ShellAddr {
        threads.start(parts, Shell::<A>::build)
    }

    fn dry_run(&self, entry: &Arc<ActorEntry>, names: &NameContext) -> Prepared {
        dry_run::<A>(entry, names)
    }
}
