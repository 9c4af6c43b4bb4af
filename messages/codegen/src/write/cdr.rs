//! A struct's place in a CDR body.

use std::fmt::Write;

use super::{Context, message::Struct, rust};
use crate::{
    describe::{
        FieldDescription,
        layout::{LONGEST_RUN, Plain},
    },
    model::{Arity, Base, Field},
};

/// Writes `Cdr`, and `Plain` where all numbers have one size.
pub(crate) fn push(code: &mut String, item: Struct<'_>, context: &Context<'_>) {
    let Some(description) = context.catalog.get(item.ros_name) else { return };
    match context.layouts.plain(item.ros_name) {
        // What cannot be held on the stack is written field by field.
        Some(plain) if plain.size <= LONGEST_RUN => push_plain(code, item, plain, context, &description.fields),
        _ => push_fields(code, item, context, &description.fields),
    }
}

/// A struct that is one run of numbers.
fn push_plain(
    code: &mut String,
    item: Struct<'_>,
    plain: Plain,
    context: &Context<'_>,
    described: &[FieldDescription],
) {
    let runtime = context.runtime;
    let places = Places::new(item.definition.fields.iter().zip(described), context);
    let _ = writeln!(
        code,
        "{runtime}::plain_cdr!({name}, {unit}, {size}, |value, place| {{\n{put}}}, |bytes| {{\n{name} {{\n{get}}}\n}});\n",
        name = item.name,
        unit = plain.unit,
        size = plain.size,
        put = places.put("value"),
        get = places.0.iter().map(|(name, range)| format!("{name}: {},\n", get(range, context))).collect::<String>(),
    );
}

/// Fields in a run, each with its place in it.
struct Places(Vec<(String, String)>);

impl Places {
    fn new<'a>(fields: impl Iterator<Item = (&'a Field, &'a FieldDescription)>, context: &Context<'_>) -> Self {
        let mut at = 0;
        let place = |(field, described): (&Field, &FieldDescription)| {
            let size = context.layouts.plain_field(described).map_or(0, |plain| plain.size);
            let range = format!("{at}..{}", at + size);
            at += size;
            (rust::ident(&field.name), range)
        };
        Self(fields.map(place).collect())
    }

    /// Statements that put the fields of `owner` into `place`.
    fn put(&self, owner: &str) -> String {
        let put = |(name, range): &(String, String)| format!("{owner}.{name}.put(&mut place[{range}]);\n");
        self.0.iter().map(put).collect()
    }
}

/// An expression that takes a field from a run.
fn get(range: &str, context: &Context<'_>) -> String {
    format!("{}::cdr::Plain::get(&bytes[{range}])", context.runtime)
}

/// The parts of `Cdr`, as statements.
#[derive(Default)]
struct Parts {
    min_size: String,
    end: String,
    lent: String,
    write: String,
    read: String,
    /// `field: value` of the struct that was read.
    values: String,
}

/// A struct of all kinds of fields. Those that follow each other and are numbers of one size are written at once.
fn push_fields(code: &mut String, item: Struct<'_>, context: &Context<'_>, described: &[FieldDescription]) {
    let fields: Vec<_> = item.definition.fields.iter().zip(described).collect();
    let mut parts = Parts::default();
    let mut left = fields.as_slice();
    while !left.is_empty() {
        let (run, plain) = run(left, context);
        let (these, rest) = left.split_at(run.max(1));
        match plain {
            Some(plain) if run > 1 => push_run(&mut parts, these, plain, context),
            _ => these.iter().for_each(|(field, _)| push_field(&mut parts, field, context)),
        }
        left = rest;
    }
    if fields.is_empty() {
        // One byte stands for a type without fields.
        parts.min_size.push_str(" + 1");
        parts.end.push_str("let at = at + 1;\n");
        parts.write.push_str("writer.dummy();\n");
        parts.read.push_str("reader.dummy();\n");
    }
    let has_octets = |(_, described): &&(&Field, &FieldDescription)| context.layouts.has_octets_in(described);
    for (field, _) in fields.iter().filter(has_octets) {
        let _ = write!(parts.lent, " + {}::cdr::Cdr::lent(&self.{})", context.runtime, rust::ident(&field.name));
    }
    push_impl(code, item, context, &parts);
}

