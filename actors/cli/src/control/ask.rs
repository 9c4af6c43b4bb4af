//! The side of a command that talks to runs.

use std::fs;
use std::io;
use std::os::unix::net::UnixStream as PlainStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::BufReader;
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::folder;
use super::wire::{Answer, Question, Runs, read, write};
use crate::output::complain;

/// How long a run may take to say who it is.
const WHO_WITHIN: Duration = Duration::from_secs(3);

/// How long it may take to take over a file: it calls every `setup`, and waits for those that stop and start.
const APPLY_WITHIN: Duration = Duration::from_secs(120);

/// The longest line of an answer, in bytes: a file may have many mistakes.
const LONGEST: u32 = 16 * 1024 * 1024;

/// A run of this machine that answers.
pub(crate) struct Found {
    pub(crate) pid: u32,
    /// What to call its host.
    pub(crate) here: String,
    stream: BufReader<UnixStream>,
}

/// Finds the runs of this user that run a file, with `host` only those of that host. Sockets that nobody listens at are removed.
pub(crate) async fn find(file: &Path, host: Option<&str>) -> Result<Vec<Found>, String> {
    let mut found = Vec::new();
    for folder in folder::folders().map_err(|error| error.to_string())? {
        if !folder.exists() {
            continue;
        }
        folder::is_private(&folder).map_err(|why| format!("the runs of this machine cannot be asked: {why}"))?;
        remove_dead(&folder);
        for (pid, path) in folder::sockets(&folder) {
            match who(&path).await {
                Ok((stream, Runs { file: theirs, host: of, here }))
                    if theirs == file && (host.is_none() || of.as_deref() == host) =>
                {
                    found.push(Found { pid, here, stream });
                }
                Ok(_) => {}
                // It has just ended.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => complain(format_args!("process {pid} does not say what it runs: {error}")),
            }
        }
    }
    Ok(found)
}

/// Removes the sockets of processes that are dead.
pub(super) fn remove_dead(folder: &Path) {
    for (_, path) in folder::sockets(folder) {
        if PlainStream::connect(&path).is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused) {
            // Another one may have been quicker.
            let _ = fs::remove_file(path);
        }
    }
}

async fn who(path: &PathBuf) -> io::Result<(BufReader<UnixStream>, Runs)> {
    let asked = async {
        let mut stream = BufReader::new(UnixStream::connect(path).await?);
        match ask(&mut stream, Question::Who).await? {
            Answer::Runs(runs) => Ok((stream, runs)),
            other => Err(io::Error::other(format!("it answers {other:?}"))),
        }
    };
    timeout(WHO_WITHIN, asked).await?
}

async fn ask(stream: &mut BufReader<UnixStream>, question: Question) -> io::Result<Answer> {
    write(stream, &question).await?;
    read(stream, LONGEST).await?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

impl Found {
    /// Asks the run to take over its file; if `dry`, only what that would do.
    pub(crate) async fn apply(&mut self, colour: bool, dry: bool) -> io::Result<Answer> {
        timeout(APPLY_WITHIN, ask(&mut self.stream, Question::Apply { colour, dry })).await?
    }
}
