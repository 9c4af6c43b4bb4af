//! What the file says of an actor and `setup` did not ask for: it would silently do nothing, so it is refused.

use std::sync::Arc;

use rosactor_transport::name::Remap;

use super::{Declared, EndpointKind, Setup, overrides};
use crate::deployment::{Diagnostic, Located, Location, suggest};

impl<A: 'static> Setup<A> {
    /// Notes everything that does not fit what was declared.
    pub(super) fn refuse_what_does_not_fit(&mut self) {
        self.refuse_unknown_params();
        self.refuse_unknown_endpoints();
        self.refuse_lifecycle();
        self.refuse_unfit_settings();
        self.refuse_events_of_strangers();
    }

    fn refuse_unknown_params(&mut self) {
        let declared = self.params.names();
        let own = self.entry.params.iter().map(|(name, given)| (name, given.location, String::new()));
        let exact = self.entry.file_params.iter().filter(|(_, given)| given.value.exact);
        let exact = exact.map(|(name, given)| (name, given.location, format!(", which {} sets", given.value.from)));
        for (name, location, from) in own.chain(exact) {
            if !declared.contains(name) {
                let message = format!("{} has no parameter `{name}`{from}", self.entry.name.value);
                let hint = suggest(name, &declared).map_or_else(
                    || match declared.as_slice() {
                        [] => "it has none".to_owned(),
                        known => format!("it has {}", known.join(", ")),
                    },
                    |known| format!("did you mean `{known}`?"),
                );
                self.mistakes.push(Diagnostic::at(location, message).hint(hint));
            }
        }
    }

    /// Remaps and mailbox settings of endpoints that the actor does not have would silently do nothing.
    fn refuse_unknown_endpoints(&mut self) {
        let known: Vec<String> = self.blueprint.declared.iter().map(|declared| declared.unmapped.clone()).collect();
        let entry = Arc::clone(&self.entry);
        let remaps: Vec<_> = entry.remap.iter().filter_map(|(from, to)| self.renamed(from, to)).collect();
        let mailboxes = self.entry.mailboxes.iter().map(|(key, given)| (key.clone(), given.location, "mailboxes"));
        for (name, location, section) in remaps.into_iter().chain(mailboxes).collect::<Vec<_>>() {
            let Ok(resolved) = self.written.resolve(&name) else { continue };
            if !known.iter().any(|known| known == resolved.as_str()) {
                let message = format!("`{section}` names `{name}`, but {} has no such endpoint", self.name());
                let hint = match suggest(resolved.as_str(), &known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it has {}", known.join(", ")),
                };
                self.mistakes.push(Diagnostic::at(location, message).hint(hint));
            }
        }
    }

    /// A state of the file for an actor that has none would silently do nothing.
    fn refuse_lifecycle(&mut self) {
        let Some(given) = self.entry.lifecycle.as_ref().filter(|_| self.blueprint.lifecycle.is_none()) else { return };
        let message = format!("{} has no lifecycle", self.name());
        self.mistakes.push(Diagnostic::at(given.location, message).hint("remove `lifecycle`"));
    }

    /// Settings that mean nothing to the endpoint would silently do nothing, too.
    fn refuse_unfit_settings(&mut self) {
        for (name, given) in &self.entry.mailboxes {
            let Ok(resolved) = self.written.resolve(name) else { continue };
            let named = self.blueprint.declared.iter().filter(|declared| declared.unmapped == resolved.as_str());
            let kinds: Vec<EndpointKind> = named.map(|declared| declared.kind).collect();
            let unfit = overrides::unfit(name, &given.value, &kinds);
            self.mistakes.extend(unfit.map(|message| Diagnostic::at(given.location, message)));
        }
    }

    /// The name that a rule of the file replaces; a rule for another node replaces none.
    fn renamed(&mut self, from: &Located<String>, to: &str) -> Option<(String, Location, &'static str)> {
        let rule = Remap::new(from, to).ok()?;
        if rule.is_for(self.name()) {
            return Some((rule.from().to_owned(), from.location, "remap"));
        }
        let message = format!("the rule `{}` is for another node than {}", from.value, self.name());
        self.mistakes.push(Diagnostic::at(from.location, message).hint("remove it, or the name before the colon"));
        None
    }

    /// Nothing would ever be told of a topic that the actor has no end of.
    fn refuse_events_of_strangers(&mut self) {
        let is_end = |declared: &Declared, topic: &str| {
            matches!(declared.kind, EndpointKind::Publisher | EndpointKind::Subscription) && declared.resolved == topic
        };
        for topic in self.blueprint.listened.clone() {
            if !self.blueprint.declared.iter().any(|declared| is_end(declared, topic.as_str())) {
                let message = format!(
                    "{} wants to hear of events of {topic}, but neither publishes nor subscribes it",
                    self.name()
                );
                self.mistake(message);
            }
        }
    }
}
