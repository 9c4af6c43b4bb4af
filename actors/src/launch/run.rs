//! The course of a deployment, on the thread that owns the actors' threads: from its start to its stop.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rosactor_transport::security::Security;
use rosactor_transport::{Hub, Name, TransportConfig};
use tokio::sync::{mpsc, oneshot, watch};
use tracing::info;

use super::bridge::LOOPBACK;
use super::crew::{Crew, Member, Runs, STOP_WITHIN};
use super::keeper::Keeper;
use super::presence::HostPresence;
use super::program::{Program, Supervised};
use super::report::{Covered, Reporter};
use super::running::Started;
use super::security::security;
use super::supervisor::Supervisors;
use super::{LaunchError, Report, bridge, check};
use crate::board::ActorBoard;
use crate::deployment::{ActorEntry, ActorKind, Deployment, Mode, SharedThreads};
use crate::registry::Actors;
use crate::shell::{ActorThreads, Events, ShellAddr, ShellParts};

/// What the owner of the deployment asks for.
pub(crate) enum Command {
    Stop,
}

/// What the owner of a deployment holds of it.
pub(crate) struct Owner {
    pub(crate) commands: mpsc::UnboundedSender<Command>,
    /// Told once.
    pub(crate) started: oneshot::Receiver<Result<Started, LaunchError>>,
    /// Whether it has ended by itself.
    pub(crate) ended: watch::Receiver<bool>,
}

/// The other ends of it.
pub(crate) struct Owned {
    inbox: mpsc::UnboundedReceiver<Command>,
    started: oneshot::Sender<Result<Started, LaunchError>>,
    ended: watch::Sender<bool>,
}

impl Owner {
    pub(crate) fn of_new() -> (Self, Owned) {
        let (commands, inbox) = mpsc::unbounded_channel();
        let (ended_sender, ended) = watch::channel(false);
        let (started_sender, started) = oneshot::channel();
        (Self { commands, started, ended }, Owned { inbox, started: started_sender, ended: ended_sender })
    }
}

/// Runs a deployment from its start to its end, on `hub` or on one that is opened as the file says. The report is `None` if it
/// did not start.
pub(crate) async fn orchestrate(
    deployment: Deployment,
    actors: &Actors,
    threads: &mut ActorThreads,
    hub: Option<Hub>,
    owned: Owned,
) -> Option<Report> {
    let Owned { mut inbox, started, ended } = owned;
    let (event_sender, mut events) = mpsc::unbounded_channel();
    let supervisors = Supervisors::new(&deployment);
    let mut crew = match start(&deployment, actors, threads, hub, &supervisors, &event_sender).await {
        Ok(crew) => crew,
        Err(error) => {
            // The starter waits for this message and nothing else.
            let _ = started.send(Err(error));
            return None;
        }
    };
    let _ = started.send(Ok(crew.started()));
    info!("{} runs: {} actors", deployment.name, deployment.actors.len());
    Keeper::new(&mut crew, supervisors, &ended).keep(&mut inbox, &mut events).await;
    Some(crew.stop().await)
}

async fn start(
    deployment: &Deployment,
    actors: &Actors,
    threads: &mut ActorThreads,
    hub: Option<Hub>,
    supervisors: &Supervisors,
    events: &Events,
) -> Result<Crew, LaunchError> {
    check::types(deployment, actors)?;
    let bridge_program = deployment.bridge.as_ref().map(|_| bridge::find_program()).transpose()?;
    let boards: Vec<_> = deployment.actors.iter().map(|entry| Arc::new(ActorBoard::new(entry.full_name()))).collect();
    let shells = start_shells(deployment, actors, threads, &boards, supervisors, events)?;
    prepare(deployment, &shells).await?;

    let security = security(deployment, actors)?;
    let hub = match hub {
        Some(hub) => hub,
        None => open_hub(deployment, security.clone()).await?,
    };
    if let Err(error) = connect(&hub, deployment, &shells).await {
        stop_shells(shells.into_iter().flatten().collect()).await;
        hub.close();
        return Err(error);
    }

    let presence = HostPresence::begin(&hub, deployment);
    let bridge_board = bridge_program.as_ref().map(|_| Arc::new(ActorBoard::new("bridge".to_owned())));
    let covered = deployment.actors.iter().zip(&boards).map(|(entry, board)| cover(entry, board)).collect();
    let reporter = Reporter::new(deployment.name.clone(), covered, bridge_board.clone());
    let reporter = Arc::new(reporter.with_hosts(presence.as_ref().map(|presence| presence.hosts().clone())));
    let bridge = bridge_program.zip(deployment.bridge.as_ref()).zip(bridge_board).map(|((path, section), board)| {
        // A client cannot be connected to, so its bridge goes where it went itself.
        let here = Some(hub.locators()).filter(|locators| !locators.is_empty());
        let connect = here.unwrap_or_else(|| deployment.transport.connect.clone());
        let program = bridge::program(path, section, &connect, &security);
        // Not among the members: no failure of an actor takes it down, and none of its own takes an actor down.
        let alone = Some(deployment.supervision.clone());
        Supervised::start(program, alone, board, events.clone(), deployment.actors.len())
    });
    let mut members = Vec::new();
    for (place, ((entry, shell), board)) in deployment.actors.iter().zip(shells).zip(&boards).enumerate() {
        let runs = match (shell, &entry.kind) {
            (Some(shell), _) => {
                // A shell whose thread is gone is found again at the stop.
                let _ = shell.open().await;
                Runs::Actor(shell)
            }
            (None, ActorKind::Exec(program)) => {
                let program = Program::of_entry(entry, program, deployment.folder());
                let alone = supervisors.alone(place);
                Runs::Program(Supervised::start(program, alone, Arc::clone(board), events.clone(), place))
            }
            (None, ActorKind::Type(_)) => return Err(LaunchError::Threads("an actor has no shell".to_owned())),
        };
        members.push(Member { name: entry.full_name(), restart: entry.restart, board: Arc::clone(board), runs });
    }
    Ok(Crew { hub, members, bridge, presence, reporter })
}

