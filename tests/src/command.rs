//! The command `rosactor`, run as a user runs it: the built binary, in the repository's folder.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything waited for here takes on a busy machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The repository's folder.
///
/// # Panics
/// If this crate is not in a folder of it.
#[must_use]
pub fn repository() -> PathBuf {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    above.map_or_else(|| panic!("the tests lie in a folder of the repository"), Path::to_owned)
}

/// The built binary: tests lie in `target/release/deps`, programs one folder above.
///
/// # Panics
/// If it is not built.
#[must_use]
pub fn program() -> PathBuf {
    let own = std::env::current_exe().unwrap_or_else(|error| panic!("this test does not know its own path: {error}"));
    let program = own.ancestors().nth(2).unwrap_or(&own).join("rosactor");
    assert!(
        program.is_file(),
        "{} is not built; build it with `cargo build --release --workspace`",
        program.display()
    );
    program
}

/// The command with these arguments, without what the tests' own environment would add.
#[must_use]
pub fn rosactor(arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments).current_dir(repository()).env_remove("RUST_LOG").env_remove("ROSACTOR_BRIDGE").stdin(Stdio::null());
    command
}

/// Runs the command to its end.
///
/// # Panics
/// If it cannot be started.
#[must_use]
pub fn finish(mut command: Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"))
}

/// What a program wrote.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The command while it runs. Dropping it ends it.
pub struct Started {
    child: Child,
    log: Receiver<String>,
    seen: Vec<String>,
}

impl Started {
    /// Starts the command and listens to its log.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn new(mut command: Command) -> Self {
        let spawned = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"));
        let (sender, log) = channel();
        let stderr = child.stderr.take();
        // It ends with the stream, that is, with the program.
        thread::spawn(move || {
            let lines = stderr.into_iter().flat_map(|stream| BufReader::new(stream).lines());
            lines.map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { child, log, seen: Vec::new() }
    }

    /// Waits for a line of the log that has this in it.
    ///
    /// # Panics
    /// If it does not come.
    pub fn wait_for(&mut self, part: &str) {
        let begin = Instant::now();
        loop {
            match self.log.recv_timeout(PATIENCE.saturating_sub(begin.elapsed())) {
                Ok(line) => {
                    let found = line.contains(part);
                    self.seen.push(line);
                    if found {
                        return;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("waited {:?} for {part:?}; the log is\n{}", begin.elapsed(), self.seen.join("\n"))
                }
            }
        }
    }

    /// Sends a signal, such as `INT`.
    ///
    /// # Panics
    /// If that fails, for example because the program has ended.
    pub fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status();
        assert!(status.as_ref().is_ok_and(ExitStatus::success), "`{kill}`: {status:?}; the log is\n{}", self.seen.join("\n"));
    }

    /// Waits for the end; returns its exit code (`None` if a signal ended it), how long that took, and the log.
    ///
    /// # Panics
    /// If it does not end.
    pub fn wait(mut self) -> (Option<i32>, Duration, String) {
        let begin = Instant::now();
        let code = loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break status.code(),
                Ok(None) if begin.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(2)),
                other => panic!("waited {:?} for the end: {other:?}", begin.elapsed()),
            }
        };
        let took = begin.elapsed();
        // Programs that it started may still hold the stream, so what came is taken and its end is not waited for.
        while let Ok(line) = self.log.recv_timeout(Duration::from_millis(100)) {
            self.seen.push(line);
        }
        (code, took, self.seen.join("\n"))
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // Both fail if it has ended, and then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
