//! Groups: who goes down and comes up with whom, in which order, and how a failure ends that no restart mends.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use rosactor::launch::{Report, check};
use rosactor::messages::geometry_msgs::Twist;
use rosactor::prelude::*;
use rosactor::{ActorState, Actors, Change};
use support::{PATIENCE, actor, parse, start, told, wait_for, wait_until_ended};

/// What happened to the parts of each run, in the order it happened.
static DIARY: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());

fn note(run: &str, what: &str, name: &str) {
    DIARY.lock().unwrap().entry(run.to_owned()).or_default().push(format!("{what} {name}"));
}

fn take_diary(run: &str) -> Vec<String> {
    DIARY.lock().unwrap().remove(run).unwrap_or_default()
}

/// Notes its life in the diary of its run. `bad_setups`: so many of its setups fail, from the second on.
struct Part {
    run: String,
    name: String,
}

impl Actor for Part {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let run = node.param("run", String::new()).get();
        let bad = node.param("bad_setups", 0_i64).get();
        let name = node.name().to_owned();
        note(&run, "setup", &name);
        let outcome = node.outcome();
        let setups = outcome.get("setups").and_then(|setups| setups.as_i64()).unwrap_or(0);
        outcome.set("setups", setups + 1);
        if setups > 0 && setups <= bad {
            return Err("the device is gone".into());
        }
        node.every(Duration::from_millis(1), |_: &mut Self| ());
        node.subscribe("cmd_vel", |_: &mut Self, _: Twist| ());
        Ok(Self { run, name })
    }

    fn on_stop(&mut self) {
        note(&self.run, "stop", &self.name);
    }
}

/// Ends by its own wish at its first beat.
struct Brief;

impl Actor for Brief {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let (control, outcome) = (node.control(), node.outcome());
        let runs = outcome.get("runs").and_then(|runs| runs.as_i64()).unwrap_or(0);
        outcome.set("runs", runs + 1);
        node.on_start(move |_: &mut Self| control.finish());
        Ok(Self)
    }
}

/// Drives until it goes down.
struct Robot {
    wheels: Publisher<Twist>,
}

impl Actor for Robot {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(Duration::from_millis(1), Self::drive);
        Ok(Self { wheels: node.publisher("cmd_vel") })
    }

    fn on_stop(&mut self) {
        self.wheels.publish(Twist::default());
    }
}

impl Robot {
    fn drive(&mut self) {
        let mut command = Twist::default();
        command.linear.x = 0.5;
        self.wheels.publish(command);
    }
}

/// Tells of every time the robot came to a halt, and whether it drives now.
struct Wheels {
    outcome: Outcome,
    driving: bool,
}

impl Actor for Wheels {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe(topic("cmd_vel").keep_last(1_000), Self::on_command);
        Ok(Self { outcome: node.outcome(), driving: false })
    }
}

impl Wheels {
    fn on_command(&mut self, command: Twist) {
        let driving = command.linear.x != 0.0;
        if self.driving && !driving {
            let halts = self.outcome.get("halts").and_then(|halts| halts.as_i64()).unwrap_or(0);
            self.outcome.set("halts", halts + 1);
        }
        self.driving = driving;
        self.outcome.set("driving", driving);
    }
}

/// Tells what happens to those it watches.
struct Watcher {
    outcome: Outcome,
    heard: Vec<String>,
}

impl Actor for Watcher {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        for name in node.param("names", Vec::<String>::new()).get() {
            node.watch(&name, Self::on_change);
        }
        Ok(Self { outcome: node.outcome(), heard: Vec::new() })
    }
}

impl Watcher {
    fn on_change(&mut self, Watched { name, change }: Watched) {
        let down = change != Change::Restarted;
        self.heard.push(format!("{name} {change:?}{}", if down { "" } else { "!" }));
        self.outcome.set("heard", &self.heard);
    }
}

/// Never returns from its second setup, or else from its first beat, until the test lets it.
struct Stuck {
    run: String,
}

/// The runs whose actors may go on.
static RELEASED: (Mutex<BTreeSet<String>>, Condvar) = (Mutex::new(BTreeSet::new()), Condvar::new());

fn wait_for_release(run: &str) {
    let released = RELEASED.0.lock().unwrap();
    drop(RELEASED.1.wait_timeout_while(released, PATIENCE, |released| !released.contains(run)).unwrap());
}

