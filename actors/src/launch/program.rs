//! Programs, supervised like actors.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tracing::{Instrument, Span, error, info, info_span, warn};

use super::group::Group;
use crate::board::{ActorBoard, ActorState};
use crate::clock;
use crate::deployment::{self, ActorEntry, RestartPolicy, Supervision};
use crate::shell::{Events, Fault, MemberId, RestartHistory, ShellEvent};
use crate::watch::Change;

/// What is read of one line of a program's output; the rest of a longer line is cut off.
const LONGEST_LINE: usize = 8 * 1024;

/// What to run.
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) command: Vec<OsString>,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) cwd: Option<PathBuf>,
    pub(crate) restart: RestartPolicy,
    /// Written to its standard input, which is then kept open: its end tells the program that this process is gone.
    pub(crate) stdin: Option<String>,
    /// An exit code by which the program says that a restart cannot help.
    pub(crate) hopeless: Option<i32>,
}

impl Program {
    /// The program of an `exec` entry of a file in this folder.
    pub(crate) fn of_entry(entry: &ActorEntry, program: &deployment::Program, folder: &Path) -> Self {
        Self {
            name: entry.full_name().trim_start_matches('/').to_owned(),
            command: program.command.iter().map(OsString::from).collect(),
            env: program.env.clone(),
            cwd: program.cwd.as_ref().map(|cwd| folder.join(cwd)),
            restart: entry.restart,
            stdin: None,
            hopeless: None,
        }
    }

    fn spawn(&self) -> std::io::Result<Child> {
        let (program, arguments) = self.command.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .envs(&self.env)
            .stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        if let Some(cwd) = &self.cwd {
            command.current_dir(cwd);
        }
        command.spawn()
    }
}

/// What a supervised program is told.
enum Told {
    /// End by the deadline, and stay down; the answer is sent when it is down.
    Down(Instant, oneshot::Sender<()>),
    /// Run for the first time.
    Begin,
    /// Run again, as a part of its group.
    Up,
    /// Restart alone by these rules from now on.
    Rule(Option<Supervision>),
}

/// A program with its supervisor. Dropping it ends both.
pub(crate) struct Supervised {
    told: mpsc::UnboundedSender<Told>,
    task: tokio::task::JoinHandle<()>,
}

impl Supervised {
    /// Supervises a program that does not run yet, alone by these rules.
    pub(crate) fn at_rest(
        program: Program,
        alone: Option<Supervision>,
        board: Arc<ActorBoard>,
        events: Events,
        member: MemberId,
    ) -> Self {
        let (told, orders) = mpsc::unbounded_channel();
        let span = info_span!("actor", name = %program.name);
        let restarts = alone.map(|supervision| RestartHistory::new(supervision, &program.name));
        let supervisor = Supervisor { program, restarts, board, events, member };
        Self { told, task: tokio::spawn(supervisor.run(orders).instrument(span)) }
    }

    /// Runs the program, and keeps it running.
    pub(crate) fn begin(&self) {
        // A supervisor that panicked has been reported.
        let _ = self.told.send(Told::Begin);
    }

    /// Gives it other rules for its restarts alone.
    pub(crate) fn rule(&self, alone: Option<Supervision>) {
        // A supervisor that panicked has been reported.
        let _ = self.told.send(Told::Rule(alone));
    }

    /// Asks the program to end, and ends it at `deadline`; it can be told to run again.
    pub(crate) async fn suspend(&self, deadline: Instant) {
        let (done, wait) = oneshot::channel();
        // A supervisor that panicked has nothing left to wait for.
        let _ = self.told.send(Told::Down(deadline, done));
        let _ = wait.await;
    }

    /// Runs the program again.
    pub(crate) fn revive(&self) {
        // A supervisor that panicked has been reported.
        let _ = self.told.send(Told::Up);
    }

    /// Asks the program to end, and ends it at `deadline`.
    pub(crate) async fn stop(self, deadline: Instant) {
        self.suspend(deadline).await;
        drop(self.told);
        let _ = self.task.await;
    }
}

struct Supervisor {
    program: Program,
    /// Its restarts alone; `None` if every failure concerns its group.
    restarts: Option<RestartHistory>,
    board: Arc<ActorBoard>,
    events: Events,
    member: MemberId,
}

/// How one run of the program ended.
enum RunEnd {
    /// It was told to go down, or nobody is left to tell it anything.
    Down(Option<oneshot::Sender<()>>),
    Exited(ExitStatus),
    CannotStart(std::io::Error),
}

/// What the supervisor of a program does next.
enum Course {
    Run,
    RunAfter(Duration),
    /// Wait to be told.
    Rest,
}

type Orders = mpsc::UnboundedReceiver<Told>;

impl Supervisor {
    async fn run(mut self, mut orders: Orders) {
        self.supervise(&mut orders).await;
        if self.board.state() == ActorState::Running {
            self.board.set_state(ActorState::Stopped);
        }
    }

    /// Ends when nobody is left to tell it anything.
    async fn supervise(&mut self, orders: &mut Orders) {
        let mut course = Course::Rest;
        loop {
            course = match course {
                Course::Run => {
                    let end = self.run_once(orders).await;
                    self.judge(end)
                }
                Course::RunAfter(backoff) => {
                    warn!("restarts in {backoff:?}");
                    tokio::select! {
                        () = clock::sleep_until(clock::now() + backoff) => self.run_again(),
                        told = orders.recv() => match told {
                            Some(told) => self.follow(told, Course::RunAfter(backoff)),
                            None => return,
                        },
                    }
                }
                Course::Rest => match orders.recv().await {
                    Some(told) => self.follow(told, Course::Rest),
                    None => return,
                },
            };
        }
    }

