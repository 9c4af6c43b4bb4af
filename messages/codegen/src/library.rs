//! Definitions that are texts in memory, for programs that learn of a type while they run.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use crate::{
    describe::{self, Catalog, Description, FieldDescription},
    error::{Error, Errors, Problem},
    hash,
    model::{Base, Kind, Position, TypeName},
    packages::Source,
    parse, resolve,
};

/// A type by its fields, as `type_description_interfaces` has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The name, such as `std_msgs/msg/String`.
    pub name: String,
    /// The RIHS01 hash, empty if it has not been computed.
    pub hash: String,
    /// The fields in order. A type without fields has the one that stands for it on the wire.
    pub fields: Vec<DescribedField>,
}

/// A field of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedField {
    /// Its name.
    pub name: String,
    /// Its type, by the constants of `type_description_interfaces/msg/FieldType`.
    pub type_id: u8,
    /// Length of a fixed array, bound of a bounded sequence, 0 for all else.
    pub capacity: usize,
    /// Bound of a bounded string, 0 for all else.
    pub string_capacity: usize,
    /// Name of the type of a field that is not built in, empty for all else.
    pub nested: String,
    /// The default as rosidl writes it, empty where there is none.
    pub default_value: String,
}

/// A set of definitions that are checked together.
///
/// ```
/// let mut library = rosactor_codegen::Library::new();
/// library.add("my_robot/msg/Wheels", "Wheel left\nWheel right\n");
/// library.add("my_robot/msg/Wheel", "float32 speed 0.5\n");
/// let types = library.describe()?;
/// assert_eq!(types[0].name, "my_robot/msg/Wheel");
/// assert_eq!(types[0].fields[0].default_value, "0.5");
/// # Ok::<(), rosactor_codegen::Errors>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Library {
    sources: Vec<Source>,
    known: Catalog,
    errors: Vec<Error>,
}

impl Library {
    /// A library that knows no type.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the text of `package/msg/Name`, `package/srv/Name` or `package/action/Name`. Mistakes are kept for
    /// [`describe`](Self::describe).
    pub fn add(&mut self, name: &str, text: &str) {
        let file = PathBuf::from(name);
        let parsed = type_name(name).map_err(|problem| vec![(None, problem)]).and_then(|name| {
            let located = |(at, problem): (Position, Problem)| (Some(at), problem);
            parse::interface(name, text).map_err(|errors| errors.into_iter().map(located).collect())
        });
        match parsed {
            Ok(interface) => self.sources.push(Source { file, interface, text: text.to_owned() }),
            Err(errors) => {
                self.errors.extend(errors.into_iter().map(|(at, problem)| Error { file: file.clone(), at, problem }));
            }
        }
    }

    /// Adds a type that was described elsewhere, so that texts may refer to it. A text of the same name wins.
    pub fn know(&mut self, described: &Described) {
        self.known.insert(described.name.clone(), description(described));
    }

    /// The types that are referred to and neither defined nor known.
    #[must_use]
    pub fn missing(&self) -> BTreeSet<String> {
        let catalog = self.catalog();
        let of_texts = self.sources.iter().flat_map(|source| {
            let fields = source.interface.sections.iter().flat_map(|section| &section.fields);
            let nested = fields.filter_map(|field| match &field.ty.base {
                Base::Nested(name) => Some(name.to_string()),
                _ => None,
            });
            nested
                .chain(describe::needed_by(source.interface.name.kind).iter().map(|name| (*name).to_owned()))
                .collect::<Vec<_>>()
        });
        let of_known = self.known.values().flat_map(|known| &known.fields).map(|field| field.nested.clone());
        of_texts.chain(of_known).filter(|name| !name.is_empty() && !catalog.contains_key(name)).collect()
    }

    /// Every type that was added as a text, and those that ROS derives from them, in the order of names.
    ///
    /// # Errors
    /// Definitions are wrong. All mistakes come together; the name of a type stands for its file.
    pub fn describe(self) -> Result<Vec<Described>, Errors> {
        let catalog = self.catalog();
        let mut errors = self.errors;
        if errors.is_empty() {
            // Only then, because a text that could not be read would make its types unknown in all others.
            errors = resolve::check(&self.sources, &catalog);
            for error in &mut errors {
                if let Problem::UnknownType { hint, .. } = &mut error.problem {
                    // The one for folders of packages would lead astray.
                    "its definition is needed as well".clone_into(hint);
                }
            }
            // Names that only Rust would confuse do not matter where no Rust is written.
            errors
                .retain(|error| !matches!(&error.problem, Problem::NameClash { first, second, .. } if first != second));
        }
        if !errors.is_empty() {
            return Err(Errors(errors));
        }
        let mut own = Catalog::new();
        self.sources.iter().for_each(|source| describe::add(&mut own, &source.interface));
        Ok(own.into_values().map(|own| described(own, &catalog)).collect())
    }

