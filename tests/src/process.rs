//! Programs that a test starts, and what they say.

use std::{
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

/// How often an ending is looked for. The operating system has no way to wait for it with a deadline.
const LOOK: Duration = Duration::from_millis(10);

/// One of the project's own programs, as the build has put it beside the tests.
///
/// # Panics
///
/// If it is not there.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let folder = test.ancestors().nth(2).expect("a test lies two folders deep");
    let path = folder.join(name);
    assert!(path.is_file(), "{} is missing; build it with `cargo build --release -p {name}`", path.display());
    path
}

/// A running program whose output lines are collected. Dropping it ends it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    output: Lines,
    log: Lines,
}

impl Process {
    /// Starts a program.
    ///
    /// # Panics
    ///
    /// If it cannot be started.
    pub fn start(name: &str, command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        let output = Lines::collect(child.stdout.take().expect("a pipe"));
        let log = Lines::collect(child.stderr.take().expect("a pipe"));
        Self { name: name.to_owned(), child, output, log }
    }

    /// The number of the process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The lines of standard output up to now.
    #[must_use]
    pub fn output(&self) -> Vec<String> {
        self.output.all()
    }

    /// The lines of standard error up to now.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        self.log.all()
    }

    /// Waits for a line of standard output that fits.
    ///
    /// # Panics
    ///
    /// If none comes in time.
    pub fn wait_for_output(&self, patience: Duration, fits: impl Fn(&str) -> bool) -> String {
        self.output
            .wait_for(patience, fits)
            .unwrap_or_else(|| panic!("{}", self.account("never said what was awaited")))
    }

    /// Waits for a line of standard error that fits.
    ///
    /// # Panics
    ///
    /// If none comes in time.
    pub fn wait_for_log(&self, patience: Duration, fits: impl Fn(&str) -> bool) -> String {
        self.log.wait_for(patience, fits).unwrap_or_else(|| panic!("{}", self.account("never logged what was awaited")))
    }

    /// Sends a signal by its name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        signal(self.id(), name);
    }

    /// Waits for the end of the program.
    ///
    /// # Panics
    ///
    /// If it does not end in time.
    pub fn wait(&mut self, patience: Duration) -> ExitStatus {
        let end = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return status;
            }
            assert!(Instant::now() < end, "{}", self.account(&format!("still runs after {patience:?}")));
            thread::sleep(LOOK);
        }
    }

    /// A sentence about this program, and all that it said: for the message of a failing assertion.
    #[must_use]
    pub fn account(&self, what: &str) -> String {
        format!("{} {what}\n--- output\n{}\n--- log\n{}", self.name, self.output().join("\n"), self.log().join("\n"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to one process.
pub fn signal(pid: u32, name: &str) {
    let status = Command::new("kill").args([format!("-{name}"), pid.to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()), "process {pid} cannot be sent {name}");
}

/// Lines as a thread reads them.
#[derive(Debug, Clone, Default)]
struct Lines(Arc<(Mutex<Vec<String>>, Condvar)>);

impl Lines {
    fn collect(input: impl Read + Send + 'static) -> Self {
        let lines = Self::default();
        let writer = lines.clone();
        thread::spawn(move || {
            for line in BufReader::new(input).lines().map_while(Result::ok) {
                writer.0.0.lock().expect("no reader panics").push(line);
                writer.0.1.notify_all();
            }
        });
        lines
    }

    fn all(&self) -> Vec<String> {
        self.0.0.lock().expect("no reader panics").clone()
    }

    fn wait_for(&self, patience: Duration, fits: impl Fn(&str) -> bool) -> Option<String> {
        let found = |lines: &[String]| lines.iter().find(|line| fits(line)).cloned();
        let lines = self.0.0.lock().expect("no reader panics");
        let waited = self.0.1.wait_timeout_while(lines, patience, |lines| found(lines).is_none());
        found(&waited.expect("no reader panics").0)
    }
}
