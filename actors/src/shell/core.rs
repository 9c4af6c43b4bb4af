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

use super::life::{Life, Surroundings, TaskEnd};
use super::mail::{Inbox, Mail, Notify};
use super::member::MemberId;
use super::restart::{Fault, RestartHistory};
use crate::board::{ActorBoard, ActorState};
use crate::clock;
use crate::deployment::{ActorEntry, Diagnostic, RestartPolicy, Supervision};
use crate::error::Failure;
use crate::handles::{Ending, EndingSlot};
use crate::port::{Endpoints, Ready, Turn, turn};
use crate::rosout::Rosout;
use crate::setup::{Blueprint, Declared};
use crate::watch::{Change, Watches};
use crate::{Actor, Setup};

/// Items delivered in one turn; then the other actors of the thread have theirs.
const BUDGET: usize = 16;

/// What `setup` said: what the actor consists of, and what is wrong with it.
pub(crate) struct Prepared {
    pub(crate) declared: Vec<Declared>,
    /// The full names of those it watches.
    pub(crate) watched: Vec<String>,
    pub(crate) mistakes: Vec<Diagnostic>,
}

/// Something that the deployment has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShellEvent {
    /// The actor has ended by its own wish, and stays so.
    Finished,
    /// The actor is down, and cannot mend that alone.
    Failed(Fault),
}

/// Where events go, with whom they are about.
pub(crate) type Events = UnboundedSender<(MemberId, ShellEvent)>;

/// What an actor becomes when its entry of the file has changed.
#[derive(Clone)]
pub(crate) struct Renewal {
    pub(crate) member: MemberId,
    pub(crate) entry: Arc<ActorEntry>,
    /// By which rules it may restart alone.
    pub(crate) alone: Option<Supervision>,
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

/// A shell, whatever its actor's type.
pub(crate) trait AnyShell {
    /// Runs `setup` and keeps the actor, not yet connected.
    fn prepare(&mut self) -> Prepared;

    /// Opens the endpoints of what `prepare` built.
    fn connect(&mut self, hub: Option<&Hub>) -> Result<(), String>;

    /// Begins to feed the actor, once it is in the state that the file says.
    fn open(&mut self) -> After;

    /// Feeds the actor until nothing is ready or its share is used up.
    fn turn(&mut self) -> After;

    /// Does what the oldest mail asks for.
    fn read_mail(&mut self) -> After;

    /// Which build of the actor this is, from 1.
    fn incarnation(&self) -> u64;

    /// Builds the actor anew after the back-off that the end of this incarnation was followed by.
    fn restart(&mut self, after: u64) -> After;

    /// Builds the actor anew as a part of its group. One that has ended opens its endpoints again.
    fn revive(&mut self, hub: &Hub) -> After;

    /// Builds the actor for the first time, or by another entry after `stop`, to be opened next. Endpoints that it still asks for stay
    /// open, the others are closed. If it cannot be built, that is a failure like any other.
    fn renew(&mut self, renewal: Option<Renewal>, hub: &Hub) -> (Result<(), String>, After);

    /// Gives it other rules for its restarts alone, whose count begins anew.
    fn rule(&mut self, alone: Option<Supervision>);

    /// Takes the actor down from outside. The tasks that are returned have to be waited for: what they hold (unanswered
    /// requests, executing goals) ends with them.
    fn stop(&mut self) -> JoinSet<()>;

    /// Closes the endpoints for good. After `stop`, and after its tasks have ended.
    fn close(&mut self);

    /// Test hook: the actor's next handler panics.
    fn panic_next(&mut self);
}

/// The shell of one actor.
pub(crate) struct Shell<A: Actor> {
    entry: Arc<ActorEntry>,
    names: NameContext,
    others: Arc<Watches>,
    board: Arc<ActorBoard>,
    ready: Arc<Ready>,
    inbox: Inbox<A>,
    events: Events,
    member: MemberId,
    /// Its restarts alone; `None` if every failure concerns its group.
    restarts: Option<RestartHistory>,
    span: Span,
    incarnation: u64,
    built: Option<(A, Blueprint<A>, Rc<EndingSlot>)>,
    endpoints: Option<Endpoints>,
    life: Option<Life<A>>,
    /// Taken down from outside: a restart that is still to come must not bring it back.
    stopped: bool,
    /// Built by another entry than its endpoints were opened for, so some of them may not be asked for any more.
    renewed: bool,
}

/// What a shell is made of.
pub(crate) struct ShellParts {
    pub(crate) member: MemberId,
    pub(crate) entry: Arc<ActorEntry>,
    /// The name of the thread that it lives on.
    pub(crate) thread: String,
    pub(crate) names: NameContext,
    /// By which rules it may restart alone.
    pub(crate) alone: Option<Supervision>,
    /// Those who watch the actors and programs of the deployment.
    pub(crate) others: Arc<Watches>,
    pub(crate) board: Arc<ActorBoard>,
    pub(crate) events: Events,
}

impl<A: Actor> Shell<A> {
    /// The shell, to be fed from `ready`; it calls `notify` when there is mail for it.
    pub(crate) fn build(parts: ShellParts, ready: Arc<Ready>, notify: Notify) -> Box<dyn AnyShell> {
        let ShellParts { member, entry, names, alone, others, board, events, .. } = parts;
        let restarts = alone.map(|supervision| RestartHistory::new(supervision, &entry.full_name()));
        let span = info_span!("actor", name = %entry.name.value);
        Box::new(Self {
            entry,
            names,
            board,
            ready,
            inbox: Inbox::new(notify),
            events,
            member,
            restarts,
            others,
            span,
            incarnation: 0,
            built: None,
            endpoints: None,
            life: None,
            stopped: false,
            renewed: false,
        })
    }

