//! The section `bridge:`. What its values may be is decided by [`BridgeConfig`], which the bridge itself also asks.

use std::collections::BTreeMap;

use rosactor_transport::bridge_config::{Allow, BridgeConfig, Discovery, Distro, TimeLimit, Timeouts};

use super::expect;
use super::fields::{Fields, Shape};
use super::transport::HIGHEST_DOMAIN;
use crate::deployment::diagnostic::Diagnostics;
use crate::deployment::located::{Located, Location};
use crate::deployment::names::is_label;
use crate::deployment::quote::quote;
use crate::deployment::tree::{Node, Value};

const BRIDGE: Shape = Shape {
    what: "`bridge`",
    keys: &["hosts", "domain", "distro", "discovery", "namespace", "allow", "timeouts"],
    synonyms: &[
        ("host", "hosts"),
        ("domain_id", "domain"),
        ("ros_distro", "distro"),
        ("topics", "allow"),
        ("timeout", "timeouts"),
    ],
    later: &["deny"],
};

const ALLOW: Shape = Shape { what: "`allow`", keys: &["topics", "services", "actions"], synonyms: &[], later: &[] };

const TIMEOUTS: Shape = Shape { what: "`timeouts`", keys: &["services", "actions"], synonyms: &[], later: &[] };

const DISCOVERY: Shape = Shape { what: "`discovery`", keys: &["peers"], synonyms: &[], later: &[] };

#[cfg(test)]
pub(super) const SHAPES: [Shape; 4] = [BRIDGE, ALLOW, TIMEOUTS, DISCOVERY];

pub(super) fn read(key: Location, node: &Node, diagnostics: &mut Diagnostics) -> Option<Located<BridgeConfig>> {
    let fields = Fields::of(node, &BRIDGE, diagnostics)?;
    let default = BridgeConfig::default();
    let distros = Distro::ALL.map(|distro| (distro.as_str(), distro));
    let config = BridgeConfig {
        domain: fields.whole("domain", 0, HIGHEST_DOMAIN, diagnostics).unwrap_or(default.domain),
        distro: fields.choice("distro", &distros, &[], diagnostics).unwrap_or(default.distro),
        discovery: fields.get("discovery").and_then(|node| discovery(node, diagnostics)).unwrap_or(default.discovery),
        namespace: namespace(&fields, diagnostics).unwrap_or(default.namespace),
        allow: allow(&fields, diagnostics),
        timeouts: timeouts(&fields, diagnostics).unwrap_or_default(),
        hosts: hosts(&fields, diagnostics),
        ..default
    };
    Some(Located::new(config, key))
}

/// Reports what is wrong with a configuration in which one value is set, at the place of that value.
fn is_valid(location: Location, config: &BridgeConfig, diagnostics: &mut Diagnostics) -> bool {
    let problems = config.problems();
    problems.iter().for_each(|problem| diagnostics.error(location, problem.to_string()));
    problems.is_empty()
}

fn namespace(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<String> {
    let namespace = fields.text("namespace", diagnostics)?;
    let config = BridgeConfig { namespace: namespace.value, ..BridgeConfig::default() };
    is_valid(namespace.location, &config, diagnostics).then_some(config.namespace)
}

fn hosts(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Vec<String> {
    let mut hosts = fields.texts("hosts", diagnostics).unwrap_or_default();
    hosts.retain(|host| is_label(host, "host", diagnostics));
    hosts.into_iter().map(|host| host.value).collect()
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
    let with = |peers: Vec<String>| BridgeConfig { discovery: Discovery::Peers(peers), ..BridgeConfig::default() };
    if matches!(&list.value, Value::List(items) if items.is_empty()) {
        is_valid(list.location, &with(Vec::new()), diagnostics);
    }
    for peer in &peers {
        is_valid(peer.location, &with(vec![peer.value.clone()]), diagnostics);
    }
    Some(Discovery::Peers(peers.into_iter().map(|peer| peer.value).collect()))
}

fn allow(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<Allow> {
    let fields = Fields::of(fields.get("allow")?, &ALLOW, diagnostics)?;
    let mut allow = Allow::default();
    for (key, field) in [
        ("topics", (|allow| &mut allow.topics) as fn(&mut Allow) -> &mut Vec<String>),
        ("services", |allow| &mut allow.services),
        ("actions", |allow| &mut allow.actions),
    ] {
        for pattern in fields.texts(key, diagnostics).unwrap_or_default() {
            let mut alone = Allow::default();
            field(&mut alone).push(pattern.value.clone());
            let config = BridgeConfig { allow: Some(alone), ..BridgeConfig::default() };
            is_valid(pattern.location, &config, diagnostics);
            field(&mut allow).push(pattern.value);
        }
    }
    Some(allow)
}

fn timeouts(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<Timeouts> {
    let fields = Fields::of(fields.get("timeouts")?, &TIMEOUTS, diagnostics)?;
    let mut timeouts = Timeouts::default();
    for (key, field) in [
        ("services", (|timeouts| &mut timeouts.services) as fn(&mut Timeouts) -> &mut BTreeMap<String, TimeLimit>),
        ("actions", |timeouts| &mut timeouts.actions),
    ] {
        let Some(node) = fields.get(key) else { continue };
        let Value::Map(limits) = &node.value else {
            let hint = "write for example `{/plan_path: 2min}`".to_owned();
            expect::refuse(node, &quote(key), "a map of names to durations", Some(hint), diagnostics);
            continue;
        };
        for (pattern, node) in limits {
            let limit = expect::duration(node, &quote(pattern), diagnostics).and_then(TimeLimit::new);
            let Some(limit) = limit else { continue };
            let mut alone = Timeouts::default();
            field(&mut alone).insert(pattern.value.clone(), limit);
            let config = BridgeConfig { timeouts: alone, ..BridgeConfig::default() };
            is_valid(pattern.location, &config, diagnostics);
            field(&mut timeouts).insert(pattern.value.clone(), limit);
        }
    }
    Some(timeouts)
}
