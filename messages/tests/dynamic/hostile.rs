//! Descriptions from peers that mean no good.

use allocation_counter::measure;
use rosactor_messages::{
    dynamic::{MOST_MEMORY, Type, Types},
    type_description_interfaces::{Field, FieldType, IndividualTypeDescription, TypeDescription},
};

/// A field by its number, capacities, and the name of its type.
fn field(name: &str, type_id: u8, capacity: u64, string_capacity: u64, nested: &str) -> Field {
    let nested_type_name = nested.to_owned();
    let r#type = FieldType { type_id, capacity, string_capacity, nested_type_name };
    Field { name: name.to_owned(), r#type, default_value: String::new() }
}

fn plain(type_id: u8) -> Field {
    field("a", type_id, 0, 0, "")
}

fn default(type_id: u8, capacity: u64, default_value: &str) -> Field {
    Field { default_value: default_value.to_owned(), ..field("a", type_id, capacity, 0, "") }
}

fn row(name: &str, fields: Vec<Field>) -> IndividualTypeDescription {
    IndividualTypeDescription { type_name: name.to_owned(), fields }
}

/// A description of `a/msg/A` with these fields and these other types.
fn described(fields: Vec<Field>, others: Vec<IndividualTypeDescription>) -> TypeDescription {
    TypeDescription { type_description: row("a/msg/A", fields), referenced_type_descriptions: others }
}

fn one(field: Field) -> TypeDescription {
    described(vec![field], vec![])
}

/// `a/msg/A` with a message of `a/msg/T0`, in it `a/msg/T1` and so on, each by `count` fields of kind `id`.
fn chain(length: usize, count: usize, id: u8, capacity: u64) -> TypeDescription {
    let to = |place: usize| {
        let name = format!("a/msg/T{place}");
        (0..count).map(|field| self::field(&format!("f{field}"), id, capacity, 0, &name)).collect()
    };
    let others = (0..length).map(|place| {
        let fields = if place + 1 == length { vec![plain(15)] } else { to(place + 1) };
        row(&format!("a/msg/T{place}"), fields)
    });
    described(to(0), others.collect())
}

fn named(name: &str) -> TypeDescription {
    TypeDescription { type_description: row(name, vec![plain(3)]), referenced_type_descriptions: vec![] }
}

#[test]
fn descriptions_with_mistakes_are_refused_each_for_its_reason() {
    let nested = |name: &str| field("a", 1, 0, 0, name);
    let b = || row("a/msg/B", vec![plain(3)]);
    let cases = [
        (one(plain(0)), "expected a.a to be of a type that definitions have, found the type number 0"),
        (one(plain(12)), "expected a.a to be of a type that definitions have, found the type number 12"),
        (one(plain(13)), "expected a.a to be of a type that definitions have, found the type number 13"),
        (one(plain(14)), "expected a.a to be of a type that definitions have, found the type number 14"),
        (one(field("a", 19, 0, 4, "")), "expected a.a to be of a type that definitions have, found the type number 19"),
        (one(field("a", 20, 0, 4, "")), "expected a.a to be of a type that definitions have, found the type number 20"),
        (one(plain(23)), "expected a.a to be of a type that definitions have, found the type number 23"),
        (one(plain(47)), "expected a.a to be of a type that definitions have, found the type number 47"),
        (one(field("a", 48, 2, 0, "")), "expected a.a to be of a type that definitions have, found the type number 48"),
        (one(plain(144)), "expected a.a to be of a type that definitions have, found the type number 144"),
        (one(plain(192)), "expected a.a to be of a type that definitions have, found the type number 192"),
        (one(plain(255)), "expected a.a to be of a type that definitions have, found the type number 255"),
        (
            one(field("a", 3, 1, 0, "")),
            "expected the capacity of a.a to be 0 for what is neither an array nor bounded, found 1",
        ),
        (
            one(field("a", 147, 1, 0, "")),
            "expected the capacity of a.a to be 0 for what is neither an array nor bounded, found 1",
        ),
        (one(plain(51)), "expected the capacity of a.a to be at least 1 for what is an array or bounded, found 0"),
        (one(plain(99)), "expected the capacity of a.a to be at least 1 for what is an array or bounded, found 0"),
        (
            one(field("a", 51, u64::MAX, 0, "")),
            "expected the capacity of a.a to be at most 4294967295, found 18446744073709551615",
        ),
        (
            one(field("a", 99, 1 << 32, 0, "")),
            "expected the capacity of a.a to be at most 4294967295, found 4294967296",
        ),
        (
            one(field("a", 21, 0, 1 << 32, "")),
            "expected the capacity of a.a to be at most 4294967295, found 4294967296",
        ),
        (one(plain(21)), "expected the capacity of a.a to be at least 1 for the length of a bounded string, found 0"),
        (one(plain(22)), "expected the capacity of a.a to be at least 1 for the length of a bounded string, found 0"),
        (
            one(field("a", 17, 0, 5, "")),
            "expected the capacity of a.a to be 0 for the length of what is no bounded string, found 5",
        ),
        (
            one(field("a", 3, 0, 5, "")),
            "expected the capacity of a.a to be 0 for the length of what is no bounded string, found 5",
        ),
        (one(plain(1)), "expected a.a to name a type if and only if it is a message, found the name \"\""),
        (
            one(field("a", 3, 0, 0, "a/msg/B")),
            "expected a.a to name a type if and only if it is a message, found the name \"a/msg/B\"",
        ),
        (one(nested("a/msg/B")), "expected a description of a/msg/B, the type of a.a, found none"),
        (one(nested("a/msg/A")), "expected no type to contain itself, found a/msg/A -> a/msg/A"),
        (
            described(vec![nested("a/msg/B")], vec![row("a/msg/B", vec![field("c", 145, 0, 0, "a/msg/A")])]),
            "expected no type to contain itself, found a/msg/",
        ),
        (
            described(vec![plain(3)], vec![row("a/msg/B", vec![nested("a/msg/B")])]),
            "expected no type to contain itself, found a/msg/B -> a/msg/B",
        ),
        (described(vec![], vec![]), "expected a to have fields, found none"),
        (
            described(vec![plain(3), plain(3)], vec![]),
            "expected the fields of a to have different names, found a twice",
        ),
        (
            described(vec![plain(3)], vec![row("a/msg/A", vec![plain(4)])]),
            "expected one description of a, found two different ones",
        ),
        (
            described(vec![plain(3)], vec![b(), row("a/msg/B", vec![plain(4)])]),
            "expected one description of a/msg/B, found two different ones",
        ),
        (
            one(field("", 3, 0, 0, "")),
            "expected a field of a to be named by letters, digits and underscores, found \"\"",
        ),
        (
            one(field("1a", 3, 0, 0, "")),
            "expected a field of a to be named by letters, digits and underscores, found \"1a\"",
        ),
        (
            one(field("a\": {", 3, 0, 0, "")),
            "expected a field of a to be named by letters, digits and underscores, found \"a\\\": {\"",
        ),
        (named(""), "expected a name of the form package/msg/Name of letters, digits and underscores, found \"\""),
        (
            named("a/A"),
            "expected a name of the form package/msg/Name of letters, digits and underscores, found \"a/A\"",
        ),
        (
            named("a/msg/A/B"),
            "expected a name of the form package/msg/Name of letters, digits and underscores, found \"a/msg/A/B\"",
        ),
        (
            named("a/msg/A\""),
            "expected a name of the form package/msg/Name of letters, digits and underscores, found \"a/msg/A\\\"\"",
        ),
        (
            named("a//A"),
            "expected a name of the form package/msg/Name of letters, digits and underscores, found \"a//A\"",
        ),
        (one(default(2, 0, "128")), "expected the default of a.a to be a value for int8, found 128"),
        (one(default(15, 0, "yes")), "expected the default of a.a to be a value for bool, found yes"),
        (one(default(10, 0, "1e60")), "expected the default of a.a to be a value for float32, found 1e60"),
        (one(default(54, 2, "(1,)")), "expected the default of a.a to be a value for int32[2], found (1,)"),
        (one(default(150, 0, "(1, 2")), "expected the default of a.a to be a value for int32[], found (1, 2"),
        (one(default(161, 0, "('a)")), "expected the default of a.a to be a value for string[], found ('a)"),
        (one(default(161, 0, "('a' 'b')")), "expected the default of a.a to be a value for string[], found ('a' 'b')"),
        (one(default(161, 0, "('\\ud800')")), "expected the default of a.a to be a value for string[], found"),
        (
            one(field("a", 59, 0xffff_ffff, 0, "")),
            "expected the fixed part of a to take at most 67108864 bytes of memory, found 34359738",
        ),
        (one(field("a", 65, 0xffff_ffff, 0, "")), "expected the fixed part of a to take at most 67108864 bytes"),
        (chain(30, 2, 1, 0), "expected the fixed part of a/msg/T"),
        (chain(9, 1, 49, 0xffff_ffff), "expected the fixed part of a/msg/T"),
        (chain(40, 1, 1, 0), "expected at most 32 messages within each other, found more in a/msg/T"),
        (chain(40, 1, 145, 0), "expected at most 32 messages within each other, found more in a/msg/T"),
        (
            described(vec![field("a", 145, 0, 0, "a/msg/T0")], chain(8, 1, 1, 0).referenced_type_descriptions),
            "expected an element of a.a to take at most 256 times the memory of its bytes, found 344 for 1",
        ),
        (
            described(vec![plain(3)], (0..600).map(|place| row(&format!("a/msg/B{place}"), vec![plain(3)])).collect()),
            "expected a to be described by at most 512 types, found 601",
        ),
    ];
    assert!(cases.len() >= 50);
    for (description, expected) in cases {
        // Short names keep the table readable.
        let error = Type::from_description(&description).expect_err(expected).to_string();
        let short = error.replace("a/msg/A.", "a.").replace("a/msg/A to", "a to").replace("of a/msg/A", "of a");
        assert!(short.starts_with(expected), "\n  expected {expected}\n  found    {short}");
        assert!(Types::new().add_description(&description).is_err());
    }
}

#[test]
fn a_good_description_is_taken_and_its_order_does_not_matter() {
    let good = Types::new().get("geometry_msgs/msg/PoseStamped").unwrap().to_description();
    let mut turned = good.clone();
    turned.referenced_type_descriptions.reverse();
    let ty = Type::from_description(&turned).unwrap();
    assert_eq!(ty.to_description(), good);
    let mut other = good;
    other.referenced_type_descriptions[0].fields[0].r#type.type_id = 8;
    let error = Types::new().add_description(&other).unwrap_err().to_string();
    assert!(error.starts_with("expected builtin_interfaces/msg/Time with the hash RIHS01_"), "{error}");
    assert_ne!(Type::from_description(&other).unwrap().hash(), ty.hash());
}

#[test]
fn a_description_of_many_levels_and_types_takes_no_time_that_one_would_notice() {
    // 2 to the power of 31 fields, if they were counted one by one.
    let began = std::time::Instant::now();
    let wide = chain(31, 2, 145, 0);
    let (one, other) = (Type::from_description(&wide).unwrap(), Type::from_description(&wide).unwrap());
    assert_eq!(one, other);
    assert_eq!(one.default_message(), other.default_message());
    assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
}

/// Payloads that claim as much as they can with as few bytes as they can.
fn claims(ty: &Type) -> Vec<Vec<u8>> {
    let mut payloads = Vec::new();
    let lengths = [0_u32, 1, 2, 100, 4096, 0xffff, 0x7fff_ffff, 0xffff_ffff];
    for length in lengths {
        for zeros in [0, 40, 4096] {
            for before in (0..64).step_by(4) {
                let parts = [&[0, 1, 0, 0][..], &vec![0; before], &length.to_le_bytes(), &vec![0; zeros]];
                payloads.push(parts.concat());
            }
        }
        payloads.push([vec![0, 1, 0, 0], length.to_le_bytes().repeat(1024)].concat());
    }
    assert!(!ty.name().is_empty());
    payloads
}

#[test]
fn no_payload_takes_more_memory_than_promised() {
    let mut types: Vec<_> = rosactor_every_type::all().into_iter().map(|kind| kind.description).collect();
    types.retain(|description| !description.fields.is_empty());
    let mut types: Vec<_> = types.into_iter().map(|description| Type::from_static(description).unwrap()).collect();
    // As bad as they come: a byte each in a message in a message and so on.
    let sparse = chain(5, 1, 1, 0).referenced_type_descriptions;
    types.push(Type::from_description(&described(vec![field("a", 145, 0, 0, "a/msg/T0")], sparse)).unwrap());
    let mut worst = 0.0_f64;
    for ty in types {
        let fixed = measure(|| drop(ty.default_message())).bytes_max;
        for payload in claims(&ty) {
            let taken = measure(|| drop(ty.decode(&payload))).bytes_max;
            let promised = fixed + (MOST_MEMORY * payload.len()) as u64;
            assert!(taken <= promised, "{}: {taken} bytes for a payload of {}", ty.name(), payload.len());
            #[allow(clippy::cast_precision_loss)]
            let factor = taken.saturating_sub(fixed) as f64 / payload.len() as f64;
            if !ty.name().starts_with("a/") {
                worst = worst.max(factor);
            }
        }
    }
    // The types that ROS has are far from the bound.
    assert!(worst < 32.0, "a payload took {worst} times its memory");
}
