//! Lifecycle actors as others see them: by their services, their events, their messages, and as the file brings them up.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::collections::BTreeMap;
use std::sync::Mutex;

use rosactor::launch::{Report, check};
use rosactor::messages::lifecycle_msgs::{
    ChangeState, ChangeStateRequest, GetAvailableStates, GetAvailableStatesRequest, GetAvailableTransitions,
    GetAvailableTransitionsRequest, GetState, GetStateRequest, Transition as Asked, TransitionEvent,
};
use rosactor::messages::std_msgs::Int64;
use rosactor::messages::std_srvs::{Trigger, TriggerRequest, TriggerResponse};
use rosactor::prelude::*;
use rosactor::{ActorState, Actors};
use support::{actor, parse, start, told, wait_for};

/// What happened to the talkers of each run, in the order it happened.
static DIARY: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());

fn diary(run: &str) -> String {
    DIARY.lock().unwrap().get(run).map(|notes| notes.join(", ")).unwrap_or_default()
}

/// Says 1 at each beat, and 0 when it lays down its work or breaks. `bad_activations`: so many fail.
struct Talker {
    run: String,
    name: String,
    voice: Publisher<Int64>,
    broken: bool,
    outcome: Outcome,
    bad_activations: i64,
}

impl Actor for Talker {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.lifecycle();
        node.every(Duration::from_millis(1), |talker: &mut Self| talker.voice.publish(Int64 { data: 1 }));
        node.serve("~/break", |talker: &mut Self, _: TriggerRequest| {
            talker.broken = true;
            TriggerResponse::default()
        });
        Ok(Self {
            run: node.param("run", String::new()).get(),
            name: node.name().to_owned(),
            voice: node.lifecycle_publisher("voice"),
            broken: false,
            outcome: node.outcome(),
            bad_activations: node.param("bad_activations", 0).get(),
        })
    }
}

impl Talker {
    fn note(&self, what: &str, before: LifecycleState) -> Result<Transition> {
        let note = format!("{} {what} from {before}", self.name);
        DIARY.lock().unwrap().entry(self.run.clone()).or_default().push(note);
        Ok(Transition::Success)
    }
}

impl LifecycleActor for Talker {
    fn on_configure(&mut self, before: LifecycleState) -> Result<Transition> {
        self.note("configures", before)
    }

    fn on_activate(&mut self, before: LifecycleState) -> Result<Transition> {
        let activations = self.outcome.get("activations").and_then(|count| count.as_i64()).unwrap_or(0) + 1;
        self.outcome.set("activations", activations);
        if activations <= self.bad_activations {
            return Ok(Transition::Failure);
        }
        self.note("activates", before)
    }

    fn on_deactivate(&mut self, before: LifecycleState) -> Result<Transition> {
        if self.broken {
            return Err("it is broken".into());
        }
        self.voice.publish(Int64 { data: 0 });
        self.note("deactivates", before)
    }

    fn on_error(&mut self, before: LifecycleState) -> Result<Transition> {
        self.broken = false;
        self.voice.publish(Int64 { data: 0 });
        self.note("mends", before)
    }
}

/// Hears the talker.
struct Listener {
    outcome: Outcome,
    ones: u64,
    zeros: u64,
}

impl Actor for Listener {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe(topic("voice").keep_last(10_000), Self::on_voice);
        Ok(Self { outcome: node.outcome(), ones: 0, zeros: 0 })
    }
}

impl Listener {
    fn on_voice(&mut self, voice: Int64) {
        *(if voice.data == 1 { &mut self.ones } else { &mut self.zeros }) += 1;
        self.outcome.set("ones", self.ones);
        self.outcome.set("zeros", self.zeros);
    }
}

/// Asks for the transitions that its parameter lists, by label or id, and tells the answers and the events.
struct Manager {
    change: Client<ChangeState>,
    state: Client<GetState>,
    states: Client<GetAvailableStates>,
    available: Client<GetAvailableTransitions>,
    graph: Client<GetAvailableTransitions>,
    breaks: Client<Trigger>,
    script: Vec<String>,
    outcome: Outcome,
    events: Vec<String>,
}

impl Actor for Manager {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe(topic("talker/transition_event").keep_last(100), Self::on_event);
        node.on_start(Self::manage);
        Ok(Self {
            change: node.client("talker/change_state"),
            state: node.client("talker/get_state"),
            states: node.client("talker/get_available_states"),
            available: node.client("talker/get_available_transitions"),
            graph: node.client("talker/get_transition_graph"),
            breaks: node.client("talker/break"),
            script: node.param("script", Vec::new()).get(),
            outcome: node.outcome(),
            events: Vec::new(),
        })
    }
}

