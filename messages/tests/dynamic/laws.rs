//! What holds for every type of the shipped packages and of `test_msgs`: a type known at run time does as the Rust type
//! does.

use std::{collections::BTreeSet, sync::Arc};

use proptest::prelude::*;
use rosactor_every_type::{Source, Type as Static, Value as StaticValue, all, test_msgs};
use rosactor_messages::{
    Action, DecodeError,
    bytes::Bytes,
    dynamic::{Arity, Kind, Message, Type, Types},
    type_description_interfaces::TypeDescription,
};

use super::building::yaml;

/// The type at run time. The wire types of actions are not described themselves, but within their action.
fn dynamic(kind: &Static) -> Arc<Type> {
    if kind.description.fields.is_empty() {
        let actions = [test_msgs::Fibonacci::DESCRIPTION, test_msgs::NestedMessage::DESCRIPTION];
        let found = actions.iter().flat_map(|action| action.references()).find(|ty| ty.name == kind.name);
        return found.map_or_else(|| Types::new().get(kind.name).unwrap(), |found| Type::from_static(found).unwrap());
    }
    Type::from_static(kind.description).unwrap()
}

/// Every type both ways.
fn both() -> Vec<(Static, Arc<Type>)> {
    let both: Vec<_> = all().into_iter().map(|kind| (kind, dynamic(&kind))).collect();
    assert!(both.len() >= 290, "there are only {} types", both.len());
    both
}

/// Values and their bytes; those that break a bound are left out.
fn values(kind: &Static, rounds: u64) -> impl Iterator<Item = (Box<dyn StaticValue>, Vec<u8>)> + use<> {
    let kind = *kind;
    (0..rounds).filter_map(move |round| {
        let longest = usize::try_from(round % 6).unwrap();
        let value = (kind.make)(&mut Source::Random { state: round, longest });
        value.encode().ok().map(|bytes| (value, bytes))
    })
}

/// Reads bytes both ways. Floats may be NaN, so what came out is compared by its bytes.
fn check_decode(kind: &Static, ty: &Arc<Type>, bytes: &[u8]) -> Option<Message> {
    let name = kind.name;
    match ((kind.decode)(bytes), ty.decode(bytes)) {
        (Ok(value), Ok(message)) => {
            let encoded = message.encode().unwrap();
            assert_eq!(encoded, value.encode().unwrap(), "{name}: another value from {bytes:02x?}");
            Some(message)
        }
        (Err(expected), found) => {
            assert_eq!(found.expect_err(name), expected, "{name}: another error for {bytes:02x?}");
            None
        }
        (Ok(_), Err(error)) => panic!("{name}: {error} for {bytes:02x?}"),
    }
}

#[test]
fn bytes_are_read_and_written_as_by_the_rust_type() {
    for (kind, ty) in both() {
        let mut count = 0;
        for (value, bytes) in values(&kind, 30) {
            let message = check_decode(&kind, &ty, &bytes).expect("what was written can be read");
            let encoded = message.encode().unwrap();
            assert_eq!(encoded, bytes, "{}", kind.name);
            assert_eq!(encoded.capacity(), encoded.len(), "{}: there was more than one allocation", kind.name);
            assert_eq!(message.encode_scattered().unwrap().contiguous(), bytes, "{}", kind.name);
            let shared = ty.decode_shared(&Bytes::from(bytes.clone())).unwrap();
            assert_eq!(shared.encode().unwrap(), bytes, "{}", kind.name);
            check_decode(&kind, &ty, &value.encode_big_endian_by_the_cdr_crate());
            count += 1;
        }
        assert!(count > 0, "{}: no value could be written", kind.name);
    }
}

#[test]
fn payloads_that_end_early_or_late_have_the_error_of_the_rust_type() {
    for (kind, ty) in both() {
        for (_, bytes) in values(&kind, 6) {
            for length in 0..bytes.len().min(300) {
                check_decode(&kind, &ty, &bytes[..length]);
            }
            for more in 1..=5 {
                check_decode(&kind, &ty, &[bytes.as_slice(), &vec![0xaa; more]].concat());
            }
        }
    }
}

/// A type of the same bytes without bounds.
fn without_bounds(ty: &Type) -> Arc<Type> {
    let mut description = ty.to_description();
    let TypeDescription { type_description, referenced_type_descriptions } = &mut description;
    for field in referenced_type_descriptions.iter_mut().chain([type_description]).flat_map(|ty| &mut ty.fields) {
        let ty = &mut field.r#type;
        if ty.string_capacity > 0 {
            (ty.type_id, ty.string_capacity) = (ty.type_id - 4, 0);
        }
        if (96..144).contains(&ty.type_id) {
            (ty.type_id, ty.capacity) = (ty.type_id + 48, 0);
        }
    }
    Type::from_description(&description).unwrap()
}

