//! What an actor declares in `setup`.

mod blueprint;
mod options;
mod overrides;
mod param_services;
mod refusals;
mod time;

use std::rc::Rc;
use std::sync::Arc;

use rosactor_transport::TopicEvent;
use rosactor_transport::messages::rcl_interfaces::Parameter;
use rosactor_transport::messages::{Action, ActionGoal, Message, Service, ServiceRequest};
use rosactor_transport::name::NameContext;

pub use options::{ActionName, Period, ServiceName, Topic, action, period, service, topic};

pub(crate) use blueprint::{Blueprint, Declared, EndpointKind, HandlePlan, Timer};

use crate::clock::{Clock, SimTime};
use crate::deployment::{ActorEntry, Diagnostic, Located, Location, MailboxOverride, ParamValue};
use crate::handles::{ActionClient, Client, Control, EndingSlot, Graph, Late, Outcome, Publisher};
use crate::lifecycle::{self, Gate, Lifecycle, LifecycleActor, Managed};
use crate::params::{Hooks, Param, ParamSpec, ParamType, Store};
use crate::pool::Pool;
use crate::port::{
    FromSample, GoalRequest, IntoGoalWork, IntoReply, event_port, goal_port, request_port, start_port, tick_port,
    topic_port, watch_port,
};
use crate::watch::Watched;
use crate::work::IntoNext;

/// Records what an actor consists of. A verb takes a handler, a noun returns a handle.
///
/// Nothing is connected by it. All mistakes of one `setup`, such as names that ROS does not allow, are reported together.
pub struct Setup<A> {
    entry: Arc<ActorEntry>,
    names: NameContext,
    /// The same names without the file's remapping: what the file calls an endpoint by.
    written: NameContext,
    outcome: Outcome,
    gate: Arc<Gate>,
    ending: Rc<EndingSlot>,
    blueprint: Blueprint<A>,
    params: Arc<Store>,
    hooks: Hooks<A>,
    clock: Clock,
    mistakes: Vec<Diagnostic>,
}

