//! The section `hosts:`, and whether every actor has a place on one of them.

use rosactor_transport::Mode;
use rosactor_transport::bridge_config::BridgeConfig;

use super::expect;
use super::fields::{Fields, Shape};
use super::members::Members;
use super::transport;
use crate::deployment::diagnostic::{Diagnostic, Diagnostics};
use crate::deployment::endpoint;
use crate::deployment::file::{Host, TransportSection};
use crate::deployment::located::{Located, Location};
use crate::deployment::names::is_label;
use crate::deployment::quote::quote;
use crate::deployment::suggest::suggest;
use crate::deployment::tree::{Entries, Node, Value};

/// Zenoh has no longer names of regions.
const LONGEST: usize = 32;

pub(super) const HOST: Shape = Shape {
    what: "a host",
    keys: &["mode", "listen", "connect", "downsample", "shared_memory"],
    synonyms: &[("endpoints", "connect"), ("address", "listen")],
    later: &[],
};

/// Reads the hosts; what one leaves out is as in `around`.
pub(super) fn read(node: &Node, around: &TransportSection, diagnostics: &mut Diagnostics) -> Vec<Host> {
    let Value::Map(entries) = &node.value else {
        let hint = Some("write `hosts: {base: {mode: router, listen: [tcp/10.0.0.1:7447]}}`".to_owned());
        expect::refuse(node, "`hosts`", "a map from names to what each host has", hint, diagnostics);
        return Vec::new();
    };
    let mut hosts: Vec<Host> = Vec::new();
    for (name, node) in entries {
        if is_label(name, "host", diagnostics) && name.len() > LONGEST {
            let message = format!("the name of the host {} is longer than {LONGEST} characters", quote(name));
            diagnostics.error(name.location, message);
        }
        let before = diagnostics.len();
        // A host that cannot be read keeps its name, or its actors would be reported as well.
        let Some(fields) = Fields::of(node, &HOST, diagnostics) else {
            hosts.push(host(name, around.clone()));
            continue;
        };
        let transport = transport::links(&fields, around, diagnostics);
        // Where a mistake was found, more may be meant than could be read.
        if entries.len() > 1 && diagnostics.len() == before && is_alone(&transport) {
            let message = format!("nothing joins the host {} to the others", quote(name));
            diagnostics.add(Diagnostic::at(name.location, message).hint("give it `listen` or `connect`"));
        }
        let place = fields.entry("listen").map_or(name.location, |(key, _)| key);
        refuse_taken(&hosts, &transport, place, diagnostics);
        hosts.push(host(name, transport));
    }
    find_regions(&mut hosts);
    refuse_unheard(&hosts, entries, diagnostics);
    hosts
}

fn host(name: &Located<String>, transport: TransportSection) -> Host {
    Host { name: name.clone(), transport, region: name.value.clone() }
}

/// Hosts that connect to each other directly have one region, but for routers, which join regions.
fn find_regions(hosts: &mut [Host]) {
    let is_peer = |host: &Host| host.transport.mode == Mode::Peer;
    let connects = |one: &Host, other: &Host| {
        one.transport.connect.iter().any(|endpoint| {
            let named = endpoint::parts(endpoint).is_some_and(|(_, name, _)| name == other.name.value);
            named || other.transport.listen.contains(endpoint)
        })
    };
    let mut links = Vec::new();
    for (place, one) in hosts.iter().enumerate().filter(|(_, host)| is_peer(host)) {
        let others = hosts.iter().enumerate().filter(|(_, host)| is_peer(host));
        links.extend(others.filter(|(_, other)| connects(one, other)).map(|(other, _)| (place, other)));
    }
    let mut regions: Vec<usize> = (0..hosts.len()).collect();
    for (one, other) in links {
        let (kept, gone) = (regions[one].min(regions[other]), regions[one].max(regions[other]));
        regions.iter_mut().filter(|region| **region == gone).for_each(|region| *region = kept);
    }
    let names: Vec<String> = regions.into_iter().map(|first| hosts[first].name.value.clone()).collect();
    hosts.iter_mut().zip(names).for_each(|(host, name)| host.region = name);
}

/// Whether nobody can connect to a host, as only the system knows its ports, nor does it connect to anybody.
fn is_alone(transport: &TransportSection) -> bool {
    let has_no_port = |endpoint: &String| endpoint::parts(endpoint).is_some_and(|(.., port)| port == "0");
    transport.connect.is_empty() && transport.listen.iter().all(has_no_port)
}