/// How many fields from the first on are numbers of one size, and what they are together.
fn run(fields: &[(&Field, &FieldDescription)], context: &Context<'_>) -> (usize, Option<Plain>) {
    let mut sum: Option<Plain> = None;
    for (place, (_, described)) in fields.iter().enumerate() {
        let plain = context.layouts.plain_field(described);
        let plain = plain.filter(|plain| sum.is_none_or(|sum| sum.unit == plain.unit));
        // Sizes of arrays come from definitions, and may be as large as a number can say.
        let size = plain.and_then(|plain| plain.size.checked_add(sum.map_or(0, |sum| sum.size)));
        match (plain, size) {
            (Some(plain), Some(size)) if size <= LONGEST_RUN => sum = Some(Plain { size, ..plain }),
            _ => return (place, sum),
        }
    }
    (fields.len(), sum)
}

fn push_run(parts: &mut Parts, fields: &[(&Field, &FieldDescription)], plain: Plain, context: &Context<'_>) {
    let (runtime, Plain { unit, size }) = (context.runtime, plain);
    let places = Places::new(fields.iter().copied(), context);
    let _ = write!(parts.min_size, " + {size}");
    let _ = writeln!(parts.end, "let at = {runtime}::cdr::plain::end(at, {unit}, {size});");
    let _ = write!(parts.write, "writer.run::<{unit}, {size}>(|place| {{\n{}}});\n", places.put("self"));
    let variables: Vec<_> = fields.iter().map(|(field, _)| variable(field)).collect();
    let values: Vec<_> = places.0.iter().map(|(_, range)| get(range, context)).collect();
    let _ = writeln!(
        parts.read,
        "let ({},) = reader.run::<{unit}, {size}, _>(|bytes| ({},))?;",
        variables.join(", "),
        values.join(", ")
    );
    for ((name, _), variable) in places.0.iter().zip(variables) {
        let _ = writeln!(parts.values, "{name}: {variable},");
    }
}

fn push_field(parts: &mut Parts, field: &Field, context: &Context<'_>) {
    let ident = rust::ident(&field.name);
    let calls = calls(field, &ident, context);
    let _ = write!(parts.min_size, " + {}", calls.min_size);
    let _ = writeln!(parts.end, "let at = {};", calls.end);
    let _ = writeln!(parts.write, "{};", calls.write);
    let _ = writeln!(parts.read, "let {} = {}?;", variable(field), calls.read);
    let _ = writeln!(parts.values, "{ident}: {},", variable(field));
}

/// A variable for the value of a field. Its name is no other's: names of fields do not begin with an underscore.
fn variable(field: &Field) -> String {
    format!("_{}", field.name)
}

/// What fields differ in: plain ones go by the trait, wide strings by functions, because both are `String`.
struct Calls {
    min_size: String,
    end: String,
    write: String,
    read: String,
}

fn calls(field: &Field, ident: &str, context: &Context<'_>) -> Calls {
    let cdr = format!("{}::cdr", context.runtime);
    let Base::Text { wide: true, .. } = field.ty.base else {
        let ty = rust::field_type(&field.ty, context);
        return Calls {
            min_size: format!("<{ty} as {cdr}::Cdr>::MIN_SIZE"),
            end: format!("{cdr}::Cdr::end(&self.{ident}, at)"),
            write: format!("{cdr}::Cdr::write(&self.{ident}, writer)"),
            read: format!("<{ty} as {cdr}::Cdr>::read(reader)"),
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
        write: format!("{cdr}::wide::write{suffix}(&self.{ident}, writer)"),
        read: format!("{cdr}::wide::read{read}(reader)"),
    }
}

fn push_impl(code: &mut String, item: Struct<'_>, context: &Context<'_>, parts: &Parts) {
    let (runtime, Parts { min_size, end, lent, write, read, values }) = (context.runtime, parts);
    let (check, refuse) = if item.has_bounds() {
        ("value.check_bounds()?;\n", "if let Err(error) = self.check_bounds() {\nwriter.refuse(error);\n}\n")
    } else {
        ("", "")
    };
    let lent = if lent.is_empty() {
        String::new()
    } else {
        format!("const HAS_OCTETS: bool = true;\n\nfn lent(&self) -> usize {{\n0{lent}\n}}\n\n")
    };
    let _ = writeln!(
        code,
        "impl {runtime}::cdr::Cdr for {} {{\n\
         const MIN_SIZE: usize = 0{min_size};\n{lent}\n\
         fn end(&self, at: usize) -> usize {{\n{end}at\n}}\n\n\
         fn write(&self, writer: &mut {runtime}::cdr::Writer) {{\n\
         use {runtime}::cdr::Plain as _;\n{refuse}{write}}}\n\n\
         fn read(reader: &mut {runtime}::cdr::Reader<'_>) -> ::core::result::Result<Self, {runtime}::DecodeError> {{\n\
         {read}let value = Self {{\n{values}}};\n{check}::core::result::Result::Ok(value)\n}}\n}}\n",
        item.name,
    );
}
