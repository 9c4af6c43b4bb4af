//! A running deployment takes over an edited file: who is restarted, what is kept, what is refused, and that everything about failures
//! is as true afterwards as before.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use rosactor::launch::{Applied, ApplyError, Report, Running};
use rosactor::messages::std_msgs::Int64;
use rosactor::prelude::*;
use rosactor::{ActorState, Actors, Change};
use support::{PATIENCE, actor, parse, start, told, wait_for, wait_until_ended};

/// Who began and who stopped in each run, in the order it happened. Not who was set up: that is also done to find mistakes.
static DIARY: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());

fn note(run: &str, what: &str, name: &str) {
    DIARY.lock().unwrap().entry(run.to_owned()).or_default().push(format!("{what} {name}"));
}

fn take_diary(run: &str) -> String {
    DIARY.lock().unwrap().remove(run).unwrap_or_default().join(", ")
}

/// Adds to a number of the report. What is set up only to find mistakes has a report of its own.
fn count(outcome: &Outcome, key: &str) -> i64 {
    let number = outcome.get(key).and_then(|number| number.as_i64()).unwrap_or(0);
    outcome.set(key, number + 1);
    number
}

/// Publishes 1, 2, 3 and so on, each millisecond.
struct Source {
    numbers: Publisher<Int64>,
    last: i64,
}

impl Actor for Source {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(Duration::from_millis(1), Self::beat);
        Ok(Self { numbers: node.publisher("numbers"), last: 0 })
    }
}

impl Source {
    fn beat(&mut self) {
        self.last += 1;
        self.numbers.publish(Int64 { data: self.last });
    }
}

/// Notes its life and its numbers. `on`: the topic. `bad`: the setup that fails, from 0.
struct Part {
    run: String,
    name: String,
    outcome: Outcome,
    /// Since its setup.
    heard: i64,
}

impl Actor for Part {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let run = node.param("run", String::new()).get();
        let value = node.param("value", 0_i64).get();
        let on = node.param("on", "numbers".to_owned()).get();
        let depth = usize::try_from(node.param("depth", 100_000_i64).get())?;
        let bad = node.param("bad", 0_i64).get();
        let outcome = node.outcome();
        if count(&outcome, "setups") == bad && bad > 0 {
            return Err("the device is gone".into());
        }
        outcome.set("value", value);
        node.subscribe(topic(on).keep_last(depth), Self::on_number);
        node.on_start(Self::begin);
        node.every(Duration::from_millis(1), |_: &mut Self| ());
        Ok(Self { run, name: node.name().to_owned(), outcome, heard: 0 })
    }

    fn on_stop(&mut self) {
        note(&self.run, "stop", &self.name);
        if self.run == "slow" {
            // The source goes on meanwhile, on a thread of its own.
            std::thread::sleep(Duration::from_millis(30));
        }
    }
}

impl Part {
    fn begin(&mut self) {
        note(&self.run, "start", &self.name);
        count(&self.outcome, "starts");
    }

    fn on_number(&mut self, number: Int64) {
        self.heard += 1;
        self.outcome.set("heard", self.heard);
        let before = self.outcome.get("last").and_then(|last| last.as_i64());
        if before.is_some_and(|before| number.data != before + 1) {
            count(&self.outcome, "gaps");
        }
        self.outcome.set("last", number.data);
    }
}

/// Like a part, but of another type.
struct Other(Part);

impl Actor for Other {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let run = node.param("run", String::new()).get();
        node.on_start(|other: &mut Self| other.0.begin());
        let (name, outcome) = (node.name().to_owned(), node.outcome());
        Ok(Self(Part { run, name, outcome, heard: 0 }))
    }

    fn on_stop(&mut self) {
        self.0.on_stop();
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
        let down = if change == Change::Restarted { "" } else { "-" };
        self.heard.push(format!("{down}{name} {change:?}"));
        self.outcome.set("heard", self.heard.join(", "));
    }
}

/// Does not return from its first beat until it may.
struct Stuck;

static MAY_RETURN: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

impl Actor for Stuck {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let outcome = node.outcome();
        outcome.set("value", node.param("value", 0_i64).get());
        node.on_start(move |_: &mut Self| {
            count(&outcome, "starts");
            let may = MAY_RETURN.0.lock().unwrap();
            drop(MAY_RETURN.1.wait_timeout_while(may, PATIENCE, |may| !*may).unwrap());
        });
        Ok(Self)
    }
}

