//! RIHS01: the SHA-256 of a type's description and of all descriptions it refers to, as JSON
//! (<https://github.com/ros-infrastructure/rep/pull/381>, REP 2016).

use std::{collections::BTreeSet, fmt::Write};

use sha2::{Digest, Sha256};

use crate::describe::{Catalog, Description};

/// The hash of a type of the catalog, with its prefix. What is not in the catalog is left out.
pub(crate) fn rihs01(catalog: &Catalog, name: &str) -> String {
    let digest = Sha256::digest(json(catalog, name).as_bytes());
    let mut hash = String::from("RIHS01_");
    for byte in digest {
        // Writing to a string cannot fail.
        let _ = write!(hash, "{byte:02x}");
    }
    hash
}

/// The text that is hashed. Names need no escapes: they have only letters, digits, `_` and `/`.
fn json(catalog: &Catalog, name: &str) -> String {
    let mut text = String::from("{\"type_description\": ");
    if let Some(description) = catalog.get(name) {
        push_description(&mut text, description);
    }
    text.push_str(", \"referenced_type_descriptions\": [");
    for (place, referenced) in references(catalog, name).into_iter().enumerate() {
        text.push_str(if place == 0 { "" } else { ", " });
        push_description(&mut text, referenced);
    }
    text.push_str("]}");
    text
}

/// Everything that a type refers to, also by way of others, in the order of names.
fn references<'a>(catalog: &'a Catalog, name: &str) -> Vec<&'a Description> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![name];
    while let Some(description) = waiting.pop().and_then(|name| catalog.get(name)) {
        for field in description.fields.iter().filter(|field| !field.nested.is_empty()) {
            if found.insert(field.nested.as_str()) {
                waiting.push(&field.nested);
            }
        }
    }
    found.into_iter().filter_map(|name| catalog.get(name)).collect()
}

fn push_description(text: &mut String, description: &Description) {
    let _ = write!(text, "{{\"type_name\": \"{}\", \"fields\": [", description.name);
    for (place, field) in description.fields.iter().enumerate() {
        let separator = if place == 0 { "" } else { ", " };
        let _ = write!(
            text,
            "{separator}{{\"name\": \"{}\", \"type\": {{\"type_id\": {}, \"capacity\": {}, \"string_capacity\": {}, \"nested_type_name\": \"{}\"}}}}",
            field.name, field.type_id, field.capacity, field.string_capacity, field.nested
        );
    }
    text.push_str("]}");
}
