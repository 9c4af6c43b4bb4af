//! Programs under the rules of actors: killed, halted, and in a group with actors.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::fs;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rosactor::launch::{Report, Running};
use rosactor::prelude::*;
use rosactor::{ActorState, Actors};
use support::{PATIENCE, actor, parse, start, told, wait_for, wait_until_ended};

/// Beats, and counts its ends.
struct Part {
    outcome: Outcome,
}

impl Actor for Part {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(Duration::from_millis(1), |_: &mut Self| ());
        Ok(Self { outcome: node.outcome() })
    }

    fn on_stop(&mut self) {
        let stops = self.outcome.get("stops").and_then(|stops| stops.as_i64()).unwrap_or(0);
        self.outcome.set("stops", stops + 1);
    }
}

fn run(text: &str) -> Running {
    let mut actors = Actors::new();
    actors.add::<Part>("t/Part");
    start(text, actors)
}

/// The processes of this machine with this argument, each with the letter of its state: `Z` is one that nobody has waited for.
fn processes(argument: &str) -> Vec<(i32, char)> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Ok(id) = entry.file_name().to_string_lossy().parse::<i32>() else { continue };
        let words = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        if words.split(|byte| *byte == 0).any(|word| word == argument.as_bytes()) {
            found.extend(state(id).map(|state| (id, state)));
        }
    }
    found
}

/// The state of a process; `None` if it is gone.
fn state(id: i32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    stat.rsplit(')').next()?.trim_start().chars().next()
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < PATIENCE, "{what} did not come true");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The one process with this argument, once it is there, and another than `before`.
fn process(argument: &str, before: Option<i32>) -> i32 {
    let one = || match processes(argument)[..] {
        [(id, _)] if Some(id) != before => Some(id),
        _ => None,
    };
    wait_until("the program's start", || one().is_some());
    one().unwrap()
}

fn signal(id: i32, signal: Signal) {
    kill(Pid::from_raw(id), signal).unwrap();
}

#[test]
fn a_killed_program_runs_again_and_leaves_no_zombie() {
    let argument = "3600.125";
    let running = run(&format!(
        "deployment: d\nsupervision: {{restarts: 3, backoff: 1ms}}\nactors:\n  - {{name: sleeper, exec: [sleep, '{argument}']}}\n"
    ));
    let mut killed = Vec::new();
    for restarts in 1..=3 {
        let id = process(argument, killed.last().copied());
        signal(id, Signal::SIGKILL);
        killed.push(id);
        wait_for(&running, "the restart", |report| actor(report, "sleeper").restarts == restarts);
    }
    let last = process(argument, killed.last().copied());
    for id in &killed {
        wait_until("the end of what was killed", || state(*id).is_none());
    }
    signal(last, Signal::SIGKILL);
    wait_until_ended(&running);
    let report = running.stop();
    assert!(!report.ok);
    assert_eq!((actor(&report, "sleeper").state, actor(&report, "sleeper").restarts), (ActorState::Failed, 3));
    assert_eq!((state(last), processes(argument)), (None, Vec::new()));
}

#[test]
fn a_halted_program_is_no_failure_and_a_stop_ends_it_all_the_same() {
    let argument = "3600.25";
    let running = run(&format!(
        "deployment: d\nactors:\n  - {{name: sleeper, exec: [sleep, '{argument}']}}\n  - {{name: part, type: t/Part}}\n"
    ));
    let beats = |report: &Report| actor(report, "part").mailboxes[0].counters.delivered;
    let id = process(argument, None);
    for _ in 0..2 {
        signal(id, Signal::SIGSTOP);
        wait_until("the halt", || state(id) == Some('T'));
        let before = beats(&running.report());
        wait_for(&running, "beats of its neighbour", |report| beats(report) > before + 10);
        signal(id, Signal::SIGCONT);
        wait_until("its going on", || state(id) == Some('S'));
    }
    assert_eq!((process(argument, None), actor(&running.report(), "sleeper").restarts), (id, 0));
    signal(id, Signal::SIGSTOP);
    wait_until("the halt", || state(id) == Some('T'));
    assert!(running.stop().ok);
    assert_eq!(state(id), None, "a halted program does not hear the request to end, and is killed");
}

#[test]
fn an_edited_command_replaces_its_program_alone() {
    let file = "deployment: d\nactors:\n  - {name: one, exec: [sleep, '3600.4375']}\n  - {name: two, exec: [sleep, '3600.5']}\n";
    let running = run(file);
    let (one, two) = (process("3600.4375", None), process("3600.5", None));
    let apply = |text: &str| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(running.apply(parse(text))).unwrap().to_string()
    };
    assert_eq!(apply(&file.replace("3600.4375", "3600.5625")), "restarted one; 1 unchanged");
    let other = process("3600.5625", None);
    assert_eq!((state(one), process("3600.5", None)), (None, two));
    let gone = file.replace("  - {name: one, exec: [sleep, '3600.4375']}\n", "");
    assert_eq!(apply(&gone), "stopped one; 1 unchanged");
    assert_eq!((state(other), process("3600.5", None)), (None, two));
    // The one that is left is still supervised.
    signal(two, Signal::SIGKILL);
    let again = process("3600.5", Some(two));
    let report = running.stop();
    assert_eq!((report.actors.len(), actor(&report, "two").restarts, state(again)), (1, 1, None));
}

#[test]
fn a_program_and_an_actor_of_one_group_go_down_and_come_up_together() {
    let argument = "3600.375";
    let running = run(&format!(
        "deployment: d\nactors:\n  - group: pair\n    supervision: {{strategy: one_for_all, backoff: 1ms}}\n    actors:\n      \
         - {{name: part, type: t/Part}}\n      - {{name: sleeper, exec: [sleep, '{argument}'], restart: always}}\n"
    ));
    let both =
        |report: &Report, restarts| ["part", "sleeper"].iter().all(|name| actor(report, name).restarts == restarts);
    let first = process(argument, None);
    signal(first, Signal::SIGKILL);
    let report = wait_for(&running, "the restart of both", |report| both(report, 1));
    assert_eq!(told(&report, "part", "stops"), 1);
    let second = process(argument, Some(first));
    assert!(running.inject_panic("part"));
    wait_for(&running, "the second restart of both", |report| both(report, 2));
    let third = process(argument, Some(second));
    assert_eq!((state(first), state(second)), (None, None));
    let report = running.stop();
    assert!(report.ok);
    assert_eq!((state(third), told(&report, "part", "stops")), (None, 3));
}

#[test]
fn a_program_that_cannot_be_run_fails_like_one_that_ends() {
    let running = run(
        "deployment: d\nsupervision: {restarts: 2, backoff: 1ms}\nactors:\n  - {name: ghost, exec: [/nowhere/no program]}\n",
    );
    wait_until_ended(&running);
    let report = running.stop();
    assert_eq!((actor(&report, "ghost").state, actor(&report, "ghost").restarts), (ActorState::Failed, 2));
}
