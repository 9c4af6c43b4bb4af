//! What an entry of the file becomes: an actor's shell or a supervised program, with its board.

use std::path::Path;
use std::sync::Arc;

use super::check;
use super::program::{Program, Supervised};
use super::report::Covered;
use crate::board::{ActorBoard, ActorState};
use crate::deployment::{ActorEntry, ActorKind, Diagnostic, RestartPolicy, Supervision};
use crate::registry::Actors;
use crate::shell::{ActorThreads, Events, MemberId, MemberIds, ShellAddr, ShellParts};
use crate::watch::Watches;

/// An entry of the file, with what it runs.
pub(crate) struct Member {
    pub(crate) id: MemberId,
    pub(crate) name: String,
    pub(crate) restart: RestartPolicy,
    /// By which rules it restarts alone.
    pub(crate) alone: Option<Supervision>,
    pub(crate) board: Arc<ActorBoard>,
    pub(crate) runs: Runs,
}

/// What an entry runs.
pub(crate) enum Runs {
    Actor(ShellAddr),
    Program(Supervised),
}

impl Member {
    /// As the report has it.
    pub(super) fn cover(&self, entry: &ActorEntry) -> Covered {
        Covered::new(entry, &self.board, self.shell().cloned())
    }

    pub(super) fn shell(&self) -> Option<&ShellAddr> {
        match &self.runs {
            Runs::Actor(shell) => Some(shell),
            Runs::Program(_) => None,
        }
    }

    /// Begins to deliver to an actor that has been built, or runs the program.
    pub(super) async fn begin(&self) {
        match &self.runs {
            // A shell whose thread is gone is found again at the stop.
            Runs::Actor(shell) => drop(shell.open().await),
            Runs::Program(program) => {
                // At once, and not when its task comes to it: who looks meanwhile would find it ended.
                self.board.set_state(ActorState::Running);
                program.begin();
            }
        }
    }

    /// Gives it other rules for its restarts alone, if they are others.
    pub(super) fn rule(&mut self, alone: Option<Supervision>) {
        if self.alone == alone {
            return;
        }
        self.alone.clone_from(&alone);
        match &self.runs {
            Runs::Actor(shell) => shell.rule(alone),
            Runs::Program(program) => program.rule(alone),
        }
    }
}

/// What members are made with.
pub(crate) struct Maker<'t> {
    pub(super) actors: &'t Actors,
    threads: &'t mut ActorThreads,
    events: Events,
    watches: Arc<Watches>,
    ids: MemberIds,
}

impl<'t> Maker<'t> {
    pub(super) fn new(actors: &'t Actors, threads: &'t mut ActorThreads, events: Events) -> Self {
        Self { actors, threads, events, watches: Arc::default(), ids: MemberIds::default() }
    }

    /// A number for a member that has become another one.
    pub(super) fn next_id(&mut self) -> MemberId {
        self.ids.next()
    }

    /// Makes a member, of which nothing runs yet. Relative paths start in `folder`.
    pub(super) fn make(
        &mut self,
        entry: &ActorEntry,
        thread: &str,
        alone: Option<Supervision>,
        folder: &Path,
    ) -> Result<Member, Diagnostic> {
        let (id, name) = (self.ids.next(), entry.full_name());
        let board = Arc::new(ActorBoard::watched_by(self.watches.of(&name), name.clone()));
        let runs = match &entry.kind {
            ActorKind::Exec(program) => {
                let program = Program::of_entry(entry, program, folder);
                Runs::Program(self.at_rest(id, program, alone.clone(), &board))
            }
            ActorKind::Type(kind) => {
                let factory = self.actors.get(&kind.value).ok_or_else(|| check::unknown_type(kind, self.actors))?;
                let parts = ShellParts {
                    member: id,
                    entry: Arc::new(entry.clone()),
                    thread: thread.to_owned(),
                    names: check::names(entry)?,
                    alone: alone.clone(),
                    others: Arc::clone(&self.watches),
                    board: Arc::clone(&board),
                    events: self.events.clone(),
                };
                Runs::Actor(factory.start(self.threads, parts))
            }
        };
        Ok(Member { id, name, restart: entry.restart, alone, board, runs })
    }

    /// Supervises a program that does not run yet.
    pub(super) fn at_rest(
        &self,
        id: MemberId,
        program: Program,
        alone: Option<Supervision>,
        board: &Arc<ActorBoard>,
    ) -> Supervised {
        Supervised::at_rest(program, alone, Arc::clone(board), self.events.clone(), id)
    }
}
