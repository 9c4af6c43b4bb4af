#![allow(clippy::unwrap_used)]

use super::*;

const FILE: &str = "deployment: d
actors:
  - {name: a, type: t/A, params: {x: 1, nan: .nan}}
  - group: g
    supervision: {strategy: one_for_all}
    actors:
      - {name: b, type: t/B}
      - {name: c, exec: [sleep, '1']}
  - {name: d, type: t/D}
";

fn parse(text: &str) -> Deployment {
    Deployment::parse("d.yaml".as_ref(), text).unwrap()
}

/// What becomes of each entry of an edited file, and who ends.
fn changes(edited: &str) -> Changes {
    Changes::between(&parse(FILE), &parse(edited))
}

fn fates(edited: &str) -> Vec<Fate> {
    changes(edited).fates
}

use Fate::{New, Renewed, Replaced, Same};

#[test]
fn comments_and_blanks_change_nothing() {
    let edited = FILE.replace("actors:\n  - {name: a,", "# more\n\nactors: # here\n  - {name:  a,");
    assert!(changes(FILE).is_nothing() && changes(&edited).is_nothing());
}

#[test]
fn what_only_setup_reads_renews_an_actor_and_all_else_replaces_it() {
    for edit in ["params: {x: 2, nan: .nan}", "params: {x: 1, nan: .nan, y: 3}", "restart: always", "lifecycle: active"]
    {
        let edit =
            if edit.starts_with("params") { edit.to_owned() } else { format!("params: {{x: 1, nan: .nan}}, {edit}") };
        let edited = FILE.replace("params: {x: 1, nan: .nan}", &edit);
        let changes = changes(&edited);
        assert_eq!(changes.fates, [Renewed(0), Same(1), Same(2), Same(3)], "{edit}");
        assert_eq!(changes.ends, [End::Suspended, End::No, End::No, End::No], "{edit}");
        assert!(!changes.is_nothing() && !changes.supervision);
    }
    for edit in ["t/X", "t/A, remap: {q: r}", "t/A, thread: own", "t/A, mailboxes: {q: {keep_last: 2}}"] {
        let changes = changes(&FILE.replace("type: t/A", &format!("type: {edit}")));
        assert_eq!(changes.fates, [Replaced(0), Same(1), Same(2), Same(3)], "{edit}");
        assert_eq!(changes.ends[0], End::Stopped);
    }
    for edit in ["exec: [sleep, '2']", "exec: [sleep, '1'], restart: always", "exec: [sleep, '1'], env: {A: b}"] {
        let edited = FILE.replace("exec: [sleep, '1']", edit);
        assert_eq!(fates(&edited), [Same(0), Same(1), Replaced(2), Same(3)], "a program has no endpoints: {edit}");
    }
    let logging = fates(&FILE.replace("deployment: d\n", "deployment: d\nrosout: true\n"));
    assert_eq!(logging, [Renewed(0), Renewed(1), Same(2), Renewed(3)]);
}

#[test]
fn who_comes_and_goes_leaves_the_others_alone_wherever_they_stand() {
    let without = FILE.replace("  - {name: a, type: t/A, params: {x: 1, nan: .nan}}\n", "");
    let without = changes(&without);
    assert_eq!(without.fates, [Same(1), Same(2), Same(3)]);
    assert_eq!(without.ends, [End::Stopped, End::No, End::No, End::No]);
    assert!(!without.is_nothing());

    let more = FILE.replace("actors:\n  - {name: a,", "actors:\n  - {name: e, type: t/E}\n  - {name: a,");
    assert_eq!(fates(&more), [New, Same(0), Same(1), Same(2), Same(3)]);

    let named = fates(&FILE.replace("{name: d, type: t/D}", "{name: d, namespace: /n, type: t/D}"));
    assert_eq!(named[3], New, "a namespace is a part of the name");

    let last = "  - {name: d, type: t/D}\n";
    let moved = FILE.replace(last, "").replace("  - {name: a,", &format!("{last}  - {{name: a,"));
    let moved = changes(&moved);
    assert_eq!(moved.fates, [Same(3), Same(0), Same(1), Same(2)]);
    assert!(moved.ends.iter().all(|end| *end == End::No) && !moved.is_nothing() && !moved.supervision);
}

#[test]
fn other_rules_of_restarts_are_a_change_and_restart_nobody() {
    let edits = [
        ("strategy: one_for_all", "strategy: rest_for_one"),
        ("deployment: d\n", "deployment: d\nsupervision: {restarts: 9}\n"),
        ("group: g", "group: h"),
    ];
    for (old, new) in edits {
        let changes = changes(&FILE.replace(old, new));
        assert!(changes.supervision && !changes.is_nothing(), "{new}");
        assert_eq!(changes.fates, [Same(0), Same(1), Same(2), Same(3)], "{new}");
    }
    let out = FILE
        .replace("      - {name: b, type: t/B}\n", "")
        .replace("  - {name: d,", "  - {name: b, type: t/B}\n  - {name: d,");
    let out = changes(&out);
    assert_eq!(out.fates, [Same(0), Same(2), Same(1), Same(3)]);
    assert!(out.supervision, "it left its group");
}

#[test]
fn another_bridge_is_a_change_of_its_own() {
    let bridged = FILE.replace("deployment: d\n", "deployment: d\nbridge: {domain: 3}\n");
    let come = changes(&bridged);
    assert!(come.bridge && !come.is_nothing() && come.ends.iter().all(|end| *end == End::No));
    let same = Changes::between(&parse(&bridged), &parse(&bridged.replace("bridge:", "\nbridge: ")));
    assert!(same.is_nothing());
    let other = Changes::between(&parse(&bridged), &parse(&bridged.replace("domain: 3", "domain: 4")));
    assert!(other.bridge);
}