    /// What follows an order while the program does not run.
    fn follow(&mut self, told: Told, course: Course) -> Course {
        match told {
            Told::Begin => Course::Run,
            Told::Rule(alone) => {
                self.rule(alone);
                course
            }
            Told::Down(_, done) => {
                // Whoever asked may have lost patience.
                let _ = done.send(());
                Course::Rest
            }
            Told::Up => {
                if let Some(restarts) = &mut self.restarts {
                    restarts.forget();
                }
                self.run_again()
            }
        }
    }

    fn rule(&mut self, alone: Option<Supervision>) {
        self.restarts = alone.map(|supervision| RestartHistory::new(supervision, &self.program.name));
    }

    fn run_again(&self) -> Course {
        self.board.count_restart();
        Course::Run
    }

    async fn run_once(&mut self, orders: &mut Orders) -> RunEnd {
        self.board.set_state(ActorState::Running);
        let mut child = match self.program.spawn() {
            Ok(child) => child,
            Err(error) => return RunEnd::CannotStart(error),
        };
        if self.board.restarts() > 0 || self.board.awaited {
            self.board.tell(Change::Restarted);
        }
        // Whatever way this run ends, nothing of it stays behind.
        let group = Group::of(child.id());
        forward(child.stdout.take(), false);
        forward(child.stderr.take(), true);
        let mut lifeline = child.stdin.take();
        if let (Some(pipe), Some(text)) = (&mut lifeline, &self.program.stdin) {
            // A program that does not read it ends by itself, and is then judged by its exit code.
            let _ = pipe.write_all(text.as_bytes()).await;
            let _ = pipe.flush().await;
        }
        loop {
            tokio::select! {
                status = child.wait() => return match status {
                    Ok(status) => RunEnd::Exited(status),
                    Err(error) => RunEnd::CannotStart(error),
                },
                told = orders.recv() => {
                    let (deadline, done) = match told {
                        // It runs.
                        Some(Told::Up | Told::Begin) => continue,
                        Some(Told::Rule(alone)) => {
                            self.rule(alone);
                            continue;
                        }
                        Some(Told::Down(deadline, done)) => (deadline, Some(done)),
                        None => (Instant::now(), None),
                    };
                    terminate(&mut child, group.as_ref(), deadline).await;
                    self.board.tell(Change::Stopped);
                    return RunEnd::Down(done);
                }
            }
        }
    }

    /// What follows one run.
    fn judge(&mut self, end: RunEnd) -> Course {
        let (change, again, hopeless) = match end {
            RunEnd::Down(done) => {
                if let Some(done) = done {
                    // Whoever asked may have lost patience.
                    let _ = done.send(());
                }
                return Course::Rest;
            }
            RunEnd::CannotStart(reason) => {
                error!("{} cannot be run: {reason}", self.program.command[0].display());
                (Change::Failed, true, false)
            }
            RunEnd::Exited(status) if status.success() => {
                info!("ended");
                (Change::Finished, self.program.restart == RestartPolicy::Always, false)
            }
            RunEnd::Exited(status) => {
                error!("ended with {status}");
                (Change::Failed, true, status.code().is_some() && status.code() == self.program.hopeless)
            }
        };
        self.board.tell(change);
        if !again {
            self.board.set_state(ActorState::Finished);
            return self.report(ShellEvent::Finished);
        }
        if hopeless || self.program.restart == RestartPolicy::Never {
            return self.report(ShellEvent::Failed(Fault::Hopeless));
        }
        if let Some(backoff) = self.restarts.as_mut().and_then(|restarts| restarts.next(clock::now())) {
            return Course::RunAfter(backoff);
        }
        if self.restarts.is_some() {
            error!("too many restarts in too short a time");
        }
        self.report(ShellEvent::Failed(Fault::Failed))
    }

    fn report(&self, event: ShellEvent) -> Course {
        // Nobody listens any more when the deployment is already going down.
        let _ = self.events.send((self.member, event));
        Course::Rest
    }
}

/// Asks the program's process group to end, and kills it when the time is up.
async fn terminate(child: &mut Child, group: Option<&Group>, deadline: Instant) {
    if let Some(group) = group {
        group.terminate();
    }
    // The last moment is kept for the kill itself.
    if tokio::time::timeout_at(deadline - Duration::from_millis(100), child.wait()).await.is_err() {
        warn!("did not end in time and is killed");
        let _ = child.start_kill();
        let _ = child.wait().await;
    }
}

/// Logs a program's output, line by line.
fn forward(output: Option<impl AsyncRead + Send + Unpin + 'static>, is_stderr: bool) {
    let Some(output) = output else { return };
    let log = async move {
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        while let Ok(true) = read_line(&mut reader, &mut line).await {
            let text = String::from_utf8_lossy(&line);
            if is_stderr {
                info!(target: "stderr", "{text}");
            } else {
                info!(target: "stdout", "{text}");
            }
        }
    };
    tokio::spawn(log.instrument(Span::current()));
}

/// Reads up to the end of a line, and keeps its beginning: a program that never ends its line must not fill the memory.
async fn read_line(reader: &mut (impl AsyncBufReadExt + Unpin), line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    loop {
        let available = reader.fill_buf().await?;
        if available.is_empty() {
            return Ok(!line.is_empty());
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let part = &available[..end.unwrap_or(available.len())];
        let room = LONGEST_LINE.saturating_sub(line.len());
        line.extend_from_slice(&part[..part.len().min(room)]);
        let used = end.map_or(part.len(), |end| end + 1);
        reader.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}
