//! One incarnation of an actor: from `setup` to its end.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use rosactor_transport::{Alive, DeclareError, TopicWatch};
use tokio::task::JoinSet;
use tracing::{Instrument, Span};

use crate::clock::Clock;
use crate::error::Failure;
use crate::handles::{Ending, EndingSlot};
use crate::lifecycle::{Managed, Target};
use crate::port::{Delivered, End, Endpoints, EventMailbox, Port, PortId, Ready, Step, TickMailbox, beat, observe};
use crate::setup::Blueprint;
use crate::work::LocalFuture;
use crate::{Actor, Result};

use super::mail::{Inbox, Mail};

/// What the test hook's panics say.
const ASKED_FOR: &str = "a panic that a test asked for";

/// A piece of work that has ended.
pub(crate) struct TaskEnd<A> {
    /// Which incarnation began it: what an earlier one left is ignored.
    pub(crate) incarnation: u64,
    pub(crate) port: PortId,
    /// The panic's payload, if it panicked.
    pub(crate) end: Result<End<A>, Box<dyn std::any::Any + Send>>,
}

/// The actor with everything that goes down with it.
pub(crate) struct Life<A: Actor> {
    pub(crate) actor: A,
    ports: BTreeMap<PortId, Port<A>>,
    timers: Vec<(Arc<TickMailbox>, Duration, Clock)>,
    clock: Clock,
    lifecycle: Option<Rc<Managed<A>>>,
    watches: Vec<(Rc<TopicWatch>, Vec<Arc<EventMailbox>>)>,
    /// Dropped with this life: subscribers of this process hear that its publishers are not alive then.
    _alive: Alive,
    /// Work and timers; dropping the set ends them.
    tasks: JoinSet<()>,
    incarnation: u64,
    ending: Rc<EndingSlot>,
    ready: Arc<Ready>,
    inbox: Inbox<A>,
    span: Span,
    /// Whether it may be fed: nothing is delivered before the whole deployment is connected.
    open: bool,
    /// Test hook: the next handler panics, also if it is the one that work continues with.
    pub(crate) panic_next: bool,
}

/// What the shell shares with each life.
pub(crate) struct Surroundings<A> {
    pub(crate) incarnation: u64,
    pub(crate) ready: Arc<Ready>,
    pub(crate) inbox: Inbox<A>,
    pub(crate) span: Span,
    pub(crate) ending: Rc<EndingSlot>,
}

impl<A: Actor> Life<A> {
    /// Opens, or finds again, every endpoint that `setup` declared. Whoever calls it has rewound the endpoints.
    pub(crate) fn connect(
        actor: A,
        blueprint: Blueprint<A>,
        endpoints: &mut Endpoints,
        around: Surroundings<A>,
    ) -> Result<Self, DeclareError> {
        for handle in blueprint.handles {
            handle(endpoints)?;
        }
        let mut ports = BTreeMap::new();
        for plan in blueprint.ports {
            let (id, port) = plan(endpoints)?;
            ports.insert(id, port);
        }
        let mut timers = Vec::new();
        for timer in blueprint.timers {
            let (id, port, mailbox) = (timer.plan)(endpoints)?;
            ports.insert(id, port);
            timers.push((mailbox, timer.every, timer.clock));
        }
        let Surroundings { incarnation, ready, inbox, span, ending } = around;
        let (tasks, clock) = (JoinSet::new(), blueprint.clock);
        Ok(Self {
            actor,
            ports,
            timers,
            clock,
            lifecycle: blueprint.lifecycle,
            watches: endpoints.take_watches(),
            _alive: endpoints.alive(),
            tasks,
            incarnation,
            ending,
            ready,
            inbox,
            span,
            open: false,
            panic_next: false,
        })
    }

