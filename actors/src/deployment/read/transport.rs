//! The section `transport:`.

use std::collections::BTreeMap;
use std::time::Duration;

use rosactor_transport::{Mode, Name, Profile};

use super::fields::{Fields, Shape};
use super::{expect, goals};
use crate::deployment::diagnostic::{Diagnostic, Diagnostics};
use crate::deployment::endpoint::{self, Use};
use crate::deployment::file::TransportSection;
use crate::deployment::quote::quote;
use crate::deployment::tree::{Node, Value};

pub(super) const TRANSPORT: Shape = Shape {
    what: "`transport`",
    keys: &["profile", "mode", "listen", "connect", "downsample", "domain", "shared_memory"],
    synonyms: &[
        ("profiles", "profile"),
        ("domain_id", "domain"),
        ("endpoints", "connect"),
        ("downsampling", "downsample"),
        ("throttle", "downsample"),
        ("shm", "shared_memory"),
    ],
    later: &[],
};

/// The highest ROS domain whose UDP ports exist.
pub(super) const HIGHEST_DOMAIN: u32 = 232;

pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> TransportSection {
    let default = TransportSection::default();
    let Some(fields) = Fields::of(node, &TRANSPORT, diagnostics) else { return default };
    let section = TransportSection {
        profiles: fields
            .get("profile")
            .and_then(|node| profiles(node, diagnostics))
            .unwrap_or(default.profiles.clone()),
        domain: fields.whole("domain", 0, HIGHEST_DOMAIN, diagnostics).unwrap_or_default(),
        ..default
    };
    links(&fields, &section, diagnostics)
}

/// The keys `mode`, `listen`, `connect`, `downsample` and `shared_memory`; what is left out is as in `default`.
pub(super) fn links(
    fields: &Fields<'_>,
    default: &TransportSection,
    diagnostics: &mut Diagnostics,
) -> TransportSection {
    let modes = [("peer", Mode::Peer), ("client", Mode::Client), ("router", Mode::Router)];
    let mode = fields.choice("mode", &modes, &[], diagnostics).unwrap_or(default.mode);
    // A client does not listen, so what others listen on by default is not its default.
    let listen_default = if mode == Mode::Client { Vec::new() } else { default.listen.clone() };
    let section = TransportSection {
        profiles: default.profiles.clone(),
        mode,
        listen: endpoints(fields, "listen", Use::Listen, diagnostics).unwrap_or(listen_default),
        connect: endpoints(fields, "connect", Use::Connect, diagnostics).unwrap_or_else(|| default.connect.clone()),
        domain: default.domain,
        downsample: fields
            .get("downsample")
            .and_then(|node| downsample(node, diagnostics))
            .unwrap_or_else(|| default.downsample.clone()),
        shared_memory: fields
            .get("shared_memory")
            .and_then(|node| expect::flag(node, "`shared_memory`", diagnostics))
            .unwrap_or(default.shared_memory),
    };
    if mode == Mode::Client {
        check_client(fields, &section, diagnostics);
    }
    section
}

/// Rates by topics, as times between two samples.
fn downsample(node: &Node, diagnostics: &mut Diagnostics) -> Option<BTreeMap<String, Duration>> {
    let hint = "write for example `downsample: {/camera/image: 5}`, for five in a second";
    let Value::Map(entries) = &node.value else {
        let expected = "a map from topics to samples per second";
        expect::refuse(node, "`downsample`", expected, Some(hint.to_owned()), diagnostics);
        return None;
    };
    let mut periods = BTreeMap::new();
    for (topic, node) in entries {
        if let Err(error) = Name::new(topic.value.as_str()) {
            diagnostics.error(topic.location, error.to_string());
            continue;
        }
        let Some(period) = goals::rate(node) else {
            let what = format!("the rate of {}", quote(topic));
            expect::refuse(
                node,
                &what,
                "a number of samples per second, more than 0",
                Some(hint.to_owned()),
                diagnostics,
            );
            continue;
        };
        periods.insert(topic.value.clone(), period);
    }
    Some(periods)
}

fn check_client(fields: &Fields<'_>, section: &TransportSection, diagnostics: &mut Diagnostics) {
    let place = |key: &str| fields.entry(key).map_or(fields.location, |(key, _)| key);
    if !section.listen.is_empty() {
        diagnostics.add(
            Diagnostic::at(place("listen"), "a client does not listen").hint("remove `listen`, or write `mode: peer`"),
        );
    }
    let is_empty_list = |node: &Node| matches!(&node.value, Value::List(items) if items.is_empty());
    // What stands there and could not be read was reported.
    if section.connect.is_empty() && fields.get("connect").is_none_or(is_empty_list) {
        let diagnostic = Diagnostic::at(place("mode"), "a client needs a router to connect to");
        diagnostics.add(diagnostic.hint("add for example `connect: [tcp/192.168.0.7:7447]`, or write `mode: peer`"));
    }
}

fn profiles(node: &Node, diagnostics: &mut Diagnostics) -> Option<Vec<Profile>> {
    let items = expect::list(node, "`profile`", "`[ros2dds]`", diagnostics)?;
    if items.is_empty() {
        diagnostics.add(Diagnostic::at(node.location, "`profile` must not be empty").hint("write `[ros2dds]`"));
    }
    let mut profiles = Vec::new();
    for item in items {
        let choices = [("ros2dds", Profile::Ros2dds)];
        let Some(profile) = expect::choice(item, "an item of `profile`", &choices, &["rmw_zenoh"], diagnostics) else {
            continue;
        };
        if profiles.contains(&profile) {
            diagnostics.error(item.location, "this profile is named twice");
        } else {
            profiles.push(profile);
        }
    }
    Some(profiles)
}

fn endpoints(fields: &Fields<'_>, key: &str, purpose: Use, diagnostics: &mut Diagnostics) -> Option<Vec<String>> {
    let mut endpoints = Vec::new();
    for endpoint in fields.texts(key, diagnostics)? {
        if let Err((message, hint)) = endpoint::validate(&endpoint, purpose) {
            diagnostics.add(Diagnostic::at(endpoint.location, message).hint(hint));
        } else if endpoints.contains(&endpoint.value) && !endpoint.ends_with(":0") {
            diagnostics.error(endpoint.location, format!("the endpoint {} is named twice", quote(&endpoint)));
        } else {
            endpoints.push(endpoint.value);
        }
    }
    Some(endpoints)
}