    /// Goes on after a piece of work.
    fn work_ended(&mut self, task: TaskEnd<A>) -> After {
        let Some(life) = &mut self.life else { return After::Nothing };
        let outcome = life.work_ended(task);
        self.settle(outcome).unwrap_or(After::Nothing)
    }

    fn build_again(&mut self, hub: Option<&Hub>) -> After {
        self.board.count_restart();
        match self.prepare_and_connect(hub) {
            Ok(()) => self.open(),
            Err(message) => self.fail(&Failure::error("setup", message.into())),
        }
    }

    fn prepare_and_connect(&mut self, hub: Option<&Hub>) -> Result<(), String> {
        let Prepared { mistakes, .. } = self.prepare();
        if let Some(mistake) = mistakes.first() {
            return Err(mistake.message.clone());
        }
        self.connect(hub)?;
        if let Some(endpoints) = self.endpoints.as_mut().filter(|_| std::mem::take(&mut self.renewed)) {
            endpoints.close_unasked();
        }
        Ok(())
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
        self.board.tell(Change::Finished);
        if self.entry.restart == RestartPolicy::Always {
            return self.restart_or_report();
        }
        self.board.set_state(ActorState::Finished);
        self.endpoints = None;
        self.report(ShellEvent::Finished);
        After::Nothing
    }

    fn fail(&mut self, failure: &Failure) -> After {
        self.span.in_scope(|| error!("{failure}"));
        if let Some(life) = self.life.take() {
            drop(life.end());
            self.board.tell(Change::Failed);
        }
        if self.entry.restart == RestartPolicy::Never {
            self.report(ShellEvent::Failed(Fault::Hopeless));
            return After::Nothing;
        }
        self.restart_or_report()
    }

    fn restart_or_report(&mut self) -> After {
        let backoff = self.restarts.as_mut().and_then(|restarts| restarts.next(clock::now()));
        match backoff {
            Some(backoff) => {
                self.span.in_scope(|| warn!("restarts in {backoff:?}"));
                After::RestartIn(backoff)
            }
            None => {
                if self.restarts.is_some() {
                    self.span.in_scope(|| error!("too many restarts in too short a time"));
                }
                self.report(ShellEvent::Failed(Fault::Failed));
                After::Nothing
            }
        }
    }

    fn report(&self, event: ShellEvent) {
        // Nobody listens any more when the deployment is already going down.
        let _ = self.events.send((self.member, event));
    }
}

impl<A: Actor> AnyShell for Shell<A> {
    fn prepare(&mut self) -> Prepared {
        self.incarnation += 1;
        let _in_span = self.span.clone().entered();
        let inbox = self.inbox.clone();
        let ending = Rc::new(EndingSlot { ending: RefCell::default(), wake: Box::new(move || inbox.put(Mail::Poke)) });
        let built = run_setup::<A>(&self.entry, &self.names, &self.board, Rc::clone(&ending));
        let (actor, blueprint, mistakes) = built;
        let (declared, watched) = (blueprint.declared.clone(), blueprint.watched.clone());
        self.built = actor.map(|actor| (actor, blueprint, ending));
        Prepared { declared, watched, mistakes }
    }

