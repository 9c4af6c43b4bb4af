//! The shell's decisions: what to feed the actor, what follows a failure. It knows no actix.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::Hub;
use rosactor_transport::name::NameContext;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;
use tracing::{Span, error, info_span, warn};

use super::arbiter::Mail;
use super::life::{Life, Surroundings, TaskEnd};
use super::restart::RestartHistory;
use crate::board::{ActorBoard, ActorState};
use crate::clock;
use crate::deployment::{ActorEntry, Diagnostic, RestartPolicy, Supervision};
use crate::error::Failure;
use crate::handles::{Ending, EndingSlot, Outcome};
use crate::port::{Endpoints, Ready, Turn, turn};
use crate::setup::{Blueprint, Declared};
use crate::{Actor, Setup};

/// Items delivered in one turn; then the other actors of the thread have theirs.
const BUDGET: usize = 16;

/// What `setup` said: what the actor consists of, and what is wrong with it.
pub(crate) struct Prepared {
    pub(crate) declared: Vec<Declared>,
    pub(crate) mistakes: Vec<Diagnostic>,
}

/// Something that the deployment has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShellEvent {
    /// The actor has ended for good.
    Ended(ActorState),
}

/// What the shell asks of the thread it lives on.
#[must_use]
pub(crate) enum After {
    /// Nothing.
    Nothing,
    /// Another turn, after the others.
    Yield,
    /// A restart, after the back-off.
    RestartIn(Duration),
}

/// The shell of one actor.
pub(crate) struct Shell<A: Actor> {
    entry: Arc<ActorEntry>,
    names: NameContext,
    board: Arc<ActorBoard>,
    ready: Arc<Ready>,
    mail: Rc<dyn Fn(Mail<A>)>,
    events: UnboundedSender<(String, ShellEvent)>,
    restarts: RestartHistory,
    span: Span,
    incarnation: u64,
    built: Option<(A, Blueprint<A>, Rc<EndingSlot>)>,
    endpoints: Option<Endpoints>,
    life: Option<Life<A>>,
    /// A restart that is still to come must not bring a stopped actor back.
    stopped: bool,
}

/// What a shell is made of.
pub(crate) struct ShellParts {
    pub(crate) entry: Arc<ActorEntry>,
    pub(crate) names: NameContext,
    pub(crate) supervision: Supervision,
    pub(crate) board: Arc<ActorBoard>,
    pub(crate) events: UnboundedSender<(String, ShellEvent)>,
}

impl<A: Actor> Shell<A> {
    pub(crate) fn new(parts: ShellParts, ready: Arc<Ready>, mail: Rc<dyn Fn(Mail<A>)>) -> Self {
        let ShellParts { entry, names, supervision, board, events } = parts;
        let span = info_span!("actor", name = %entry.name.value);
        Self {
            entry,
            names,
            board,
            ready,
            mail,
            events,
            restarts: RestartHistory::new(supervision),
            span,
            incarnation: 0,
            built: None,
            endpoints: None,
            life: None,
            stopped: false,
        }
    }

    /// Runs `setup` and keeps the actor, not yet connected.
    pub(crate) fn prepare(&mut self) -> Prepared {
        self.incarnation += 1;
        let _in_span = self.span.clone().entered();
        let mail = Rc::clone(&self.mail);
        let ending = Rc::new(EndingSlot { ending: RefCell::default(), wake: Box::new(move || mail(Mail::Poke)) });
        let built = run_setup::<A>(&self.entry, &self.names, self.board.outcome.clone(), Rc::clone(&ending));
        let (actor, blueprint, mistakes) = built;
        let declared = blueprint.declared.clone();
        self.built = actor.map(|actor| (actor, blueprint, ending));
        Prepared { declared, mistakes }
    }

    /// Opens the endpoints of what `prepare` built.
    pub(crate) fn connect(&mut self, hub: Option<&Hub>) -> Result<(), String> {
        let Some((actor, blueprint, ending)) = self.built.take() else { return Ok(()) };
        if let Some(hub) = hub {
            let participant = hub.participant(self.names.clone());
            self.endpoints = Some(Endpoints::new(participant, Arc::clone(&self.ready), Arc::clone(&self.board)));
        }
        let Some(endpoints) = &mut self.endpoints else { return Ok(()) };
        let around = Surroundings {
            incarnation: self.incarnation,
            ready: Arc::clone(&self.ready),
            mail: Rc::clone(&self.mail),
            span: self.span.clone(),
            ending,
        };
        let life = Life::connect(actor, blueprint, endpoints, around).map_err(|error| error.to_string())?;
        self.life = Some(life);
        Ok(())
    }

    /// Begins to feed the actor.
    pub(crate) fn open(&mut self) {
        if let Some(life) = &mut self.life {
            self.board.set_state(ActorState::Running);
            life.open();
        }
    }

    /// Feeds the actor until nothing is ready or its share is used up.
    pub(crate) fn turn(&mut self) -> After {
        let Some(life) = self.life.as_mut().filter(|life| life.is_open()) else {
            self.ready.sleep();
            return After::Nothing;
        };
        let in_span = self.span.enter();
        let turn = turn(&self.ready, BUDGET, |port| match life.deliver(port) {
            Ok(()) => life.is_ending().then_some(Ok(())),
            Err(failure) => Some(Err(failure)),
        });
        drop(in_span);
        match turn {
            Turn::Done => After::Nothing,
            Turn::Yield => After::Yield,
            Turn::Ended(outcome) => self.settle(outcome).unwrap_or(After::Nothing),
        }
    }

