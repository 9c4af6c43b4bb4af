//! Programs that a test starts, and what they say.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

/// How often an ending is looked for. The operating system has no way to wait for it with a deadline.
const LOOK: Duration = Duration::from_millis(10);

/// One of the project's own programs, as the build has put it beside the tests. An example is `examples/NAME`.
///
/// # Panics
///
/// If it is not there.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let folder = test.ancestors().nth(2).expect("a test lies two folders deep");
    let path = folder.join(name);
    assert!(
        path.is_file(),
        "{} is missing; `cargo build --release --workspace --all-targets` makes it",
        path.display()
    );
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
        Self::spawn(name, command.stdin(Stdio::null()))
    }

    /// Starts a program that is told what to do on its standard input.
    ///
    /// # Panics
    ///
    /// If it cannot be started.
    pub fn start_commanded(name: &str, command: &mut Command) -> (Self, ChildStdin) {
        let mut this = Self::spawn(name, command.stdin(Stdio::piped()));
        let input = this.child.stdin.take().expect("a pipe");
        (this, input)
    }

    fn spawn(name: &str, command: &mut Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
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

    /// Waits until something holds.
    ///
    /// # Panics
    ///
    /// If it does not in time; the sentence says that this program "has not {what}".
    pub fn wait_until(&self, patience: Duration, what: &str, holds: impl Fn() -> bool) {
        let end = Instant::now() + patience;
        while !holds() {
            assert!(Instant::now() < end, "{}", self.account(&format!("has not {what} within {patience:?}")));
            thread::sleep(LOOK);
        }
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
    #[allow(clippy::print_stderr)]
    fn drop(&mut self) {
        if thread::panicking() {
            // Whoever reads of the failure needs what all programs said, not only the one that was looked at.
            eprintln!("{}", self.account("said, up to the failure:"));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to one process.
pub fn signal(pid: u32, name: &str) {
    let status = Command::new("kill").args([format!("-{name}"), pid.to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()), "process {pid} cannot be sent {name}");
}

/// The processes that a process has started and not yet heard the end of, with the beginnings of their names.
#[must_use]
pub fn children(parent: u32) -> Vec<(u32, String)> {
    let all = fs::read_dir("/proc").expect("/proc is there on Linux").filter_map(Result::ok);
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let family = pids.filter_map(|pid| Some((pid, status(pid)?)));
    family.filter(|(_, status)| status.parent == parent).map(|(pid, status)| (pid, status.name)).collect()
}

/// Whether the process still runs, and is not another one that got its number.
#[must_use]
pub fn is_running(pid: u32, name: &str) -> bool {
    status(pid).is_some_and(|status| status.name == name && status.state != "Z")
}

/// What `/proc/PID/status` says of a process; see proc_pid_status(5).
struct Status {
    name: String,
    state: String,
    parent: u32,
}

/// `None` if there is no such process any more.
fn status(pid: u32) -> Option<Status> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let field = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(":\t"))?;
        line.split_whitespace().next().map(str::to_owned)
    };
    Some(Status { name: field("Name")?, state: field("State")?, parent: field("PPid")?.parse().ok()? })
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