fn release(run: &str) {
    RELEASED.0.lock().unwrap().insert(run.to_owned());
    RELEASED.1.notify_all();
}

impl Actor for Stuck {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let run = node.param("run", String::new()).get();
        note(&run, "setup", node.name());
        let in_setup = node.param("in_setup", false).get();
        if in_setup && DIARY.lock().unwrap()[&run].len() > 1 {
            note(&run, "stuck", node.name());
            wait_for_release(&run);
        }
        if !in_setup {
            node.on_start(Self::begin);
        }
        node.every(Duration::from_millis(1), |_: &mut Self| ());
        Ok(Self { run })
    }
}

impl Stuck {
    fn begin(&mut self) {
        note(&self.run, "stuck", "");
        wait_for_release(&self.run);
    }
}

fn actors() -> Actors {
    let mut actors = Actors::new();
    actors.add::<Stuck>("t/Stuck");
    actors.add::<Part>("t/Part").add::<Brief>("t/Brief").add::<Robot>("t/Robot");
    actors.add::<Wheels>("t/Wheels").add::<Watcher>("t/Watcher");
    actors
}

fn part(run: &str, name: &str) -> String {
    format!("{{name: {name}, type: t/Part, params: {{run: {run}}}}}")
}

/// A group of the parts a, b and c behind a part `other`.
fn three(run: &str, supervision: &str) -> String {
    let [other, a, b, c] = ["other", "a", "b", "c"].map(|name| part(run, name));
    format!(
        "deployment: d\nsupervision: {{restarts: 1, backoff: 1ms}}\nactors:\n  - {other}\n  - group: trio\n    \
         supervision: {supervision}\n    actors:\n      - {a}\n      - {b}\n      - {c}\n"
    )
}

fn restarts(report: &Report) -> Vec<u64> {
    report.actors.iter().map(|actor| actor.restarts).collect()
}

#[test]
fn each_strategy_takes_down_in_reverse_order_and_builds_anew_in_order() {
    let cases = [
        ("one_for_one", "stop b, setup b", [0, 0, 1, 0]),
        ("one_for_all", "stop b, stop c, stop a, setup a, setup b, setup c", [0, 1, 1, 1]),
        ("rest_for_one", "stop b, stop c, setup b, setup c", [0, 0, 1, 1]),
    ];
    for (strategy, expected, restarted) in cases {
        let run = format!("order_{strategy}");
        let running = start(&three(&run, &format!("{{strategy: {strategy}, restarts: 1}}")), actors());
        assert_eq!(take_diary(&run).join(", "), "setup other, setup a, setup b, setup c");
        assert!(running.inject_panic("b"));
        let report = wait_for(&running, "the restart", |report| restarts(report) == restarted);
        assert_eq!(take_diary(&run).join(", "), expected, "{strategy}");
        assert!(report.actors.iter().all(|actor| actor.state == ActorState::Running));
        let beats = |report: &Report| -> Vec<u64> {
            report.actors.iter().map(|actor| actor.mailboxes.last().unwrap().counters.delivered).collect()
        };
        let before = beats(&running.report());
        let on = |report: &Report| beats(report).iter().zip(&before).all(|(now, then)| now > then);
        let report = wait_for(&running, "everybody's beat", on);
        assert!(report.actors.iter().all(|actor| actor.mailboxes.len() == 2), "a restart opens nothing anew");
        assert!(running.stop().ok);
        assert_eq!(take_diary(&run).join(", "), "stop c, stop b, stop a, stop other");
    }
}

#[test]
fn a_failure_goes_up_from_the_actor_to_its_group_to_the_process() {
    let run = "escalation";
    let running = start(&three(run, "{restarts: 1}"), actors());
    let panic_until = |restarted: [u64; 4]| {
        assert!(running.inject_panic("b"));
        wait_for(&running, "the restart", |report| restarts(report) == restarted);
    };
    take_diary(run);
    panic_until([0, 0, 1, 0]);
    panic_until([0, 1, 2, 1]);
    assert_eq!(take_diary(run).join(", "), "stop b, setup b, stop b, stop c, stop a, setup a, setup b, setup c");
    panic_until([0, 1, 3, 1]);
    assert!(running.inject_panic("b"));
    wait_until_ended(&running);
    let report = running.stop();
    assert!(!report.ok);
    assert_eq!((actor(&report, "b").state, restarts(&report)), (ActorState::Failed, vec![0, 1, 3, 1]));
    assert_eq!(actor(&report, "a").state, ActorState::Running, "as it was when the stop began");
    assert_eq!(take_diary(run).join(", "), "stop b, setup b, stop b, stop c, stop a, stop other");
}

