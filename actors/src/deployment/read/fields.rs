//! The keys of one map of the file: known, unknown and missing ones.

use std::cell::RefCell;
use std::time::Duration;

use super::expect;
use crate::deployment::diagnostic::{Diagnostic, Diagnostics};
use crate::deployment::located::{Located, Location};
use crate::deployment::quote::{alternatives, quote};
use crate::deployment::suggest::suggest;
use crate::deployment::tree::{Node, Value};

/// What may stand in a map.
pub(super) struct Shape {
    /// As in "unknown key `x` in ...".
    pub(super) what: &'static str,
    pub(super) keys: &'static [&'static str],
    /// Words that other tools use, and the key that means the same here.
    pub(super) synonyms: &'static [(&'static str, &'static str)],
    /// Keys that are designed, but that this version cannot do.
    pub(super) later: &'static [&'static str],
}

/// A map whose keys were checked.
pub(super) struct Fields<'n> {
    what: &'static str,
    pub(super) location: Location,
    entries: &'n [(Located<String>, Node)],
    /// Keys that seem to be there, but misspelt: they are not also reported as missing.
    misspelt: RefCell<Vec<&'static str>>,
}

impl<'n> Fields<'n> {
    /// Checks that `node` is a map with known keys. `None` if it is no map.
    pub(super) fn of(node: &'n Node, shape: &Shape, diagnostics: &mut Diagnostics) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            let hint = format!("its keys are {}", alternatives(shape.keys));
            expect::refuse(node, shape.what, "a map of keys to values", Some(hint), diagnostics);
            return None;
        };
        let fields = Self { what: shape.what, location: node.location, entries, misspelt: RefCell::default() };
        for (key, _) in entries.iter().filter(|(key, _)| !shape.keys.contains(&key.as_str())) {
            diagnostics.add(fields.unknown(key, shape));
        }
        Some(fields)
    }

    fn unknown(&self, key: &Located<String>, shape: &Shape) -> Diagnostic {
        if shape.later.contains(&key.as_str()) {
            return Diagnostic::at(key.location, format!("{} in {} is not yet supported", quote(key), shape.what))
                .hint("remove it");
        }
        let synonym = shape.synonyms.iter().find(|(word, _)| *word == key.as_str());
        let near = || suggest(key, shape.keys).and_then(|near| shape.keys.iter().find(|known| **known == near));
        let diagnostic = Diagnostic::at(key.location, format!("unknown key {} in {}", quote(key), shape.what));
        match synonym.map(|(_, meant)| meant).or_else(near) {
            Some(meant) => {
                self.misspelt.borrow_mut().push(meant);
                diagnostic.hint(format!("did you mean `{meant}`?"))
            }
            None => diagnostic.hint(format!("its keys are {}", alternatives(shape.keys))),
        }
    }

    /// The value of a key, and the place of the key.
    pub(super) fn entry(&self, key: &str) -> Option<(Location, &'n Node)> {
        self.entries.iter().find(|(name, _)| name.value == key).map(|(name, node)| (name.location, node))
    }

    pub(super) fn get(&self, key: &str) -> Option<&'n Node> {
        self.entry(key).map(|(_, node)| node)
    }

    /// Like `get`, for a key that must be there.
    pub(super) fn required(&self, key: &'static str, hint: &str, diagnostics: &mut Diagnostics) -> Option<&'n Node> {
        let node = self.get(key);
        if node.is_none() && !self.misspelt.borrow().contains(&key) {
            let message = format!("{} needs the key `{key}`", self.what);
            diagnostics.add(Diagnostic::at(self.location, message).hint(hint));
        }
        node
    }

    /// Whether one of these keys is there, or seems to be meant by a misspelt one.
    pub(super) fn has_any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.get(key).is_some() || self.misspelt.borrow().contains(key))
    }

    pub(super) fn text(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<Located<String>> {
        expect::text(self.get(key)?, &quote(key), diagnostics)
    }

    pub(super) fn texts(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<Vec<Located<String>>> {
        expect::texts(self.get(key)?, &quote(key), diagnostics)
    }

    pub(super) fn whole(&self, key: &str, low: u32, high: u32, diagnostics: &mut Diagnostics) -> Option<u32> {
        expect::whole(self.get(key)?, &quote(key), low, high, diagnostics)
    }

    /// A duration longer than zero.
    pub(super) fn duration(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<Duration> {
        expect::duration(self.get(key)?, &quote(key), diagnostics)
    }

    pub(super) fn choice<T: Copy>(
        &self,
        key: &str,
        choices: &[(&str, T)],
        later: &[&str],
        diagnostics: &mut Diagnostics,
    ) -> Option<T> {
        expect::choice(self.get(key)?, &quote(key), choices, later, diagnostics)
    }
}