fn actors() -> Actors {
    let mut actors = Actors::new();
    actors.add::<Source>("t/Source").add::<Part>("t/Part").add::<Other>("t/Other");
    actors.add::<Watcher>("t/Watcher").add::<Stuck>("t/Stuck");
    actors
}

fn try_apply(running: &Running, text: &str) -> Result<Applied, ApplyError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let applied = running.apply(parse(text));
    runtime.block_on(async { tokio::time::timeout(PATIENCE, applied).await }).expect("it is answered in time")
}

fn apply(running: &Running, text: &str) -> Applied {
    try_apply(running, text).unwrap_or_else(|error| panic!("{error}"))
}

fn names(report: &Report) -> String {
    report.actors.iter().map(|actor| actor.name.as_str()).collect::<Vec<_>>().join(" ")
}

fn restarts(report: &Report) -> Vec<u64> {
    report.actors.iter().map(|actor| actor.restarts).collect()
}

/// Waits until everybody but these has got further with what it hears or beats.
fn all_go_on(running: &Running) {
    let delivered = |report: &Report| -> Vec<u64> {
        let of = |actor: &rosactor::launch::ActorReport| actor.mailboxes.iter().map(|it| it.counters.delivered).sum();
        report.actors.iter().map(of).collect()
    };
    let before = delivered(&running.report());
    wait_for(running, "everybody going on", |report| {
        delivered(report).iter().zip(&before).all(|(now, then)| now > then)
    });
}

#[test]
fn another_parameter_restarts_that_actor_alone_and_what_comes_meanwhile_waits_for_it() {
    let file = "deployment: d\nactors:\n\
                \x20 - {name: a, type: t/Part, params: {run: slow, value: 1}}\n\
                \x20 - {name: b, type: t/Part, thread: own, params: {value: 1}}\n\
                \x20 - {name: source, type: t/Source, thread: own}\n";
    let running = start(file, actors());
    let heard = |report: &Report, name: &str| told(report, name, "last");
    let before = wait_for(&running, "numbers", |report| heard(report, "a") > 20 && heard(report, "b") > 20);
    let edited = file.replace("slow, value: 1", "slow, value: 5");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let foretold = runtime.block_on(running.would_apply(parse(&edited))).unwrap();
    assert_eq!((told(&running.report(), "a", "value"), told(&running.report(), "a", "setups")), (1, 1));
    let applied = apply(&running, &edited);
    assert_eq!(applied, foretold);
    let expected = Applied {
        restarted: vec!["a".to_owned()],
        unchanged: vec!["b".to_owned(), "source".to_owned()],
        ..Applied::default()
    };
    assert_eq!(applied, expected);
    assert_eq!(applied.to_string(), "restarted a; 2 unchanged");
    let report = running.report();
    assert_eq!((told(&report, "a", "value"), told(&report, "b", "value")), (5, 1));
    let last = heard(&report, "b") + 50;
    let report = wait_for(&running, "more numbers", |report| heard(report, "a") > last && heard(report, "b") > last);
    assert_eq!((told(&report, "a", "setups"), told(&report, "b", "setups")), (2, 1));
    assert_eq!((told(&report, "a", "gaps"), told(&report, "b", "gaps")), (0, 0), "nothing was lost");
    assert!(told(&report, "a", "heard") < heard(&report, "a") - 20, "its own state began anew");
    let b = running.report();
    assert!(told(&b, "b", "heard") >= heard(&b, "b") - 1, "the state of the other went on");
    let received = |report: &Report| actor(report, "a").mailboxes[0].counters.received;
    assert!(received(&report) > received(&before), "its mailbox is the one of before");
    assert_eq!(
        (restarts(&report), actor(&report, "a").mailboxes.len()),
        (vec![0, 0, 0], 2),
        "no failure, nothing twice"
    );
    assert!(running.stop().ok);
}

#[test]
fn an_edit_that_means_nothing_changes_nothing() {
    let file = "deployment: d\nsupervision: {restarts: 1, backoff: 1h..1h}\nactors:\n\
                \x20 - {name: a, type: t/Part, params: {value: 1}}\n  - {name: b, type: t/Part, params: {run: nothing}}\n\
                \x20 - {name: nap, exec: [sleep, '1000']}\n";
    let running = start(file, actors());
    // It waits for an hour, and goes on doing so.
    assert!(running.inject_panic("b"));
    wait_for(&running, "the panic", |_| {
        DIARY.lock().unwrap().get("nothing").is_some_and(|notes| notes.contains(&"stop b".to_owned()))
    });
    let edited =
        file.replace("actors:\n", "# why\n\nactors:   # who\n").replace("params: {value: 1}", "params: {value:   1}");
    let applied = apply(&running, &edited);
    assert!(applied.is_nothing() && applied.to_string() == "nothing changed", "{applied:?}");
    assert_eq!(applied.unchanged, ["a", "b", "nap"]);
    let report = running.report();
    assert_eq!((told(&report, "a", "setups"), told(&report, "b", "setups")), (1, 1));
}

