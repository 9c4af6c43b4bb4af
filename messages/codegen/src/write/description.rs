//! Type descriptions as constants.

use std::fmt::Write;

use super::{ALLOWED, Context, rust};
use crate::{
    describe::{Description, FieldDescription},
    model::{Kind, TypeName},
    packages::Source,
};

/// The description of a message, service or action. What ROS derives from the latter two and has no struct is written out in place.
pub(crate) fn literal_of(ros_name: &str, context: &Context<'_>) -> String {
    context.catalog.get(ros_name).map_or_else(String::new, |description| literal(description, ros_name, context))
}

/// `owner` is the type in whose code this stands.
fn literal(description: &Description, owner: &str, context: &Context<'_>) -> String {
    let runtime = context.runtime;
    let fields: String = description.fields.iter().map(|field| self::field(field, owner, context)).collect();
    format!(
        "&{runtime}::TypeDescription {{ name: {:?}, hash: {:?}, fields: &[{fields}] }}",
        description.name,
        context.hash(&description.name)
    )
}

fn field(field: &FieldDescription, owner: &str, context: &Context<'_>) -> String {
    let FieldDescription { name, type_id, capacity, string_capacity, nested, default } = field;
    let mut code = format!(
        "{}::FieldDescription {{ name: {name:?}, type_id: {type_id}, capacity: {capacity}, string_capacity: {string_capacity}, \
         default_value: {default:?}, nested: ",
        context.runtime
    );
    match path(nested, owner, context) {
        _ if nested.is_empty() => code.push_str("::core::option::Option::None"),
        Some(path) => {
            let _ = write!(code, "::core::option::Option::Some(<{path} as {}::Message>::DESCRIPTION)", context.runtime);
        }
        None => {
            let inner = context.catalog.get(nested).map_or_else(String::new, |inner| literal(inner, owner, context));
            let _ = write!(code, "::core::option::Option::Some({inner})");
        }
    }
    code + " },\n"
}

/// The path of a type's struct. Only messages, and what a definition has as a section, have one.
fn path(ros_name: &str, owner: &str, context: &Context<'_>) -> Option<String> {
    let derived = ros_name.strip_prefix(owner).and_then(|rest| rest.strip_prefix('_'));
    if let Some(suffix) = derived {
        let struct_name = owner.rsplit('/').next()?;
        let is_section = ["Request", "Response", "Goal", "Result", "Feedback"].contains(&suffix);
        return is_section.then(|| format!("{struct_name}{suffix}"));
    }
    let (package, name) = ros_name.split_once("/msg/")?;
    Some(context.path(&TypeName { package: package.to_owned(), kind: Kind::Message, name: name.to_owned() }))
}

/// The table of a package's interfaces.
pub(crate) fn push_table(code: &mut String, sources: &[&Source], context: &Context<'_>) {
    let runtime = context.runtime;
    let _ = write!(
        code,
        "#[doc = \"The descriptions of every message, service and action of the package.\"]\n\
         pub const TYPES: &[&{runtime}::TypeDescription] = &[\n"
    );
    for source in sources {
        let name = &source.interface.name;
        let owner = format!("self::{}::{}", name.kind.word(), name.name);
        let tr = match name.kind {
            Kind::Message => "Message",
            Kind::Service => "Service",
            Kind::Action => "Action",
        };
        let _ = writeln!(code, "<{owner} as {runtime}::{tr}>::DESCRIPTION,");
    }
    code.push_str("];\n");
}

/// The table of packages.
pub(crate) fn push_packages<'a>(code: &mut String, packages: impl Iterator<Item = &'a str>, context: &Context<'_>) {
    let runtime = context.runtime;
    let _ = write!(
        code,
        "\n#[doc = \"Every package that was generated here.\"]\n{ALLOWED}\npub const PACKAGES: &[{runtime}::Package] = &[\n"
    );
    for package in packages {
        code.push_str(&context.gate(package));
        let _ =
            writeln!(code, "{runtime}::Package {{ name: {package:?}, types: self::{}::TYPES }},", rust::ident(package));
    }
    code.push_str("];\n");
}
