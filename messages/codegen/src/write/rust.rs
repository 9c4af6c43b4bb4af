//! Types, names and literals in Rust.

use super::Context;
use crate::model::{Arity, Base, FieldType, Primitive, Value};

/// Longest array for which the standard library and serde have what is derived.
pub(crate) const LONGEST_DERIVED_ARRAY: usize = 32;

/// Words that can be a name only as `r#word`. Those that cannot even so get an underscore instead.
const KEYWORDS: [&str; 49] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// A name of a definition as a name in Rust.
pub(crate) fn ident(name: &str) -> String {
    match name {
        "self" | "super" | "crate" => format!("{name}_"),
        _ if KEYWORDS.contains(&name) => format!("r#{name}"),
        _ => name.to_owned(),
    }
}

/// The type of one element.
pub(crate) fn base(base: &Base, context: &Context<'_>) -> String {
    match base {
        Base::Primitive(primitive) => primitive.rust().to_owned(),
        Base::Text { .. } => "::std::string::String".to_owned(),
        Base::Nested(name) => context.path(name),
    }
}

/// Whether a field is a sequence of bytes, whose memory can be shared.
fn is_octets(ty: &FieldType) -> bool {
    use Primitive::{Byte, Char, Int8, Uint8};
    matches!(ty.base, Base::Primitive(Byte | Char | Int8 | Uint8))
        && matches!(ty.arity, Arity::Bounded(_) | Arity::Sequence)
}

/// The type of a field.
pub(crate) fn field_type(ty: &FieldType, context: &Context<'_>) -> String {
    let base = base(&ty.base, context);
    match ty.arity {
        _ if is_octets(ty) => format!("{}::Octets<{base}>", context.runtime),
        Arity::One => base,
        Arity::Array(count) => format!("[{base}; {count}]"),
        Arity::Bounded(_) | Arity::Sequence => format!("::std::vec::Vec<{base}>"),
    }
}

/// The value of a field before anybody sets it.
pub(crate) fn default(ty: &FieldType, value: Option<&Value>, context: &Context<'_>) -> String {
    match (value, ty.arity) {
        (Some(Value::List(values)), arity) => {
            let values: Vec<String> = values.iter().map(|value| literal(&ty.base, value)).collect();
            let array = format!("[{}]", values.join(", "));
            match arity {
                Arity::Array(_) => array,
                _ if is_octets(ty) => format!("{}::Octets::from({array})", context.runtime),
                _ => format!("::std::vec::Vec::from({array})"),
            }
        }
        (Some(value), _) => literal(&ty.base, value),
        (None, Arity::Array(count)) if count > LONGEST_DERIVED_ARRAY => {
            "::core::array::from_fn(|_| ::core::default::Default::default())".to_owned()
        }
        (None, _) => "::core::default::Default::default()".to_owned(),
    }
}

/// A value of a field.
fn literal(base: &Base, value: &Value) -> String {
    match value {
        Value::Text(text) => format!("::std::string::String::from({text:?})"),
        _ => constant(base, value),
    }
}

/// A value where the type is plain from its surroundings; text is a `&str`.
pub(crate) fn constant(base: &Base, value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => float(base, *value),
        Value::Text(text) => format!("{text:?}"),
        Value::List(_) => String::new(),
    }
}

fn float(base: &Base, value: f64) -> String {
    let single = matches!(base, Base::Primitive(Primitive::Float32));
    let ty = if single { "f32" } else { "f64" };
    if value.is_nan() {
        return format!("::core::primitive::{ty}::NAN");
    }
    if value.is_infinite() {
        let name = if value > 0.0 { "INFINITY" } else { "NEG_INFINITY" };
        return format!("::core::primitive::{ty}::{name}");
    }
    #[allow(clippy::cast_possible_truncation)]
    if single { format!("{:?}", value as f32) } else { format!("{value:?}") }
}

/// The type of a constant.
pub(crate) fn constant_type(base: &Base) -> &'static str {
    match base {
        Base::Primitive(primitive) => primitive.rust(),
        Base::Text { .. } | Base::Nested(_) => "&'static str",
    }
}
