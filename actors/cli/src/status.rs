//! What a run shows while it goes on: one line that is kept up to date on a terminal, a log line now and then elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rosactor::ActorState;
use rosactor::launch::Report;
use tracing::info;

use crate::table::outcome;

/// How often the line is made anew.
pub(crate) const ON_TERMINAL: Duration = Duration::from_millis(500);
/// How often a log line is written where nobody watches.
pub(crate) const IN_LOG: Duration = Duration::from_secs(5);

/// The status line.
pub(crate) struct Status {
    bar: Option<ProgressBar>,
    delivered_before: u64,
    seconds_before: f64,
}

impl Status {
    /// With a line at the bottom of the terminal, or without.
    pub(crate) fn new(bar: Option<ProgressBar>) -> Self {
        Self { bar, delivered_before: 0, seconds_before: 0.0 }
    }

    /// How often it wants to be told.
    pub(crate) fn interval(&self) -> Duration {
        if self.bar.is_some() { ON_TERMINAL } else { IN_LOG }
    }

    /// Shows the present.
    pub(crate) fn show(&mut self, report: &Report) {
        let line = self.line(report);
        match &self.bar {
            Some(bar) => bar.set_message(line),
            None => info!("{line}"),
        }
    }

    /// Takes the line away.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&mut self, report: &Report) -> String {
        let counters = || report.actors.iter().flat_map(|actor| &actor.mailboxes).map(|mailbox| mailbox.counters);
        let delivered: u64 = counters().map(|counters| counters.delivered).sum();
        let dropped: u64 = counters().map(|counters| counters.dropped).sum();
        let restarts: u64 = report.actors.iter().map(|actor| actor.restarts).sum();
        let seconds = (report.duration_s - self.seconds_before).max(0.001);
        #[expect(clippy::cast_precision_loss, reason = "a rate for the eye")]
        let rate = delivered.saturating_sub(self.delivered_before) as f64 / seconds;
        (self.delivered_before, self.seconds_before) = (delivered, report.duration_s);
        let words: Vec<String> = report.actors.iter().map(outcome).filter(|words| !words.is_empty()).collect();
        format!(
            "{:.0} s | {} | {rate:.0} msg/s, {dropped} dropped, {restarts} restarts | {}",
            report.duration_s,
            states(report),
            words.join(", ")
        )
    }
}

fn states(report: &Report) -> String {
    let of = |wanted| report.actors.iter().filter(|actor| actor.state == wanted).count();
    let named = [ActorState::Running, ActorState::Finished, ActorState::Failed, ActorState::Stopped]
        .map(|state| (of(state), state))
        .into_iter()
        .filter(|(count, _)| *count > 0);
    named.map(|(count, state)| format!("{count} {state}")).collect::<Vec<_>>().join(", ")
}

/// A line at the bottom of the terminal.
pub(crate) fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    // The template is fixed; were it wrong, the bar would have indicatif's own look.
    if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
        bar.set_style(style);
    }
    bar
}
