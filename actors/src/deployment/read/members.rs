//! The list `actors:`, of the file or of a group: actors, programs, and groups of them.

use std::collections::HashMap;
use std::path::Path;

use super::fields::{Fields, Shape};
use super::{actor, expect, supervision};
use crate::deployment::diagnostic::{Diagnostic, Diagnostics};
use crate::deployment::file::{ActorEntry, Group, Strategy, Supervision};
use crate::deployment::located::{Located, Location};
use crate::deployment::names::is_label;
use crate::deployment::quote::quote;
use crate::deployment::tree::{Node, Value};

pub(super) const GROUP: Shape = Shape {
    what: "a group",
    keys: &["group", "supervision", "actors"],
    synonyms: &[("name", "group"), ("members", "actors"), ("nodes", "actors"), ("supervisor", "supervision")],
    later: &[],
};

/// What was read so far. Names are unique in the file, whatever group they are in.
#[derive(Default)]
pub(super) struct Members {
    pub(super) actors: Vec<ActorEntry>,
    pub(super) groups: Vec<Group>,
    places: HashMap<String, Location>,
    /// Where each of `actors` says that it runs.
    pub(super) hosts: Vec<Option<Located<String>>>,
}

impl Members {
    /// Reads the file's own list.
    pub(super) fn read(node: &Node, file: &Path, around: &Supervision, diagnostics: &mut Diagnostics) -> Self {
        let mut members = Self::default();
        members.list(node, file, None, around, diagnostics);
        members
    }

    fn list(
        &mut self,
        node: &Node,
        file: &Path,
        parent: Option<usize>,
        around: &Supervision,
        diagnostics: &mut Diagnostics,
    ) {
        let example = "`actors:` and below it entries as `- {name: NAME, type: PACKAGE/TYPE}`";
        for item in expect::list(node, "`actors`", example, diagnostics).unwrap_or_default() {
            if is_group(item) {
                self.group(item, file, parent, around, diagnostics);
            } else if let Some(actor) = actor::read(item, file, diagnostics) {
                self.actor(actor, diagnostics);
            }
        }
    }

    fn group(
        &mut self,
        node: &Node,
        file: &Path,
        parent: Option<usize>,
        around: &Supervision,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(fields) = Fields::of(node, &GROUP, diagnostics) else { return };
        fields.required("group", "write `group: NAME`", diagnostics);
        let name = fields.text("group", diagnostics).filter(|name| is_label(name, "group", diagnostics));
        if let Some(name) = &name {
            self.refuse_second(name, diagnostics);
        }
        // Whom a failure restarts is each group's own affair; the numbers are as around it.
        let own = Supervision { strategy: Strategy::OneForOne, ..around.clone() };
        let supervision = match fields.get("supervision") {
            Some(node) => supervision::read(node, own, diagnostics),
            None => own,
        };
        let members = fields.required("actors", "write `actors:` and below it what belongs to the group", diagnostics);
        let Some(members) = members else { return };
        if matches!(&members.value, Value::List(items) if items.is_empty()) {
            diagnostics
                .add(Diagnostic::at(members.location, "a group needs at least one actor").hint("remove the group"));
        }
        let (begin, place) = (self.actors.len(), self.groups.len());
        // What has no usable name is reported, and the file refused; its members are read for their own mistakes.
        let name = name.unwrap_or_else(|| Located::new(String::new(), node.location));
        self.groups.push(Group { name, parent, supervision: supervision.clone(), actors: begin..begin });
        self.list(members, file, Some(place), &supervision, diagnostics);
        self.groups[place].actors.end = self.actors.len();
    }

    fn refuse_second(&self, name: &Located<String>, diagnostics: &mut Diagnostics) {
        if let Some(first) = self.groups.iter().find(|group| group.name.value == name.value) {
            let line = first.name.location.line;
            let message = format!("two groups are named {}, the first in line {line}", quote(name));
            diagnostics.add(Diagnostic::at(name.location, message).hint("give it another name"));
        }
    }

    fn actor(&mut self, actor: actor::Actor, diagnostics: &mut Diagnostics) {
        let name = actor.entry.full_name();
        if let Some(first) = self.places.get(&name) {
            let message = format!("two actors are named {}, the first in line {}", quote(&name), first.line);
            diagnostics
                .add(Diagnostic::at(actor.entry.name.location, message).hint("give it another `name` or `namespace`"));
            return;
        }
        self.places.insert(name, actor.entry.name.location);
        self.actors.push(actor.entry);
        self.hosts.push(actor.host);
    }

    /// A file without the section `hosts` does not say how several hosts are joined.
    pub(super) fn refuse_two_hosts(&self, diagnostics: &mut Diagnostics) {
        let mut named = self.hosts.iter().flatten();
        let Some(first) = named.next() else { return };
        for host in named.filter(|host| host.value != first.value) {
            let line = first.location.line;
            let message =
                format!("line {line} names the host {}: more than one needs the section `hosts`", quote(first));
            diagnostics
                .add(Diagnostic::at(host.location, message).hint("write `hosts:` and below it how each is reached"));
        }
    }
}

/// Whether an entry is a group; one that is neither clearly is read as an actor.
fn is_group(node: &Node) -> bool {
    let Value::Map(entries) = &node.value else { return false };
    let has = |key: &str| entries.iter().any(|(name, _)| name.value == key);
    has("group") || (has("actors") && !has("type") && !has("exec"))
}
