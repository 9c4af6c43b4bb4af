//! `params_file`: one file or several, for all actors or for one.

use std::path::Path;

use super::expect;
use crate::deployment::diagnostic::{Diagnostic, Diagnostics};
use crate::deployment::file::ActorEntry;
use crate::deployment::located::Located;
use crate::deployment::param_file::ParamFile;
use crate::deployment::tree::{Node, Value};

/// Reads the files, whose paths begin at the folder of the deployment file.
pub(super) fn read(node: &Node, file: &Path, diagnostics: &mut Diagnostics) -> Vec<Located<ParamFile>> {
    let what = "`params_file`";
    let names = match &node.value {
        Value::List(_) => expect::texts(node, what, diagnostics).unwrap_or_default(),
        _ => expect::text(node, what, diagnostics).into_iter().collect(),
    };
    let folder = file.parent().unwrap_or(Path::new("."));
    let load = |name: Located<String>| match ParamFile::load(&folder.join(&name.value)) {
        Ok(file) => Some(Located::new(file, name.location)),
        Err(message) => {
            diagnostics.add(Diagnostic::at(name.location, message));
            None
        }
    };
    names.into_iter().filter_map(load).collect()
}

/// Gives an actor what the files say of it. A later file goes before an earlier one, and what is there already before all.
pub(super) fn apply(files: &[Located<ParamFile>], entry: &mut ActorEntry) {
    let name = entry.full_name();
    for file in files.iter().rev() {
        for (param, given) in file.value.of_node(&name) {
            entry.file_params.entry(param).or_insert_with(|| Located::new(given, file.location));
        }
    }
}
