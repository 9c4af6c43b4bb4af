//! What can be wrong with a deployment beyond its own text: types, parameters, endpoints that do not fit together.

use std::collections::HashMap;
use std::sync::Arc;

use rosactor_transport::name::NameContext;
use rosactor_transport::qos::Qos;

use super::placement::{Placement, most_threads, placement};
use crate::deployment::{ActorEntry, ActorKind, Deployment, Diagnostic, Diagnostics, Located, Location, suggest};
use crate::registry::{Actors, Factory};
use crate::setup::{Declared, EndpointKind};
use crate::shell::Prepared;

/// Finds every mistake of a deployment that can be found without starting it.
///
/// It calls the `setup` of every actor, with nothing connected, and drops what that builds. Without mistakes, it tells where
/// the actors would run.
///
/// # Errors
///
/// All mistakes, each with its place in the file.
pub fn check(deployment: &Deployment, actors: &Actors) -> Result<Placement, Diagnostics> {
    let mut placed = Placement::default();
    deployment.check(|deployment, diagnostics| {
        find_unknown_types(deployment, actors, diagnostics);
        let prepared: Vec<_> = prepared(deployment, actors).collect();
        let declared = prepared.iter().map(|(entry, prepared)| (*entry, prepared.declared.as_slice()));
        placed = placement(most_threads(deployment), declared);
        find_wiring_mistakes(deployment, prepared, diagnostics);
    })?;
    Ok(placed)
}

