//! Checks what one file alone cannot tell: that every type exists, that none contains itself, and that names stay apart in Rust.

use std::collections::BTreeMap;

use crate::{
    describe::{Catalog, SERVICE_EVENT_INFO, TIME, UUID},
    error::{Error, Problem},
    model::{Base, Field, Kind},
    packages::Source,
};

/// All mistakes of `sources`, whose types and those they refer to are in the catalog.
pub(crate) fn check(sources: &[Source], catalog: &Catalog) -> Vec<Error> {
    let mut errors = Vec::new();
    for source in sources {
        errors.extend(unknown_types(source, catalog));
        errors.extend(cycle(source, catalog));
    }
    errors.extend(clashes(sources));
    errors
}

fn fields(source: &Source) -> impl Iterator<Item = &Field> {
    source.interface.sections.iter().flat_map(|section| &section.fields)
}

fn unknown_types<'a>(source: &'a Source, catalog: &'a Catalog) -> impl Iterator<Item = Error> + 'a {
    let derived: &[&str] = match source.interface.name.kind {
        Kind::Message => &[],
        Kind::Service => &[SERVICE_EVENT_INFO, TIME],
        Kind::Action => &[SERVICE_EVENT_INFO, TIME, UUID],
    };
    let derived = derived.iter().map(|name| (None, (*name).to_owned()));
    let nested = fields(source).filter_map(|field| match &field.ty.base {
        Base::Nested(name) => Some((Some(field.at), name.to_string())),
        _ => None,
    });
    derived.chain(nested).filter(|(_, name)| !catalog.contains_key(name)).map(|(at, name)| Error {
        file: source.file.clone(),
        at,
        problem: Problem::UnknownType { name },
    })
}

/// Whether a message leads back to itself. Reported once for each message on the way, because each file must change or none.
fn cycle(source: &Source, catalog: &Catalog) -> Option<Error> {
    if source.interface.name.kind != Kind::Message {
        return None;
    }
    let start = source.interface.name.to_string();
    let mut seen = Vec::new();
    let path = fields(source).find_map(|field| match &field.ty.base {
        Base::Nested(name) => way_to(&start, &name.to_string(), catalog, &mut seen).map(|way| (field.at, way)),
        _ => None,
    });
    path.map(|(at, way)| Error {
        file: source.file.clone(),
        at: Some(at),
        problem: Problem::Cycle { path: format!("{start} -> {}", way.join(" -> ")) },
    })
}

/// The types from `from` to `goal`, if `goal` is among what `from` contains.
fn way_to(goal: &str, from: &str, catalog: &Catalog, seen: &mut Vec<String>) -> Option<Vec<String>> {
    if from == goal {
        return Some(vec![goal.to_owned()]);
    }
    if seen.iter().any(|name| name == from) {
        return None;
    }
    seen.push(from.to_owned());
    let nested = catalog.get(from)?.fields.iter().filter(|field| !field.nested.is_empty());
    let mut way = nested.into_iter().find_map(|field| way_to(goal, &field.nested, catalog, seen))?;
    way.insert(0, from.to_owned());
    Some(way)
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
