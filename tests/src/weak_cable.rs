//! A cable that carries late, and loses some of what it carries, as a radio link does: `tests/net/weak_cable.py`.

use std::{
    io::Write as _,
    path::Path,
    process::{ChildStdin, Command},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};

use crate::process::Process;

/// An answer takes as long as the turns of the two ways before it; the rest is for a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(20);

/// The cable of a [`Namespace::weak_pair`](crate::netns::Namespace::weak_pair). Dropping it removes it.
///
/// Its ends stay up whatever happens to it: hosts learn of a cut by silence only.
#[derive(Debug)]
pub struct WeakCable {
    process: Process,
    /// Where commands go, and how many went.
    commands: Mutex<(ChildStdin, u64)>,
}

/// Frames, both ways together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frames {
    /// Those that arrived.
    pub passed: u64,
    /// Those that did not.
    pub lost: u64,
}

impl Frames {
    /// Those since an earlier count.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        Self { passed: self.passed - before.passed, lost: self.lost - before.lost }
    }

    /// Which part of them was lost.
    #[must_use]
    pub fn share_lost(self) -> f64 {
        self.lost as f64 / (self.lost + self.passed).max(1) as f64
    }
}

impl WeakCable {
    /// Puts it between two namespaces, as the interface `cable` of each.
    pub(crate) fn between(a: &str, b: &str, seed: u64) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("net/weak_cable.py");
        let mut command = Command::new("python3");
        command.arg(script).args([a, b, &seed.to_string()]);
        let (process, input) = Process::start_commanded("the weak cable", &mut command);
        let this = Self { process, commands: Mutex::new((input, 0)) };
        // From its answer on the interfaces are there.
        let _ = this.frames();
        this
    }

    /// From now on it loses this share of the frames, and carries the others so late; each way, in order.
    pub fn set(&self, loss: f64, delay: Duration) {
        self.command(json!({"loss": loss, "delay_s": delay.as_secs_f64()}));
    }

    /// From now on it loses everything, also what is under way.
    pub fn cut(&self) {
        self.set(1.0, Duration::ZERO);
    }

    /// From now on it carries everything, at once.
    pub fn heal(&self) {
        self.set(0.0, Duration::ZERO);
    }

    /// What it has carried and lost up to now.
    #[must_use]
    pub fn frames(&self) -> Frames {
        let answer = self.command(json!({}));
        let count = |key: &str| answer[key].as_u64().expect("a count");
        Frames { passed: count("passed"), lost: count("lost") }
    }

    /// Returns the answer, when the command has been obeyed.
    fn command(&self, mut command: Value) -> Value {
        let mut commands = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
        let (input, number) = &mut *commands;
        *number += 1;
        command["number"] = json!(number);
        if writeln!(input, "{command}").is_err() {
            panic!("{}", self.process.account("has ended"));
        }
        let read = |line: &str| serde_json::from_str::<Value>(line).ok();
        let is_answer = |line: &str| read(line).is_some_and(|answer| answer["number"] == json!(number));
        read(&self.process.wait_for_output(PATIENCE, is_answer)).unwrap_or_default()
    }
}
