//! A deployment in a rig.

use std::rc::Rc;
use std::sync::Arc;

use rosactor_transport::Hub;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::rig::Inside;
use crate::deployment::{ActorKind, Deployment};
use crate::launch::{Applied, ApplyError, Command, LaunchError, Owner, Report, Reporter, ask, orchestrate};
use crate::registry::Actors;
use crate::shell::ActorThreads;

/// A deployment that runs in a rig. Dropping it stops it.
#[must_use = "dropping it stops the deployment"]
pub struct Deployed {
    rig: Rc<Inside>,
    commands: mpsc::UnboundedSender<Command>,
    ended: watch::Receiver<bool>,
    reporter: Arc<Reporter>,
    task: Option<JoinHandle<Option<Report>>>,
}

impl Deployed {
    pub(super) fn start(
        rig: Rc<Inside>,
        deployment: Deployment,
        actors: Actors,
        hub: Hub,
    ) -> Result<Self, LaunchError> {
        refuse_real_time(&deployment)?;
        let (Owner { commands, started, ended }, owned) = Owner::of_new();
        let course = async move {
            let mut threads = ActorThreads::here();
            orchestrate(deployment, &actors, &mut threads, Some(hub), owned).await
        };
        let (task, started) = rig.run(async {
            let task = tokio::task::spawn_local(course);
            (task, started.await)
        });
        match started {
            Ok(started) => {
                let reporter = started?.reporter;
                Ok(Self { rig, commands, ended, reporter, task: Some(task) })
            }
            Err(_) => Err(LaunchError::Threads("the start ended before it was done".to_owned())),
        }
    }

    /// The report of this moment.
    #[must_use]
    pub fn report(&self) -> Report {
        self.reporter.report()
    }

    /// Whether it has ended by itself: every actor has ended, or one has failed for good.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        *self.ended.borrow()
    }

    /// Lets the next handler of an actor panic. Whether there is such an actor.
    pub fn crash(&self, actor: &str) -> bool {
        self.rig.run(async { self.reporter.shell(actor).map(|shell| shell.panic_next()).is_some() })
    }

    /// Takes over an edited deployment: see [`Running::apply`](crate::launch::Running::apply).
    ///
    /// # Errors
    ///
    /// What keeps a running deployment from taking it over, and what cannot be on virtual time.
    pub fn apply(&self, deployment: Deployment) -> Result<Applied, ApplyError> {
        refuse_real_time(&deployment)?;
        self.rig.run(ask(&self.commands, deployment, false))
    }

    /// Stops everything in reverse order; the report's states are those of the moment before.
    pub fn stop(mut self) -> Report {
        self.end().unwrap_or_else(|| self.reporter.report())
    }

    fn end(&mut self) -> Option<Report> {
        // It may have ended already.
        let _ = self.commands.send(Command::Stop);
        let task = self.task.take()?;
        self.rig.run(task).ok().flatten()
    }
}

impl Drop for Deployed {
    fn drop(&mut self) {
        self.end();
    }
}

fn refuse_real_time(deployment: &Deployment) -> Result<(), LaunchError> {
    if deployment.bridge.is_some() {
        return Err(LaunchError::RealTime { what: "a bridge".to_owned() });
    }
    let program = deployment.actors.iter().find(|entry| matches!(entry.kind, ActorKind::Exec(_)));
    match program {
        Some(entry) => Err(LaunchError::RealTime { what: format!("the program {}", entry.full_name()) }),
        None => Ok(()),
    }
}