impl Manager {
    fn on_event(&mut self, event: TransitionEvent) {
        assert!(event.timestamp > 0);
        let (start, goal) = (&event.start_state, &event.goal_state);
        self.events.push(format!("{} {}:{}>{}:{}", event.transition.id, start.id, start.label, goal.id, goal.label));
        self.outcome.set("events", &self.events);
    }

    fn manage(&mut self) -> Work<Result<()>> {
        let (change, state, available) = (self.change.clone(), self.state.clone(), self.available.clone());
        let (states, graph, breaks) = (self.states.clone(), self.graph.clone(), self.breaks.clone());
        let (script, outcome) = (std::mem::take(&mut self.script), self.outcome.clone());
        run(async move {
            change.wait_available().await;
            outcome.set("states", states.call(GetAvailableStatesRequest::default()).await?.available_states.len());
            let graph = graph.call(GetAvailableTransitionsRequest::default()).await?.available_transitions;
            outcome.set("graph", graph.len());
            let mut answers = Vec::new();
            for asked in script {
                if asked == "break" {
                    breaks.call(TriggerRequest::default()).await?;
                    continue;
                }
                let transition = match asked.parse::<u8>() {
                    Ok(id) => Asked { id, ..Asked::default() },
                    Err(_) => Asked { label: asked.clone(), ..Asked::default() },
                };
                let answer = change.call(ChangeStateRequest { transition, ..Default::default() }).await?;
                let now = state.call(GetStateRequest::default()).await?.current_state;
                let next = available.call(GetAvailableTransitionsRequest::default()).await?.available_transitions;
                let next: Vec<_> = next.iter().map(|next| next.transition.id.to_string()).collect();
                answers.push(format!("{asked} {} {} [{}]", answer.success, now.label, next.join(" ")));
                outcome.set("answers", &answers);
            }
            outcome.set("done", 1);
            Ok(())
        })
    }
}

fn actors() -> Actors {
    let mut actors = Actors::new();
    actors.add::<Talker>("t/Talker").add::<Listener>("t/Listener").add::<Manager>("t/Manager");
    actors
}

fn texts(report: &Report, name: &str, key: &str) -> Vec<String> {
    actor(report, name).outcome.get(key).map(|told| serde_json::from_value(told.clone()).unwrap()).unwrap_or_default()
}

fn lifecycle(report: &Report, name: &str) -> &'static str {
    actor(report, name).lifecycle.as_ref().unwrap().state
}

#[test]
fn the_services_and_events_of_a_managed_node() {
    let running = start(
        "deployment: d\nactors:\n\
         \x20 - {name: talker, type: t/Talker}\n\
         \x20 - name: manager\n    type: t/Manager\n    params:\n      \
         script: [activate, configure, '3', '1', deactivate, activate, break, '4', '5', configure]\n",
        actors(),
    );
    let report = wait_for(&running, "the end of the script", |report| told(report, "manager", "done") == 1);
    let expected = [
        "activate false unconfigured [1 5]",
        "configure true inactive [2 3 6]",
        "3 true active [4 7]",
        "1 false active [4 7]",
        "deactivate true inactive [2 3 6]",
        "activate true active [4 7]",
        "4 false unconfigured [1 5]",
        "5 true finalized []",
        "configure false finalized []",
    ];
    assert_eq!(texts(&report, "manager", "answers"), expected);
    assert_eq!((told(&report, "manager", "states"), told(&report, "manager", "graph")), (11, 25));
    let expected = [
        "1 1:unconfigured>10:configuring",
        "10 10:configuring>2:inactive",
        "3 2:inactive>13:activating",
        "30 13:activating>3:active",
        "4 3:active>14:deactivating",
        "40 14:deactivating>2:inactive",
        "3 2:inactive>13:activating",
        "30 13:activating>3:active",
        "4 3:active>14:deactivating",
        "42 14:deactivating>15:errorprocessing",
        "60 15:errorprocessing>1:unconfigured",
        "5 1:unconfigured>12:shuttingdown",
        "50 12:shuttingdown>4:finalized",
    ];
    wait_for(&running, "all events", |report| texts(report, "manager", "events") == expected);
    let report = running.stop();
    assert!(report.ok);
    assert_eq!((lifecycle(&report, "talker"), actor(&report, "talker").restarts), ("finalized", 0));
    assert!(actor(&report, "manager").lifecycle.is_none());
}

