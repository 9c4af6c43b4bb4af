//! This process among the hosts of its deployment: it says that it is there and what it runs, and looks after the others.

use rosactor_transport::Hub;
use rosactor_transport::host::{HostEntry, Hosts, PresenceConfig};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tracing::warn;

use crate::deployment::{ActorEntry, Deployment};

/// The presence of a host, until [`end`](Self::end).
pub(crate) struct HostPresence {
    hosts: Hosts,
    end: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl HostPresence {
    /// Announces the host whose part this is. `None` for a deployment without hosts, or with all of them in this process.
    pub(super) fn begin(hub: &Hub, deployment: &Deployment) -> Option<Self> {
        deployment.elsewhere.as_ref()?;
        let names = deployment.host_names().into_iter().map(str::to_owned).collect();
        let config = PresenceConfig::new(deployment.name.clone(), deployment.here().to_owned(), names);
        let announced = hub.announce_host(config, host_entries(&deployment.actors));
        // Actors work without it.
        let announced = announced.inspect_err(|error| warn!("{error}; it goes on without the other hosts seeing it"));
        let presence = announced.ok()?;
        let (end, ended) = oneshot::channel::<()>();
        let hosts = presence.hosts();
        let task = tokio::spawn(presence.run(async {
            // A sender that is gone means the same.
            let _ = ended.await;
        }));
        Some(Self { hosts, end, task })
    }

    /// What is known of the hosts.
    pub(super) fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// Takes the host away, and waits for that: nothing of it may outlive the hub's connection.
    pub(super) async fn end(self) {
        drop(self.end);
        // A task that panicked is over as well.
        let _ = self.task.await;
    }
}

/// What a host tells of what it runs.
pub(super) fn host_entries<'e>(entries: impl IntoIterator<Item = &'e ActorEntry>) -> Vec<HostEntry> {
    let entry = |entry: &ActorEntry| HostEntry { name: entry.full_name(), fingerprint: entry.fingerprint() };
    entries.into_iter().map(entry).collect()
}