/// Refuses to connect to a host of the file where it does not listen. Any other address may be that of somebody else.
fn refuse_unheard(hosts: &[Host], entries: &Entries, diagnostics: &mut Diagnostics) {
    for (host, (_, node)) in hosts.iter().zip(entries) {
        let place = place_of_connect(node).unwrap_or(host.name.location);
        for endpoint in &host.transport.connect {
            let Some((protocol, name, port)) = endpoint::parts(endpoint) else { continue };
            let Some(other) = hosts.iter().find(|other| other.name.value == name) else { continue };
            let same = |listen: &String| {
                endpoint::parts(listen).is_some_and(|(other, _, number)| (other, number) == (protocol, port))
            };
            if !other.transport.listen.iter().any(same) {
                let message = format!("the host {} does not listen on {}", quote(name), quote(endpoint));
                let listens = other.transport.listen.iter().map(|endpoint| quote(endpoint)).collect::<Vec<_>>();
                let hint = match listens.as_slice() {
                    [] => "it listens nowhere".to_owned(),
                    _ => format!("it listens on {}", listens.join(", ")),
                };
                diagnostics.add(Diagnostic::at(place, message).hint(hint));
            }
        }
    }
}

fn place_of_connect(host: &Node) -> Option<Location> {
    let Value::Map(entries) = &host.value else { return None };
    entries.iter().find(|(key, _)| key.value == "connect").map(|(key, _)| key.location)
}

/// Refuses an address that an earlier host listens on.
fn refuse_taken(hosts: &[Host], transport: &TransportSection, place: Location, diagnostics: &mut Diagnostics) {
    for endpoint in transport.listen.iter().filter(|endpoint| is_of_one_host(endpoint)) {
        if let Some(first) = hosts.iter().find(|host| host.transport.listen.contains(endpoint)) {
            let message = format!("the host {} listens on {} too", quote(&first.name), quote(endpoint));
            diagnostics.add(Diagnostic::at(place, message).hint("give each host its own address"));
        }
    }
}

/// Whether only one host can have this address: each has its own loopback, wildcard and sockets of Unix.
fn is_of_one_host(endpoint: &str) -> bool {
    let Some((protocol, address)) = endpoint.split_once('/') else { return false };
    let shared = ["127.", "0.0.0.0", "localhost", "[::]", "[::1]"];
    protocol != "unixsock-stream" && !shared.iter().any(|begin| address.starts_with(begin))
}

/// Finds actors, groups and bridges that are on no host, or on more than one.
pub(super) fn check(
    hosts: &[Host],
    members: &Members,
    bridge: Option<&Located<BridgeConfig>>,
    diagnostics: &mut Diagnostics,
) {
    for (actor, host) in members.actors.iter().zip(&members.hosts) {
        match host {
            Some(host) => refuse_unknown(hosts, &host.value, host.location, diagnostics),
            None => {
                let message = format!("the actor {} has no host", quote(&actor.full_name()));
                let hint = format!("write `host: NAME`; the hosts are {}", names(hosts));
                diagnostics.add(Diagnostic::at(actor.name.location, message).hint(hint));
            }
        }
    }
    for group in &members.groups {
        let mut within = members.hosts[group.actors.clone()].iter().flatten();
        if let Some(first) = within.next()
            && let Some(other) = within.find(|host| host.value != first.value)
        {
            let message =
                format!("the group {} is on two hosts, {} and {}", quote(&group.name), quote(first), quote(other));
            let hint = "a group is supervised by one process: make a group for each host";
            diagnostics.add(Diagnostic::at(other.location, message).hint(hint));
        }
    }
    for (bridge, host) in bridge.iter().flat_map(|bridge| bridge.value.hosts.iter().map(move |host| (bridge, host))) {
        refuse_unknown(hosts, host, bridge.location, diagnostics);
    }
}

fn refuse_unknown(hosts: &[Host], name: &str, place: Location, diagnostics: &mut Diagnostics) {
    let known: Vec<&str> = hosts.iter().map(|host| host.name.as_str()).collect();
    if known.contains(&name) {
        return;
    }
    let hint = match suggest(name, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the hosts are {}", names(hosts)),
    };
    diagnostics.add(Diagnostic::at(place, format!("`hosts` has no {}", quote(name))).hint(hint));
}

fn names(hosts: &[Host]) -> String {
    hosts.iter().map(|host| quote(&host.name)).collect::<Vec<_>>().join(", ")
}
