//! What each host of a deployment runs, and what they have to say to each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use rosactor_transport::security::Security;

use super::check::{check, declared};
use super::security::credentials_of;
use crate::deployment::{Deployment, Diagnostics, TransportSection};
use crate::registry::Actors;
use crate::setup::EndpointKind;

/// What each host of a deployment does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The hosts in file order; one without a name for a file that names none.
    pub hosts: Vec<HostPlan>,
    /// What crosses between hosts, by name.
    pub crossings: Vec<Crossing>,
}

/// What one host does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPlan {
    /// Its name in the file; `None` if the file has no hosts.
    pub name: Option<String>,
    /// How it is reached by others.
    pub transport: TransportSection,
    /// Its actors and programs, with their namespaces, in file order.
    pub actors: Vec<String>,
    /// Whether it runs the bridge to a DDS domain.
    pub bridge: bool,
    /// The files by which it proves who it is.
    pub needs: Vec<PathBuf>,
}

/// A topic, service or action with ends on several hosts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Crossing {
    /// `topic`, `service` or `action`.
    pub kind: &'static str,
    /// The absolute name.
    pub name: String,
    /// The hosts that publish, ask or send goals.
    pub from: Vec<String>,
    /// The hosts that subscribe or serve.
    pub to: Vec<String>,
}

/// Tells what each host would do. Nothing is started; the `setup` of every actor is called as by [`check`].
///
/// # Errors
///
/// All mistakes of the deployment, as [`check`] finds them.
pub fn plan(deployment: &Deployment, actors: &Actors) -> Result<Plan, Diagnostics> {
    check(deployment, actors)?;
    let runs_bridge = |host: &str| deployment.bridge.as_ref().is_some_and(|bridge| bridge.value.runs_on(host));
    let of = |host: Option<&str>| {
        let here = deployment.actors.iter().filter(|entry| host.is_none() || entry.host.as_deref() == host);
        here.map(|entry| entry.full_name()).collect()
    };
    let mut hosts: Vec<HostPlan> = deployment
        .hosts
        .iter()
        .map(|host| HostPlan {
            name: Some(host.name.value.clone()),
            transport: host.transport.clone(),
            actors: of(Some(&host.name)),
            bridge: runs_bridge(&host.name),
            needs: needs(deployment, &host.name),
        })
        .collect();
    if hosts.is_empty() {
        let transport = deployment.transport.clone();
        let needs = needs(deployment, deployment.here());
        hosts.push(HostPlan { name: None, transport, actors: of(None), bridge: deployment.bridge.is_some(), needs });
    }
    Ok(Plan { hosts, crossings: crossings(deployment, actors) })
}

fn needs(deployment: &Deployment, host: &str) -> Vec<PathBuf> {
    let Security { tls, login, .. } = credentials_of(deployment, host);
    let tls = tls.into_iter().flat_map(|tls| [tls.ca, tls.certificate, tls.key]);
    tls.chain(login.map(|login| login.passwords)).collect()
}

/// Both ends of what has one name: the hosts that begin, and those that are there for it.
type Ends = (BTreeSet<String>, BTreeSet<String>);

fn crossings(deployment: &Deployment, actors: &Actors) -> Vec<Crossing> {
    let mut met: BTreeMap<(&'static str, String), Ends> = BTreeMap::new();
    for (entry, endpoints) in declared(deployment, actors) {
        let Some(host) = &entry.host else { continue };
        for endpoint in endpoints {
            let (kind, begins) = match endpoint.kind {
                EndpointKind::Publisher => ("topic", true),
                EndpointKind::Subscription => ("topic", false),
                EndpointKind::Client => ("service", true),
                EndpointKind::Server => ("service", false),
                EndpointKind::ActionClient => ("action", true),
                EndpointKind::ActionServer => ("action", false),
            };
            let (from, to) = met.entry((kind, endpoint.resolved)).or_default();
            if begins { from } else { to }.insert(host.clone());
        }
    }
    let crosses = |(from, to): &Ends| from.iter().any(|begin| to.iter().any(|end| begin != end));
    let list = |hosts: BTreeSet<String>| hosts.into_iter().collect();
    let crossing = |((kind, name), (from, to))| Crossing { kind, name, from: list(from), to: list(to) };
    let mut crossings: Vec<_> = met.into_iter().filter(|(_, ends)| crosses(ends)).map(crossing).collect();
    crossings.sort_by(|a, b| a.name.cmp(&b.name).then(a.kind.cmp(b.kind)));
    crossings
}
