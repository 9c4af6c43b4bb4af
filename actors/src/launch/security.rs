//! How a host proves who it is, and what the other hosts may do on it: what their actors declare.

use rosactor_transport::EndpointKind as Kind;
use rosactor_transport::name::{Name, NodeName};
use rosactor_transport::security::{Access, Certificate, Guest, Login, Right, Security, SecurityError, Tls};

use super::{LaunchError, check};
use crate::deployment::{ActorEntry, ActorKind, Deployment, Mode};
use crate::registry::Actors;
use crate::setup::EndpointKind;

/// By what the host whose part this is proves who it is.
#[must_use]
pub fn credentials(deployment: &Deployment) -> Security {
    credentials_of(deployment, deployment.here())
}

pub(super) fn credentials_of(deployment: &Deployment, host: &str) -> Security {
    let Some(section) = &deployment.security else { return Security::default() };
    Security {
        tls: section.tls.as_ref().map(|folder| Tls::of_host(folder, host)),
        login: section.passwords.as_ref().map(|file| Login { name: host.to_owned(), passwords: file.clone() }),
        access: None,
    }
}

/// What the section `security` means for the host whose part this is. The `setup` of the actors of all hosts is called, with nothing
/// connected, if what they declare decides who may do what.
///
/// # Errors
///
/// Keys or passwords are not there or not valid, or what another host declares is not known here.
pub(super) fn security(deployment: &Deployment, actors: &Actors) -> Result<Security, LaunchError> {
    let Some(section) = &deployment.security else { return Ok(Security::default()) };
    let access = section.access.then(|| access(deployment, actors, deployment.here())).transpose()?;
    let security = Security { access, ..credentials(deployment) };
    security.check()?;
    if let Some(tls) = &security.tls {
        let name = Certificate::read(&tls.certificate).map_err(SecurityError::from)?.name;
        if name != deployment.here() {
            let (path, here) = (tls.certificate.clone(), deployment.here().to_owned());
            return Err(LaunchError::OtherHost { path, name, here });
        }
    }
    Ok(security)
}

/// What each host may do here.
fn access(deployment: &Deployment, actors: &Actors, here: &str) -> Result<Access, LaunchError> {
    if deployment.hosts.is_empty() {
        return Ok(Access { guests: vec![Guest { name: here.to_owned(), rights: rights(deployment, actors, None)? }] });
    }
    let mut each = Vec::new();
    for host in &deployment.hosts {
        each.push((host, rights(deployment, actors, Some(&host.name))?));
    }
    let guests = each.iter().map(|(host, own)| {
        let rights = match host.transport.mode {
            // A router passes on what all others do, and a certificate is only that of the last hop.
            Mode::Router if host.name.value != here => each
                .iter()
                .filter(|(other, _)| other.name.value != here)
                .flat_map(|(_, rights)| rights)
                .cloned()
                .collect(),
            _ => own.clone(),
        };
        Guest { name: host.name.value.clone(), rights }
    });
    Ok(Access { guests: guests.collect() })
}

/// What one host, its actors and its bridge do; `None` is for a file without hosts.
fn rights(deployment: &Deployment, actors: &Actors, host: Option<&str>) -> Result<Vec<Right>, LaunchError> {
    let elsewhere = deployment.elsewhere.as_ref();
    let all = deployment.actors.iter().chain(elsewhere.iter().flat_map(|elsewhere| &elsewhere.actors));
    let mut rights = Vec::new();
    for entry in all.filter(|entry| host.is_none() || entry.host.as_deref() == host) {
        rights.extend(rights_of(entry, actors)?);
    }
    let bridge =
        elsewhere.map_or(deployment.bridge.as_ref().map(|bridge| &bridge.value), |elsewhere| elsewhere.bridge.as_ref());
    let bridge = bridge.filter(|bridge| host.is_none_or(|host| bridge.runs_on(host)));
    rights.extend(bridge.map(|bridge| Right::Bridge { namespace: bridge.namespace.clone() }));
    rights.extend(host.map(|name| Right::Host { deployment: deployment.name.clone(), name: name.to_owned() }));
    Ok(rights)
}

fn rights_of(entry: &ActorEntry, actors: &Actors) -> Result<Vec<Right>, LaunchError> {
    let ActorKind::Type(kind) = &entry.kind else { return Ok(Vec::new()) };
    let unknown = |reason: String| LaunchError::Access { actor: entry.full_name(), reason };
    let factory = actors.get(&kind.value).ok_or_else(|| {
        unknown(format!("this program has no actor type `{}`; it needs the types of all hosts", kind.value))
    })?;
    let prepared = check::dry_run(entry, factory);
    if let Some(mistake) = prepared.mistakes.first() {
        return Err(unknown(mistake.message.clone()));
    }
    let name = NodeName::new(&entry.namespace, &entry.name.value).map_err(|error| unknown(error.to_string()))?;
    let mut rights = vec![Right::Node(name)];
    for endpoint in prepared.declared {
        let name = Name::new(endpoint.resolved).map_err(|error| unknown(error.to_string()))?;
        rights.push(Right::Endpoint(on_network(endpoint.kind), name));
    }
    Ok(rights)
}

fn on_network(kind: EndpointKind) -> Kind {
    match kind {
        EndpointKind::Publisher => Kind::Publisher,
        EndpointKind::Subscription => Kind::Subscriber,
        EndpointKind::Server => Kind::ServiceServer,
        EndpointKind::Client => Kind::ServiceClient,
        EndpointKind::ActionServer => Kind::ActionServer,
        EndpointKind::ActionClient => Kind::ActionClient,
    }
}