/// What the `setup` of every actor does with nothing connected.
fn prepared<'a>(
    deployment: &'a Deployment,
    actors: &'a Actors,
) -> impl Iterator<Item = (&'a ActorEntry, Prepared)> + use<'a> {
    deployment.actors.iter().filter_map(|entry| {
        let ActorKind::Type(kind) = &entry.kind else { return None };
        let factory = actors.get(&kind.value)?;
        Some((entry, dry_run(entry, factory)))
    })
}

/// The endpoints of every actor.
pub(super) fn declared<'a>(
    deployment: &'a Deployment,
    actors: &'a Actors,
) -> impl Iterator<Item = (&'a ActorEntry, Vec<Declared>)> + use<'a> {
    prepared(deployment, actors).map(|(entry, prepared)| (entry, prepared.declared))
}

/// What the `setup` of an actor does with nothing connected.
pub(super) fn dry_run(entry: &ActorEntry, factory: &Arc<dyn Factory>) -> Prepared {
    match names(entry) {
        Ok(names) => factory.dry_run(&Arc::new(entry.clone()), &names),
        Err(mistake) => Prepared { declared: Vec::new(), watched: Vec::new(), mistakes: vec![mistake] },
    }
}

/// The names of an actor: namespace, node name, remapping.
pub(crate) fn names(entry: &ActorEntry) -> Result<NameContext, Diagnostic> {
    let remaps = entry.remap.iter().map(|(from, to)| (from.value.clone(), to.value.clone())).collect();
    NameContext::new(&entry.namespace, &entry.name.value, remaps)
        .map_err(|error| Diagnostic::at(entry.name.location, error.to_string()))
}

/// Refuses types that nobody registered; then all other mistakes are found, too.
pub(crate) fn types(deployment: &Deployment, actors: &Actors) -> Result<(), Diagnostics> {
    let unknown = deployment.check(|deployment, diagnostics| find_unknown_types(deployment, actors, diagnostics));
    unknown.or_else(|_| check(deployment, actors).map(drop))
}

fn find_unknown_types(deployment: &Deployment, actors: &Actors, diagnostics: &mut Diagnostics) {
    for entry in &deployment.actors {
        if let ActorKind::Type(kind) = &entry.kind
            && actors.get(&kind.value).is_none()
        {
            diagnostics.add(unknown_type(kind, actors));
        }
    }
}

pub(super) fn unknown_type(kind: &Located<String>, actors: &Actors) -> Diagnostic {
    let mistake = Diagnostic::at(kind.location, format!("there is no actor type `{}`", kind.value));
    match suggest(&kind.value, actors.names()) {
        Some(near) => mistake.hint(format!("did you mean `{near}`?")),
        None => mistake.hint(format!("known types: {}", actors.names().collect::<Vec<_>>().join(", "))),
    }
}

/// Refuses what `setup` found wrong, and endpoints that do not fit together.
pub(crate) fn endpoints(deployment: &Deployment, prepared: Vec<(&ActorEntry, Prepared)>) -> Result<(), Diagnostics> {
    deployment.check(|deployment, diagnostics| find_wiring_mistakes(deployment, prepared, diagnostics))
}

fn find_wiring_mistakes<'a>(
    deployment: &Deployment,
    prepared: impl IntoIterator<Item = (&'a ActorEntry, Prepared)>,
    diagnostics: &mut Diagnostics,
) {
    let names: Vec<String> = deployment.actors.iter().map(ActorEntry::full_name).collect();
    let mut declared = Vec::new();
    for (entry, prepared) in prepared {
        for unknown in prepared.watched.iter().filter(|name| !names.contains(name)) {
            diagnostics.add(unknown_watched(entry, unknown, &names));
        }
        prepared.mistakes.into_iter().for_each(|mistake| diagnostics.add(mistake));
        let actor = entry.name.location;
        declared.extend(prepared.declared.into_iter().map(|endpoint| Placed {
            actor,
            name: entry.full_name(),
            endpoint,
        }));
    }
    let mut met: HashMap<(&str, &str), Vec<&Placed>> = HashMap::new();
    for later in &declared {
        let earlier = met.entry((space(later.endpoint.kind), &later.endpoint.resolved)).or_default();
        // One clash is enough for each endpoint: the others follow from it.
        if let Some(clash) = earlier.iter().find_map(|earlier| clash(earlier, later)) {
            diagnostics.add(clash);
        }
        earlier.push(later);
    }
}

fn unknown_watched(entry: &ActorEntry, unknown: &str, names: &[String]) -> Diagnostic {
    let message = format!("{} watches {unknown}, but no actor or program of the file has this name", entry.full_name());
    let hint = match suggest(unknown, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", names.join(", ")),
    };
    Diagnostic::at(entry.name.location, message).hint(hint)
}

struct Placed {
    actor: Location,
    name: String,
    endpoint: Declared,
}

/// What topics, services and actions share a space of names with.
fn space(kind: EndpointKind) -> &'static str {
    match kind {
        EndpointKind::Publisher | EndpointKind::Subscription => "topic",
        EndpointKind::Server | EndpointKind::Client => "service",
        EndpointKind::ActionServer | EndpointKind::ActionClient => "action",
    }
}

/// What is wrong with two endpoints of one name and space.
fn clash(earlier: &Placed, later: &Placed) -> Option<Diagnostic> {
    let (a, b) = (&earlier.endpoint, &later.endpoint);
    if a.type_name != b.type_name {
        let message = format!(
            "{} uses the {} {} with type {}, but {} uses it with type {}",
            later.name,
            space(b.kind),
            b.resolved,
            b.type_name,
            earlier.name,
            a.type_name
        );
        return Some(Diagnostic::at(later.actor, message).hint("remap one of them to another name"));
    }
    let (publisher, subscription) = match (a.kind, b.kind) {
        (EndpointKind::Publisher, EndpointKind::Subscription) => (earlier, later),
        (EndpointKind::Subscription, EndpointKind::Publisher) => (later, earlier),
        _ => return None,
    };
    let (offered, requested) = (publisher.endpoint.qos?, subscription.endpoint.qos?);
    let mismatch = Qos::compatible(&offered, &requested).err()?;
    let message = format!(
        "{} publishes {} and {} subscribes it, but nothing would arrive: {mismatch}",
        publisher.name, a.resolved, subscription.name
    );
    let hint = format!("change `mailboxes: {{{}: ..}}` of one of them", subscription.endpoint.written);
    Some(Diagnostic::at(later.actor, message).hint(hint))
}
