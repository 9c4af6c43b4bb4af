//! The course of a deployment, on the thread that owns the actors' threads.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::{Hub, TransportConfig};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;
use tracing::{info, warn};

use super::program::{Program, Supervised};
use super::report::{Covered, Reporter};
use super::running::Started;
use super::{LaunchError, Report, bridge, check};
use crate::board::{ActorBoard, ActorState};
use crate::deployment::{ActorEntry, ActorKind, Deployment};
use crate::registry::Actors;
use crate::shell::{ActorThreads, ShellAddr, ShellEvent, ShellParts};

/// How long a stop may take altogether. ROS tools expect a node to be gone two seconds after Ctrl-C.
const STOP_WITHIN: Duration = Duration::from_millis(1_500);

/// What the owner of the deployment asks for.
pub(crate) enum Command {
    Stop,
}

/// An entry of the file, started.
enum Member {
    Actor(String, ShellAddr),
    Program(Supervised),
}

type Events = mpsc::UnboundedReceiver<(String, ShellEvent)>;

/// Runs a deployment from its start to its end. The report is `None` if it did not start.
pub(crate) async fn orchestrate(
    deployment: Deployment,
    actors: &Actors,
    threads: &mut ActorThreads,
    started: oneshot::Sender<Result<Started, LaunchError>>,
    mut inbox: mpsc::UnboundedReceiver<Command>,
    ended: &watch::Sender<bool>,
) -> Option<Report> {
    let (event_sender, mut events) = mpsc::unbounded_channel();
    let mut crew = match Crew::start(&deployment, actors, threads, &event_sender).await {
        Ok(crew) => crew,
        Err(error) => {
            // The starter waits for this message and nothing else.
            let _ = started.send(Err(error));
            return None;
        }
    };
    let _ = started.send(Ok(crew.started()));
    info!("{} runs: {} actors", deployment.name, deployment.actors.len());
    wait_for_end(&crew.reporter, &mut inbox, &mut events, ended).await;
    Some(crew.stop().await)
}

async fn wait_for_end(
    reporter: &Reporter,
    inbox: &mut mpsc::UnboundedReceiver<Command>,
    events: &mut Events,
    ended: &watch::Sender<bool>,
) {
    loop {
        tokio::select! {
            // A dropped owner means stop, too.
            command = inbox.recv() => match command {
                Some(Command::Stop) | None => return,
            },
            Some((actor, ShellEvent::Ended(state))) = events.recv() => {
                let failed = state == ActorState::Failed;
                if failed {
                    warn!("{actor} has failed for good, so the deployment ends");
                }
                if failed || reporter.all_ended() {
                    ended.send_replace(true);
                }
            }
        }
    }
}

struct Crew {
    hub: Hub,
    members: Vec<Member>,
    bridge: Option<Supervised>,
    reporter: Arc<Reporter>,
}

impl Crew {
    async fn start(
        deployment: &Deployment,
        actors: &Actors,
        threads: &mut ActorThreads,
        events: &mpsc::UnboundedSender<(String, ShellEvent)>,
    ) -> Result<Self, LaunchError> {
        check::types(deployment, actors)?;
        let bridge_program = deployment.bridge.as_ref().map(|_| bridge::find_program()).transpose()?;
        let boards: Vec<_> = deployment.actors.iter().map(|_| Arc::new(ActorBoard::new())).collect();
        let shells = start_shells(deployment, actors, threads, &boards, events)?;
        prepare(deployment, &shells).await?;

        let config = transport_config(deployment);
        // Opening waits for sockets, and this thread also hears the actors.
        let hub = tokio::task::spawn_blocking(move || Hub::open(config))
            .await
            .map_err(|error| LaunchError::Threads(error.to_string()))??;
        if let Err(error) = connect(&hub, deployment, &shells).await {
            stop_shells(shells.into_iter().flatten().collect()).await;
            hub.close();
            return Err(error);
        }

        let bridge_board = bridge_program.as_ref().map(|_| Arc::new(ActorBoard::new()));
        let covered = deployment.actors.iter().zip(&boards).map(|(entry, board)| cover(entry, board)).collect();
        let reporter = Arc::new(Reporter::new(deployment.name.clone(), covered, bridge_board.clone()));
        let bridge =
            bridge_program.zip(deployment.bridge.as_ref()).zip(bridge_board).map(|((path, section), board)| {
                let program = bridge::program(path, section, &hub.locators());
                Supervised::start(program, deployment.supervision.clone(), board, events.clone())
            });
        let mut members = Vec::new();
        for ((entry, shell), board) in deployment.actors.iter().zip(shells).zip(&boards) {
            members.extend(match (shell, &entry.kind) {
                (Some(shell), _) => {
                    // A shell whose thread is gone is found again at the stop.
                    let _ = shell.open().await;
                    Some(Member::Actor(entry.full_name(), shell))
                }
                (None, ActorKind::Exec(program)) => {
                    let program = Program::of_entry(entry, program, deployment.folder());
                    let supervision = deployment.supervision.clone();
                    Some(Member::Program(Supervised::start(program, supervision, Arc::clone(board), events.clone())))
                }
                (None, ActorKind::Type(_)) => None,
            });
        }
        Ok(Self { hub, members, bridge, reporter })
    }

