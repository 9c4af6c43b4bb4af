//! The section `security:`, and whether every endpoint of the file keeps to it.

use std::path::Path;

use super::fields::{Fields, Shape};
use crate::deployment::diagnostic::{Diagnostic, Diagnostics};
use crate::deployment::file::{Host, SecuritySection, TransportSection};
use crate::deployment::located::Location;
use crate::deployment::quote::quote;
use crate::deployment::tree::Node;

const SECURITY: Shape = Shape {
    what: "`security`",
    keys: &["tls", "passwords", "access"],
    synonyms: &[("keys", "tls"), ("password", "passwords"), ("users", "passwords"), ("access_control", "access")],
    later: &[],
};

const TLS: Shape = Shape {
    what: "`tls`",
    keys: &["keys"],
    synonyms: &[("certificates", "keys"), ("folder", "keys"), ("ca", "keys"), ("certificate", "keys"), ("key", "keys")],
    later: &[],
};

const WRITE: &str = "write `tls: {keys: FOLDER}`; `rosactor keys FILE` makes what has to be there";

#[cfg(test)]
pub(super) const SHAPES: [Shape; 2] = [SECURITY, TLS];

pub(super) fn read(node: &Node, file: &Path, diagnostics: &mut Diagnostics) -> Option<SecuritySection> {
    let fields = Fields::of(node, &SECURITY, diagnostics)?;
    // Paths begin at the folder of the file.
    let path = |name: String| file.parent().unwrap_or(Path::new(".")).join(name);
    let tls = fields.get("tls").and_then(|node| tls(node, diagnostics)).map(path);
    let passwords = fields.text("passwords", diagnostics).map(|name| path(name.value));
    let access = fields.choice("access", &[("all", false), ("generate", true)], &[], diagnostics).unwrap_or_default();
    if !fields.has_any(&["tls", "passwords"]) {
        let message = "`security` needs `tls` or `passwords`, by which hosts prove who they are";
        diagnostics.add(Diagnostic::at(fields.location, message).hint(WRITE));
    } else if access && !fields.has_any(&["tls"]) {
        let place = fields.entry("access").map_or(fields.location, |(key, _)| key);
        let message =
            "`access: generate` needs `tls`: only a certificate proves to both ends of a link who the other is";
        diagnostics.add(Diagnostic::at(place, message).hint("add `tls: {keys: FOLDER}`"));
    }
    Some(SecuritySection { tls, passwords, access })
}

fn tls(node: &Node, diagnostics: &mut Diagnostics) -> Option<String> {
    let fields = Fields::of(node, &TLS, diagnostics)?;
    fields.required("keys", WRITE, diagnostics)?;
    fields.text("keys", diagnostics).map(|folder| folder.value)
}

/// With TLS every link has it: what others listen at by default becomes so, and what the file says otherwise is refused.
pub(super) fn apply(
    security: &SecuritySection,
    place: Location,
    transport: &mut TransportSection,
    hosts: &mut [Host],
    diagnostics: &mut Diagnostics,
) {
    if security.tls.is_none() {
        return;
    }
    let default = TransportSection::default().listen;
    let own = hosts.iter_mut().map(|host| (host.name.location, &mut host.transport));
    for (place, transport) in own.chain([(place, transport)]) {
        for endpoint in transport.listen.iter_mut().filter(|endpoint| default.contains(endpoint)) {
            *endpoint = endpoint.replacen("tcp/", "tls/", 1);
        }
        for endpoint in transport.listen.iter().chain(&transport.connect) {
            if !["tls/", "quic/"].iter().any(|protocol| endpoint.starts_with(protocol)) {
                let message = format!("with `security: {{tls: ..}}` the endpoint {} cannot be plain", quote(endpoint));
                let (_, address) = endpoint.split_once('/').unwrap_or_default();
                diagnostics.add(Diagnostic::at(place, message).hint(format!("write `tls/{address}`")));
            }
        }
    }
}
