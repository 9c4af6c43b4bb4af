//! A deployment that runs in the test's own process, and its report as it changes.

use std::thread;
use std::time::{Duration, Instant};

use rosactor::launch::{ActorReport, Report, Running};

/// For what must come, but may take its time on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How often the report is looked at. It changes without telling.
const LOOK: Duration = Duration::from_millis(1);

/// Waits until something is so in the report, and returns that report.
///
/// # Panics
///
/// If it does not come true within [`PATIENCE`].
pub fn wait_until(running: &Running, what: &str, is_so: impl Fn(&Report) -> bool) -> Report {
    let begin = Instant::now();
    loop {
        let report = running.report();
        if is_so(&report) {
            return report;
        }
        assert!(begin.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what}; the report is {report:#?}");
        thread::sleep(LOOK);
    }
}

/// The entry of one actor in a report.
///
/// # Panics
///
/// If there is none.
#[must_use]
pub fn actor<'r>(report: &'r Report, name: &str) -> &'r ActorReport {
    let found = report.actors.iter().find(|actor| actor.name == name);
    found.unwrap_or_else(|| panic!("no actor {name} in {report:#?}"))
}
