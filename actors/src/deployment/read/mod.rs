//! From the tree to the typed deployment: what each key means, and every mistake that the file alone shows.

mod actor;
mod bridge;
mod expect;
mod fields;
mod goals;
mod hosts;
mod mailbox;
mod members;
mod param_files;
mod program;
mod security;
mod supervision;
mod transport;

use std::path::Path;
use std::sync::Arc;

use self::fields::{Fields, Shape};
use self::members::Members;
use super::diagnostic::{Diagnostic, Diagnostics};
use super::file::{Deployment, SharedThreads, Supervision};
use super::names::is_label;
use super::tree::Node;

const DEPLOYMENT: Shape = Shape {
    what: "the deployment",
    keys: &[
        "deployment",
        "transport",
        "security",
        "hosts",
        "bridge",
        "supervision",
        "threads",
        "rosout",
        "params_file",
        "actors",
    ],
    synonyms: &[
        ("name", "deployment"),
        ("nodes", "actors"),
        ("network", "transport"),
        ("supervisor", "supervision"),
        ("tls", "security"),
    ],
    later: &[],
};

/// Reads what can be understood; the rest is in `diagnostics`, and has its default in the result.
pub(super) fn deployment(root: &Node, path: &Path, text: &Arc<str>, diagnostics: &mut Diagnostics) -> Deployment {
    let fields = Fields::of(root, &DEPLOYMENT, diagnostics);
    let section = |key: &str| fields.as_ref().and_then(|fields| fields.entry(key));
    let default = Supervision::default();
    let supervision = match section("supervision") {
        Some((_, node)) => supervision::read(node, default, diagnostics),
        None => default,
    };
    let threads = fields.as_ref().and_then(|fields| {
        let choices = [("one", SharedThreads::One), ("spread", SharedThreads::Spread)];
        fields.choice("threads", &choices, &[], diagnostics)
    });
    let members = section("actors").map(|(_, node)| Members::read(node, path, &supervision, diagnostics));
    let members = members.unwrap_or_default();
    let transport = section("transport").map(|(_, node)| transport::read(node, diagnostics)).unwrap_or_default();
    let bridge = section("bridge").and_then(|(key, node)| bridge::read(key, node, diagnostics));
    let hosts = match section("hosts") {
        Some((_, node)) => {
            let hosts = hosts::read(node, &transport, diagnostics);
            hosts::check(&hosts, &members, bridge.as_ref(), diagnostics);
            hosts
        }
        None => {
            members.refuse_two_hosts(diagnostics);
            Vec::new()
        }
    };
    let security = section("security").and_then(|(_, node)| security::read(node, path, diagnostics));
    let (mut transport, mut hosts) = (transport, hosts);
    if let Some(security) = &security {
        let place = section("transport").map_or(root.location, |(key, _)| key);
        security::apply(security, place, &mut transport, &mut hosts, diagnostics);
    }
    let Members { actors, groups, .. } = members;
    let mut deployment = Deployment {
        name: fields.as_ref().and_then(|fields| name(fields, diagnostics)).unwrap_or_default(),
        path: path.to_owned(),
        text: Arc::clone(text),
        transport,
        security,
        hosts,
        elsewhere: None,
        bridge,
        supervision,
        threads: threads.unwrap_or_default(),
        rosout: section("rosout").and_then(|(_, node)| expect::flag(node, "`rosout`", diagnostics)).unwrap_or_default(),
        actors,
        groups,
    };
    deployment.actors.iter_mut().for_each(|entry| entry.rosout = deployment.rosout);
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

/// Every key of every section, for the test that the reference file explains them all.
#[cfg(test)]
pub(super) fn all_keys() -> Vec<&'static str> {
    let shapes = [
        &[DEPLOYMENT, transport::TRANSPORT, hosts::HOST, supervision::SUPERVISION, members::GROUP, mailbox::MAILBOX][..],
        &bridge::SHAPES,
        &security::SHAPES,
        &actor::SHAPES,
    ];
    shapes.into_iter().flatten().flat_map(|shape| shape.keys.iter().copied()).collect()
}
