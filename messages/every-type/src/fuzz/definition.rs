//! Texts are read as definitions.

use std::sync::Arc;

use rosactor_messages::dynamic::{Type, Types};

use super::package::{self, Part, parts};

/// Reads a text as a package of up to four definitions. What is accepted has hashes, and makes types whose defaults can be
/// written and read; what is refused has a place in the text.
pub fn definition(input: &[u8]) {
    let parts = parts(input);
    let described = match package::library(&parts).describe() {
        Ok(described) => described,
        Err(errors) => return package::check_errors(&errors, &parts, |part| part.name.clone().into()),
    };
    let types = types(&parts);
    for Part { name, .. } in &parts {
        let own: Vec<_> = described.iter().filter(|described| described.name == *name).collect();
        assert!(matches!(&own[..], [one] if is_hash(&one.hash)), "{name} is described as {own:?}");
        let Some(ty) = types.as_ref().map(|types| types.get(name).expect("a type that was added is there")) else {
            continue;
        };
        assert_eq!(ty.hash(), own[0].hash, "{name} has two hashes");
        check(&ty);
        ty.references().into_values().for_each(check);
    }
}

/// The types, or nothing if one is refused for the memory that its values would take.
fn types(parts: &[Part]) -> Option<Types> {
    let mut types = Types::new();
    let added = types.add_definitions(parts.iter().map(|part| (part.name.as_str(), part.text.as_str())));
    added.is_ok().then_some(types)
}

/// The default value of a type is what its bytes say, and the type is what its description says.
fn check(ty: &Arc<Type>) {
    let name = ty.name();
    let default = ty.default_message();
    let bytes = default.encode().unwrap_or_else(|error| panic!("{name}: the default cannot be written: {error}"));
    let read = ty.decode(&bytes).unwrap_or_else(|error| panic!("{name}: the default cannot be read: {error}"));
    assert_eq!(read.encode().as_deref(), Ok(&*bytes), "{name}: the default is not what was read");
    let again = Type::from_description(&ty.to_description());
    let again = again.unwrap_or_else(|error| panic!("{name}: its description is refused: {error}"));
    assert_eq!(again.hash(), ty.hash(), "{name}: its description has another hash");
    assert_eq!(again.default_message().encode().as_deref(), Ok(&*bytes), "{name}: its description has another default");
}

pub(super) fn is_hash(hash: &str) -> bool {
    hash.strip_prefix("RIHS01_").is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
