//! The course of a deployment, on the thread that owns the actors' threads: from its start to its stop.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rosactor_transport::security::Security;
use rosactor_transport::{Hub, Name, TransportConfig};
use tokio::sync::{mpsc, oneshot, watch};
use tracing::info;

use super::bridge::LOOPBACK;
use super::crew::{Crew, STOP_WITHIN};
use super::keeper::Keeper;
use super::member::{Maker, Member};
use super::presence::HostPresence;
use super::report::Reporter;
use super::running::Started;
use super::security::security;
use super::supervisor::Supervisors;
use super::{Applied, ApplyError, LaunchError, Report, bridge, check};
use crate::deployment::{ActorEntry, Deployment, Mode, SharedThreads};
use crate::registry::Actors;
use crate::shell::ActorThreads;

/// What the owner of the deployment asks for.
pub(crate) enum Command {
    Stop,
    Apply(Box<Request>),
}

/// An edited file that is to be taken over.
pub(crate) struct Request {
    pub(crate) deployment: Deployment,
    /// Whether it is only asked what that would do.
    pub(crate) dry: bool,
    pub(crate) done: oneshot::Sender<Result<Applied, ApplyError>>,
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
    let mut maker = Maker::new(actors, threads, event_sender);
    let mut crew = match start(&deployment, &mut maker, hub, &supervisors).await {
        Ok(crew) => crew,
        Err(error) => {
            // The starter waits for this message and nothing else.
            let _ = started.send(Err(error));
            return None;
        }
    };
    let _ = started.send(Ok(crew.started()));
    info!("{} runs: {} actors", deployment.name, deployment.actors.len());
    Keeper::new(&mut crew, maker, deployment, supervisors, &ended).keep(&mut inbox, &mut events).await;
    Some(crew.stop().await)
}

async fn start(
    deployment: &Deployment,
    maker: &mut Maker<'_>,
    hub: Option<Hub>,
    supervisors: &Supervisors,
) -> Result<Crew, LaunchError> {
    check::types(deployment, maker.actors)?;
    let bridge = deployment.bridge.as_ref().map(|_| bridge::find_program()).transpose()?;
    let members = make(deployment, maker, supervisors)?;
    prepare(deployment, &members).await?;

    let security = security(deployment, maker.actors)?;
    let hub = match hub {
        Some(hub) => hub,
        None => open_hub(deployment, security.clone()).await?,
    };
    if let Err(error) = connect(&hub, &members).await {
        stop_shells(&members).await;
        hub.close();
        return Err(error);
    }

    let presence = HostPresence::begin(&hub, deployment);
    let hosts = presence.as_ref().map(|presence| presence.hosts().clone());
    let reporter = Arc::new(Reporter::new(deployment.name.clone()).with_hosts(hosts));
    let mut crew = Crew { hub, security, members, bridge: None, presence, reporter };
    crew.start_bridge(bridge, deployment, maker);
    crew.cover(deployment);
    for member in &crew.members {
        member.begin().await;
    }
    Ok(crew)
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

fn make(deployment: &Deployment, maker: &mut Maker<'_>, supervisors: &Supervisors) -> Result<Vec<Member>, LaunchError> {
    let threads = places(deployment, maker.actors)?;
    let mut members = Vec::new();
    for (place, (entry, thread)) in deployment.actors.iter().zip(threads).enumerate() {
        match maker.make(entry, &thread, supervisors.alone(place), deployment.folder()) {
            Ok(member) => members.push(member),
            Err(mistake) => deployment.check(|_, all| all.add(mistake))?,
        }
    }
    Ok(members)
}

async fn prepare(deployment: &Deployment, members: &[Member]) -> Result<(), LaunchError> {
    let mut prepared = Vec::new();
    for (entry, member) in deployment.actors.iter().zip(members) {
        if let Some(shell) = member.shell() {
            let outcome = shell.prepare().await.map_err(|gone| LaunchError::Threads(gone.to_string()))?;
            prepared.push((entry, outcome));
        }
    }
    Ok(check::endpoints(deployment, prepared)?)
}

async fn connect(hub: &Hub, members: &[Member]) -> Result<(), LaunchError> {
    for member in members {
        let Some(shell) = member.shell() else { continue };
        let outcome = shell.connect(hub).await.map_err(|gone| LaunchError::Threads(gone.to_string()))?;
        outcome.map_err(|reason| LaunchError::Connect { actor: member.name.clone(), reason })?;
    }
    Ok(())
}

async fn stop_shells(members: &[Member]) {
    for shell in members.iter().rev().filter_map(Member::shell) {
        // What cannot be stopped ends with its thread.
        let _ = shell.stop(STOP_WITHIN).await;
    }
}

/// How this host takes part in the network.
pub(super) fn transport_config(deployment: &Deployment, security: Security) -> TransportConfig {
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