    /// Goes on after a piece of work.
    pub(crate) fn work_ended(&mut self, task: TaskEnd<A>) -> After {
        let Some(life) = &mut self.life else { return After::Nothing };
        let outcome = life.work_ended(task);
        self.settle(outcome).unwrap_or(After::Nothing)
    }

    /// Looks whether the actor wants to end.
    pub(crate) fn poke(&mut self) -> After {
        self.settle(Ok(())).unwrap_or(After::Nothing)
    }

    /// Builds the actor anew after its back-off.
    pub(crate) fn restart(&mut self) -> After {
        if self.stopped {
            return After::Nothing;
        }
        self.board.count_restart();
        let Prepared { mistakes, .. } = self.prepare();
        let outcome = match mistakes.first() {
            Some(mistake) => Err(mistake.message.clone()),
            None => self.connect(None),
        };
        match outcome {
            Ok(()) => {
                self.open();
                After::Nothing
            }
            Err(message) => self.fail(&Failure::error("setup", message.into())),
        }
    }

    /// Stops the actor from outside. The tasks that are returned have to be waited for: what they hold (unanswered
    /// requests, executing goals) ends with them.
    pub(crate) fn stop(&mut self) -> JoinSet<()> {
        self.stopped = true;
        self.built = None;
        let tasks = self.life.take().map(Life::end).unwrap_or_default();
        if self.board.state() == ActorState::Running {
            self.board.set_state(ActorState::Stopped);
        }
        tasks
    }

    /// Closes the endpoints. After `stop`, and after its tasks have ended.
    pub(crate) fn close(&mut self) {
        self.endpoints = None;
    }

    /// Test hook: the actor's next handler panics.
    pub(crate) fn panic_next(&mut self) {
        if let Some(life) = &mut self.life {
            life.panic_next = true;
        }
    }

    /// What follows a handler: `None` if the actor lives on.
    fn settle(&mut self, outcome: Result<(), Failure>) -> Option<After> {
        match outcome {
            Err(failure) => Some(self.fail(&failure)),
            Ok(()) => match self.life.as_ref().and_then(Life::ending)? {
                Ending::Finished => Some(self.finish()),
                Ending::Failed(error) => Some(self.fail(&Failure::error("the actor itself", error))),
            },
        }
    }

    fn finish(&mut self) -> After {
        drop(self.life.take().map(Life::end));
        if self.entry.restart == RestartPolicy::Always {
            return self.restart_or(ActorState::Finished);
        }
        self.end_for_good(ActorState::Finished)
    }

    fn fail(&mut self, failure: &Failure) -> After {
        self.span.in_scope(|| error!("{failure}"));
        drop(self.life.take().map(Life::end));
        if self.entry.restart == RestartPolicy::Never {
            return self.end_for_good(ActorState::Failed);
        }
        self.restart_or(ActorState::Failed)
    }

    fn restart_or(&mut self, state: ActorState) -> After {
        match self.restarts.next(clock::now()) {
            Some(backoff) => {
                self.span.in_scope(|| warn!("restarts in {backoff:?}"));
                After::RestartIn(backoff)
            }
            None => {
                self.span.in_scope(|| error!("its supervisor gives up: too many restarts in too short a time"));
                self.end_for_good(state)
            }
        }
    }

    fn end_for_good(&mut self, state: ActorState) -> After {
        self.board.set_state(state);
        self.endpoints = None;
        // Nobody listens any more when the deployment is already going down.
        let _ = self.events.send((self.entry.name.value.clone(), ShellEvent::Ended(state)));
        After::Nothing
    }
}

/// Runs `setup` once, with nothing connected, and drops what it built.
pub(crate) fn dry_run<A: Actor>(entry: &Arc<ActorEntry>, names: &NameContext) -> Prepared {
    let ending = Rc::new(EndingSlot { ending: RefCell::default(), wake: Box::new(|| ()) });
    let (_, blueprint, mistakes) = run_setup::<A>(entry, names, Outcome::default(), ending);
    Prepared { declared: blueprint.declared, mistakes }
}

fn run_setup<A: Actor>(
    entry: &Arc<ActorEntry>,
    names: &NameContext,
    outcome: Outcome,
    ending: Rc<EndingSlot>,
) -> (Option<A>, Blueprint<A>, Vec<Diagnostic>) {
    let mut setup = Setup::new(Arc::clone(entry), names.clone(), outcome, ending);
    let built = catch_unwind(AssertUnwindSafe(|| A::setup(&mut setup)));
    let (blueprint, mut mistakes) = setup.finish();
    let failure = match built {
        Ok(Ok(actor)) => return (Some(actor), blueprint, mistakes),
        Ok(Err(error)) => Failure::error("setup", error),
        Err(payload) => Failure::panic("setup", payload.as_ref()),
    };
    let message = format!("{} cannot be built: {failure}", entry.name.value);
    mistakes.push(Diagnostic::at(entry.name.location, message));
    (None, blueprint, mistakes)
}
