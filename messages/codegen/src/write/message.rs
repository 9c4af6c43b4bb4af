//! A definition as a struct with its bytes.

use std::fmt::Write;

use super::{
    Context, cdr, description, docs,
    rust::{self, LONGEST_DERIVED_ARRAY},
};
use crate::model::{Arity, Base, Constant, Definition, Field};

/// What becomes a struct.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Struct<'a> {
    /// Name in Rust.
    pub(crate) name: &'a str,
    /// Full name in ROS.
    pub(crate) ros_name: &'a str,
    pub(crate) doc: &'a str,
    pub(crate) definition: &'a Definition,
}

impl Struct<'_> {
    /// Whether a string or sequence has a bound.
    pub(crate) fn has_bounds(&self) -> bool {
        let bounded = |field: &Field| {
            matches!(field.ty.arity, Arity::Bounded(_)) || matches!(field.ty.base, Base::Text { bound: Some(_), .. })
        };
        self.definition.fields.iter().any(bounded)
    }
}

/// Writes the struct and its `Default`, constants, `Cdr` and `Message`.
pub(crate) fn push(code: &mut String, item: Struct<'_>, context: &Context<'_>) {
    push_struct(code, item, context);
    push_constants(code, item);
    push_default(code, item, context);
    push_bounds(code, item, context);
    cdr::push(code, item, context);
    push_message(code, item, context);
}

/// Whether `Default` has to be written out.
fn needs_default(definition: &Definition) -> bool {
    let long = |field: &Field| matches!(field.ty.arity, Arity::Array(count) if count > LONGEST_DERIVED_ARRAY);
    definition.fields.iter().any(|field| field.default.is_some() || long(field))
}

fn push_struct(code: &mut String, Struct { name, ros_name, doc, definition }: Struct<'_>, context: &Context<'_>) {
    let runtime = context.runtime;
    let fallback = format!("The message `{ros_name}`.");
    code.push_str(&docs::attribute(if doc.is_empty() { &fallback } else { doc }));
    let default = if needs_default(definition) { "" } else { "Default, " };
    let _ = writeln!(
        code,
        "#[derive(Clone, Debug, PartialEq, {default}{runtime}::serde::Serialize, {runtime}::serde::Deserialize)]\n\
         #[serde(crate = \"{runtime}::serde\", default)]\n\
         pub struct {name} {{"
    );
    for field in &definition.fields {
        push_field(code, field, context);
    }
    code.push_str("}\n\n");
}

fn push_field(code: &mut String, field: &Field, context: &Context<'_>) {
    let fallback = format!("A `{}`.", field.ty);
    code.push_str(&docs::attribute(if field.doc.is_empty() { &fallback } else { &field.doc }));
    let name = rust::ident(&field.name);
    if name.trim_start_matches("r#") != field.name {
        let _ = writeln!(code, "#[serde(rename = {:?})]", field.name);
    }
    if matches!(field.ty.arity, Arity::Array(count) if count > LONGEST_DERIVED_ARRAY) {
        let _ = writeln!(code, "#[serde(with = \"{}::serde_arrays\")]", context.runtime);
    }
    let _ = writeln!(code, "pub {name}: {},", rust::field_type(&field.ty, context));
}

fn push_constants(code: &mut String, Struct { name, definition, .. }: Struct<'_>) {
    if definition.constants.is_empty() {
        return;
    }
    let _ = writeln!(code, "impl {name} {{");
    for Constant { name, base, value, doc } in &definition.constants {
        let fallback = format!("The constant `{name}`, a `{base}`.");
        code.push_str(&docs::attribute(if doc.is_empty() { &fallback } else { doc }));
        let (ty, value) = (rust::constant_type(base), rust::constant(base, value));
        let _ = writeln!(code, "pub const {name}: {ty} = {value};");
    }
    code.push_str("}\n\n");
}

fn push_default(code: &mut String, Struct { name, definition, .. }: Struct<'_>, context: &Context<'_>) {
    if !needs_default(definition) {
        return;
    }
    let _ = writeln!(code, "impl ::core::default::Default for {name} {{\nfn default() -> Self {{\nSelf {{");
    for field in &definition.fields {
        let _ = writeln!(
            code,
            "{}: {},",
            rust::ident(&field.name),
            rust::default(&field.ty, field.default.as_ref(), context)
        );
    }
    code.push_str("}\n}\n}\n\n");
}

/// The checks of a field's bounds, empty for most.
fn bound_checks(field: &Field, ros_name: &str, context: &Context<'_>) -> String {
    let mut checks = String::new();
    let (runtime, ident) = (context.runtime, rust::ident(&field.name));
    let label = format!("{ros_name}.{}", field.name);
    if let Arity::Bounded(bound) = field.ty.arity {
        let _ = writeln!(checks, "{runtime}::cdr::bounds::length({label:?}, self.{ident}.len(), {bound})?;");
    }
    if let Base::Text { wide, bound: Some(bound) } = field.ty.base {
        let check = if wide { "wide_strings" } else { "strings" };
        let strings = match field.ty.arity {
            Arity::One => format!("::core::slice::from_ref(&self.{ident})"),
            _ => format!("&self.{ident}"),
        };
        let _ = writeln!(checks, "{runtime}::cdr::bounds::{check}({label:?}, {strings}, {bound})?;");
    }
    checks
}

fn push_bounds(code: &mut String, item: Struct<'_>, context: &Context<'_>) {
    if !item.has_bounds() {
        return;
    }
    let _ = writeln!(
        code,
        "impl {} {{\nfn check_bounds(&self) -> ::core::result::Result<(), {}::OverBound> {{",
        item.name, context.runtime
    );
    for field in &item.definition.fields {
        code.push_str(&bound_checks(field, item.ros_name, context));
    }
    code.push_str("::core::result::Result::Ok(())\n}\n}\n\n");
}

fn push_message(code: &mut String, Struct { name, ros_name, .. }: Struct<'_>, context: &Context<'_>) {
    let (runtime, hash) = (context.runtime, context.hash(ros_name));
    let description = description::literal_of(ros_name, context);
    let _ = write!(
        code,
        "impl {runtime}::Message for {name} {{\n\
         const TYPE_NAME: &'static str = {ros_name:?};\n\
         const TYPE_HASH: &'static str = {hash:?};\n\
         const DESCRIPTION: &'static {runtime}::TypeDescription = {description};\n"
    );
    let octets = context.layouts.has_octets(ros_name);
    if octets {
        code.push_str("const HAS_OCTETS: bool = true;\n");
    }
    let _ = write!(
        code,
        "\nfn encode(&self) -> ::core::result::Result<::std::vec::Vec<u8>, {runtime}::EncodeError> {{\n{runtime}::cdr::encode(self)\n}}\n\n\
         fn decode(bytes: &[u8]) -> ::core::result::Result<Self, {runtime}::DecodeError> {{\n{runtime}::cdr::decode(bytes)\n}}\n"
    );
    if octets {
        let _ = write!(
            code,
            "\nfn encode_scattered(&self) -> ::core::result::Result<{runtime}::Payload, {runtime}::EncodeError> {{\n\
             {runtime}::cdr::encode_scattered(self)\n}}\n\n\
             fn decode_scattered(payload: &{runtime}::Payload) -> ::core::result::Result<Self, {runtime}::DecodeError> {{\n\
             {runtime}::cdr::decode_scattered(payload)\n}}\n"
        );
    }
    code.push_str("}\n\n");
}