    fn started(&self) -> Started {
        let shells: HashMap<_, _> = self
            .members
            .iter()
            .filter_map(|member| match member {
                Member::Actor(name, shell) => Some((name.trim_start_matches('/').to_owned(), shell.clone())),
                Member::Program(_) => None,
            })
            .collect();
        Started { reporter: Arc::clone(&self.reporter), shells, locators: self.hub.locators() }
    }

    /// Stops in reverse order: the bridge last, so that what actors say in `on_stop` still reaches the DDS graph.
    async fn stop(&mut self) -> Report {
        let states = self.reporter.states();
        let deadline = Instant::now() + STOP_WITHIN;
        for member in self.members.drain(..).rev() {
            let patience = deadline.saturating_duration_since(Instant::now());
            match member {
                Member::Actor(name, shell) => {
                    if shell.stop(patience).await.is_err() {
                        warn!("{name} did not stop in time: a handler of it has not returned");
                    }
                }
                Member::Program(program) => program.stop(deadline).await,
            }
        }
        if let Some(bridge) = self.bridge.take() {
            bridge.stop(deadline).await;
        }
        let report = self.reporter.report_with(&states);
        let hub = self.hub.clone();
        // Closing waits for the network; a link that hangs must not keep the process from ending.
        let closing = tokio::task::spawn_blocking(move || hub.close());
        if tokio::time::timeout_at(deadline + Duration::from_millis(300), closing).await.is_err() {
            warn!("the transport did not close in time");
        }
        report
    }
}

fn start_shells(
    deployment: &Deployment,
    actors: &Actors,
    threads: &mut ActorThreads,
    boards: &[Arc<ActorBoard>],
    events: &mpsc::UnboundedSender<(String, ShellEvent)>,
) -> Result<Vec<Option<ShellAddr>>, LaunchError> {
    let mut shells = Vec::new();
    for (entry, board) in deployment.actors.iter().zip(boards) {
        let factory = match &entry.kind {
            ActorKind::Type(kind) => actors.get(&kind.value),
            ActorKind::Exec(_) => None,
        };
        let Some(factory) = factory else {
            shells.push(None);
            continue;
        };
        let names = match check::names(entry) {
            Ok(names) => names,
            Err(mistake) => {
                deployment.check(|_, all| all.add(mistake))?;
                shells.push(None);
                continue;
            }
        };
        let parts = ShellParts {
            entry: Arc::new(entry.clone()),
            names,
            supervision: deployment.supervision.clone(),
            board: Arc::clone(board),
            events: events.clone(),
        };
        shells.push(Some(factory.start(threads, parts)));
    }
    Ok(shells)
}

async fn prepare(deployment: &Deployment, shells: &[Option<ShellAddr>]) -> Result<(), LaunchError> {
    let mut prepared = Vec::new();
    for (entry, shell) in deployment.actors.iter().zip(shells) {
        if let Some(shell) = shell {
            let outcome = shell.prepare().await.map_err(|gone| LaunchError::Threads(gone.to_string()))?;
            prepared.push((entry, outcome));
        }
    }
    Ok(check::endpoints(deployment, prepared)?)
}

async fn connect(hub: &Hub, deployment: &Deployment, shells: &[Option<ShellAddr>]) -> Result<(), LaunchError> {
    for (entry, shell) in deployment.actors.iter().zip(shells) {
        let Some(shell) = shell else { continue };
        let outcome = shell.connect(hub).await.map_err(|gone| LaunchError::Threads(gone.to_string()))?;
        outcome.map_err(|reason| LaunchError::Connect { actor: entry.full_name(), reason })?;
    }
    Ok(())
}

async fn stop_shells(shells: Vec<ShellAddr>) {
    for shell in shells.into_iter().rev() {
        // What cannot be stopped ends with its thread.
        let _ = shell.stop(STOP_WITHIN).await;
    }
}

fn cover(entry: &ActorEntry, board: &Arc<ActorBoard>) -> Covered {
    let kind = match &entry.kind {
        ActorKind::Type(kind) => kind.value.clone(),
        ActorKind::Exec(_) => "exec".to_owned(),
    };
    Covered {
        name: entry.full_name().trim_start_matches('/').to_owned(),
        kind,
        host: entry.host.clone().unwrap_or_else(|| "localhost".to_owned()),
        board: Arc::clone(board),
    }
}

fn transport_config(deployment: &Deployment) -> TransportConfig {
    let section = &deployment.transport;
    TransportConfig {
        mode: section.mode,
        listen: section.listen.clone(),
        connect: section.connect.clone(),
        domain: section.domain,
        profiles: section.profiles.clone(),
    }
}
