//! A deployment that runs.

use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, watch};

use super::apply::ask;
use super::report::Reporter;
use super::run::{Command, Owner, orchestrate};
use super::{Applied, ApplyError, LaunchError, Report};
use crate::deployment::Deployment;
use crate::registry::Actors;
use crate::shell::ActorThreads;

/// A deployment that runs, on threads of its own. Dropping it stops it.
#[must_use = "dropping it stops the deployment"]
pub struct Running {
    commands: mpsc::UnboundedSender<Command>,
    ended: watch::Receiver<bool>,
    reporter: Arc<Reporter>,
    locators: Vec<String>,
    thread: Option<JoinHandle<Option<Report>>>,
}

/// What the threads tell when everything runs.
pub(crate) struct Started {
    pub(crate) reporter: Arc<Reporter>,
    pub(crate) locators: Vec<String>,
}

/// Starts a deployment: every `setup` first, then the transport, then all connections, then everybody begins. Returns when
/// everything runs.
///
/// # Errors
///
/// The file or a `setup` is wrong (then nothing was started), or something that the deployment needs is missing.
pub fn start(deployment: Deployment, actors: Actors) -> Result<Running, LaunchError> {
    let (Owner { commands, started, ended }, owned) = Owner::of_new();
    let thread = std::thread::Builder::new()
        .name("rosactor".to_owned())
        .spawn(move || {
            ActorThreads::run(async move |threads: &mut ActorThreads| {
                orchestrate(deployment, &actors, threads, None, owned).await
            })
        })
        .map_err(|error| LaunchError::Threads(error.to_string()))?;
    match started.blocking_recv() {
        Ok(Ok(Started { reporter, locators })) => {
            Ok(Running { commands, ended, reporter, locators, thread: Some(thread) })
        }
        Ok(Err(error)) => {
            // Only after the threads have ended is everything taken back.
            let _ = thread.join();
            Err(error)
        }
        Err(_) => Err(LaunchError::Threads("the thread that starts the actors ended before it was done".to_owned())),
    }
}

impl Running {
    /// The report of this moment.
    #[must_use]
    pub fn report(&self) -> Report {
        self.reporter.report()
    }

    /// Where other processes can connect: Zenoh locators such as `tcp/127.0.0.1:41234`.
    #[must_use]
    pub fn locators(&self) -> &[String] {
        &self.locators
    }

    /// Waits until the deployment ends by itself: every actor has ended, or one has failed for good.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut ended = self.ended.clone();
        async move {
            // A sender that is gone means the same.
            let _ = ended.wait_for(|ended| *ended).await;
        }
    }

    /// Takes over an edited deployment, of the same host, and changes only what changed. An entry of the same name and meaning is
    /// untouched; one with other parameters is built anew and keeps its endpoints with what is queued there; others are stopped, the last
    /// first, before new ones are started in file order. None of this counts as a failure.
    ///
    /// It is under way from the call on, whether or not the future is awaited. A dropped deployment ends it.
    ///
    /// # Errors
    ///
    /// The file is wrong, or it asks for what cannot change in a deployment that runs. Then nothing was changed.
    pub fn apply(
        &self,
        deployment: Deployment,
    ) -> impl Future<Output = Result<Applied, ApplyError>> + Send + 'static + use<> {
        ask(&self.commands, deployment, false)
    }

    /// What [`apply`](Self::apply) would do; it changes nothing.
    ///
    /// # Errors
    ///
    /// As of `apply`.
    pub fn would_apply(
        &self,
        deployment: Deployment,
    ) -> impl Future<Output = Result<Applied, ApplyError>> + Send + 'static + use<> {
        ask(&self.commands, deployment, true)
    }

    /// Stops everything in reverse order and waits for it; the report's states are those of the moment before.
    pub fn stop(mut self) -> Report {
        self.end().unwrap_or_else(|| self.reporter.report())
    }

    /// For tests of supervision: the next handler of this actor panics. Whether there is such an actor.
    pub fn inject_panic(&self, actor: &str) -> bool {
        self.reporter.shell(actor).map(|shell| shell.panic_next()).is_some()
    }

    fn end(&mut self) -> Option<Report> {
        // The threads may have ended already.
        let _ = self.commands.send(Command::Stop);
        self.thread.take()?.join().ok().flatten()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}