impl<A: 'static> Setup<A> {
    /// Begins the declaration of the actor of this entry.
    pub(crate) fn new(
        entry: Arc<ActorEntry>,
        names: NameContext,
        outcome: Outcome,
        gate: Arc<Gate>,
        ending: Rc<EndingSlot>,
        time: Arc<SimTime>,
    ) -> Self {
        let written = NameContext { remaps: Vec::new(), ..names.clone() };
        let params = Store::new(names.node_name().to_string());
        let mut setup = Self {
            entry,
            names,
            written,
            outcome,
            gate,
            ending,
            blueprint: Blueprint::default(),
            params,
            hooks: Hooks::default(),
            clock: Clock::default(),
            mistakes: Vec::new(),
        };
        setup.choose_clock(time);
        setup
    }

    /// Ends the declaration: what was declared, and what is wrong with it.
    pub(crate) fn finish(mut self) -> (Blueprint<A>, Vec<Diagnostic>) {
        self.refuse_what_does_not_fit();
        time::push(&mut self.blueprint, &self.clock);
        param_services::push(&mut self.blueprint, &self.params, self.hooks);
        (self.blueprint, self.mistakes)
    }

    /// The actor's name, without its namespace.
    #[must_use]
    #[doc(alias = "get_name")]
    pub fn name(&self) -> &str {
        &self.entry.name.value
    }

    /// The actor's namespace; `/` at the root.
    #[must_use]
    #[doc(alias = "get_namespace")]
    pub fn namespace(&self) -> &str {
        &self.entry.namespace
    }

    /// Hands the samples of a topic to a method of the actor: by value or as [`Sample`](crate::Sample).
    #[doc(alias = "create_subscription")]
    pub fn subscribe<T, Via, R>(&mut self, topic: impl Into<Topic>, handler: impl Fn(&mut A, T) -> R + 'static)
    where
        T: FromSample<Via>,
        R: IntoNext<A>,
    {
        let mut topic = topic.into();
        if let Some(overrides) = self.mailbox_override(&topic.name) {
            apply(&overrides, &mut topic);
        }
        let declared = Declared::topic::<T::Message>(EndpointKind::Subscription, &topic.name, topic.qos);
        if self.declare(declared) {
            self.blueprint.ports.push(Box::new(move |endpoints| {
                topic_port(endpoints, &topic, move |actor, sample| handler(actor, T::from_sample(sample)).into_next())
            }));
        }
    }

    /// Tells a method of the actor what happens to the ends of a topic that the actor subscribes or publishes: a missed
    /// deadline, a publisher that is not alive any more, an opposite end that does not fit. Events go before requests and
    /// samples. Up to 64 wait; of more the oldest are dropped.
    #[doc(alias = "SubscriptionEventCallbacks")]
    #[doc(alias = "PublisherEventCallbacks")]
    pub fn on_topic_event<R: IntoNext<A>>(
        &mut self,
        topic: impl AsRef<str>,
        handler: impl Fn(&mut A, TopicEvent) -> R + 'static,
    ) {
        match self.names.resolve_topic(topic.as_ref()) {
            Ok(name) => {
                self.blueprint.listened.push(name.clone());
                self.blueprint.ports.push(Box::new(move |endpoints| {
                    event_port(endpoints, &name, move |actor, event| handler(actor, event).into_next())
                }));
            }
            Err(error) => self.mistake(format!("{} cannot hear of events: {error}", self.name())),
        }
    }

    /// A handle to the graph: who publishes, subscribes, serves and calls what.
    pub fn graph(&mut self) -> Graph {
        let late = Late::new();
        let handle = Graph::new(self.names.clone(), late.clone());
        self.blueprint.handles.push(Box::new(move |endpoints| {
            let graph = endpoints.handle("graph".to_owned(), |participant| Ok(participant.graph()))?;
            late.bind((*graph).clone());
            Ok(())
        }));
        handle
    }

    /// The name on the graph of a topic, service or action that the actor calls `name`: in its namespace, and renamed by
    /// the file's rules, but for those that are for topics or services only.
    ///
    /// # Errors
    ///
    /// The name breaks a rule of ROS.
    #[doc(alias = "resolve_topic_name")]
    #[doc(alias = "resolve_service_name")]
    pub fn resolve(&self, name: &str) -> crate::Result<String> {
        Ok(self.names.resolve(name)?.to_string())
    }

    /// Answers the requests to a service with a method of the actor.
    #[doc(alias = "create_service")]
    pub fn serve<Q, R>(&mut self, service: impl Into<ServiceName>, handler: impl Fn(&mut A, Q) -> R + 'static)
    where
        Q: ServiceRequest,
        R: IntoReply<<Q::Service as Service>::Response>,
    {
        let mut service = service.into();
        if let Some(overrides) = self.mailbox_override(&service.name) {
            overrides::service(&overrides.value, &mut service);
        }
        if self.declare(Declared::service::<Q::Service>(EndpointKind::Server, &service.name)) {
            self.blueprint.ports.push(Box::new(move |endpoints| {
                request_port::<A, Q::Service>(endpoints, &service, move |actor, request| {
                    handler(actor, request).into_reply()
                })
            }));
        }
    }

    /// Performs the goals of an action with a method of the actor.
    #[doc(alias = "ActionServer")]
    pub fn perform<G, R>(
        &mut self,
        action: impl Into<ActionName>,
        handler: impl Fn(&mut A, GoalRequest<G>) -> R + 'static,
    ) where
        G: Action,
        G::Goal: ActionGoal,
        R: IntoGoalWork<G>,
    {
        self.perform_if(action, |_, _| true, handler);
    }

    /// As [`perform`](Self::perform), with a method that says which goals are taken at all. It is asked before the goal is
    /// accepted, also under the policies that accept a goal before its handler has its turn (`preempt`, `queue`).
    #[doc(alias = "goal_callback")]
    #[doc(alias = "handle_goal")]
    pub fn perform_if<G, R>(
        &mut self,
        action: impl Into<ActionName>,
        admit: impl Fn(&mut A, &G::Goal) -> bool + 'static,
        handler: impl Fn(&mut A, GoalRequest<G>) -> R + 'static,
    ) where
        G: Action,
        G::Goal: ActionGoal,
        R: IntoGoalWork<G>,
    {
        let mut action = action.into();
        if let Some(overrides) = self.mailbox_override(&action.name) {
            overrides::action(&overrides.value, &mut action);
        }
        if action.feedback_period.is_none() {
            let name = self.name();
            return self.mistake(format!("{name} gives its action {} a feedback rate that is no rate", action.name));
        }
        if self.declare(Declared::action::<G>(EndpointKind::ActionServer, &action.name)) {
            self.blueprint.ports.push(Box::new(move |endpoints| {
                let handler = move |actor: &mut A, goal| handler(actor, goal).into_goal_work();
                goal_port::<A, G>(endpoints, &action, admit, handler)
            }));
        }
    }

    /// Calls a method of the actor at every beat.
    #[doc(alias = "create_timer")]
    pub fn every<R: IntoNext<A>>(&mut self, beat: impl Into<Period>, handler: impl Fn(&mut A) -> R + 'static) {
        let period = beat.into();
        if period.every.is_zero() {
            return self.mistake(format!("{} has a timer whose period is zero", self.name()));
        }
        let clock = self.clock.clone();
        self.blueprint.timers.push(Timer {
            clock,
            every: period.every,
            plan: Box::new(move |endpoints| tick_port(endpoints, period, move |actor| handler(actor).into_next())),
        });
    }

    /// Calls a method of the actor once everything is connected, and again after each restart.
    pub fn on_start<R: IntoNext<A>>(&mut self, handler: impl Fn(&mut A) -> R + 'static) {
        self.blueprint
            .ports
            .push(Box::new(move |endpoints| start_port(endpoints, move |actor| handler(actor).into_next())));
    }

    /// Tells a method of the actor when another actor or a program of the deployment goes down and when it is back. The name is
    /// as in the file, relative to this actor's namespace: `driver`, `/robot1/driver`. One that is not in the file is refused.
    #[doc(alias = "monitor")]
    pub fn watch<R: IntoNext<A>>(&mut self, name: &str, handler: impl Fn(&mut A, Watched) -> R + 'static) {
        let name = match self.written.resolve(name) {
            Ok(name) => name.to_string(),
            Err(error) => return self.mistake(format!("{} cannot watch `{name}`: {error}", self.name())),
        };
        if name == self.entry.full_name() {
            return self.mistake(format!("{} cannot watch itself", self.name()));
        }
        self.blueprint.watched.push(name.clone());
        self.blueprint.ports.push(Box::new(move |endpoints| {
            watch_port(endpoints, &name, move |actor, watched| handler(actor, watched).into_next())
        }));
    }

    /// Makes the actor one with ROS's lifecycle: see [`LifecycleActor`]. The handle tells its present state.
    pub fn lifecycle(&mut self) -> Lifecycle
    where
        A: LifecycleActor,
    {
        if self.blueprint.lifecycle.is_some() {
            self.mistake(format!("{} declares its lifecycle twice", self.name()));
        } else {
            let managed = Rc::new(Managed::new(Arc::clone(&self.gate)));
            lifecycle::push(&mut self.blueprint, &managed);
            self.blueprint.lifecycle = Some(managed);
        }
        Lifecycle::new(Arc::clone(&self.gate))
    }

    /// A handle that publishes on a topic while the actor is active, as [`LifecycleActor`] says.
    #[doc(alias = "create_lifecycle_publisher")]
    pub fn lifecycle_publisher<M: Message>(&mut self, topic: impl Into<Topic>) -> Publisher<M>
    where
        A: LifecycleActor,
    {
        let gate = Arc::clone(&self.gate);
        self.publisher_behind(Some(gate), topic.into())
    }

    /// A handle that publishes on a topic.
    #[doc(alias = "create_publisher")]
    pub fn publisher<M: Message>(&mut self, topic: impl Into<Topic>) -> Publisher<M> {
        self.publisher_behind(None, topic.into())
    }

    fn publisher_behind<M: Message>(&mut self, gate: Option<Arc<Gate>>, mut topic: Topic) -> Publisher<M> {
        if let Some(overrides) = self.mailbox_override(&topic.name) {
            apply(&overrides, &mut topic);
        }
        let late = Late::new();
        let handle = Publisher::new(&topic.name, late.clone(), gate);
        if self.declare(Declared::topic::<M>(EndpointKind::Publisher, &topic.name, topic.qos)) {
            let key = format!("publisher {} {} {:?}", topic.name, M::TYPE_NAME, topic.qos);
            self.blueprint.handles.push(Box::new(move |endpoints| {
                let published = endpoints.handle(key, |participant| {
                    let publisher = participant.publisher::<M>(&topic.name, topic.qos)?;
                    let watch = participant.watch_publisher(&publisher).map(Rc::new);
                    Ok((publisher, watch))
                })?;
                endpoints.watch(published.1.clone());
                late.bind(published.0.clone());
                Ok(())
            }));
        }
        handle
    }

    /// A handle that calls a service.
    #[doc(alias = "create_client")]
    pub fn client<S: Service>(&mut self, service: impl Into<ServiceName>) -> Client<S> {
        let service = service.into();
        let late = Late::new();
        let handle = Client::new(&service.name, late.clone());
        if self.declare(Declared::service::<S>(EndpointKind::Client, &service.name)) {
            let key = format!("client {} {} {:?}", service.name, S::TYPE_NAME, service.timeout);
            self.blueprint.handles.push(Box::new(move |endpoints| {
                let client =
                    endpoints.handle(key, |participant| participant.client::<S>(&service.name, service.timeout))?;
                late.bind((*client).clone());
                Ok(())
            }));
        }
        handle
    }

    /// A handle that sends goals to an action.
    #[doc(alias = "create_action_client")]
    pub fn action_client<G: Action>(&mut self, action: impl Into<ActionName>) -> ActionClient<G> {
        let action = action.into();
        let late = Late::new();
        let handle = ActionClient::new(&action.name, late.clone());
        if self.declare(Declared::action::<G>(EndpointKind::ActionClient, &action.name)) {
            let key = format!("action client {} {}", action.name, G::TYPE_NAME);
            self.blueprint.handles.push(Box::new(move |endpoints| {
                let client = endpoints.handle(key, |participant| participant.action_client::<G>(&action.name))?;
                late.bind((*client).clone());
                Ok(())
            }));
        }
        handle
    }

    /// A parameter: the deployment file's value, or `default`. A value of the wrong type or out of range is a mistake of
    /// the file, and refused before anything starts. While the actor runs, the services of every ROS node read and set it;
    /// the handle sees the value of the moment. A restart begins with the file's value again, so that no value from outside can
    /// keep an actor from coming up.
    #[doc(alias = "declare_parameter")]
    pub fn param<T: ParamType>(&mut self, name: impl Into<ParamSpec<T>>, default: T) -> Param<T> {
        let spec = name.into();
        if self.params.knows(spec.name()) {
            self.mistake(format!("{} declares its parameter `{}` twice", self.name(), spec.name()));
        }
        let (value, location, from) = match self.given_param(spec.name()) {
            None => (Ok(default.clone()), self.entry.name.location, String::new()),
            Some((given, location, from)) => {
                let value = T::from_value(given);
                let value = value.ok_or_else(|| format!("must be {}, but it is {}", T::EXPECTED, given.type_name()));
                (value, location, from)
            }
        };
        let allowed = |value: T| match spec.refuse(&value) {
            Ok(()) => Ok(value),
            Err(why) => Err(format!("{why}, but it is {}", value.shown())),
        };
        let value = value.and_then(allowed).unwrap_or_else(|why| {
            let message = format!("parameter `{}` of {} {why}{from}", spec.name(), self.name());
            self.mistakes.push(Diagnostic::at(location, message));
            default
        });
        self.params.declare(spec, value)
    }

    /// A parameter that is read once: as [`param`](Self::param), but fixed while the actor runs, and read-only for others, who
    /// would otherwise set it and see nothing change.
    pub fn fixed_param<T: ParamType>(&mut self, name: impl Into<ParamSpec<T>>, default: T) -> T {
        self.param(name.into().read_only(), default).get()
    }

    /// Lets a method of the actor change what others ask for, before anything is checked: to complete a set of parameters
    /// that belong together, for example.
    #[doc(alias = "add_pre_set_parameters_callback")]
    pub fn before_params_set(&mut self, method: impl Fn(&mut A, Vec<Parameter>) -> Vec<Parameter> + 'static) {
        self.hooks.before.push(Box::new(method));
    }

    /// Lets a method of the actor refuse a change that others ask for: its error is the reason that they get. It must not
    /// act on the change, which may still be refused by the next.
    #[doc(alias = "add_on_set_parameters_callback")]
    pub fn check_params(&mut self, method: impl Fn(&mut A, &[Parameter]) -> Result<(), String> + 'static) {
        self.hooks.check.push(Box::new(method));
    }

    /// Tells a method of the actor what others have changed.
    #[doc(alias = "add_post_set_parameters_callback")]
    pub fn after_params_set(&mut self, method: impl Fn(&mut A, &[Parameter]) + 'static) {
        self.hooks.after.push(Box::new(method));
    }

    /// A handle to what the report says of this actor.
    pub fn outcome(&mut self) -> Outcome {
        self.outcome.clone()
    }

    /// A handle by which the actor ends itself.
    pub fn control(&mut self) -> Control {
        Control::new(Rc::clone(&self.ending))
    }

    /// A pool of its own for the actor's CPU work.
    pub fn pool(&mut self, workers: usize) -> Pool {
        Pool::new(workers)
    }

    /// Notes an endpoint, unless its name is wrong.
    fn declare(&mut self, mut declared: Declared) -> bool {
        let resolved = self.names.resolve_as(declared.kind.scope(), &declared.written);
        match (resolved, self.written.resolve(&declared.written)) {
            (Ok(resolved), Ok(unmapped)) => {
                declared.resolved = resolved.to_string();
                declared.unmapped = unmapped.to_string();
                self.blueprint.declared.push(declared);
                true
            }
            (Err(error), _) | (_, Err(error)) => {
                let message = format!("{} cannot name {} `{}`: {error}", self.name(), declared.kind, declared.written);
                self.mistake(message);
                false
            }
        }
    }

    /// What the deployment file says of a parameter, or else a parameter file; where, and the words for it.
    fn given_param(&self, name: &str) -> Option<(&ParamValue, Location, String)> {
        if let Some(given) = self.entry.params.get(name) {
            return Some((&given.value, given.location, String::new()));
        }
        let given = self.entry.file_params.get(name)?;
        Some((&given.value.value, given.location, format!(" in {}", given.value.from)))
    }

    /// What the file says of the mailbox of this endpoint.
    fn mailbox_override(&self, name: &str) -> Option<Located<MailboxOverride>> {
        let resolved = self.written.resolve(name).ok()?;
        let same = |key: &String| self.written.resolve(key).is_ok_and(|key| key == resolved);
        self.entry.mailboxes.iter().find(|(key, _)| same(key)).map(|(_, given)| given.clone())
    }

    fn mistake(&mut self, message: String) {
        self.mistakes.push(Diagnostic::at(self.entry.name.location, message));
    }
}

/// Puts the file's settings over the code's.
fn apply(overrides: &Located<MailboxOverride>, topic: &mut Topic) {
    use rosactor_transport::mailbox::TopicPolicy;
    use rosactor_transport::qos::History;
    let given = &overrides.value;
    if let Some(depth) = given.keep_last {
        topic.qos.history = History::KeepLast(depth);
        topic.policy = None;
    }
    if let Some(max) = given.keep_all {
        topic.qos.history = History::KeepAll(max);
        topic.policy = None;
    }
    if given.latest {
        topic.qos.history = History::KeepLast(1);
        topic.policy = Some(TopicPolicy::Latest);
    }
    if let Some(reliability) = given.reliability {
        topic.qos.reliability = reliability;
    }
    if let Some(durability) = given.durability {
        topic.qos.durability = durability;
    }
    topic.qos.deadline = given.deadline.or(topic.qos.deadline);
    topic.qos.lifespan = given.lifespan.or(topic.qos.lifespan);
    topic.qos.liveliness = given.liveliness.unwrap_or(topic.qos.liveliness);
    topic.qos.lease = given.lease.or(topic.qos.lease);
    topic.qos.priority = given.priority.unwrap_or(topic.qos.priority);
    topic.qos.express = given.express.unwrap_or(topic.qos.express);
}
