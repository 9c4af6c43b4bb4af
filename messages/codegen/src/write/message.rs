//! A definition as a struct with its bytes.

use std::fmt::Write;

use super::{
    Context, docs,
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

/// Writes the struct and its `Default`, constants, `Cdr` and `Message`.
pub(crate) fn push(code: &mut String, item: Struct<'_>, context: &Context<'_>) {
    push_struct(code, item, context);
    push_constants(code, item);
    push_default(code, item);
    push_bounds(code, item, context);
    push_cdr(code, item, context);
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

fn push_default(code: &mut String, Struct { name, definition, .. }: Struct<'_>) {
    if !needs_default(definition) {
        return;
    }
    let _ = writeln!(code, "impl ::core::default::Default for {name} {{\nfn default() -> Self {{\nSelf {{");
    for field in &definition.fields {
        let _ = writeln!(code, "{}: {},", rust::ident(&field.name), rust::default(&field.ty, field.default.as_ref()));
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

fn has_bounds(definition: &Definition) -> bool {
    let bounded = |field: &Field| {
        matches!(field.ty.arity, Arity::Bounded(_)) || matches!(field.ty.base, Base::Text { bound: Some(_), .. })
    };
    definition.fields.iter().any(bounded)
}

fn push_bounds(code: &mut String, Struct { name, ros_name, definition, .. }: Struct<'_>, context: &Context<'_>) {
    if !has_bounds(definition) {
        return;
    }
    let _ = writeln!(
        code,
        "impl {name} {{\nfn check_bounds(&self) -> ::core::result::Result<(), {}::OverBound> {{",
        context.runtime
    );
    for field in &definition.fields {
        code.push_str(&bound_checks(field, ros_name, context));
    }
    code.push_str("::core::result::Result::Ok(())\n}\n}\n\n");
}

/// What the writers of `Cdr` differ in: plain fields go by the trait, wide strings by functions, because both are `String`.
struct Calls {
    min_size: String,
    end: String,
    write: String,
    read: String,
}

fn calls(field: &Field, context: &Context<'_>) -> Calls {
    let (cdr, ident) = (format!("{}::cdr", context.runtime), rust::ident(&field.name));
    let Base::Text { wide: true, .. } = field.ty.base else {
        let ty = rust::field_type(&field.ty, context);
        return Calls {
            min_size: format!("<{ty} as {cdr}::Cdr>::MIN_SIZE"),
            end: format!("{cdr}::Cdr::end(&self.{ident}, at)"),
            write: format!("{cdr}::Cdr::write(&self.{ident}, writer)?"),
            read: format!("{cdr}::Cdr::read(reader)?"),
        };
    };
    let (suffix, read, min_size) = match field.ty.arity {
        Arity::One => ("", "", 4),
        Arity::Array(count) => ("_slice", "_array", 4 * count),
        Arity::Bounded(_) | Arity::Sequence => ("_vec", "_vec", 4),
    };
    Calls {
        min_size: min_size.to_string(),
        end: format!("{cdr}::wide::end{suffix}(&self.{ident}, at)"),
        write: format!("{cdr}::wide::write{suffix}(&self.{ident}, writer)?"),
        read: format!("{cdr}::wide::read{read}(reader)?"),
    }
}

fn push_cdr(code: &mut String, Struct { name, definition, .. }: Struct<'_>, context: &Context<'_>) {
    let runtime = context.runtime;
    let calls: Vec<(String, Calls)> =
        definition.fields.iter().map(|field| (rust::ident(&field.name), calls(field, context))).collect();
    let lines = |line: &dyn Fn(&str, &Calls) -> String| -> String {
        calls.iter().map(|(name, calls)| line(name, calls)).collect()
    };
    let (min_size, end, write, read) = if calls.is_empty() {
        // One byte stands for a type without fields.
        (" + 1".to_owned(), "let at = at + 1;\n".to_owned(), "writer.dummy();\n".to_owned(), "reader.dummy();\n")
    } else {
        (
            lines(&|_, calls| format!(" + {}", calls.min_size)),
            lines(&|_, calls| format!("let at = {};\n", calls.end)),
            lines(&|_, calls| format!("{};\n", calls.write)),
            "",
        )
    };
    let fields = lines(&|name, calls| format!("{name}: {},\n", calls.read));
    let check =
        |owner: &str| if has_bounds(definition) { format!("{owner}.check_bounds()?;\n") } else { String::new() };
    let _ = writeln!(
        code,
        "impl {runtime}::cdr::Cdr for {name} {{\n\
         const MIN_SIZE: usize = 0{min_size};\n\n\
         fn end(&self, at: usize) -> usize {{\n{end}at\n}}\n\n\
         fn write(&self, writer: &mut {runtime}::cdr::Writer) -> ::core::result::Result<(), {runtime}::EncodeError> {{\n{}{write}::core::result::Result::Ok(())\n}}\n\n\
         fn read(reader: &mut {runtime}::cdr::Reader<'_>) -> ::core::result::Result<Self, {runtime}::DecodeError> {{\n\
         {read}let value = Self {{\n{fields}}};\n{}::core::result::Result::Ok(value)\n}}\n}}\n",
        check("self"),
        check("value"),
    );
}

fn push_message(code: &mut String, Struct { name, ros_name, .. }: Struct<'_>, context: &Context<'_>) {
    let (runtime, hash) = (context.runtime, context.hash(ros_name));
    let _ = writeln!(
        code,
        "impl {runtime}::Message for {name} {{\n\
         const TYPE_NAME: &'static str = {ros_name:?};\n\
         const TYPE_HASH: &'static str = {hash:?};\n\n\
         fn encode(&self) -> ::core::result::Result<::std::vec::Vec<u8>, {runtime}::EncodeError> {{\n{runtime}::cdr::encode(self)\n}}\n\n\
         fn decode(bytes: &[u8]) -> ::core::result::Result<Self, {runtime}::DecodeError> {{\n{runtime}::cdr::decode(bytes)\n}}\n}}\n"
    );
}