#[test]
fn a_wrong_file_changes_nothing_and_says_all_mistakes() {
    let file = "deployment: d\nactors:\n\
                \x20 - {name: a, type: t/Part, params: {value: 1}}\n  - {name: source, type: t/Source}\n";
    let running = start(file, actors());
    let wrong = file.replace("value: 1", "value: true, valve: 2").replace("t/Source", "t/Sorce");
    let Err(ApplyError::File(mistakes)) = try_apply(&running, &wrong) else { panic!("it was taken over") };
    let mistakes = mistakes.to_string();
    for part in ["test.yaml:3:", "value", "no parameter `valve`", "test.yaml:4:", "no actor type `t/Sorce`"] {
        assert!(mistakes.contains(part), "{part} is not in\n{mistakes}");
    }
    for (old, new, part) in [
        ("deployment: d", "deployment: e", "the name"),
        ("actors:", "transport: {domain: 3}\nactors:", "`transport`"),
        ("actors:", "security: {tls: {keys: keys}}\nactors:", "`security`"),
        ("actors:", "threads: spread\nactors:", "`threads`"),
    ] {
        let error = try_apply(&running, &file.replacen(old, new, 1)).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains("`rosactor run`"), "{new}: {error}");
    }
    let report = running.report();
    assert_eq!((told(&report, "a", "setups"), told(&report, "a", "value")), (1, 1));
    all_go_on(&running);
    assert!(apply(&running, file).is_nothing(), "the file of before is still what runs");
}

#[test]
fn who_goes_is_stopped_last_first_before_who_comes_begins_in_file_order() {
    let part = |name: &str, kind: &str| format!("  - {{name: {name}, type: t/{kind}, params: {{run: order}}}}\n");
    let file = |parts: &[(&str, &str)]| {
        let parts: String = parts.iter().map(|(name, kind)| part(name, kind)).collect();
        format!("deployment: d\nactors:\n{parts}")
    };
    let running = start(&file(&[("a", "Part"), ("b", "Part"), ("c", "Part"), ("d", "Part")]), actors());
    let starts = |report: &Report, name: &str| told(report, name, "starts");
    wait_for(&running, "the start", |report| ["a", "b", "c", "d"].iter().all(|name| starts(report, name) == 1));
    take_diary("order");
    let edited = file(&[("e", "Part"), ("c", "Part"), ("b", "Other"), ("a", "Part"), ("f", "Part")]);
    let applied = apply(&running, &edited);
    assert_eq!(applied.to_string(), "restarted b; started e, f; stopped d; 2 unchanged");
    let report = wait_for(&running, "the start", |report| ["e", "b", "f"].iter().all(|name| starts(report, name) == 1));
    assert_eq!(names(&report), "e c b a f");
    assert_eq!(actor(&report, "b").kind, "t/Other");
    assert_eq!(take_diary("order"), "stop d, stop b, start e, start b, start f");
    assert_eq!((starts(&report, "c"), starts(&report, "a")), (1, 1));
    assert!(running.stop().ok);
    assert_eq!(take_diary("order"), "stop f, stop a, stop b, stop c, stop e");
}

#[test]
fn after_an_edit_failures_concern_those_of_the_new_file() {
    let file = "deployment: d\nsupervision: {restarts: 9, backoff: 1ms}\nactors:\n\
                \x20 - group: trio\n    supervision: {strategy: one_for_all}\n    actors:\n\
                \x20     - {name: a, type: t/Part}\n      - {name: b, type: t/Part}\n  - {name: c, type: t/Part}\n";
    let running = start(file, actors());
    let last = "  - {name: c, type: t/Part}\n";
    let moved = file.replace(last, "").replace("actors:\n  - group", &format!("actors:\n{last}  - group"));
    let moved = moved + "      - {name: d, type: t/Part}\n";
    assert_eq!(apply(&running, &moved).to_string(), "started d; 3 unchanged");
    assert_eq!(names(&running.report()), "c a b d");
    for (failing, expected) in [("b", [0, 1, 1, 1]), ("c", [1, 1, 1, 1]), ("d", [1, 2, 2, 2])] {
        assert!(running.inject_panic(failing));
        wait_for(&running, failing, |report| restarts(report) == expected);
        all_go_on(&running);
    }
    let alone = moved.replace("one_for_all", "one_for_one");
    let applied = apply(&running, &alone);
    assert_eq!(applied.to_string(), "other rules of supervision; 4 unchanged");
    assert!(running.inject_panic("b"));
    wait_for(&running, "b alone", |report| restarts(report) == [1, 2, 3, 2]);
    all_go_on(&running);

    let strict = alone.replace("restarts: 9", "restarts: 0").replace("one_for_one", "one_for_one, restarts: 0");
    assert!(apply(&running, &strict).supervision);
    assert!(running.inject_panic("a"));
    wait_until_ended(&running);
    let report = running.stop();
    assert_eq!((actor(&report, "a").state, report.ok), (ActorState::Failed, false));
}

