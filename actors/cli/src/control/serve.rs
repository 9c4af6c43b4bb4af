//! The side of a run: it says who it is, and hands on what it is asked to do.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::BufReader;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::{sleep, timeout};
use tracing::{debug, warn};

use super::ask::remove_dead;
use super::folder;
use super::wire::{Answer, Question, Runs, read, write};

/// How long somebody who is connected may say nothing, or take nothing.
const SILENCE: Duration = Duration::from_secs(5);

/// How many may be connected at once; others wait.
const AT_ONCE: usize = 16;

/// The longest line of a question, in bytes.
const LONGEST: u32 = 4 * 1024;

/// Which run this is.
pub(crate) struct Identity {
    pub(crate) file: PathBuf,
    pub(crate) host: Option<String>,
    pub(crate) here: String,
}

/// Somebody asks this run to take over its file.
pub(crate) struct Request {
    /// Whether mistakes are shown in colour.
    pub(crate) colour: bool,
    /// Whether it is only asked what that would do.
    pub(crate) dry: bool,
    pub(crate) answer: oneshot::Sender<Answer>,
}

/// What is asked of this run, as long as this lives.
pub(crate) struct Requests {
    inbox: mpsc::Receiver<Request>,
    _socket: Option<Socket>,
}

impl Requests {
    /// Listens from now on, within a runtime. If that cannot be, it is warned of, and nothing is ever asked.
    pub(crate) fn listen(identity: Identity) -> Self {
        let (requests, inbox) = mpsc::channel(1);
        match bind() {
            Ok((listener, socket)) => {
                tokio::spawn(accept(listener, Arc::new(identity), requests));
                Self { inbox, _socket: Some(socket) }
            }
            Err(why) => {
                warn!("`rosactor apply` will not find this run: {why}");
                Self { inbox, _socket: None }
            }
        }
    }

    /// Waits for the next.
    pub(crate) async fn next(&mut self) -> Request {
        match self.inbox.recv().await {
            Some(request) => request,
            None => std::future::pending().await,
        }
    }
}

/// The socket's place in its folder.
struct Socket(PathBuf);

impl Drop for Socket {
    fn drop(&mut self) {
        // Whoever finds that nobody listens removes it, too.
        let _ = fs::remove_file(&self.0);
    }
}

fn bind() -> Result<(UnixListener, Socket), String> {
    let folder = folder::make()?;
    remove_dead(&folder);
    let path = folder::socket(&folder, std::process::id());
    // It gets its name when it listens: until then it looks like one that was left behind.
    let beside = path.with_extension("new");
    let bound = || {
        // One of an earlier process of this number.
        let _ = fs::remove_file(&beside);
        let listener = UnixListener::bind(&beside)?;
        fs::rename(&beside, &path)?;
        io::Result::Ok(listener)
    };
    match bound() {
        Ok(listener) => Ok((listener, Socket(path))),
        Err(error) => Err(format!("the socket {} cannot be made: {error}", path.display())),
    }
}

async fn accept(listener: UnixListener, identity: Arc<Identity>, requests: mpsc::Sender<Request>) {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    while let Ok(place) = Arc::clone(&room).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let (identity, requests) = (Arc::clone(&identity), requests.clone());
                tokio::spawn(async move {
                    if let Err(error) = converse(stream, &identity, &requests).await {
                        debug!("a conversation over the socket ended: {error}");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                // As when there are too many open files, which may pass.
                warn!("nobody can connect to the socket of `rosactor apply`: {error}");
                sleep(SILENCE).await;
            }
        }
        if requests.is_closed() {
            return;
        }
    }
}

async fn converse(stream: UnixStream, identity: &Identity, requests: &mpsc::Sender<Request>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let question = match timeout(SILENCE, read(&mut stream, LONGEST)).await? {
            Ok(Some(question)) => question,
            Ok(None) => return Ok(()),
            Err(error) => {
                let bad = Answer::Bad(format!("this is no question to a run: {error}"));
                return timeout(SILENCE, write(&mut stream, &bad)).await?;
            }
        };
        let answer = match question {
            Question::Who => who(identity),
            Question::Apply { colour, dry } => apply(colour, dry, requests).await,
        };
        timeout(SILENCE, write(&mut stream, &answer)).await??;
    }
}

fn who(identity: &Identity) -> Answer {
    let Identity { file, host, here } = identity;
    // Asked anew each time: a link may lead elsewhere by now, as it will when the file is read again.
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.clone());
    Answer::Runs(Runs { file, host: host.clone(), here: here.clone() })
}

async fn apply(colour: bool, dry: bool, requests: &mpsc::Sender<Request>) -> Answer {
    let (answer, answered) = oneshot::channel();
    // If the run does not hear it, it does not answer.
    let _ = requests.send(Request { colour, dry, answer }).await;
    answered.await.unwrap_or_else(|_| Answer::Refused { wrong_file: false, text: "the run is at its end".to_owned() })
}
