//! The types that generated code describes, made when they are asked for.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use rosactor_codegen::{Described, DescribedField};

use super::{Type, TypeError, make};
use crate::{FieldDescription, PACKAGES, TypeDescription};

/// The shipped types and what ROS derives from them, by name.
static BY_NAME: LazyLock<BTreeMap<&'static str, &'static TypeDescription>> = LazyLock::new(|| {
    let types = PACKAGES.iter().flat_map(|package| package.types);
    let with_derived = types.flat_map(|ty| ty.derived().into_iter().chain([*ty]));
    with_derived.map(|ty| (ty.name, ty)).collect()
});

/// A name and a hash: two crates may have types of one name.
type Key = (&'static str, &'static str);

/// What has been made.
static MADE: LazyLock<Mutex<HashMap<Key, Arc<Type>>>> = LazyLock::new(Mutex::default);

/// The shipped type of this name.
pub(super) fn description(name: &str) -> Option<&'static TypeDescription> {
    BY_NAME.get(name).copied()
}

/// All names in order.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    BY_NAME.keys().copied()
}

/// The type of a description.
pub(super) fn shared(description: &'static TypeDescription) -> Result<Arc<Type>, TypeError> {
    let key = (description.name, description.hash);
    let made = || MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = made().get(&key) {
        return Ok(Arc::clone(known));
    }
    if description.fields.is_empty() {
        // The wire types of a shipped action are written by hand, but described as parts of the action.
        let part = self::description(description.name).filter(|part| part.hash == description.hash);
        return part.map_or(Err(TypeError::NotDescribed { name: description.name }), shared);
    }
    let rows: Vec<Described> = description.references().into_iter().chain([description]).map(row).collect();
    let Some(ty) = make::last(&rows)? else { return Err(TypeError::NotDescribed { name: description.name }) };
    // Another thread may have been faster; then its type is the one that all share.
    Ok(Arc::clone(made().entry(key).or_insert(ty)))
}

fn row(description: &TypeDescription) -> Described {
    let field = |field: &FieldDescription| DescribedField {
        name: field.name.to_owned(),
        type_id: field.type_id,
        capacity: usize::try_from(field.capacity).unwrap_or(usize::MAX),
        string_capacity: usize::try_from(field.string_capacity).unwrap_or(usize::MAX),
        nested: field.nested.map(|nested| nested.name.to_owned()).unwrap_or_default(),
        default_value: field.default_value.to_owned(),
    };
    Described {
        name: description.name.to_owned(),
        hash: description.hash.to_owned(),
        fields: description.fields.iter().map(field).collect(),
    }
}
