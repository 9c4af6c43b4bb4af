//! The map `mailboxes:` of an actor.

use std::collections::BTreeMap;

use rosactor_transport::qos::{Durability, Liveliness, Priority, Reliability};
use rosactor_transport::validate_name;

use super::fields::{Fields, Shape};
use super::{expect, goals};
use crate::deployment::diagnostic::{Diagnostic, Diagnostics};
use crate::deployment::file::MailboxOverride;
use crate::deployment::located::Located;
use crate::deployment::names::is_valid;
use crate::deployment::tree::{Node, Value};

pub(super) const MAILBOX: Shape = Shape {
    what: "a mailbox",
    keys: &[
        "keep_last",
        "latest",
        "keep_all",
        "reliability",
        "durability",
        "deadline",
        "lifespan",
        "liveliness",
        "lease",
        "priority",
        "express",
        "queue",
        "concurrent",
        "goals",
        "goal_timeout",
        "feedback_rate",
        "keep_results",
    ],
    synonyms: &[
        ("depth", "keep_last"),
        ("queue_size", "keep_last"),
        ("history", "keep_last"),
        ("max_age", "lifespan"),
        ("lease_duration", "lease"),
        ("liveliness_lease_duration", "lease"),
    ],
    later: &[],
};

const PRIORITIES: [(&str, Priority); 7] = [
    ("real_time", Priority::RealTime),
    ("interactive_high", Priority::InteractiveHigh),
    ("interactive_low", Priority::InteractiveLow),
    ("data_high", Priority::DataHigh),
    ("data", Priority::Data),
    ("data_low", Priority::DataLow),
    ("background", Priority::Background),
];

/// More waiting samples than this are no queue but a leak.
const MOST_SAMPLES: u32 = 1_000_000;

pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> BTreeMap<String, Located<MailboxOverride>> {
    let mut mailboxes = BTreeMap::new();
    let Value::Map(entries) = &node.value else {
        let hint = Some("write `mailboxes: {scan: {keep_last: 5}}`".to_owned());
        expect::refuse(node, "`mailboxes`", "a map of endpoint names to settings", hint, diagnostics);
        return mailboxes;
    };
    for (endpoint, node) in entries {
        is_valid(endpoint, validate_name, diagnostics);
        if let Some(settings) = settings(node, diagnostics) {
            mailboxes.insert(endpoint.value.clone(), Located::new(settings, endpoint.location));
        }
    }
    mailboxes
}

fn settings(node: &Node, diagnostics: &mut Diagnostics) -> Option<MailboxOverride> {
    let fields = Fields::of(node, &MAILBOX, diagnostics)?;
    let reliabilities = [("reliable", Reliability::Reliable), ("best_effort", Reliability::BestEffort)];
    let durabilities = [("volatile", Durability::Volatile), ("transient_local", Durability::TransientLocal)];
    let livelinesses = [("automatic", Liveliness::Automatic), ("manual_by_topic", Liveliness::ManualByTopic)];
    check_one_policy(&fields, diagnostics);
    Some(MailboxOverride {
        keep_last: samples(&fields, "keep_last", diagnostics),
        latest: fields.get("latest").and_then(|node| expect::flag(node, "`latest`", diagnostics)).unwrap_or(false),
        keep_all: samples(&fields, "keep_all", diagnostics),
        reliability: fields.choice("reliability", &reliabilities, &[], diagnostics),
        durability: fields.choice("durability", &durabilities, &[], diagnostics),
        deadline: fields.duration("deadline", diagnostics),
        lifespan: fields.duration("lifespan", diagnostics),
        queue: samples(&fields, "queue", diagnostics),
        concurrent: samples(&fields, "concurrent", diagnostics),
        goals: fields.get("goals").and_then(|node| goals::policy(node, diagnostics)),
        goal_timeout: fields.duration("goal_timeout", diagnostics),
        feedback_period: fields.get("feedback_rate").and_then(|node| goals::feedback_period(node, diagnostics)),
        keep_results: fields.duration("keep_results", diagnostics),
        liveliness: fields.choice("liveliness", &livelinesses, &[], diagnostics),
        lease: fields.duration("lease", diagnostics),
        priority: fields.choice("priority", &PRIORITIES, &[], diagnostics),
        express: fields.get("express").and_then(|node| expect::flag(node, "`express`", diagnostics)),
    })
}

fn samples(fields: &Fields<'_>, key: &str, diagnostics: &mut Diagnostics) -> Option<usize> {
    fields.whole(key, 1, MOST_SAMPLES, diagnostics).and_then(|count| usize::try_from(count).ok())
}

fn check_one_policy(fields: &Fields<'_>, diagnostics: &mut Diagnostics) {
    let mut policies: Vec<_> = ["keep_last", "latest", "keep_all"]
        .into_iter()
        .filter_map(|key| fields.entry(key).map(|(location, _)| (location, key)))
        .collect();
    policies.sort();
    if let [(_, first), (location, second), ..] = policies[..] {
        let message = format!("a mailbox has one of `{first}` and `{second}`, not both");
        diagnostics.add(Diagnostic::at(location, message).hint("remove one of the two"));
    }
}
