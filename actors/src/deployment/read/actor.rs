//! One entry of `actors:`.

use std::collections::BTreeMap;
use std::path::Path;

use rosactor_transport::{NameError, Remap, validate_name, validate_namespace, validate_node_name};

use super::fields::{Fields, Shape};
use super::{expect, mailbox, param_files, program};
use crate::deployment::diagnostic::{Diagnostic, Diagnostics};
use crate::deployment::file::{ActorEntry, ActorKind, LifecycleChoice, RestartPolicy, ThreadChoice};
use crate::deployment::located::Located;
use crate::deployment::names::{is_label, is_valid};
use crate::deployment::param;
use crate::deployment::quote::quote;
use crate::deployment::tree::{Node, Value};

const ACTOR: Shape = Shape {
    what: "an actor",
    keys: &[
        "name",
        "type",
        "exec",
        "host",
        "namespace",
        "params",
        "params_file",
        "remap",
        "mailboxes",
        "restart",
        "lifecycle",
        "thread",
        "env",
        "cwd",
    ],
    synonyms: &[
        ("parameters", "params"),
        ("ros__parameters", "params"),
        ("remappings", "remap"),
        ("executable", "exec"),
        ("command", "exec"),
        ("cmd", "exec"),
        ("node", "name"),
        ("ns", "namespace"),
        ("qos", "mailboxes"),
        ("respawn", "restart"),
        ("environment", "env"),
        ("class", "type"),
        ("plugin", "type"),
    ],
    later: &[],
};

const GROUP: Shape = Shape { what: "`thread`", keys: &["group"], synonyms: &[], later: &[] };

#[cfg(test)]
pub(super) const SHAPES: [Shape; 2] = [ACTOR, GROUP];

/// What only an actor of this process can have, and what only a program can have.
const ACTOR_ONLY: [&str; 7] = ["namespace", "params", "params_file", "remap", "mailboxes", "lifecycle", "thread"];
const PROGRAM_ONLY: [&str; 2] = ["env", "cwd"];

/// An entry, and its host with the place.
pub(super) struct Actor {
    pub(super) entry: ActorEntry,
    pub(super) host: Option<Located<String>>,
}

/// Reads an entry; `None` if it has no usable name or nothing to run.
pub(super) fn read(node: &Node, file: &Path, diagnostics: &mut Diagnostics) -> Option<Actor> {
    let fields = Fields::of(node, &ACTOR, diagnostics)?;
    let named = fields.required("name", "write `name: NODE_NAME`", diagnostics).is_some();
    let name = named.then(|| checked(&fields, "name", validate_node_name, diagnostics)).flatten();
    let kind = kind(&fields, file, diagnostics);
    let restarts =
        [("never", RestartPolicy::Never), ("on_failure", RestartPolicy::OnFailure), ("always", RestartPolicy::Always)];
    let host = fields.text("host", diagnostics).filter(|host| is_label(host, "host", diagnostics));
    let namespace = checked(&fields, "namespace", validate_namespace, diagnostics);
    let params = fields.get("params").map(|node| param::read(node, diagnostics)).unwrap_or_default();
    let remap = fields.get("remap").map(|node| remap(node, diagnostics)).unwrap_or_default();
    let mailboxes = fields.get("mailboxes").map(|node| mailbox::read(node, diagnostics)).unwrap_or_default();
    let restart = fields.choice("restart", &restarts, &[], diagnostics).unwrap_or_default();
    let lifecycle = lifecycle(&fields, diagnostics);
    let thread = fields.get("thread").and_then(|node| thread(node, diagnostics)).unwrap_or_default();
    let files = fields.get("params_file").map(|node| param_files::read(node, file, diagnostics)).unwrap_or_default();
    let mut entry = ActorEntry {
        name: name?,
        kind: kind?,
        host: host.as_ref().map(|host| host.value.clone()),
        namespace: namespace.map_or_else(|| "/".to_owned(), |namespace| namespace.value),
        params,
        file_params: BTreeMap::new(),
        remap,
        mailboxes,
        restart,
        lifecycle,
        thread,
        rosout: false,
    };
    param_files::apply(&files, &mut entry);
    Some(Actor { entry, host })
}

fn checked(
    fields: &Fields<'_>,
    key: &str,
    rule: fn(&str) -> Result<(), NameError>,
    diagnostics: &mut Diagnostics,
) -> Option<Located<String>> {
    fields.text(key, diagnostics).filter(|text| is_valid(text, rule, diagnostics))
}