#[test]
fn a_publisher_is_gated_while_its_actor_is_not_active_and_ends_safely() {
    let talks = |script: &str| {
        format!(
            "deployment: d\nactors:\n  - {{name: listener, type: t/Listener}}\n  - {{name: talker, type: t/Talker}}\n  \
             - {{name: manager, type: t/Manager, params: {{script: [{script}]}}}}\n"
        )
    };
    let held_back = |report: &Report| actor(report, "talker").lifecycle.as_ref().unwrap().held_back;
    let running = start(&talks("configure"), actors());
    wait_for(&running, "messages held back while inactive", |report| {
        held_back(report) > 20 && lifecycle(report, "talker") == "inactive"
    });
    let report = running.stop();
    assert_eq!(actor(&report, "listener").mailboxes[0].counters.received, 0);

    let running = start(&talks("configure, activate"), actors());
    let report = wait_for(&running, "the voice", |report| told(report, "listener", "ones") > 20);
    assert_eq!(lifecycle(&report, "talker"), "active");
    drop(running);

    for (script, ending) in [("deactivate", "inactive"), ("break, deactivate", "unconfigured")] {
        let running = start(&talks(&format!("configure, activate, {script}")), actors());
        wait_for(&running, "the last word", |report| told(report, "listener", "zeros") == 1);
        let report = wait_for(&running, "silence", |report| lifecycle(report, "talker") == ending);
        let before = held_back(&report);
        let report = wait_for(&running, "more that is held back", |report| held_back(report) > before + 20);
        let heard = actor(&report, "listener").mailboxes[0].counters.received;
        let report = running.stop();
        assert_eq!(actor(&report, "listener").mailboxes[0].counters.received, heard, "{script}");
        assert_eq!(told(&report, "listener", "zeros"), 1);
    }
}

fn three(run: &str, b: &str) -> String {
    format!(
        "deployment: d\nsupervision: {{restarts: 3, backoff: 1ms}}\nactors:\n\
         \x20 - {{name: a, type: t/Talker, lifecycle: active, params: {{run: {run}}}}}\n\
         \x20 - {{name: b, type: t/Talker, {b}, params: {{run: {run}}}, thread: own}}\n\
         \x20 - {{name: c, type: t/Talker, lifecycle: inactive, params: {{run: {run}}}}}\n"
    )
}

#[test]
fn the_file_brings_actors_up_in_order_and_again_after_a_restart() {
    let running = start(&three("order", "lifecycle: manual"), actors());
    let brought_up = "a configures from unconfigured, a activates from inactive, c configures from unconfigured";
    assert_eq!(diary("order"), brought_up, "when the start has returned");
    assert!(running.inject_panic("a"));
    let and_again = format!("{brought_up}, a configures from unconfigured, a activates from inactive");
    let report = wait_for(&running, "the restart", |report| {
        diary("order") == and_again && actor(report, "a").restarts == 1 && lifecycle(report, "a") == "active"
    });
    assert_eq!(diary("order"), and_again, "and nothing more");
    assert_eq!(["a", "b", "c"].map(|name| lifecycle(&report, name)), ["active", "unconfigured", "inactive"]);
    assert!(running.stop().ok);
}

#[test]
fn an_actor_that_does_not_reach_its_state_has_failed_and_is_supervised() {
    let with = |bad: i64| {
        three("failing", "lifecycle: active")
            .replace("{run: failing}, thread", &format!("{{run: failing, bad_activations: {bad}}}, thread"))
    };
    let running = start(&with(2), actors());
    let report = wait_for(&running, "the third attempt", |report| lifecycle(report, "b") == "active");
    assert_eq!((actor(&report, "b").restarts, told(&report, "b", "activations")), (2, 3));
    assert!(running.stop().ok);

    let running = start(&with(9), actors());
    let report = wait_for(&running, "the limit", |report| actor(report, "b").state == ActorState::Failed);
    assert_eq!((actor(&report, "b").restarts, told(&report, "b", "activations")), (3, 4));
    assert!(!running.stop().ok);
}

#[test]
fn a_lifecycle_in_the_file_of_an_actor_without_one_is_refused() {
    let file = "deployment: d\nactors:\n  - {name: listener, type: t/Listener, lifecycle: active}\n";
    let mistakes = check(&parse(file), &actors()).unwrap_err().to_string();
    assert!(mistakes.contains("test.yaml:3:51: error: listener has no lifecycle"), "{mistakes}");
}