    fn connect(&mut self, hub: Option<&Hub>) -> Result<(), String> {
        let Some((actor, blueprint, ending)) = self.built.take() else { return Ok(()) };
        if let Some(hub) = hub {
            let participant = hub.participant(self.names.clone());
            let (ready, board) = (Arc::clone(&self.ready), Arc::clone(&self.board));
            self.endpoints = Some(Endpoints::new(participant, ready, board, Arc::clone(&self.others)));
        }
        let Some(endpoints) = &mut self.endpoints else { return Ok(()) };
        endpoints.rewind();
        if self.entry.rosout {
            let (node, span) = (self.entry.full_name(), &self.span);
            let opened = endpoints.handle("rosout".to_owned(), |participant| Rosout::open(participant, &node, span));
            opened.map_err(|error| error.to_string())?;
        }
        let around = Surroundings {
            incarnation: self.incarnation,
            ready: Arc::clone(&self.ready),
            inbox: self.inbox.clone(),
            span: self.span.clone(),
            ending,
        };
        let life = Life::connect(actor, blueprint, endpoints, around).map_err(|error| error.to_string())?;
        self.life = Some(life);
        Ok(())
    }

    fn open(&mut self) -> After {
        let target = self.entry.lifecycle.as_ref().and_then(|given| given.value.target());
        if let Some(life) = self.life.as_mut().filter(|life| !life.is_open()) {
            self.board.set_state(ActorState::Running);
            if self.incarnation > 1 || self.board.awaited {
                self.board.tell(Change::Restarted);
            }
            if let Err(failure) = life.open(target) {
                return self.fail(&failure);
            }
        }
        After::Nothing
    }

    fn turn(&mut self) -> After {
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

    fn read_mail(&mut self) -> After {
        match self.inbox.take() {
            Some(Mail::Ended(task)) => self.work_ended(task),
            Some(Mail::Poke) => self.settle(Ok(())).unwrap_or(After::Nothing),
            None => After::Nothing,
        }
    }

    fn incarnation(&self) -> u64 {
        self.incarnation
    }

    fn restart(&mut self, after: u64) -> After {
        if self.stopped || self.incarnation != after {
            return After::Nothing;
        }
        self.build_again(None)
    }

    fn revive(&mut self, hub: &Hub) -> After {
        self.stopped = false;
        if let Some(restarts) = &mut self.restarts {
            restarts.forget();
        }
        let closed = self.endpoints.is_none();
        self.build_again(closed.then_some(hub))
    }

    fn renew(&mut self, renewal: Option<Renewal>, hub: &Hub) -> (Result<(), String>, After) {
        if self.life.is_some() {
            // Asked once more, as nobody knew whether it was heard.
            return (Ok(()), After::Nothing);
        }
        if let Some(Renewal { member, entry, alone }) = renewal {
            (self.member, self.entry) = (member, entry);
            self.rule(alone);
            self.renewed = true;
        }
        self.stopped = false;
        // Whoever is on the way up has not ended, also if the first attempt fails.
        self.board.set_state(ActorState::Running);
        let closed = self.endpoints.is_none();
        match self.prepare_and_connect(closed.then_some(hub)) {
            Ok(()) => (Ok(()), After::Nothing),
            Err(message) => (Err(message.clone()), self.fail(&Failure::error("setup", message.into()))),
        }
    }

    fn rule(&mut self, alone: Option<Supervision>) {
        self.restarts = alone.map(|supervision| RestartHistory::new(supervision, &self.entry.full_name()));
    }

    fn stop(&mut self) -> JoinSet<()> {
        self.stopped = true;
        self.built = None;
        let Some(life) = self.life.take() else { return JoinSet::new() };
        let tasks = life.end();
        self.board.tell(Change::Stopped);
        tasks
    }

    fn close(&mut self) {
        if self.board.state() == ActorState::Running {
            self.board.set_state(ActorState::Stopped);
        }
        self.endpoints = None;
    }

    fn panic_next(&mut self) {
        if let Some(life) = &mut self.life {
            life.panic_next = true;
        }
    }
}

/// Runs `setup` once, with nothing connected, and drops what it built.
pub(crate) fn dry_run<A: Actor>(entry: &Arc<ActorEntry>, names: &NameContext) -> Prepared {
    let ending = Rc::new(EndingSlot { ending: RefCell::default(), wake: Box::new(|| ()) });
    let (_, blueprint, mistakes) = run_setup::<A>(entry, names, &ActorBoard::new(entry.full_name()), ending);
    Prepared { declared: blueprint.declared, watched: blueprint.watched, mistakes }
}

fn run_setup<A: Actor>(
    entry: &Arc<ActorEntry>,
    names: &NameContext,
    board: &ActorBoard,
    ending: Rc<EndingSlot>,
) -> (Option<A>, Blueprint<A>, Vec<Diagnostic>) {
    let (outcome, gate, time) = (board.outcome.clone(), Arc::clone(&board.gate), Arc::clone(&board.time));
    let mut setup = Setup::new(Arc::clone(entry), names.clone(), outcome, gate, ending, time);
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
