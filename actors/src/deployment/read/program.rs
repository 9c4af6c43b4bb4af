//! Programs: the keys `exec`, `env` and `cwd` of an entry of `actors:`.

use std::collections::BTreeMap;
use std::path::Path;

use super::expect;
use super::fields::Fields;
use crate::deployment::diagnostic::{Diagnostic, Diagnostics};
use crate::deployment::file::Program;
use crate::deployment::located::Location;
use crate::deployment::quote::quote;
use crate::deployment::tree::{Node, Value};

pub(super) fn read(
    key: Location,
    exec: &Node,
    fields: &Fields<'_>,
    file: &Path,
    diagnostics: &mut Diagnostics,
) -> Option<Program> {
    let cwd = fields.text("cwd", diagnostics).map(|cwd| file.parent().unwrap_or(Path::new("")).join(cwd.value));
    let env = fields.get("env").map(|node| env(node, diagnostics)).unwrap_or_default();
    Some(Program { location: key, command: command(exec, diagnostics)?, env, cwd })
}

fn command(exec: &Node, diagnostics: &mut Diagnostics) -> Option<Vec<String>> {
    let example = match &exec.value {
        Value::Text(text) => format!(
            "`[{}]`: no shell takes a line apart",
            text.text.split_whitespace().take(10).collect::<Vec<_>>().join(", ")
        ),
        _ => "`[python3, driver.py]`".to_owned(),
    };
    let items = expect::list(exec, "`exec`", &example, diagnostics)?;
    let command: Vec<String> =
        items.iter().filter_map(|item| expect::argument(item, "every item of `exec`", diagnostics)).collect();
    if command.len() < items.len() {
        return None;
    }
    if command.first().is_none_or(String::is_empty) {
        diagnostics.add(
            Diagnostic::at(exec.location, "`exec` needs the name of a program").hint("write `[python3, driver.py]`"),
        );
        return None;
    }
    Some(command)
}

fn env(node: &Node, diagnostics: &mut Diagnostics) -> BTreeMap<String, String> {
    let mut env = BTreeMap::new();
    let Value::Map(entries) = &node.value else {
        let hint = Some("write `env: {RUST_LOG: info}`".to_owned());
        expect::refuse(node, "`env`", "a map of variable names to values", hint, diagnostics);
        return env;
    };
    for (name, node) in entries {
        // The operating system would refuse to start the program.
        if name.is_empty() || name.contains('=') {
            diagnostics.error(name.location, format!("{} is not the name of an environment variable", quote(name)));
        }
        if let Some(value) = expect::argument(node, &quote(name), diagnostics) {
            env.insert(name.value.clone(), value);
        }
    }
    env
}