#[test]
fn a_restart_by_an_edit_is_no_failure() {
    let file = "deployment: d\nsupervision: {restarts: 1, within: 1h, backoff: 1ms}\nactors:\n\
                \x20 - {name: a, type: t/Part, params: {value: 0}}\n";
    let running = start(file, actors());
    let mut text = file.to_owned();
    for value in 1..6 {
        text = file.replace("value: 0", &format!("value: {value}"));
        assert_eq!(apply(&running, &text).restarted, ["a"]);
        assert_eq!(told(&running.report(), "a", "value"), value);
    }
    all_go_on(&running);
    assert!(running.inject_panic("a"));
    wait_for(&running, "the restart", |report| restarts(report) == [1]);
    all_go_on(&running);
    assert!(apply(&running, &text).is_nothing());
    assert!(running.stop().ok);
}

#[test]
fn who_watches_hears_of_stops_and_restarts_by_an_edit() {
    let file = "deployment: d\nsupervision: {backoff: 1ms}\nactors:\n\
                \x20 - {name: watcher, type: t/Watcher, params: {names: [/a]}}\n\
                \x20 - {name: a, type: t/Part, params: {value: 0}}\n";
    let running = start(file, actors());
    let mut expected = Vec::new();
    let mut hears = |more: &[&str]| {
        expected.extend(more.iter().map(|news| (*news).to_owned()));
        let all = expected.join(", ");
        wait_for(&running, &all, |report| actor(report, "watcher").outcome.get("heard") == Some(&all.clone().into()));
    };
    apply(&running, &file.replace("value: 0", "value: 1"));
    hears(&["-/a Stopped", "/a Restarted"]);
    let replaced = file.replace("t/Part, params: {value: 0}", "t/Part, thread: own, params: {value: 1}");
    assert_eq!(apply(&running, &replaced).restarted, ["a"]);
    hears(&["-/a Stopped", "/a Restarted"]);
    assert!(running.inject_panic("a"));
    hears(&["-/a Failed", "/a Restarted"]);

    let gone = file.replace("  - {name: a, type: t/Part, params: {value: 0}}\n", "");
    let error = try_apply(&running, &gone).unwrap_err().to_string();
    assert!(error.contains("watches /a, but no actor"), "{error}");
    let unwatched = gone.replace("names: [/a]", "names: []");
    assert_eq!(apply(&running, &unwatched).to_string(), "restarted watcher; stopped a; 0 unchanged");
    assert_eq!(apply(&running, file).to_string(), "restarted watcher; started a; 0 unchanged");
    assert!(running.inject_panic("a"));
    wait_for(&running, "news of the new one", |report| {
        actor(report, "watcher").outcome["heard"].as_str().unwrap().ends_with("-/a Failed, /a Restarted")
            && restarts(report) == [0, 1]
    });
}

#[test]
fn what_cannot_be_set_up_is_left_to_its_supervisor_and_the_answer_says_so() {
    let file = "deployment: d\nsupervision: {restarts: 3, backoff: 1ms}\nactors:\n\
                \x20 - {name: a, type: t/Part, params: {bad: 0}}\n  - {name: b, type: t/Part}\n";
    let running = start(file, actors());
    let applied = apply(&running, &file.replace("bad: 0", "bad: 1"));
    assert_eq!(applied.restarted, ["a"]);
    let [unfinished] = &applied.unfinished[..] else { panic!("{applied:?}") };
    assert!(unfinished.name == "a" && unfinished.reason.contains("the device is gone"), "{applied:?}");
    let report = wait_for(&running, "the next attempt", |report| restarts(report) == [1, 0]);
    assert_eq!(told(&report, "a", "setups"), 3);
    all_go_on(&running);
    assert!(running.stop().ok);
}