#[test]
fn a_setup_that_fails_in_a_group_restart_is_another_failure_of_the_group() {
    let run = "bad_setup";
    let file = three(run, "{strategy: one_for_all, restarts: 3}")
        .replace("{run: bad_setup}}\n      - {name: c", "{run: bad_setup, bad_setups: 2}}\n      - {name: c");
    let running = start(&file, actors());
    take_diary(run);
    assert!(running.inject_panic("c"));
    wait_for(&running, "the third attempt", |report| told(report, "b", "setups") == 4 && restarts(report)[3] == 1);
    // What comes after the setup that failed waits for it.
    let attempt = "stop a, setup a, setup b, ";
    let expected = format!("stop c, stop b, {}", attempt.repeat(2) + "stop a, setup a, setup b, setup c");
    assert_eq!(take_diary(run).join(", "), expected);
    let report = running.stop();
    assert!(report.ok);
    assert_eq!(restarts(&report), [0, 3, 3, 1]);

    let running = start(&file.replace("bad_setups: 2", "bad_setups: 9"), actors());
    assert!(running.inject_panic("c"));
    // Three attempts of the group, one of the deployment's, three of the new group's.
    wait_until_ended(&running);
    let report = running.stop();
    assert_eq!((actor(&report, "b").state, told(&report, "b", "setups")), (ActorState::Failed, 8));
}

#[test]
fn who_has_finished_runs_again_with_its_group_but_never_means_never() {
    let running = start(
        "deployment: d\nsupervision: {strategy: one_for_all, backoff: 1ms}\nactors:\n\
         \x20 - {name: part, type: t/Part}\n\
         \x20 - {name: brief, type: t/Brief}\n\
         \x20 - {name: once, type: t/Brief, restart: never}\n\
         \x20 - {name: only, type: t/Part, restart: never}\n",
        actors(),
    );
    let both = |report: &Report| ["brief", "once"].map(|name| actor(report, name).state == ActorState::Finished);
    wait_for(&running, "their end", |report| both(report) == [true, true]);
    assert!(running.inject_panic("part"));
    wait_for(&running, "the second run", |report| told(report, "brief", "runs") == 2 && both(report) == [true, true]);
    let report = running.stop();
    assert!(report.ok);
    assert_eq!((told(&report, "once", "runs"), actor(&report, "once").restarts), (1, 0));
    assert_eq!((actor(&report, "only").state, actor(&report, "only").restarts), (ActorState::Stopped, 0));
    assert_eq!(actor(&report, "brief").restarts, 1);
}

#[test]
fn a_robot_is_never_left_driving() {
    let running = start(
        "deployment: d\nsupervision: {restarts: 2, backoff: 1ms}\nactors:\n\
         \x20 - {name: wheels, type: t/Wheels}\n\
         \x20 - group: body\n    supervision: {strategy: one_for_all, restarts: 1}\n    actors:\n\
         \x20     - {name: robot, type: t/Robot}\n\
         \x20     - {name: sensor, type: t/Part}\n",
        actors(),
    );
    let drives = |report: &Report| actor(report, "wheels").outcome.get("driving") == Some(&true.into());
    // Its own failure; then the group's limit, so that the deployment restarts the group; then one of its group.
    for (halts, failing) in ["robot", "sensor", "sensor"].into_iter().enumerate() {
        wait_for(&running, "the robot to drive", |report| {
            drives(report) && told(report, "wheels", "halts") == halts as i64
        });
        assert!(running.inject_panic(failing));
        wait_for(&running, "the halt", |report| told(report, "wheels", "halts") == halts as i64 + 1);
    }
    wait_for(&running, "the robot to drive", drives);
    let report = running.stop();
    assert_eq!(told(&report, "wheels", "halts"), 4, "the stop of the deployment is a way down, too");
    assert_eq!(actor(&report, "wheels").outcome["driving"], false);
}

