//! Programs, supervised like actors.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tracing::{Instrument, Span, error, info, info_span, warn};

use super::group::Group;
use crate::board::{ActorBoard, ActorState};
use crate::clock;
use crate::deployment::{self, ActorEntry, RestartPolicy, Supervision};
use crate::shell::{RestartHistory, ShellEvent};

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

/// A program with its supervisor.
pub(crate) struct Supervised {
    stop: oneshot::Sender<Instant>,
    task: tokio::task::JoinHandle<()>,
}

impl Supervised {
    /// Starts the program and keeps it running.
    pub(crate) fn start(
        program: Program,
        supervision: Supervision,
        board: Arc<ActorBoard>,
        events: UnboundedSender<(String, ShellEvent)>,
    ) -> Self {
        let (stop, stopped) = oneshot::channel();
        let span = info_span!("actor", name = %program.name);
        let supervisor = Supervisor { program, history: RestartHistory::new(supervision), board, events };
        Self { stop, task: tokio::spawn(supervisor.run(stopped).instrument(span)) }
    }

    /// Asks the program to end, and ends it at `deadline`.
    pub(crate) async fn stop(self, deadline: Instant) {
        // A supervisor that has ended needs no stop; one that panicked has nothing left to wait for.
        let _ = self.stop.send(deadline);
        let _ = self.task.await;
    }
}

struct Supervisor {
    program: Program,
    history: RestartHistory,
    board: Arc<ActorBoard>,
    events: UnboundedSender<(String, ShellEvent)>,
}

/// How one run of the program ended.
enum RunEnd {
    /// It was stopped from outside.
    Stopped,
    Exited(ExitStatus),
    CannotStart(std::io::Error),
}

impl Supervisor {
    async fn run(mut self, mut stopped: oneshot::Receiver<Instant>) {
        loop {
            self.board.set_state(ActorState::Running);
            let end = self.run_once(&mut stopped).await;
            let Some(backoff) = self.judge(end) else { return };
            warn!("restarts in {backoff:?}");
            tokio::select! {
                () = clock::sleep(backoff) => self.board.count_restart(),
                _ = &mut stopped => return self.board.set_state(ActorState::Stopped),
            }
        }
    }

    async fn run_once(&self, stopped: &mut oneshot::Receiver<Instant>) -> RunEnd {
        let mut child = match self.program.spawn() {
            Ok(child) => child,
            Err(error) => return RunEnd::CannotStart(error),
        };
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
        tokio::select! {
            status = child.wait() => match status {
                Ok(status) => RunEnd::Exited(status),
                Err(error) => RunEnd::CannotStart(error),
            },
            deadline = stopped => {
                let deadline = deadline.unwrap_or_else(|_| Instant::now());
                terminate(&mut child, group.as_ref(), deadline).await;
                RunEnd::Stopped
            }
        }
    }

    /// How long to wait before the next run; `None` if there is none.
    fn judge(&mut self, end: RunEnd) -> Option<Duration> {
        let (state, again) = match end {
            RunEnd::Stopped => {
                self.board.set_state(ActorState::Stopped);
                return None;
            }
            RunEnd::CannotStart(reason) => {
                error!("{} cannot be run: {reason}", self.program.command[0].display());
                (ActorState::Failed, true)
            }
            RunEnd::Exited(status) if status.success() => {
                info!("ended");
                (ActorState::Finished, self.program.restart == RestartPolicy::Always)
            }
            RunEnd::Exited(status) => {
                error!("ended with {status}");
                (ActorState::Failed, status.code().is_none() || status.code() != self.program.hopeless)
            }
        };
        let again = again && self.program.restart != RestartPolicy::Never;
        if let Some(backoff) = again.then(|| self.history.next(clock::now())).flatten() {
            return Some(backoff);
        }
        if again {
            error!("its supervisor gives up: too many restarts in too short a time");
        }
        self.board.set_state(state);
        // Nobody listens any more when the deployment is already going down.
        let _ = self.events.send((self.program.name.clone(), ShellEvent::Ended(state)));
        None
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
