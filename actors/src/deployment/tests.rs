//! Whole files: what they mean, what is said about wrong ones, and that no text makes trouble.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rosactor_transport::bridge_config::{Discovery, Distro};
use rosactor_transport::mailbox::GoalPolicy;
use rosactor_transport::qos::{Durability, Liveliness, Priority, Reliability};
use rosactor_transport::{Mode, Profile};

use super::*;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn parse(text: &str) -> Result<Deployment, Diagnostics> {
    Deployment::parse(Path::new("robots/test.yaml"), text)
}

/// `LINE:COLUMN message` of every mistake.
fn mistakes(text: &str) -> Vec<String> {
    let place = |location: Option<Location>| {
        location.map_or_else(|| "0:0".to_owned(), |place| format!("{}:{}", place.line, place.column))
    };
    match parse(text) {
        Ok(_) => Vec::new(),
        Err(found) => found.iter().map(|one| format!("{} {}", place(one.location), one.message)).collect(),
    }
}

#[test]
fn the_shortest_file_has_all_defaults() {
    let deployment = parse("deployment: small\nactors:\n  - {name: a, type: my/A}\n").unwrap();
    assert_eq!(deployment.name, "small");
    assert_eq!(deployment.transport, TransportSection::default());
    assert_eq!(deployment.transport.listen, ["tcp/127.0.0.1:0"]);
    assert_eq!(deployment.supervision, Supervision::default());
    assert!(deployment.bridge.is_none());
    let [actor] = &deployment.actors[..] else { unreachable!("one actor was given") };
    assert_eq!((actor.name.as_str(), actor.namespace.as_str(), actor.full_name().as_str()), ("a", "/", "/a"));
    assert!(matches!(&actor.kind, ActorKind::Type(name) if name.value == "my/A"));
    assert_eq!((actor.restart, &actor.thread, &actor.host), (RestartPolicy::OnFailure, &ThreadChoice::Shared, &None));
    assert!(actor.params.is_empty() && actor.remap.is_empty() && actor.mailboxes.is_empty());
}

