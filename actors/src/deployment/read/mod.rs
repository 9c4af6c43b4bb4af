//! From the tree to the typed deployment: what each key means, and every mistake that the file alone shows.

mod actor;
mod bridge;
mod expect;
mod fields;
mod goals;
mod mailbox;
mod param_files;
mod program;
mod supervision;
mod transport;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use self::fields::{Fields, Shape};
use super::diagnostic::{Diagnostic, Diagnostics};
use super::file::{ActorEntry, Deployment};
use super::located::Location;
use super::names::is_label;
use super::quote::quote;
use super::tree::Node;

const DEPLOYMENT: Shape = Shape {
    what: "the deployment",
    keys: &["deployment", "transport", "bridge", "supervision", "params_file", "actors"],
    synonyms: &[("name", "deployment"), ("nodes", "actors"), ("network", "transport"), ("supervisor", "supervision")],
    later: &["hosts"],
};

/// Reads what can be understood; the rest is in `diagnostics`, and has its default in the result.
pub(super) fn deployment(root: &Node, path: &Path, text: &Arc<str>, diagnostics: &mut Diagnostics) -> Deployment {
    let fields = Fields::of(root, &DEPLOYMENT, diagnostics);
    let section = |key: &str| fields.as_ref().and_then(|fields| fields.entry(key));
    let mut deployment = Deployment {
        name: fields.as_ref().and_then(|fields| name(fields, diagnostics)).unwrap_or_default(),
        path: path.to_owned(),
        text: Arc::clone(text),
        transport: section("transport").map(|(_, node)| transport::read(node, diagnostics)).unwrap_or_default(),
        bridge: section("bridge").and_then(|(key, node)| bridge::read(key, node, diagnostics)),
        supervision: section("supervision").map(|(_, node)| supervision::read(node, diagnostics)).unwrap_or_default(),
        actors: section("actors").map(|(_, node)| actors(node, path, diagnostics)).unwrap_or_default(),
    };
    if let Some((_, node)) = section("params_file") {
        let files = param_files::read(node, path, diagnostics);
        deployment.actors.iter_mut().for_each(|entry| param_files::apply(&files, entry));
    }
    if fields.is_some_and(|fields| !fields.has_any(&["actors", "bridge"])) {
        let message = "there is nothing to run: the key `actors` is missing";
        diagnostics.add(
            Diagnostic::at(root.location, message)
                .hint("write `actors:` and below it entries as `- {name: NAME, type: PACKAGE/TYPE}`"),
        );
    }
    deployment
}

fn name(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<String> {
    fields.required("deployment", "write `deployment: NAME` in the first line", diagnostics)?;
    let name = fields.text("deployment", diagnostics)?;
    is_label(&name, "deployment", diagnostics).then_some(name.value)
}

fn actors(node: &Node, path: &Path, diagnostics: &mut Diagnostics) -> Vec<ActorEntry> {
    let example = "`actors:` and below it entries as `- {name: NAME, type: PACKAGE/TYPE}`";
    let items = expect::list(node, "`actors`", example, diagnostics).unwrap_or_default();
    let mut actors: Vec<ActorEntry> = Vec::new();
    let mut places: HashMap<String, Location> = HashMap::new();
    let mut first_host: Option<(String, usize)> = None;
    for item in items {
        let Some(actor) = actor::read(item, path, diagnostics) else { continue };
        let name = actor.entry.full_name();
        if let Some(first) = places.get(&name) {
            let message = format!("two actors are named {}, the first in line {}", quote(&name), first.line);
            diagnostics
                .add(Diagnostic::at(actor.entry.name.location, message).hint("give it another `name` or `namespace`"));
            continue;
        }
        if let Some(host) = actor.host {
            let (first, line) = first_host.get_or_insert((host.value.clone(), host.location.line));
            if *first != host.value {
                let message =
                    format!("line {line} names the host {}: more than one host is not yet supported", quote(first));
                diagnostics
                    .add(Diagnostic::at(host.location, message).hint("give every actor the same `host`, or none"));
            }
        }
        places.insert(name, actor.entry.name.location);
        actors.push(actor.entry);
    }
    actors
}

/// Every key of every section, for the test that the reference file explains them all.
#[cfg(test)]
pub(super) fn all_keys() -> Vec<&'static str> {
    let shapes = [
        &[DEPLOYMENT, transport::TRANSPORT, supervision::SUPERVISION, mailbox::MAILBOX][..],
        &bridge::SHAPES,
        &actor::SHAPES,
    ];
    shapes.into_iter().flatten().flat_map(|shape| shape.keys.iter().copied()).collect()
}
