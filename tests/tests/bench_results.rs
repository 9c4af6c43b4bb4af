//! What `compare` finds between two files of benchmark results.
#![allow(clippy::unwrap_used)]

#[path = "../../actors/benches/compare/judge.rs"]
mod judge;

use serde_json::{Value, json};

use judge::{Comparison, compare};

/// A file with one run of `net`: rows of a name, and of its ratio to the floor.
fn file(rows: &[(&str, Value)]) -> Value {
    let rows: Vec<Value> = rows
        .iter()
        .map(|(row, ratio)| json!({"row": row, "system": "rosactor", "figures": {"× zenoh": ratio, "p50 µs": 100.0}}))
        .collect();
    json!({"runs": {"net": {"processor": "a", "cores": 2, "rows": rows}}})
}

fn of(old: &[(&str, Value)], new: &[(&str, Value)]) -> Comparison {
    compare(&file(old), &file(new), 1.25).unwrap()
}

#[test]
fn what_got_worse_by_more_than_the_factor_is_a_failure_and_named() {
    let found = of(&[("call", json!(1.2)), ("stream", json!(2.0))], &[("call", json!(1.6)), ("stream", json!(2.0))]);
    assert_eq!(found.failures, ["net, call, rosactor, × zenoh went from 1.20 to 1.60, 1.33 times"]);
    assert!(found.lines.iter().any(|line| line == "| net | call | rosactor | × zenoh | 1.20 | 1.60 | 1.33 | worse |"));
    assert!(found.lines.iter().any(|line| line == "| net | stream | rosactor | × zenoh | 2.00 | 2.00 | 1.00 |  |"));
}

#[test]
fn noise_and_what_got_better_are_no_failures() {
    let old = [("call", json!(1.2)), ("stream", json!(2.0))];
    assert_eq!(of(&old, &[("call", json!(1.49)), ("stream", json!(0.5))]).failures, [""; 0]);
    let strict = compare(&file(&old), &file(&[("call", json!(1.49)), ("stream", json!(0.5))]), 1.2).unwrap();
    assert_eq!(strict.failures.len(), 1, "the factor decides");
}

#[test]
fn a_row_that_is_gone_is_a_failure() {
    let found = of(&[("call", json!(1.2)), ("stream", json!(2.0))], &[("stream", json!(2.0))]);
    assert_eq!(found.failures, ["net, call, rosactor, × zenoh is gone"]);
    assert!(found.lines.iter().any(|line| line.starts_with("| net | call |") && line.ends_with("| gone |")));
}

#[test]
fn a_ratio_that_is_no_number_any_more_is_gone() {
    let found = of(&[("call", json!(1.2))], &[("call", Value::Null)]);
    assert_eq!(found.failures.len(), 1);
    assert_eq!(of(&[("call", Value::Null)], &[("call", Value::Null)]).failures, [""; 0]);
}

#[test]
fn a_ratio_of_zero_is_a_number() {
    assert_eq!(of(&[("call", json!(1.2))], &[("call", json!(0.0))]).failures, [""; 0]);
    assert_eq!(of(&[("call", json!(0.0))], &[("call", json!(1.2))]).failures, [""; 0]);
}

#[test]
fn a_benchmark_that_is_gone_is_a_failure_for_each_of_its_rows() {
    let mut both = file(&[("call", json!(1.2))]);
    both["runs"]["hop"] = both["runs"]["net"].clone();
    let found = compare(&both, &file(&[("call", json!(1.2))]), 1.25).unwrap();
    assert_eq!(found.failures, ["hop, call, rosactor, × zenoh is gone"]);
}

#[test]
fn a_new_row_is_told_and_is_no_failure() {
    let found = of(&[("call", json!(1.2))], &[("call", json!(1.2)), ("stream", json!(9.0))]);
    assert_eq!(found.failures, [""; 0]);
    assert!(found.lines.iter().any(|line| line == "| net | stream | rosactor | × zenoh | – | 9.00 | – | new |"));
}

#[test]
fn times_alone_are_not_judged() {
    let mut slower = file(&[("call", json!(1.2))]);
    slower["runs"]["net"]["rows"][0]["figures"]["p50 µs"] = json!(900.0);
    let found = compare(&file(&[("call", json!(1.2))]), &slower, 1.25).unwrap();
    assert_eq!(found.failures, [""; 0]);
}

#[test]
fn runs_on_different_machines_are_told() {
    let mut other = file(&[("call", json!(1.2))]);
    assert!(!of(&[("call", json!(1.2))], &[("call", json!(1.2))]).lines[0].contains("machines"));
    other["runs"]["net"]["cores"] = json!(8);
    let found = compare(&file(&[("call", json!(1.2))]), &other, 1.25).unwrap();
    assert!(found.lines[0].starts_with("net ran on different machines"), "{}", found.lines[0]);
}

#[test]
fn a_file_without_results_or_with_a_row_twice_is_refused() {
    let right = file(&[("call", json!(1.2))]);
    for wrong in [json!({}), json!({"runs": {}}), json!({"runs": {"net": {}}}), json!({"runs": {"net": {"rows": [1]}}})]
    {
        assert!(compare(&right, &wrong, 1.25).is_err_and(|error| error.starts_with("the new file")), "{wrong}");
        assert!(compare(&wrong, &right, 1.25).is_err_and(|error| error.starts_with("the old file")), "{wrong}");
    }
    let twice = file(&[("call", json!(1.2)), ("call", json!(1.0))]);
    assert_eq!(compare(&right, &twice, 1.25).err().unwrap(), "the new file has net, call, rosactor, × zenoh twice");
}
