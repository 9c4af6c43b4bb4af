//! What an edited file changes of a deployment that runs: a pure comparison.

use std::collections::HashMap;
use std::fmt::Debug;

use crate::deployment::{ActorEntry, ActorKind, Deployment, Supervision};

/// What becomes of an entry of the new file. A number is its place in the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It means the same, wherever it stands.
    Same(usize),
    /// It is built anew and keeps its endpoints.
    Renewed(usize),
    /// It ends, and another of its name begins.
    Replaced(usize),
    /// It is new.
    New,
}

/// What becomes of what runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It goes on.
    No,
    /// Until it is built anew.
    Suspended,
    /// For good.
    Stopped,
}

/// What an edited file changes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Changes {
    /// In the order of the new file.
    pub(super) fates: Vec<Fate>,
    /// In the order of the old file.
    pub(super) ends: Vec<End>,
    /// Whether somebody who stays restarts by other rules, or with others.
    pub(super) supervision: bool,
    /// Whether there is another bridge, or none any more.
    pub(super) bridge: bool,
}

impl Changes {
    pub(super) fn between(old: &Deployment, new: &Deployment) -> Self {
        let places: HashMap<String, usize> =
            old.actors.iter().enumerate().map(|(place, entry)| (entry.full_name(), place)).collect();
        let mut ends = vec![End::Stopped; old.actors.len()];
        let mut fates = Vec::new();
        for entry in &new.actors {
            let Some(place) = places.get(&entry.full_name()).copied() else {
                fates.push(Fate::New);
                continue;
            };
            let (fate, end) = match &old.actors[place] {
                before if same(&meaning(before), &meaning(entry)) => (Fate::Same(place), End::No),
                before if is_built_alike(before, entry) => (Fate::Renewed(place), End::Suspended),
                _ => (Fate::Replaced(place), End::Stopped),
            };
            fates.push(fate);
            ends[place] = end;
        }
        let bridge = |deployment: &Deployment| deployment.bridge.as_ref().map(|bridge| bridge.value.clone());
        let supervision = old.supervision != new.supervision
            || fates.iter().enumerate().any(|(place, fate)| {
                let Fate::Same(before) = *fate else { return false };
                supervisors(old, before) != supervisors(new, place)
            });
        Self { fates, ends, supervision, bridge: bridge(old) != bridge(new) }
    }

    /// Whether everybody is where they were, as they were.
    pub(super) fn is_nothing(&self) -> bool {
        let stays = |(place, fate): (usize, &Fate)| *fate == Fate::Same(place);
        self.fates.len() == self.ends.len()
            && self.fates.iter().enumerate().all(stays)
            && !self.supervision
            && !self.bridge
    }
}

/// What an entry means for what it runs. Only actors log on `/rosout`.
fn meaning(entry: &ActorEntry) -> ActorEntry {
    let rosout = entry.rosout && matches!(entry.kind, ActorKind::Type(_));
    ActorEntry { rosout, ..entry.meaning() }
}

/// Whether only that differs which `setup` reads, and what follows its end: then its endpoints can stay open.
fn is_built_alike(old: &ActorEntry, new: &ActorEntry) -> bool {
    let new = new.meaning();
    let alike = ActorEntry {
        params: new.params.clone(),
        file_params: new.file_params.clone(),
        restart: new.restart,
        lifecycle: new.lifecycle,
        rosout: new.rosout,
        ..old.meaning()
    };
    matches!(new.kind, ActorKind::Type(_)) && same(&alike, &new)
}

/// By what they print: a parameter that is no number (`.nan`) does not equal itself.
fn same(one: &impl Debug, other: &impl Debug) -> bool {
    format!("{one:?}") == format!("{other:?}")
}

/// The groups around an entry, from the outermost to its own, with their rules.
fn supervisors(deployment: &Deployment, place: usize) -> Vec<(&str, &Supervision)> {
    let around = deployment.groups.iter().filter(|group| group.actors.contains(&place));
    around.map(|group| (group.name.as_str(), &group.supervision)).collect()
}

#[cfg(test)]
#[path = "changes_tests.rs"]
mod tests;