async fn open_hub(deployment: &Deployment, security: Security) -> Result<Hub, LaunchError> {
    let config = transport_config(deployment, security);
    // Opening waits for sockets, and this thread also hears the actors.
    let opened = tokio::task::spawn_blocking(move || Hub::open(config)).await;
    Ok(opened.map_err(|error| LaunchError::Threads(error.to_string()))??)
}

/// The thread of each member.
fn places(deployment: &Deployment, actors: &Actors) -> Result<Vec<String>, LaunchError> {
    let mut places: HashMap<String, String> = HashMap::new();
    if deployment.threads == SharedThreads::Spread {
        for (thread, names) in check::check(deployment, actors)?.threads {
            places.extend(names.into_iter().map(|name| (name, thread.clone())));
        }
    }
    let place = |entry: &ActorEntry| places.get(&entry.full_name()).cloned().unwrap_or_else(|| entry.thread_name());
    Ok(deployment.actors.iter().map(place).collect())
}

fn start_shells(
    deployment: &Deployment,
    actors: &Actors,
    threads: &mut ActorThreads,
    boards: &[Arc<ActorBoard>],
    supervisors: &Supervisors,
    events: &Events,
) -> Result<Vec<Option<ShellAddr>>, LaunchError> {
    let places = places(deployment, actors)?;
    let mut shells = Vec::new();
    let names = deployment.actors.iter().map(ActorEntry::full_name);
    let by_name = Arc::new(names.zip(boards.iter().cloned()).collect());
    for (member, (entry, board)) in deployment.actors.iter().zip(boards).enumerate() {
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
            member,
            entry: Arc::new(entry.clone()),
            thread: places[member].clone(),
            names,
            alone: supervisors.alone(member),
            boards: Arc::clone(&by_name),
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

fn transport_config(deployment: &Deployment, security: Security) -> TransportConfig {
    let section = &deployment.transport;
    let here = deployment.elsewhere.as_ref().map(|elsewhere| elsewhere.here.as_str());
    let here = deployment.hosts.iter().find(|host| Some(host.name.as_str()) == here);
    let others = deployment.hosts.iter().filter(|host| host.transport.mode == Mode::Peer);
    let regions: BTreeSet<_> = others.filter(|_| here.is_some()).map(|host| &host.region).collect();
    let mut listen = section.listen.clone();
    // By its name and address on the network the bridge of this host would be refused where the certificate does not have them.
    if security.tls.is_some()
        && deployment.bridge.is_some()
        && !listen.iter().any(|endpoint| endpoint.contains(LOOPBACK))
    {
        listen.push(format!("tls{LOOPBACK}0"));
    }
    TransportConfig {
        mode: section.mode,
        listen,
        connect: section.connect.clone(),
        domain: section.domain,
        profiles: section.profiles.clone(),
        // The file's names were checked when it was read.
        downsample: section
            .downsample
            .iter()
            .filter_map(|(topic, period)| Some((Name::new(topic.as_str()).ok()?, *period)))
            .collect(),
        shared_memory: section.shared_memory,
        region: here.map(|host| host.region.clone()),
        regions: regions.into_iter().cloned().collect(),
        security,
    }
}
