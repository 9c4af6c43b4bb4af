//! Writes Rust for checked definitions.

mod cdr;
mod description;
mod docs;
mod interface;
mod message;
mod rust;

use std::{collections::BTreeMap, fmt::Write};

pub(crate) use interface::struct_paths;

use crate::{
    describe::{Catalog, layout::Layouts},
    hash,
    model::{Kind, TypeName},
    packages::Source,
};

/// Lints that code for people follows and generated code need not.
const ALLOWED: &str =
    "#[allow(clippy::all, clippy::pedantic, clippy::nursery, unreachable_pub, dead_code, unused_imports)]";

/// What the writers need to know besides the definition at hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    /// Path of the runtime crate.
    pub(crate) runtime: &'a str,
    pub(crate) catalog: &'a Catalog,
    pub(crate) layouts: &'a Layouts<'a>,
    /// Rust paths of the packages that are not generated here.
    pub(crate) externals: &'a BTreeMap<String, String>,
    /// Cargo features by the packages that are there only with them.
    pub(crate) features: &'a BTreeMap<String, String>,
}

impl Context<'_> {
    /// The hash of a type by its ROS name.
    fn hash(&self, name: &str) -> String {
        hash::rihs01(self.catalog, name)
    }

    /// The attribute in front of what is there only with a feature.
    fn gate(&self, package: &str) -> String {
        self.features.get(package).map_or_else(String::new, |feature| format!("#[cfg(feature = {feature:?})]\n"))
    }

    /// The Rust path of a message, as seen from a module `package::kind`.
    fn path(&self, name: &TypeName) -> String {
        let package = rust::ident(&name.package);
        let module = match self.externals.get(&name.package) {
            Some(path) => format!("{path}::{package}"),
            None => format!("super::super::{package}"),
        };
        format!("{module}::{}::{}", name.kind.word(), name.name)
    }
}

/// The packages as modules, each with a module for every kind of interface and all names at its top.
pub(crate) fn packages(sources: &[Source], context: &Context<'_>) -> String {
    let mut packages: BTreeMap<&str, BTreeMap<Kind, Vec<&Source>>> = BTreeMap::new();
    for source in sources {
        let name = &source.interface.name;
        packages.entry(&name.package).or_default().entry(name.kind).or_default().push(source);
    }
    let mut code = String::from("// Written by rosactor-codegen from interface definitions. Changes here are lost.\n");
    for (package, kinds) in &packages {
        let _ = write!(
            code,
            "\n{}#[doc = \"The ROS package `{package}`.\"]\n{ALLOWED}\npub mod {} {{\n",
            context.gate(package),
            rust::ident(package)
        );
        let mut taken = Vec::new();
        for (kind, sources) in kinds {
            push_kind(&mut code, package, *kind, sources, context);
            push_reexport(&mut code, *kind, sources, &mut taken);
        }
        let sources: Vec<&Source> = kinds.values().flatten().copied().collect();
        description::push_table(&mut code, &sources, context);
        code.push_str("}\n");
    }
    description::push_packages(&mut code, packages.keys().copied(), context);
    code
}

fn push_kind(code: &mut String, package: &str, kind: Kind, sources: &[&Source], context: &Context<'_>) {
    let things = match kind {
        Kind::Message => "messages",
        Kind::Service => "services",
        Kind::Action => "actions",
    };
    let _ = write!(code, "#[doc = \"The {things} of `{package}`.\"]\npub mod {} {{\n", kind.word());
    for source in sources {
        interface::push(code, &source.interface, context);
    }
    code.push_str("}\n");
}

/// Lifts the names of a kind to the package. Where two kinds share a name, the first keeps it, and the other is reached by its module.
fn push_reexport(code: &mut String, kind: Kind, sources: &[&Source], taken: &mut Vec<String>) {
    let names: Vec<String> = sources.iter().flat_map(|source| interface::rust_names(&source.interface)).collect();
    let free: Vec<&str> = names.iter().filter(|name| !taken.contains(name)).map(String::as_str).collect();
    let list = if free.len() == names.len() { "*".to_owned() } else { format!("{{{}}}", free.join(", ")) };
    let _ = write!(code, "pub use self::{}::{list};\n\n", kind.word());
    taken.extend(names);
}