    /// Everything by name.
    fn catalog(&self) -> Catalog {
        let mut catalog = self.known.clone();
        self.sources.iter().for_each(|source| describe::add(&mut catalog, &source.interface));
        catalog
    }
}

/// The RIHS01 hashes of types, each of which refers only to others among them. Names must consist of letters, digits,
/// `_` and `/`, because they are hashed without escapes.
#[must_use]
pub fn hashes(types: &[Described]) -> BTreeMap<String, String> {
    let catalog: Catalog = types.iter().map(|ty| (ty.name.clone(), description(ty))).collect();
    catalog.keys().map(|name| (name.clone(), hash::rihs01(&catalog, name))).collect()
}

/// The parts of a full name.
fn type_name(name: &str) -> Result<TypeName, Problem> {
    let mut parts = name.split('/');
    let kind = |word: &str| Kind::ALL.into_iter().find(|kind| kind.word() == word);
    match (parts.next(), parts.next().and_then(kind), parts.next(), parts.next()) {
        (Some(package), Some(kind), Some(name), None) => {
            parse::names::package(package)?;
            parse::names::interface(name)?;
            Ok(TypeName { package: package.to_owned(), kind, name: name.to_owned() })
        }
        _ => Err(Problem::Unexpected {
            expected: "a name of the form package/msg/Name, package/srv/Name or package/action/Name",
            found: format!("{name:?}"),
        }),
    }
}

fn described(Description { name, fields }: Description, catalog: &Catalog) -> Described {
    let hash = hash::rihs01(catalog, &name);
    let field = |field: FieldDescription| DescribedField {
        name: field.name,
        type_id: field.type_id,
        capacity: field.capacity,
        string_capacity: field.string_capacity,
        nested: field.nested,
        default_value: field.default,
    };
    Described { name, hash, fields: fields.into_iter().map(field).collect() }
}

fn description(described: &Described) -> Description {
    let field = |field: &DescribedField| FieldDescription {
        name: field.name.clone(),
        type_id: field.type_id,
        capacity: field.capacity,
        string_capacity: field.string_capacity,
        nested: field.nested.clone(),
        default: field.default_value.clone(),
    };
    Description { name: described.name.clone(), fields: described.fields.iter().map(field).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(texts: &[(&str, &str)]) -> Library {
        let mut library = Library::new();
        texts.iter().for_each(|(name, text)| library.add(name, text));
        library
    }

    fn mistakes(texts: &[(&str, &str)]) -> Vec<String> {
        let errors = library(texts).describe().expect_err("there are mistakes");
        errors.0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn mistakes_of_all_texts_come_together_with_their_place() {
        let found = mistakes(&[("a/msg/A", "int8 a\nint9 b\n"), ("A/msg/B", ""), ("a/C", ""), ("a/srv/D", "int8 a\n")]);
        let expected = [
            "a/msg/A:2:1: ",
            "A/msg/B: \"A\" is no valid name for a package",
            "a/C: expected a name of the form",
            "a/srv/D:1:1: ",
        ];
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        found.iter().zip(expected).for_each(|(found, expected)| assert!(found.starts_with(expected), "{found}"));
    }

    #[test]
    fn types_that_are_missing_contained_in_themselves_or_defined_twice_are_mistakes() {
        assert!(mistakes(&[("a/msg/A", "b/B b\n")])[0].starts_with("a/msg/A:1:1: the type b/msg/B is not defined"));
        assert!(mistakes(&[("a/msg/A", "A[] a\n")])[0].starts_with("a/msg/A:1:1: the type contains itself"));
        assert!(mistakes(&[("a/msg/A", "int8 a\n"), ("a/msg/A", "int8 b\n")])[0].contains("a/msg/A"));
    }

    #[test]
    fn what_is_known_may_be_referred_to_and_counts_for_the_hash() {
        let texts = [("a/msg/A", "B b\n"), ("a/msg/B", "int8 x 7\n")];
        let both = library(&texts).describe().expect("they are right");
        let mut with_known = library(&texts[..1]);
        assert_eq!(with_known.missing(), BTreeSet::from(["a/msg/B".to_owned()]));
        with_known.know(&both[1]);
        assert_eq!(with_known.missing(), BTreeSet::new());
        assert_eq!(with_known.describe().expect("it is right"), both[..1]);
        let found = hashes(&both);
        assert!(both.iter().all(|ty| found[&ty.name] == ty.hash), "{found:?}");
    }

    #[test]
    fn a_service_misses_what_ros_derives_from_it() {
        let missing = library(&[("a/srv/S", "---\n")]).missing();
        let needed = ["builtin_interfaces/msg/Time", "service_msgs/msg/ServiceEventInfo"];
        assert_eq!(missing, needed.map(str::to_owned).into());
    }
}