#[test]
fn who_waits_for_a_group_restart_comes_up_with_the_edit() {
    let file = "deployment: d\nactors:\n\
                \x20 - group: pair\n    supervision: {strategy: one_for_all, backoff: 1h..1h}\n    actors:\n\
                \x20     - {name: a, type: t/Part, params: {run: wait}}\n      - {name: b, type: t/Part}\n\
                \x20 - {name: c, type: t/Part, params: {value: 0}}\n";
    let running = start(file, actors());
    all_go_on(&running);
    take_diary("wait");
    assert!(running.inject_panic("b"));
    wait_for(&running, "the group's end", |_| DIARY.lock().unwrap().contains_key("wait"));
    assert_eq!(apply(&running, &file.replace("value: 0", "value: 1")).to_string(), "restarted c; 2 unchanged");
    wait_for(&running, "the group's restart", |report| restarts(report) == [1, 1, 0]);
    all_go_on(&running);
    assert_eq!(take_diary("wait"), "stop a, start a");
}

#[test]
fn endpoints_that_follow_from_parameters_are_opened_anew_and_the_others_stay() {
    let file = "deployment: d\nactors:\n\
                \x20 - {name: a, type: t/Part, params: {on: nothing}}\n  - {name: source, type: t/Source}\n";
    let running = start(file, actors());
    let beats = |report: &Report| {
        let boxes = &actor(report, "a").mailboxes;
        boxes.iter().find(|mailbox| mailbox.endpoint == "1ms").unwrap().counters.delivered
    };
    let before = beats(&wait_for(&running, "beats", |report| beats(report) > 100));
    let endpoints = |report: &Report| -> Vec<String> {
        let mut names: Vec<_> = actor(report, "a").mailboxes.iter().map(|mailbox| mailbox.endpoint.clone()).collect();
        names.sort();
        names
    };
    assert_eq!(endpoints(&running.report()), ["/nothing", "1ms"]);
    for depth in [9, 10] {
        apply(&running, &file.replace("on: nothing", &format!("on: numbers, depth: {depth}")));
        let report = running.report();
        assert_eq!(endpoints(&report), ["/numbers", "1ms"], "depth {depth}");
        assert!(beats(&report) >= before, "the mailbox of its beats stays");
        let last = told(&report, "a", "last");
        wait_for(&running, "numbers", |report| told(report, "a", "last") > last + 5);
    }
}

#[test]
fn an_actor_that_is_held_up_follows_when_it_can() {
    let file = "deployment: d\nactors:\n\
                \x20 - {name: stuck, type: t/Stuck, thread: own, params: {value: 1}}\n  - {name: a, type: t/Part}\n";
    let running = start(file, actors());
    wait_for(&running, "its start", |report| told(report, "stuck", "starts") == 1);
    let applied = apply(&running, &file.replace("value: 1", "value: 2"));
    let [unfinished] = &applied.unfinished[..] else { panic!("{applied:?}") };
    assert!(unfinished.name == "stuck" && unfinished.reason.contains("has not returned"), "{applied:?}");
    assert_eq!(told(&running.report(), "stuck", "value"), 1);
    all_go_on_but_stuck(&running);
    *MAY_RETURN.0.lock().unwrap() = true;
    MAY_RETURN.1.notify_all();
    let report = wait_for(&running, "its second start", |report| told(report, "stuck", "starts") == 2);
    assert_eq!(told(&report, "stuck", "value"), 2);
    assert!(running.stop().ok);
}

fn all_go_on_but_stuck(running: &Running) {
    let beats = |report: &Report| actor(report, "a").mailboxes.last().unwrap().counters.delivered;
    let before = beats(&running.report());
    wait_for(running, "the other's beats", |report| beats(report) > before);
}

#[test]
fn edits_are_taken_over_one_after_the_other_and_none_after_the_end() {
    let file = "deployment: d\nactors:\n  - {name: a, type: t/Part, params: {value: 0}}\n";
    let running = start(file, actors());
    let edited = |value: i64| parse(&file.replace("value: 0", &format!("value: {value}")));
    let both = [running.apply(edited(1)), running.apply(edited(2))];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    for applied in both {
        assert_eq!(runtime.block_on(applied).unwrap().restarted, ["a"]);
    }
    assert_eq!(told(&running.report(), "a", "value"), 2);
    let late = running.apply(edited(3));
    running.stop();
    // It was either done or given up; it is answered.
    let _ = runtime.block_on(late);
}