fn kind(fields: &Fields<'_>, file: &Path, diagnostics: &mut Diagnostics) -> Option<ActorKind> {
    match (fields.entry("type"), fields.entry("exec")) {
        (Some((type_key, _)), Some((exec_key, _))) => {
            let message = "an actor has either a `type` or a program (`exec`), not both";
            diagnostics.add(Diagnostic::at(type_key.max(exec_key), message).hint("remove one of the two"));
            None
        }
        (Some(_), None) => {
            refuse_keys(fields, &PROGRAM_ONLY, "is for programs (`exec`) only", diagnostics);
            actor_type(fields, diagnostics).map(ActorKind::Type)
        }
        (None, Some((key, exec))) => {
            refuse_keys(fields, &ACTOR_ONLY, "means nothing to a program (`exec`)", diagnostics);
            program::read(key, exec, fields, file, diagnostics).map(ActorKind::Exec)
        }
        (None, None) => {
            if !fields.has_any(&["type", "exec"]) {
                let diagnostic = Diagnostic::at(fields.location, "an actor needs a `type`, or `exec` for a program");
                diagnostics.add(diagnostic.hint("write `type: PACKAGE/TYPE`, or `exec: [PROGRAM, ARGUMENT]`"));
            }
            None
        }
    }
}

fn refuse_keys(fields: &Fields<'_>, keys: &[&str], reason: &str, diagnostics: &mut Diagnostics) {
    for key in keys {
        if let Some((location, _)) = fields.entry(key) {
            diagnostics.add(Diagnostic::at(location, format!("`{key}` {reason}")).hint("remove it"));
        }
    }
}

fn actor_type(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<Located<String>> {
    let name = fields.text("type", diagnostics)?;
    let is_word = |word: &str| {
        !word.is_empty() && word.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
    };
    if name.split('/').count() == 2 && name.split('/').all(is_word) {
        return Some(name);
    }
    let message = format!("{} is not an actor type: expected `package/Type`", quote(&name));
    diagnostics.add(Diagnostic::at(name.location, message).hint("write for example `lessons/SensorProcessing`"));
    None
}

fn remap(node: &Node, diagnostics: &mut Diagnostics) -> Vec<(Located<String>, Located<String>)> {
    let mut rules = Vec::new();
    let Value::Map(entries) = &node.value else {
        let hint = Some("write `remap: {scan: front/scan}`".to_owned());
        expect::refuse(node, "`remap`", "a map from names in the code to other names", hint, diagnostics);
        return rules;
    };
    for (from, node) in entries {
        let key = match from.value.rsplit(':').next().unwrap_or_default() {
            "__node" | "__name" => Some("name"),
            "__ns" => Some("namespace"),
            _ => None,
        };
        if let Some(key) = key {
            let message = format!("{} cannot be remapped here", quote(from));
            diagnostics.add(Diagnostic::at(from.location, message).hint(format!("set `{key}` of the actor")));
            continue;
        }
        // Only this side is looked at here: `to` may be no name at all.
        is_valid(from, |from| Remap::new(from, "to").map(drop), diagnostics);
        let Some(to) = expect::text(node, &format!("the new name for {}", quote(from)), diagnostics) else { continue };
        if is_valid(&to, validate_name, diagnostics) {
            rules.push((from.clone(), to));
        }
    }
    rules
}

fn lifecycle(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<Located<LifecycleChoice>> {
    let choices = [
        ("manual", LifecycleChoice::Manual),
        ("inactive", LifecycleChoice::Inactive),
        ("active", LifecycleChoice::Active),
    ];
    let (_, node) = fields.entry("lifecycle")?;
    let choice = fields.choice("lifecycle", &choices, &[], diagnostics)?;
    Some(Located::new(choice, node.location))
}

fn thread(node: &Node, diagnostics: &mut Diagnostics) -> Option<ThreadChoice> {
    if matches!(node.value, Value::Map(_)) {
        let fields = Fields::of(node, &GROUP, diagnostics)?;
        fields.required("group", "write `thread: {group: NAME}`", diagnostics)?;
        let group =
            fields.text("group", diagnostics).filter(|group| is_label(group, "group of threads", diagnostics))?;
        return Some(ThreadChoice::Group(group.value));
    }
    let choices = [("shared", false), ("own", true)];
    let own = expect::choice(node, "`thread`", &choices, &[], diagnostics)?;
    Some(if own { ThreadChoice::Own } else { ThreadChoice::Shared })
}
