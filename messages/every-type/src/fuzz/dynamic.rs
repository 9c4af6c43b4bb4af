//! A payload is read as a type that is known at compile time, and as the same known at run time.

use std::sync::{Arc, LazyLock};

use rosactor_messages::{bytes::Bytes, dynamic};

use crate::{Type, all};

/// Each type in both forms, in the order of hashes.
static TYPES: LazyLock<Vec<(Type, Arc<dynamic::Type>)>> = LazyLock::new(|| {
    // The wire types of actions have no description of their own.
    let described = all().into_iter().filter(|kind| !kind.description.fields.is_empty());
    let both =
        |kind: Type| (kind, dynamic::Type::from_static(kind.description).expect("generated descriptions are right"));
    let mut types: Vec<_> = described.map(both).collect();
    types.sort_by_key(|(kind, _)| kind.description.hash);
    types
});

/// Reads a payload as the type whose hash is the next from the first two bytes on. Inputs keep their types when others come.
pub fn dynamic(input: &[u8]) {
    let Some((choice, payload)) = input.split_first_chunk::<2>() else { return };
    let choice = format!("RIHS01_{:02x}{:02x}", choice[0], choice[1]);
    let place = TYPES.partition_point(|(kind, _)| *kind.description.hash < *choice);
    let (kind, ty) = &TYPES[place % TYPES.len()];
    check(kind, ty, &Bytes::copy_from_slice(payload));
}

/// Reads a payload as every type, which is too slow for a fuzzer.
pub fn every_dynamic(payload: &[u8]) {
    let payload = Bytes::copy_from_slice(payload);
    TYPES.iter().for_each(|(kind, ty)| check(kind, ty, &payload));
}

fn check(kind: &Type, ty: &Arc<dynamic::Type>, payload: &Bytes) {
    let name = kind.name;
    match ((kind.decode)(payload), ty.decode(payload), ty.decode_shared(payload)) {
        (Ok(value), Ok(message), Ok(shared)) => {
            let bytes =
                value.encode().unwrap_or_else(|error| panic!("{name}: what was read cannot be written: {error}"));
            assert_eq!(message.encode().as_deref(), Ok(&*bytes), "{name}: other bytes at run time");
            assert_eq!(shared.encode().as_deref(), Ok(&*bytes), "{name}: other bytes of a shared payload");
            let scattered = message.encode_scattered().map(|payload| payload.contiguous());
            assert_eq!(scattered.as_deref(), Ok(&*bytes), "{name}: other bytes in pieces");
            check_text(ty, &message, &bytes);
        }
        (Err(error), Err(dynamic), Err(shared)) => {
            assert_eq!(dynamic, error, "{name}: another error at run time");
            assert_eq!(shared, error, "{name}: another error of a shared payload");
        }
        (value, message, shared) => panic!("{name}: {value:?}, but at run time {message:?}, and shared {shared:?}"),
    }
}

/// A message is built again from its JSON. Of NaN there are many, and all are the same in JSON.
fn check_text(ty: &Arc<dynamic::Type>, message: &dynamic::Message, bytes: &[u8]) {
    let name = ty.name();
    let json = serde_json::to_string(&message.lossless()).expect("a message is JSON");
    let built = ty.deserialize(&mut serde_json::Deserializer::from_str(&json));
    let built = built.unwrap_or_else(|error| panic!("{name}: its JSON cannot be read: {error}\n{json}"));
    let again = serde_json::to_string(&built.lossless()).expect("a message is JSON");
    assert_eq!(again, json, "{name}: built from JSON it has other JSON");
    let may_have_nan = json.contains("\"NaN\"");
    assert!(
        may_have_nan || built.encode().as_deref() == Ok(bytes),
        "{name}: built from JSON it has other bytes\n{json}"
    );
    assert!(!message.to_string().is_empty(), "{name}: it prints as nothing");
}
