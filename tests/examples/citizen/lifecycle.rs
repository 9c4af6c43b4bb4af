//! A lifecycle actor like the ROS node of `lifecycle_node.py`, and an actor that leads such a node through its states.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rosactor::messages::lifecycle_msgs::{
    ChangeState, ChangeStateRequest, GetAvailableStates, GetAvailableTransitions, GetState, Transition as Wanted,
    TransitionEvent,
};
use rosactor::messages::std_msgs;
use rosactor::prelude::*;

use crate::checks::{Checks, tell};

/// Publishes only while it is active.
pub(crate) struct Managed {
    talk: Publisher<std_msgs::String>,
    transitions: Vec<[String; 2]>,
    outcome: Outcome,
}

impl Actor for Managed {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.lifecycle();
        node.every(Duration::from_millis(50), Self::on_beat);
        Ok(Self { talk: node.lifecycle_publisher("~/talk"), transitions: Vec::new(), outcome: node.outcome() })
    }
}

impl Managed {
    fn on_beat(&mut self) {
        self.talk.publish(std_msgs::String { data: "active".to_owned() });
    }

    fn note(&mut self, what: &str, before: LifecycleState) -> Result<Transition> {
        self.transitions.push([what.to_owned(), format!("{before:?}").to_lowercase()]);
        self.outcome.set("transitions", &self.transitions);
        Ok(Transition::Success)
    }
}

impl LifecycleActor for Managed {
    fn on_configure(&mut self, before: LifecycleState) -> Result<Transition> {
        self.note("configure", before)
    }

    fn on_activate(&mut self, before: LifecycleState) -> Result<Transition> {
        self.note("activate", before)
    }

    fn on_deactivate(&mut self, before: LifecycleState) -> Result<Transition> {
        self.note("deactivate", before)
    }

    fn on_cleanup(&mut self, before: LifecycleState) -> Result<Transition> {
        self.note("cleanup", before)
    }

    fn on_shutdown(&mut self, before: LifecycleState) -> Result<Transition> {
        self.note("shutdown", before)
    }
}

/// Leads `/ros_managed` through its states once it is there. What the node publishes and its transitions are told as they come:
/// `talk TEXT`, `transition STATE`.
pub(crate) struct Manager {
    services: Services,
    /// Whether the node has been heard.
    talked: Arc<AtomicBool>,
}

#[derive(Clone)]
struct Services {
    get: Client<GetState>,
    change: Client<ChangeState>,
    states: Client<GetAvailableStates>,
    transitions: Client<GetAvailableTransitions>,
    graph: Client<GetAvailableTransitions>,
}

impl Actor for Manager {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::go);
        node.subscribe("/ros_managed/talk", |manager: &mut Self, message: std_msgs::String| {
            info!("talk {}", message.data);
            manager.talked.store(true, Ordering::Release);
        });
        node.subscribe("/ros_managed/transition_event", |_: &mut Self, event: TransitionEvent| {
            info!("transition {}", event.goal_state.label);
        });
        let services = Services {
            get: node.client("/ros_managed/get_state"),
            change: node.client("/ros_managed/change_state"),
            states: node.client("/ros_managed/get_available_states"),
            transitions: node.client("/ros_managed/get_available_transitions"),
            graph: node.client("/ros_managed/get_transition_graph"),
        };
        Ok(Self { services, talked: Arc::default() })
    }
}

impl Manager {
    fn go(&mut self) -> Then<Self> {
        let (services, talked) = (self.services.clone(), Arc::clone(&self.talked));
        run(async move {
            let mut checks = Checks::new("lifecycle");
            services.look(&mut checks).await?;
            services.lead(&mut checks, &talked).await?;
            Ok(checks)
        })
        .then(|_, outcome| tell("lifecycle", outcome))
    }
}

impl Services {
    async fn look(&self, checks: &mut Checks) -> Result<()> {
        self.get.wait_available().await;
        self.change.wait_available().await;
        self.states.wait_available().await;
        self.transitions.wait_available().await;
        self.graph.wait_available().await;
        checks.check("starts unconfigured", self.state().await? == "unconfigured", ());
        let states = self.states.call(Default::default()).await?.available_states;
        checks.check("states", states.len() == 11 && states.iter().any(|state| state.label == "activating"), states);
        let open = self.transitions.call(Default::default()).await?.available_transitions;
        let mut open: Vec<_> = open.into_iter().map(|entry| entry.transition.label).collect();
        open.sort();
        checks.check("transitions", open == ["configure", "shutdown"], open);
        let graph = self.graph.call(Default::default()).await?.available_transitions;
        checks.check("graph", graph.len() > 20, graph.len());
        Ok(())
    }

    async fn state(&self) -> Result<String> {
        Ok(self.get.call(Default::default()).await?.current_state.label)
    }

    async fn lead(&self, checks: &mut Checks, talked: &AtomicBool) -> Result<()> {
        let steps = [
            (Wanted::TRANSITION_CONFIGURE, "inactive"),
            (Wanted::TRANSITION_ACTIVATE, "active"),
            (Wanted::TRANSITION_DEACTIVATE, "inactive"),
            (Wanted::TRANSITION_CLEANUP, "unconfigured"),
            (Wanted::TRANSITION_UNCONFIGURED_SHUTDOWN, "finalized"),
        ];
        for (id, state) in steps {
            let transition = Wanted { id, ..Default::default() };
            let done = self.change.call(ChangeStateRequest { transition }).await?.success;
            let now = self.state().await?;
            checks.check(state, done && now == state, now);
            // What it says before it is known on this side is lost, so it stays active until it is heard.
            while state == "active" && !talked.load(Ordering::Acquire) {
                sleep(Duration::from_millis(50)).await;
            }
        }
        Ok(())
    }
}
