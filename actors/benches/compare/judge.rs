//! What got worse from one file of results to another. Only ratios count, as both sides of one were measured in one run: times alone
//! tell how busy the machine was.

use std::collections::BTreeMap;

use serde_json::Value;

/// What was found.
pub(crate) struct Comparison {
    /// A table of all ratios.
    pub(crate) lines: Vec<String>,
    /// What got worse, and what is gone.
    pub(crate) failures: Vec<String>,
}

/// The names of figures that are ratios begin so.
const RATIO: char = '×';

/// Benchmark, row, system, figure.
type Key = [String; 4];

/// Compares all ratios; more is worse. One of `old` that is not in `new` is a failure, as a row that is gone hides what it would show.
pub(crate) fn compare(old: &Value, new: &Value, factor: f64) -> Result<Comparison, String> {
    let (old_ratios, new_ratios) = (ratios(old, "the old file")?, ratios(new, "the new file")?);
    let mut lines = other_machines(old, new);
    lines.push("| benchmark | row | system | figure | old | new | new / old | |".to_owned());
    lines.push("| --- | --- | --- | --- | ---: | ---: | ---: | --- |".to_owned());
    let mut failures = Vec::new();
    // One of 0 cannot get worse by any factor.
    for (key, old) in old_ratios.iter().filter(|(_, old)| **old > 0.0) {
        let name = key.join(" | ");
        let Some(new) = new_ratios.get(key) else {
            lines.push(format!("| {name} | {old:.2} | – | – | gone |"));
            failures.push(format!("{} is gone", key.join(", ")));
            continue;
        };
        let change = new / old;
        let verdict = if change > factor { "worse" } else { "" };
        lines.push(format!("| {name} | {old:.2} | {new:.2} | {change:.2} | {verdict} |"));
        if change > factor {
            failures.push(format!("{} went from {old:.2} to {new:.2}, {change:.2} times", key.join(", ")));
        }
    }
    for (key, new) in new_ratios.iter().filter(|(key, _)| !old_ratios.contains_key(*key)) {
        lines.push(format!("| {} | – | {new:.2} | – | new |", key.join(" | ")));
    }
    Ok(Comparison { lines, failures })
}

/// The ratios of a file. What is not a number is none: some rows have no such figure.
fn ratios(file: &Value, which: &str) -> Result<BTreeMap<Key, f64>, String> {
    let runs = file["runs"].as_object().filter(|runs| !runs.is_empty());
    let runs = runs.ok_or(format!("{which} has no \"runs\": it was not written by a benchmark with --save"))?;
    let mut ratios = BTreeMap::new();
    for (bench, run) in runs {
        let rows = run["rows"].as_array().ok_or(format!("{which}: the run of {bench} has no \"rows\""))?;
        for row in rows {
            let text = |name: &str| row[name].as_str().ok_or(format!("{which}: a row of {bench} has no \"{name}\""));
            let figures = row["figures"].as_object().ok_or(format!("{which}: a row of {bench} has no \"figures\""))?;
            for (figure, value) in figures.iter().filter(|(figure, _)| figure.starts_with(RATIO)) {
                let key = [bench, text("row")?, text("system")?, figure].map(str::to_owned);
                if let Some(value) = value.as_f64()
                    && ratios.insert(key.clone(), value).is_some()
                {
                    return Err(format!("{which} has {} twice", key.join(", ")));
                }
            }
        }
    }
    Ok(ratios)
}

/// Says of each benchmark whose two runs were on different machines that they were.
fn other_machines(old: &Value, new: &Value) -> Vec<String> {
    let runs = old["runs"].as_object().into_iter().flatten();
    let machine = |run: &Value| (run["processor"].clone(), run["cores"].clone());
    let others = runs.filter(|(bench, run)| {
        let new = &new["runs"][bench.as_str()];
        !new.is_null() && machine(run) != machine(new)
    });
    others
        .map(|(bench, _)| format!("{bench} ran on different machines: its ratios may differ for that reason"))
        .collect()
}
