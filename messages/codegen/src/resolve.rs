//! Checks what one file alone cannot tell: that every type exists, that none contains itself, and that names stay apart
//! in Rust.

use std::collections::BTreeMap;

use crate::{
    cycles,
    describe::{self, Catalog},
    error::{Error, Problem},
    hints,
    model::{Base, Field, Kind, TypeName},
    packages::Source,
};

/// All mistakes of `sources`, whose types and those they refer to are in the catalog.
pub(crate) fn check(sources: &[Source], catalog: &Catalog) -> Vec<Error> {
    let mut errors = Vec::new();
    let cycles = cycles::cycles(catalog);
    for source in sources {
        errors.extend(unknown_types(source, catalog));
        if let Some(way) = cycles.get(source.interface.name.to_string().as_str()) {
            errors.push(cycle(source, way));
        }
    }
    errors.extend(clashes(sources));
    errors
}

fn fields(source: &Source) -> impl Iterator<Item = &Field> {
    source.interface.sections.iter().flat_map(|section| &section.fields)
}

fn unknown_types<'a>(source: &'a Source, catalog: &'a Catalog) -> impl Iterator<Item = Error> + 'a {
    let derived = describe::needed_by(source.interface.name.kind).iter().filter_map(|name| {
        let (package, name) = name.split_once("/msg/")?;
        Some((None, TypeName { package: package.to_owned(), kind: Kind::Message, name: name.to_owned() }))
    });
    let nested = fields(source).filter_map(|field| match &field.ty.base {
        Base::Nested(name) => Some((Some(field.at), name.clone())),
        _ => None,
    });
    let unknown = derived.chain(nested).filter(|(_, name)| !catalog.contains_key(&name.to_string()));
    unknown.map(|(at, name)| {
        let hint = hints::unknown_type(&name, catalog);
        Error { file: source.file.clone(), at, problem: Problem::UnknownType { name: name.to_string(), hint } }
    })
}

/// Reported for each message on the way, because each of them might be the one to change.
fn cycle(source: &Source, way: &[&str]) -> Error {
    let next = way.get(1).copied().unwrap_or_default();
    let field = fields(source).find(|field| matches!(&field.ty.base, Base::Nested(name) if name.to_string() == next));
    let problem = Problem::Cycle { path: path(way) };
    Error { file: source.file.clone(), at: field.map(|field| field.at), problem }
}

/// The types with arrows between them; of a long way its beginning and its end.
fn path(way: &[&str]) -> String {
    const LONGEST: usize = 12;
    if way.len() <= LONGEST {
        return way.join(" -> ");
    }
    let (first, last) = (way.get(..LONGEST - 2).unwrap_or(way), way.last().copied().unwrap_or_default());
    format!("{} -> ({} more) -> {last}", first.join(" -> "), way.len() - LONGEST + 1)
}

/// Names that two interfaces of one package and kind would share, such as a service `Get` and a service `GetRequest`.
fn clashes(sources: &[Source]) -> Vec<Error> {
    let mut owners: BTreeMap<(String, Kind, String), String> = BTreeMap::new();
    let mut errors = Vec::new();
    for source in sources {
        let type_name = &source.interface.name;
        let suffixes: &[&str] = match type_name.kind {
            Kind::Message => &[""],
            Kind::Service => &["", "Request", "Response"],
            Kind::Action => &["", "Goal", "Result", "Feedback"],
        };
        for suffix in suffixes {
            let name = format!("{}{suffix}", type_name.name);
            let key = (type_name.package.clone(), type_name.kind, name.clone());
            if let Some(first) = owners.insert(key, type_name.to_string()) {
                let problem = Problem::NameClash { name, first, second: type_name.to_string() };
                errors.push(Error { file: source.file.clone(), at: None, problem });
            }
        }
    }
    errors
}
