//! The section `bridge:`.

use super::expect;
use super::fields::{Fields, Shape};
use super::transport::HIGHEST_DOMAIN;
use crate::deployment::diagnostic::{Diagnostic, Diagnostics};
use crate::deployment::file::{BridgeSection, Discovery};
use crate::deployment::located::{Located, Location};
use crate::deployment::names::{validate_namespace, validate_node_name};
use crate::deployment::tree::{Node, Value};

const BRIDGE: Shape = Shape {
    what: "`bridge`",
    keys: &["hosts", "domain", "distro", "discovery", "namespace", "allow"],
    synonyms: &[("host", "hosts"), ("domain_id", "domain"), ("ros_distro", "distro"), ("topics", "allow")],
    later: &["deny"],
};

const ALLOW: Shape = Shape {
    what: "`allow`",
    keys: &["topics"],
    synonyms: &[],
    later: &["services", "actions"],
};

const DISCOVERY: Shape = Shape {
    what: "`discovery`",
    keys: &["peers"],
    synonyms: &[],
    later: &[],
};

/// The distributions whose wire formats are known.
const DISTROS: [(&str, ()); 5] = [("humble", ()), ("iron", ()), ("jazzy", ()), ("kilted", ()), ("rolling", ())];

pub(super) fn read(key: Location, node: &Node, diagnostics: &mut Diagnostics) -> Option<BridgeSection> {
    let fields = Fields::of(node, &BRIDGE, diagnostics)?;
    let namespace = fields.text("namespace", diagnostics).filter(|namespace| {
        let checked = validate_namespace(namespace);
        checked.map_err(|error| diagnostics.error(namespace.location, error.to_string())).is_ok()
    });
    Some(BridgeSection {
        location: key,
        hosts: hosts(&fields, diagnostics),
        domain: fields.whole("domain", 0, HIGHEST_DOMAIN, diagnostics).unwrap_or_default(),
        distro: distro(&fields, diagnostics).unwrap_or_else(|| Located::new("jazzy".to_owned(), key)),
        discovery: fields.get("discovery").and_then(|node| discovery(node, diagnostics)).unwrap_or(Discovery::Localhost),
        namespace: namespace.unwrap_or_else(|| Located::new("/".to_owned(), key)),
        allow_topics: allow(&fields, diagnostics),
    })
}

fn distro(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<Located<String>> {
    fields.choice("distro", &DISTROS, &[], diagnostics)?;
    fields.text("distro", diagnostics)
}

fn hosts(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Vec<Located<String>> {
    let mut hosts = fields.texts("hosts", diagnostics).unwrap_or_default();
    hosts.retain(|host| {
        let checked = validate_node_name(host);
        checked.map_err(|error| diagnostics.error(host.location, error.to_string())).is_ok()
    });
    hosts
}

fn discovery(node: &Node, diagnostics: &mut Diagnostics) -> Option<Discovery> {
    if !matches!(node.value, Value::Map(_)) {
        let choices = [("localhost", false), ("subnet", true)];
        let far = expect::choice(node, "`discovery`", &choices, &[], diagnostics)?;
        return Some(if far { Discovery::Subnet } else { Discovery::Localhost });
    }
    let fields = Fields::of(node, &DISCOVERY, diagnostics)?;
    let list = fields.required("peers", "write `discovery: {peers: [10.0.0.2]}`", diagnostics)?;
    let peers = fields.texts("peers", diagnostics)?;
    if matches!(&list.value, Value::List(items) if items.is_empty()) {
        diagnostics.add(Diagnostic::at(list.location, "`peers` must not be empty").hint("use `discovery: localhost` instead"));
    }
    for peer in peers.iter().filter(|peer| !is_host(peer)) {
        let message = format!("{} is not the address of a machine", super::quote(peer));
        diagnostics.add(Diagnostic::at(peer.location, message).hint("write an IP address without a port, as `10.0.0.2`"));
    }
    Some(Discovery::Peers(peers))
}

/// An IP address or a host name.
fn is_host(peer: &str) -> bool {
    let is_name = |text: &str| text.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '.'));
    let looks_like_address = peer.chars().all(|character| character.is_ascii_digit() || character == '.');
    peer.parse::<std::net::IpAddr>().is_ok() || (is_name(peer) && !looks_like_address)
}

fn allow(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<Vec<Located<String>>> {
    let allow = Fields::of(fields.get("allow")?, &ALLOW, diagnostics)?;
    allow.texts("topics", diagnostics)
}
