//! Cases that hold or not, told to the test as one line of the log.

use rosactor::prelude::*;
use serde_json::json;

/// What has been checked so far.
pub(crate) struct Checks {
    name: &'static str,
    cases: usize,
    failed: Vec<String>,
}

impl Checks {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, cases: 0, failed: Vec::new() }
    }

    /// Notes whether a case holds, with what was seen if it does not.
    pub(crate) fn check(&mut self, case: &str, holds: bool, seen: impl std::fmt::Debug) {
        self.cases += 1;
        if !holds {
            self.failed.push(format!("{case}: {seen:?}"));
        }
    }
}

/// Tells `checked {"name", "cases", "failed"}`. An error on the way is a case that failed.
pub(crate) fn tell(name: &str, outcome: Result<Checks>) {
    let line = match outcome {
        Ok(checks) => json!({"name": checks.name, "cases": checks.cases, "failed": checks.failed}),
        Err(error) => json!({"name": name, "cases": 0, "failed": [error.to_string()]}),
    };
    info!("checked {line}");
}
