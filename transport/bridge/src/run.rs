//! The life of the bridge: connect, join the domain, wait for the end, leave.

use std::{future::Future, time::Duration};

use rosactor_transport::bridge_config::BridgeConfig;
use rustdds::DomainParticipant;
use tokio::{
    runtime::{Builder, Runtime as Threads},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::{JoinError, JoinHandle},
    time::{sleep, timeout},
};
use zenoh::Session;

use crate::{
    dds::{self, SCOUTING},
    domain::{self, Event},
    error::BridgeError,
    exit,
    gateway::Gateway,
    log,
    nodes::Nodes,
    plugin,
    report::{self, Reporter},
    stop::{Stop, Stops},
    zenoh_side,
};

/// A healthy start takes less than one second; a loaded host may need many times that.
const JOIN_PATIENCE: Duration = Duration::from_secs(20);
/// How long leaving the domain may take. The bridge promises to be gone two seconds after a signal.
const LEAVE_PATIENCE: Duration = Duration::from_millis(1500);

/// Runs the bridge until a signal, the end of the parent or a failure, and then ends the process.
pub(crate) fn run(config: &BridgeConfig, parent_on_stdin: bool) -> Result<(), BridgeError> {
    let own = threads("bridge", 1)?;
    // The plugin's tasks get threads of their own, so that they cannot keep us from hearing the order to stop.
    let plugins = threads("ros2dds", 2)?;
    let outcome = own.block_on(live(config, parent_on_stdin, &plugins));
    leave(&outcome);
    exit::now(&outcome)
}

fn threads(name: &str, count: usize) -> Result<Threads, BridgeError> {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(count).thread_name(name).enable_all().build().map_err(BridgeError::Threads)
}

async fn live(config: &BridgeConfig, parent_on_stdin: bool, plugins: &Threads) -> Result<(), BridgeError> {
    let plugin_config = plugin::config(config)?;
    let zenoh_config = zenoh_side::config(config)?;
    let mut stops = Stops::watch(parent_on_stdin)?;
    let mut runtime = zenoh_side::runtime(zenoh_config).await?;
    // First the link: topics with history are asked for when the plugin finds them, and nobody would answer.
    if let Some(stop) = unless_stopped(&mut stops, zenoh_side::connect(&mut runtime, config)).await {
        return stop.outcome();
    }
    let session = zenoh::session::init(runtime.clone().into());
    let session = session.await.map_err(|error| BridgeError::Zenoh(error.to_string()))?;
    dds::send_scout(config.domain)?;
    if let Some(stop) = unless_stopped(&mut stops, sleep(SCOUTING)).await {
        return stop.outcome();
    }
    let (to_nodes, of_nodes) = unbounded_channel();
    let (to_gateway, of_gateway) = unbounded_channel();
    let (to_reporter, of_reporter) = unbounded_channel();
    let participant = domain::join(config, vec![to_nodes.clone(), to_gateway.clone(), to_reporter])?;
    let mut plugin = plugins.spawn(zenoh_plugin_ros2dds::run(runtime.clone().into(), plugin_config));
    let bridge = Bridge { config, session: &session, participant: &participant };
    let events = Events { of_nodes, of_gateway, of_reporter, own: vec![to_nodes, to_gateway] };
    let outcome = bridge.watch(events, &mut stops, &mut plugin).await;
    // Kept until the process ends; the reason is at `exit::now`.
    std::mem::forget((session, runtime));
    outcome
}

/// What there is as long as the bridge runs.
struct Bridge<'a> {
    config: &'a BridgeConfig,
    session: &'a Session,
    participant: &'a DomainParticipant,
}

/// What happens on DDS, for each who has to know.
struct Events {
    of_nodes: UnboundedReceiver<Event>,
    of_gateway: UnboundedReceiver<Event>,
    of_reporter: UnboundedReceiver<Event>,
    /// Who is told of the gateway's endpoints.
    own: Vec<UnboundedSender<Event>>,
}

impl Bridge<'_> {
    /// Watches the plugin from its start to the end of the bridge.
    async fn watch(&self, events: Events, stops: &mut Stops, plugin: &mut JoinHandle<()>) -> Result<(), BridgeError> {
        let Self { config, session, participant } = self;
        tokio::select! {
            stop = stops.next() => return stop.outcome(),
            end = &mut *plugin => return Err(plugin_end(end)),
            joined = timeout(JOIN_PATIENCE, joined(session)) => joined.map_err(|_| BridgeError::NotJoined {
                domain: config.domain,
                seconds: JOIN_PATIENCE.as_secs(),
            })?,
        }
        let Events { of_nodes, of_gateway, of_reporter, own } = events;
        let (heard, hears) = unbounded_channel();
        let nodes = Nodes::begin(config, session, participant, of_nodes, heard).await?;
        let gateway = Gateway::begin(config, session, participant, of_gateway, own).await?;
        let sources = report::Sources { events: of_reporter, heard: hears, carried: gateway.carried() };
        let reporter = Reporter::begin(config, session, participant, sources).await?;
        tracing::info!("bridge joined DDS domain {} ({}, {})", config.domain, config.distro, config.discovery);
        let outcome = tokio::select! {
            stop = stops.next() => stop.outcome(),
            end = plugin => Err(plugin_end(end)),
        };
        drop((reporter, gateway));
        nodes.end().await;
        outcome
    }
}

async fn unless_stopped(stops: &mut Stops, work: impl Future<Output = ()>) -> Option<Stop> {
    tokio::select! {
        stop = stops.next() => Some(stop),
        () = work => None,
    }
}

/// Waits until the plugin answers in its part of Zenoh's admin space, which it does when its participant exists and
/// its main loop turns.
async fn joined(session: &Session) {
    let key = format!("@/{}/ros2/version", session.zid());
    loop {
        if let Ok(replies) = session.get(&key).timeout(Duration::from_secs(1)).await
            && replies.recv_async().await.is_ok_and(|reply| reply.result().is_ok())
        {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
}

fn plugin_end(end: Result<(), JoinError>) -> BridgeError {
    match end {
        Err(error) if error.is_panic() => BridgeError::Panicked(format!("in the ROS 2 plugin ({error})")),
        _ => BridgeError::PluginEnded,
    }
}

/// Says goodbye to the ROS nodes. Nothing of the plugin is stopped or dropped; the reason is at [`exit::now`].
fn leave(outcome: &Result<(), BridgeError>) {
    log::only_ours();
    let code = outcome.as_ref().map_or_else(BridgeError::exit_code, |()| 0);
    exit::at_the_latest_after(LEAVE_PATIENCE, code);
    dds::leave();
}
