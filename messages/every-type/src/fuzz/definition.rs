//! Texts are read as definitions.

use super::package::{self, Part, parts};

/// Reads a text as a package of up to four definitions. What is accepted has hashes; what is refused has a place in the
/// text.
pub fn definition(input: &[u8]) {
    let parts = parts(input);
    let described = match package::library(&parts).describe() {
        Ok(described) => described,
        Err(errors) => return package::check_errors(&errors, &parts, |part| part.name.clone().into()),
    };
    for Part { name, .. } in &parts {
        let own: Vec<_> = described.iter().filter(|described| described.name == *name).collect();
        assert!(matches!(&own[..], [one] if is_hash(&one.hash)), "{name} is described as {own:?}");
    }
}

fn is_hash(hash: &str) -> bool {
    hash.strip_prefix("RIHS01_").is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