#[test]
fn what_breaks_a_bound_has_the_error_of_the_rust_type() {
    let mut types = BTreeSet::new();
    for (kind, ty) in both().into_iter().filter(|(kind, _)| !kind.description.fields.is_empty()) {
        let free = without_bounds(&ty);
        for round in 0..40 {
            let value = (kind.make)(&mut Source::Random { state: round, longest: 8 });
            if value.encode().is_ok() {
                continue;
            }
            let json = value.to_json();
            let bytes = free.deserialize(&mut serde_json::Deserializer::from_str(&json)).unwrap().encode().unwrap();
            assert!(matches!(ty.decode(&bytes), Err(DecodeError::OverBound(_))), "{}", kind.name);
            check_decode(&kind, &ty, &bytes);
            let built = ty.deserialize(&mut serde_json::Deserializer::from_str(&json));
            assert!(built.is_err(), "{}: {json}", kind.name);
            types.insert(kind.name);
        }
        // The texts of random values are shorter than most bounds.
        for field in ty.fields() {
            let (Kind::String { bound: Some(bound) } | Kind::WString { bound: Some(bound) }, Arity::One) =
                (field.kind(), field.arity())
            else {
                continue;
            };
            let mut message = free.default_message();
            for (length, fits) in [(*bound, true), (bound + 1, false)] {
                message.set(field.name(), "x".repeat(length)).unwrap();
                assert_eq!(check_decode(&kind, &ty, &message.encode().unwrap()).is_some(), fits, "{}", kind.name);
            }
            types.insert(kind.name);
        }
    }
    assert!(types.contains("test_msgs/msg/BoundedSequences") && types.len() >= 10, "{types:?}");
}

#[test]
fn defaults_are_those_of_the_rust_type() {
    for (kind, ty) in both() {
        let expected = (kind.default)().encode().unwrap();
        assert_eq!(ty.default_message().encode().unwrap(), expected, "{}", kind.name);
    }
}

#[test]
fn json_is_that_of_the_rust_type_and_builds_the_same_message() {
    for (kind, ty) in both() {
        // An id is a message of its own in the definitions, and an array in the Rust types of actions' wires.
        let is_wire = kind.description.fields.is_empty();
        for (value, bytes) in values(&kind, 12) {
            let message = ty.decode(&bytes).unwrap();
            let json = serde_json::to_string(&message).unwrap();
            if !is_wire {
                assert_eq!(json, value.to_json(), "{}", kind.name);
            }
            // Numbers lose no digit in a `Value`, as they do in the reader of JSON texts; infinities are words.
            let lossless = serde_json::to_value(message.lossless()).unwrap();
            assert_eq!(ty.deserialize(lossless).unwrap(), message, "{}", kind.name);
            // The text, then, is compared with what the Rust type reads, unless infinities have become null, which it
            // does not.
            if let (false, Ok(expected)) = (is_wire, (kind.from_json)(&json)) {
                let found = ty.deserialize(&mut serde_json::Deserializer::from_str(&json)).unwrap();
                assert_eq!(found.encode().unwrap(), expected.encode().unwrap(), "{}", kind.name);
            }
        }
    }
}

#[test]
fn yaml_builds_the_same_message() {
    for (kind, ty) in both() {
        for (_, bytes) in values(&kind, 8) {
            let message = ty.decode(&bytes).unwrap();
            // As ROS prints it, and as serde does.
            for text in [message.to_string(), serde_saphyr::to_string(&message).unwrap()] {
                let built = yaml(&ty, &text);
                assert_eq!(built.unwrap_or_else(|error| panic!("{}: {error}\n{text}", kind.name)), message, "{text}");
            }
        }
    }
}

#[test]
fn a_type_is_the_same_from_every_source() {
    let mut by_text = Types::new();
    by_text.add_definitions(definitions().iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap();
    for (_, ty) in both() {
        let described = Type::from_description(&ty.to_description()).unwrap();
        assert_eq!(described, ty, "{}: another type from its description", ty.name());
        assert_eq!(*by_text.get(ty.name()).unwrap(), *ty, "{}: another type from its definition", ty.name());
    }
}

/// The definitions of `test_msgs`, which is not among the shipped packages, so that they are parsed.
fn definitions() -> Vec<(String, String)> {
    read(concat!(env!("CARGO_MANIFEST_DIR"), "/every-type/interfaces"))
}

/// The definitions in a folder of packages, by name.
fn read(folder: &str) -> Vec<(String, String)> {
    let entries = |folder: &std::path::Path| -> Vec<std::path::PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let name = |path: &std::path::Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut found = Vec::new();
    for package in entries(folder.as_ref()) {
        for kind in entries(&package) {
            for file in entries(&kind) {
                let full = format!("{}/{}/{}", name(&package), name(&kind), name(&file));
                found.push((full, std::fs::read_to_string(file).unwrap()));
            }
        }
    }
    found
}

#[test]
fn shipped_definitions_give_the_shipped_types() {
    let shipped = Types::new();
    let texts = read(concat!(env!("CARGO_MANIFEST_DIR"), "/interfaces"));
    assert!(texts.len() > 200);
    for (name, text) in &texts {
        // Alone in its text, so that it is parsed and not taken from the shipped types, as what it refers to is.
        let found = Type::from_ros2msg(name, text).unwrap();
        assert_eq!(found, shipped.get(name).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_has_the_error_of_the_rust_type(
        big_endian: bool,
        garbage in proptest::collection::vec(prop_oneof![any::<u8>(), 0_u8..4], 0..300),
    ) {
        let bytes = [&[0, u8::from(!big_endian), 0, 0], garbage.as_slice()].concat();
        for (kind, ty) in both() {
            check_decode(&kind, &ty, &bytes);
            check_decode(&kind, &ty, &garbage);
        }
    }

    #[test]
    fn a_damaged_payload_has_the_error_of_the_rust_type(seed: u64) {
        let mut random = Source::Random { state: seed, longest: 3 };
        for (kind, ty) in both() {
            let Ok(mut bytes) = (kind.make)(&mut random).encode() else { continue };
            for _ in 0..4 {
                let place = random.below(bytes.len());
                bytes[place] = random.number().to_le_bytes()[0];
                check_decode(&kind, &ty, &bytes);
            }
        }
    }
}