const FULL: &str = "\
deployment: full-1.0
transport: {profile: [ros2dds], mode: router, listen: ['tcp/0.0.0.0:7447'], connect: [tls/base:7448], domain: 7, downsample: {/cam/image: 5}, shared_memory: false}
bridge:
  hosts: [robot]
  domain: 3
  distro: humble
  discovery: {peers: [10.0.0.2, base.local]}
  namespace: /r1
  allow: {topics: [/scan, \"/cam.*\"]}
  timeouts: {services: {/plan: 2min}, actions: {\"/nav.*\": 1.5h}}
supervision: {strategy: one_for_one, restarts: 2, within: 1min, backoff: 50ms..2s}
actors:
  - name: camera
    type: lessons/AsyncProcessing
    host: robot
    namespace: /r1/front
    params: {rate_hz: 5, filter: {size: 3}}
    remap: {camera/image_raw: /raw, ~/x: y}
    mailboxes: {camera/image_raw: {keep_last: 5, reliability: best_effort, durability: transient_local, deadline: 500ms, lifespan: 1s, liveliness: manual_by_topic, lease: 2s, priority: data_high, express: true}}
    restart: always
    thread: {group: vision}
  - name: driver
    exec: [python3, driver.py, 5, true]
    env: {RUST_LOG: info, N: 3}
    cwd: drivers
    restart: never
";

#[test]
fn sections_are_read() {
    let deployment = parse(FULL).unwrap();
    let transport = TransportSection {
        profiles: vec![Profile::Ros2dds],
        mode: Mode::Router,
        listen: vec!["tcp/0.0.0.0:7447".into()],
        connect: vec!["tls/base:7448".into()],
        domain: 7,
        downsample: BTreeMap::from([("/cam/image".into(), Duration::from_millis(200))]),
        shared_memory: false,
    };
    assert_eq!(deployment.transport, transport);
    let supervision = Supervision {
        strategy: Strategy::OneForOne,
        restarts: 2,
        within: Duration::from_secs(60),
        backoff: Backoff { min: Duration::from_millis(50), max: Duration::from_secs(2) },
    };
    assert_eq!(deployment.supervision, supervision);
    let bridge = deployment.bridge.unwrap();
    assert_eq!((bridge.domain, bridge.distro, bridge.namespace.as_str()), (3, Distro::Humble, "/r1"));
    assert_eq!(bridge.location, Location { line: 3, column: 1, length: 6 });
    assert_eq!(bridge.discovery, Discovery::Peers(vec!["10.0.0.2".into(), "base.local".into()]));
    assert_eq!(bridge.allow.as_ref().unwrap().topics, ["/scan", "/cam.*"]);
    assert_eq!(bridge.hosts, ["robot"]);
    let limits = [&bridge.timeouts.services["/plan"], &bridge.timeouts.actions["/nav.*"]];
    assert_eq!(limits.map(|limit| limit.get().as_secs()), [120, 5400]);
}

#[test]
fn actors_and_programs_are_read() {
    let deployment = parse(FULL).unwrap();
    let [camera, driver] = &deployment.actors[..] else { unreachable!("two actors were given") };
    assert_eq!((camera.full_name().as_str(), camera.host.as_deref()), ("/r1/front/camera", Some("robot")));
    assert_eq!(
        camera.params["filter.size"],
        Located::new(ParamValue::Integer(3), Location { line: 17, column: 41, length: 1 })
    );
    let remap: Vec<_> = camera.remap.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    assert_eq!(remap, [("camera/image_raw", "/raw"), ("~/x", "y")]);
    let expected = MailboxOverride {
        keep_last: Some(5),
        reliability: Some(Reliability::BestEffort),
        durability: Some(Durability::TransientLocal),
        deadline: Some(Duration::from_millis(500)),
        lifespan: Some(Duration::from_secs(1)),
        liveliness: Some(Liveliness::ManualByTopic),
        lease: Some(Duration::from_secs(2)),
        priority: Some(Priority::DataHigh),
        express: Some(true),
        ..MailboxOverride::default()
    };
    assert_eq!(camera.mailboxes["camera/image_raw"].value, expected);
    assert_eq!((camera.restart, &camera.thread), (RestartPolicy::Always, &ThreadChoice::Group("vision".into())));
    let ActorKind::Exec(program) = &driver.kind else { unreachable!("it is a program") };
    assert_eq!(program.command, ["python3", "driver.py", "5", "true"]);
    assert_eq!(program.env, [("N", "3"), ("RUST_LOG", "info")].map(|(name, value)| (name.into(), value.into())).into());
    assert_eq!(program.cwd.as_deref(), Some(Path::new("robots/drivers")));
    assert_eq!(driver.restart, RestartPolicy::Never);
}

#[test]
fn the_mailboxes_of_services_and_actions_are_read() {
    let deployment = parse(
        "deployment: x\nactors:\n  - name: a\n    type: my/A\n    mailboxes:\n      add: {queue: 3, concurrent: 2, deadline: 1s}\n\
         \x20     dock: {goals: preempt, goal_timeout: 1min, feedback_rate: 4, keep_results: 5s}\n\
         \x20     plan: {goals: {queue: 3}}\n      look: {goals: {parallel: 2}}\n      grip: {goals: reject_new}\n",
    );
    let mailboxes = &deployment.unwrap().actors[0].mailboxes;
    let add = MailboxOverride {
        queue: Some(3),
        concurrent: Some(2),
        deadline: Some(Duration::from_secs(1)),
        ..MailboxOverride::default()
    };
    let dock = MailboxOverride {
        goals: Some(GoalPolicy::Preempt),
        goal_timeout: Some(Duration::from_secs(60)),
        feedback_period: Some(Duration::from_millis(250)),
        keep_results: Some(Duration::from_secs(5)),
        ..MailboxOverride::default()
    };
    assert_eq!((&mailboxes["add"].value, &mailboxes["dock"].value), (&add, &dock));
    let policies = ["plan", "look", "grip"].map(|action| mailboxes[action].value.goals);
    assert_eq!(policies, [GoalPolicy::Queue(3), GoalPolicy::Parallel(2), GoalPolicy::RejectNew].map(Some));
}

#[test]
fn a_client_does_not_listen_by_default() {
    let deployment = parse("deployment: x\ntransport: {mode: client, connect: [tcp/base:7447]}\nactors: []\n").unwrap();
    assert_eq!((deployment.transport.mode, deployment.transport.listen), (Mode::Client, Vec::new()));
}

#[test]
fn all_mistakes_come_at_once_in_file_order() {
    let found = mistakes(
        "deployment: x\ntransport: {mode: clint}\nactors:\n  - {nmae: a, type: my/A}\n  - {name: b, type: 5}\nbrige: {}\n",
    );
    let expected = [
        "2:19 `mode` must be `peer`, `client` or `router`, found the text `clint`",
        "4:6 unknown key `nmae` in an actor",
        "5:21 `type` must be a text that is not empty, found the whole number `5`",
        "6:1 unknown key `brige` in the deployment",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_a_later_check_finds_is_shown_together_with_the_rest() {
    let text = "deployment: x\nactors:\n  - {name: a, type: my/Nope}\n  - {name: b, typ: 5}\n";
    let found = Deployment::parse_with(Path::new("f"), text, |deployment, diagnostics| {
        for actor in &deployment.actors {
            diagnostics.error(actor.name.location, format!("checked {}", actor.name));
        }
    });
    let messages: Vec<_> = found.unwrap_err().iter().map(|one| one.message.clone()).collect();
    assert_eq!(messages, ["checked a", "unknown key `typ` in an actor"]);
}

#[test]
fn a_check_after_loading_points_into_the_same_text() {
    let deployment = parse("deployment: x\nactors:\n  - {name: a, type: my/A}\n").unwrap();
    let found = deployment
        .check(|deployment, found| found.error(deployment.actors[0].name.location, "no such type"))
        .unwrap_err();
    let expected =
        "robots/test.yaml:3:12: error: no such type\n  |\n3 |   - {name: a, type: my/A}\n  |            ^\n\n1 mistake";
    assert_eq!(found.to_string(), expected);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let found = Deployment::load(Path::new("no/such/file.yaml")).unwrap_err();
    assert!(found.to_string().starts_with("no/such/file.yaml: error: the file cannot be read: "), "{found}");
}

/// The first lines of a wrong file: `# expect: LINE:COLUMN part of the message`.
fn expectations(text: &str) -> Vec<(usize, usize, &str)> {
    text.lines()
        .map_while(|line| line.strip_prefix("# expect: "))
        .map(|expected| {
            let (place, part) = expected.split_once(' ').expect("a place and a part of the message");
            let (line, column) = place.split_once(':').expect("LINE:COLUMN");
            (line.parse().expect("a line"), column.parse().expect("a column"), part)
        })
        .collect()
}

#[test]
fn every_wrong_file_is_refused_where_it_is_wrong() {
    let mut files = 0;
    for entry in std::fs::read_dir(repository().join("tests/bad_configs")).unwrap() {
        let path = entry.unwrap().path();
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let expected = expectations(&text);
        assert!(!expected.is_empty(), "{} says nothing about what is expected", path.display());
        // Those need the actors' own declarations, and are run through the command.
        if path.file_name().unwrap().to_string_lossy().starts_with("actor_") {
            assert!(Deployment::load(&path).is_ok(), "{} is wrong already for itself", path.display());
            continue;
        }
        files += 1;
        let found = Deployment::load(&path).expect_err(&path.display().to_string());
        let places: Vec<_> =
            found.iter().map(|one| one.location.map_or((0, 0), |place| (place.line, place.column))).collect();
        let expected_places: Vec<_> = expected.iter().map(|(line, column, _)| (*line, *column)).collect();
        assert_eq!(places, expected_places, "{found}");
        for (one, (_, _, part)) in found.iter().zip(&expected) {
            assert!(one.message.contains(part), "expected {part:?} in:\n{found}");
        }
    }
    assert!(files >= 30, "only {files} wrong files");
}

#[test]
fn groups_are_read_with_what_is_around_them() {
    let deployment = parse(
        "deployment: d\nactors:\n  - {name: a, type: t/A}\n  - group: outer\n    \
         supervision: {strategy: one_for_all, restarts: 1}\n    actors:\n      - group: inner\n        \
         supervision: {backoff: 1s}\n        actors: [{name: b, type: t/A}, {name: c, exec: [sleep, 1]}]\n      \
         - {name: d, type: t/A}\n  - {group: last, actors: [{name: e, type: t/A}]}\nsupervision: {within: 7s}\n",
    )
    .unwrap();
    let names: Vec<_> = deployment.actors.iter().map(|actor| actor.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c", "d", "e"]);
    let groups: Vec<_> =
        deployment.groups.iter().map(|group| (group.name.as_str(), group.parent, group.actors.clone())).collect();
    assert_eq!(groups, [("outer", None, 1..4), ("inner", Some(0), 1..3), ("last", None, 4..5)]);
    let [outer, inner, last] = &deployment.groups[..] else { unreachable!("three groups were given") };
    let within = Duration::from_secs(7);
    let around = Supervision { within, ..Supervision::default() };
    assert_eq!(outer.supervision, Supervision { strategy: Strategy::OneForAll, restarts: 1, ..around.clone() });
    let backoff = Backoff { min: Duration::from_secs(1), max: Duration::from_secs(1) };
    assert_eq!(inner.supervision, Supervision { restarts: 1, backoff, ..around.clone() }, "but for the strategy");
    assert_eq!((&last.supervision, &deployment.supervision), (&around, &around));
}

#[test]
fn the_reference_file_is_right() {
    let deployment = Deployment::load(&repository().join("configs/reference.yaml")).unwrap();
    assert!(deployment.bridge.is_some() && deployment.actors.len() >= 2);
}

#[test]
fn the_reference_file_explains_every_key() {
    let text = std::fs::read_to_string(repository().join("configs/reference.yaml")).unwrap();
    let explained = |key: &&str| text.contains(&format!("{key}: ")) || text.contains(&format!("{key}:\n"));
    let missing: Vec<_> = read::all_keys().into_iter().filter(|key| !explained(key)).collect();
    assert!(missing.is_empty(), "not in the reference file: {missing:?}");
}

#[test]
fn no_change_to_a_file_makes_the_reader_panic_or_point_outside() {
    let text = std::fs::read_to_string(repository().join("configs/reference.yaml")).unwrap();
    let characters: Vec<char> = text.chars().collect();
    for position in (0..characters.len()).step_by(13) {
        let (before, after): (String, String) =
            (characters[..position].iter().collect(), characters[position + 1..].iter().collect());
        for change in ["", "\n", "\t", "{", "]", ": ", "*", "&a ", "!", "\"", "|", "- ", "é", "\u{0}"] {
            let changed = format!("{before}{change}{after}");
            let Err(found) = parse(&changed) else { continue };
            let lines = changed.lines().count();
            assert!(
                !found.is_empty() && found.iter().all(|one| one.location.is_none_or(|place| place.line <= lines)),
                "{found}"
            );
            assert!(found.to_string().ends_with("mistakes") || found.to_string().ends_with("mistake"));
        }
    }
}

#[test]
fn attacks_are_refused() {
    let laughs = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ndeployment: x\nactors: *c\n";
    let cases = [
        (laughs.to_owned(), "an anchor (`&name`) is not allowed"),
        ("[".repeat(100_000), "recursion limit exceeded"),
        ("{a: ".repeat(100_000), "recursion limit exceeded"),
        ((0..300).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect(), "recursion limit exceeded"),
        ("- ".repeat(100_000), "recursion limit exceeded"),
        ("a: b\n".repeat(1 << 18), "more than the 1048576 bytes"),
        (format!("deployment: {}\nactors: []\n", "x".repeat(1_000_000)), "is not a name for a deployment"),
        ((0..50_000).map(|key| format!("key{key}: 1\n")).collect(), "unknown key"),
    ];
    for (text, part) in cases {
        let found = parse(&text).unwrap_err();
        assert!(found.to_string().contains(part), "expected {part:?} in:\n{found}");
    }
}

#[test]
fn nested_names_cannot_fill_the_memory() {
    let key = "k".repeat(1000);
    let levels: String = (0..40).map(|_| format!("{key}: {{")).collect();
    let values: String = (0..90_000).map(|value| format!("{value}: 1,")).collect();
    let text = format!(
        "deployment: x\nactors:\n  - name: a\n    type: my/A\n    params: {{{levels}{values}{}\n",
        "}".repeat(41)
    );
    let found = parse(&text).unwrap_err();
    assert!(found.to_string().contains("is longer than 256 bytes"), "{found}");
}
