//! Parameters from the command line: `actor:name:=value`.

use super::file::{ActorEntry, ActorKind, Deployment};
use super::located::Located;
use super::param::{self, ParamValue};
use super::suggest::suggest;
use super::tree::{Node, Value};
use super::{Diagnostics, yaml};

impl Deployment {
    /// Sets a parameter of one actor over what the file says. `rule` is `actor:name:=value` as ROS writes it; the actor is
    /// named with or without its namespace, the value is YAML.
    ///
    /// # Errors
    /// A sentence: what is wrong with the rule.
    pub fn set_param(&mut self, rule: &str) -> Result<(), String> {
        let form = || format!("expected ACTOR:NAME:=VALUE, as in `driver:max_speed:=0.5`, found `{rule}`");
        let (target, text) = rule.split_once(":=").ok_or_else(form)?;
        let (actor, name) =
            target.split_once(':').filter(|(actor, name)| !actor.is_empty() && !name.is_empty()).ok_or_else(form)?;
        let value = value(name, text).map_err(|why| format!("the value of `{rule}` is wrong: {why}"))?;
        let entry = self.actor_mut(actor)?;
        if matches!(entry.kind, ActorKind::Exec(_)) {
            return Err(format!("{actor} is a program (`exec`), which takes its parameters by arguments of its own"));
        }
        let location = entry.name.location;
        entry.params.insert(name.to_owned(), Located::new(value, location));
        Ok(())
    }

    fn actor_mut(&mut self, name: &str) -> Result<&mut ActorEntry, String> {
        let fits = |entry: &ActorEntry| entry.name.value == name || entry.full_name() == name;
        let names: Vec<String> = self.actors.iter().map(ActorEntry::full_name).collect();
        match self.actors.iter().filter(|entry| fits(entry)).count() {
            1 => self.actors.iter_mut().find(|entry| fits(entry)).ok_or_else(String::new),
            0 => Err(match suggest(name, &names) {
                Some(near) => format!("the file has no actor `{name}`; did you mean `{near}`?"),
                None => format!("the file has no actor `{name}`; it has {}", names.join(", ")),
            }),
            _ => Err(format!("`{name}` names several actors; write it with its namespace: {}", names.join(", "))),
        }
    }
}

/// A YAML value, read as in a file.
fn value(name: &str, text: &str) -> Result<ParamValue, String> {
    let document = format!("{name}: {text}");
    let read = |diagnostics: &mut Diagnostics| {
        let root = yaml::parse(&document, diagnostics)?;
        // A value such as `1, b: 2` must not become more parameters than the one.
        let is_one = |node: &Node| matches!(&node.value, Value::Map(entries) if entries.len() == 1);
        let mut found = is_one(&root).then(|| param::read(&root, diagnostics))?;
        // A map is parameters with longer names, and so not this one's value.
        found.remove(name).map(|given| given.value)
    };
    let found = Diagnostics::collect("-p".as_ref(), &document.as_str().into(), read);
    let first =
        |mistakes: Diagnostics| mistakes.iter().next().map(|mistake| mistake.message.clone()).unwrap_or_default();
    found.map_err(first)?.ok_or_else(|| format!("`{text}` is not a truth value, number, text or list"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const FILE: &str = "deployment: d\nactors:\n  - {name: driver, namespace: /robot1, type: a/B, params: {speed: 1.0}}\n  - {name: driver, namespace: /robot2, type: a/B}\n  - {name: base, type: a/B}\n  - {name: tool, exec: [tool]}\n";

    fn deployment() -> Deployment {
        Deployment::parse("d.yaml".as_ref(), FILE).unwrap()
    }

    #[test]
    fn values_are_yaml_and_win_over_the_file() {
        let mut deployment = deployment();
        for rule in ["/robot1/driver:speed:=2.5", "base:names:=[a, b]", "base:text:=\"a: b\"", "base:on:=true"] {
            deployment.set_param(rule).unwrap();
        }
        let value = |actor: usize, name: &str| deployment.actors[actor].params[name].value.clone();
        assert_eq!(value(0, "speed"), ParamValue::Double(2.5));
        assert_eq!(value(2, "names"), ParamValue::StringArray(vec!["a".into(), "b".into()]));
        assert_eq!((value(2, "text"), value(2, "on")), (ParamValue::String("a: b".into()), ParamValue::Bool(true)));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_a_sentence() {
        let cases = [
            ("base", "expected ACTOR:NAME:=VALUE"),
            ("base:=1", "expected ACTOR:NAME:=VALUE"),
            (":a:=1", "expected ACTOR:NAME:=VALUE"),
            ("bse:a:=1", "did you mean `/base`?"),
            ("driver:a:=1", "`driver` names several actors"),
            ("tool:a:=1", "tool is a program"),
            ("base:a:=", "needs a value, found nothing"),
            ("base:a:={b: 1}", "is not a truth value"),
            ("base:a:=[1", "is wrong"),
            ("base:a:=1\nb: 2", "is not a truth value"),
        ];
        for (rule, expected) in cases {
            let error = deployment().set_param(rule).unwrap_err();
            assert!(error.contains(expected), "{rule}: {error}");
        }
    }
}