    /// Begins to deliver, once a lifecycle actor has reached its state.
    pub(crate) fn open(&mut self, target: Option<Target>) -> Result<(), Failure> {
        if let (Some(lifecycle), Some(target)) = (&self.lifecycle, target) {
            let _in_span = self.span.clone().entered();
            lifecycle.reach(&mut self.actor, target).map_err(|error| Failure::error("its lifecycle", error))?;
        }
        self.open = true;
        for (mailbox, every, clock) in self.timers.drain(..) {
            self.tasks.spawn_local(beat(mailbox, every, clock));
        }
        for (watch, listeners) in self.watches.drain(..) {
            self.tasks.spawn_local(observe(watch, listeners).instrument(self.span.clone()));
        }
        for (id, port) in &self.ports {
            self.ready.mark(*id, port.lane);
        }
        self.ready.kick();
        Ok(())
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Hands one item of a port to the actor, within its span.
    pub(crate) fn deliver(&mut self, id: PortId) -> Result<(), Failure> {
        let Some(port) = self.ports.get_mut(&id) else { return Ok(()) };
        let panic_next = &mut self.panic_next;
        let actor = &mut self.actor;
        let delivered = catch_unwind(AssertUnwindSafe(|| {
            let delivered = port.step(actor);
            if delivered.is_some() && std::mem::take(panic_next) {
                std::panic::panic_any(ASKED_FOR);
            }
            delivered
        }));
        match delivered {
            Ok(Some(Delivered { step, more })) => self.follow(id, step, more),
            Ok(None) => Ok(()),
            Err(payload) => Err(Failure::panic(format!("the handler of {}", port.label), payload.as_ref())),
        }
    }

    /// Goes on after a piece of work. One of an earlier incarnation is none of this actor's business.
    pub(crate) fn work_ended(&mut self, task: TaskEnd<A>) -> Result<(), Failure> {
        if task.incarnation != self.incarnation {
            return Ok(());
        }
        let Some(port) = self.ports.get_mut(&task.port) else { return Ok(()) };
        port.release();
        let during = format!("the work of {}", port.label);
        match task.end {
            Err(payload) => Err(Failure::panic(during, payload.as_ref())),
            Ok(End::Failed(error)) => Err(Failure::error(during, error)),
            Ok(End::Done) => self.follow(task.port, Step::Done, true),
            Ok(End::Continue(continuation)) => {
                let _in_span = self.span.clone().entered();
                let panic_next = &mut self.panic_next;
                let actor = &mut self.actor;
                let next = catch_unwind(AssertUnwindSafe(|| {
                    let next = continuation(actor);
                    if std::mem::take(panic_next) {
                        std::panic::panic_any(ASKED_FOR);
                    }
                    next
                }));
                match next {
                    Ok(next) => self.follow(task.port, next.into(), true),
                    Err(payload) => Err(Failure::panic(during, payload.as_ref())),
                }
            }
        }
    }

    /// Whether the actor said that it wants to end.
    pub(crate) fn is_ending(&self) -> bool {
        self.ending.ending.borrow().is_some()
    }

    /// How the actor wants to end, if it said so.
    pub(crate) fn ending(&self) -> Option<Ending> {
        self.ending.ending.borrow_mut().take()
    }

    /// Runs the actor's `on_stop`, then drops the actor; returns the tasks, which end when they are dropped.
    pub(crate) fn end(mut self) -> JoinSet<()> {
        let _in_span = self.span.clone().entered();
        let actor = &mut self.actor;
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| actor.on_stop())) {
            tracing::error!("{}", Failure::panic("on_stop", payload.as_ref()));
        }
        let Self { actor, ports, tasks, .. } = self;
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop((actor, ports)))) {
            tracing::error!("{}", Failure::panic("dropping the actor", payload.as_ref()));
        }
        tasks
    }

    /// What comes after an item. `more`: its mailbox may hold another one.
    fn follow(&mut self, id: PortId, step: Step<A>, more: bool) -> Result<(), Failure> {
        let Some(port) = self.ports.get_mut(&id) else { return Ok(()) };
        match step {
            Step::Done => {}
            Step::Failed(error) => return Err(Failure::error(format!("the handler of {}", port.label), error)),
            Step::Work(future) => {
                port.hold();
                self.spawn(id, future);
            }
        }
        // A held port is marked when its work has ended.
        if more
            && let Some(port) = self.ports.get(&id)
            && !port.held()
        {
            self.ready.mark(id, port.lane);
        }
        Ok(())
    }

    fn spawn(&mut self, port: PortId, future: LocalFuture<End<A>>) {
        // Tasks that have ended would otherwise pile up in the set.
        while self.tasks.try_join_next().is_some() {}
        let (inbox, incarnation) = (self.inbox.clone(), self.incarnation);
        let guarded = AssertUnwindSafe(self.clock.over(future)).catch_unwind().instrument(self.span.clone());
        self.tasks.spawn_local(async move {
            let end = guarded.await;
            inbox.put(Mail::Ended(TaskEnd { incarnation, port, end }));
        });
    }
}