fn wait_for_note(run: &str, note: &str) {
    let begin = Instant::now();
    while !DIARY.lock().unwrap().get(run).is_some_and(|notes| notes.iter().any(|known| known == note)) {
        assert!(begin.elapsed() < PATIENCE, "`{note}` was not noted");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_group_with_a_handler_that_does_not_return_cannot_be_restarted_which_ends_the_deployment() {
    let run = "hung";
    let running = start(
        "deployment: d\nactors:\n  - group: pair\n    supervision: {strategy: one_for_all}\n    actors:\n\
         \x20     - {name: part, type: t/Part}\n\
         \x20     - {name: stuck, type: t/Stuck, thread: own, params: {run: hung}}\n",
        actors(),
    );
    wait_for_note(run, "stuck ");
    assert!(running.inject_panic("part"));
    wait_until_ended(&running);
    release(run);
    let report = running.stop();
    assert!(!report.ok);
    assert_eq!((actor(&report, "stuck").state, restarts(&report)), (ActorState::Failed, vec![0, 0]));
}

#[test]
fn a_setup_that_does_not_return_holds_up_neither_the_stop_nor_the_end_of_others() {
    let run = "hung_setup";
    let running = start(
        "deployment: d\nsupervision: {strategy: one_for_all, backoff: 1ms}\nactors:\n\
         \x20 - {name: well, type: t/Part, params: {run: beside_hung}}\n\
         \x20 - {name: stuck, type: t/Stuck, thread: own, params: {run: hung_setup, in_setup: true}}\n",
        actors(),
    );
    assert!(running.inject_panic("stuck"));
    wait_for_note(run, "stuck stuck");
    let (stopped, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let _ = stopped.send(running.stop());
    });
    let report = wait.recv_timeout(PATIENCE / 2).expect("the stop has an end");
    assert_eq!(actor(&report, "stuck").restarts, 1);
    assert_eq!(take_diary("beside_hung"), ["setup well", "stop well", "setup well", "stop well"], "its end was safe");
    release(run);
}

#[test]
fn a_watcher_hears_who_goes_down_and_comes_back() {
    let running = start(
        "deployment: d\nsupervision: {restarts: 1000000, backoff: 1ms}\nactors:\n\
         \x20 - {name: watcher, type: t/Watcher, params: {names: [a, /b, program, brief]}}\n\
         \x20 - group: pair\n    supervision: {strategy: rest_for_one}\n    actors:\n\
         \x20     - {name: a, type: t/Part}\n\
         \x20     - {name: b, type: t/Part}\n\
         \x20 - {name: brief, type: t/Brief}\n\
         \x20 - {name: program, exec: [sh, -c, sleep 0.02; exit 3], restart: on_failure}\n",
        actors(),
    );
    let heard = |report: &Report| -> Vec<String> {
        let heard = actor(report, "watcher").outcome.get("heard").cloned().unwrap_or_default();
        serde_json::from_value(heard).unwrap_or_default()
    };
    let of = |report: &Report, name: &str| -> Vec<String> {
        heard(report).into_iter().filter(|news| news.split(' ').next() == Some(name)).collect()
    };
    wait_for(&running, "news of the end", |report| of(report, "/brief") == ["/brief Finished"]);
    assert!(running.inject_panic("a"));
    wait_for(&running, "news of both", |report| {
        of(report, "/a") == ["/a Failed", "/a Restarted!"] && of(report, "/b") == ["/b Stopped", "/b Restarted!"]
    });
    wait_for(&running, "news of the program", |report| {
        of(report, "/program").starts_with(&["/program Failed".to_owned(), "/program Restarted!".to_owned()])
    });
    let report = running.stop();
    assert!(of(&report, "/a").ends_with(&["/a Stopped".to_owned()]), "a stop of the deployment: {:?}", heard(&report));
    let watches = &actor(&report, "watcher").mailboxes;
    assert_eq!(watches.len(), 4);
    assert!(watches.iter().all(|watch| watch.counters.received == watch.counters.delivered + watch.counters.queued));
}

#[test]
fn a_watch_on_nobody_is_refused() {
    let file = "deployment: d\nactors:\n\
                \x20 - {name: watcher, type: t/Watcher, params: {names: [brif, watcher, no name]}}\n\
                \x20 - {name: brief, type: t/Brief}\n";
    let mistakes = check(&parse(file), &actors()).unwrap_err().to_string();
    for part in [
        "test.yaml:3:12: error: /watcher watches /brif, but no actor or program of the file has this name",
        "did you mean `/brief`?",
        "watcher cannot watch itself",
        "watcher cannot watch `no name`",
    ] {
        assert!(mistakes.contains(part), "{part} is not in\n{mistakes}");
    }
}
