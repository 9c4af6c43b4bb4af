//! Makes types from descriptions, whoever gave them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use rosactor_codegen::{Described, DescribedField};

use super::{Arity, Field, Kind, Type, TypeError, defaults, layout::Layout, types::DUMMY};
use crate::type_description_interfaces as wire;

/// How many levels of messages may be within each other. ROS's own go to five or so.
const MOST_LEVELS: usize = 32;

/// How many types a peer may describe at once: the work of hashing them grows with the square.
const MOST_TYPES: usize = 512;

/// What a number of a field's kind grows by from one arity to the next.
const ARITIES: u8 = 48;

/// Makes every type of `rows`. They may refer to each other only.
pub(super) fn all(rows: &[Described]) -> Result<Vec<Arc<Type>>, TypeError> {
    let mut maker = Maker::new(rows)?;
    rows.iter().map(|row| maker.make(&row.name)).collect()
}

/// Makes the type of the last row.
pub(super) fn last(rows: &[Described]) -> Result<Option<Arc<Type>>, TypeError> {
    rows.last().map(|row| Maker::new(rows)?.make(&row.name)).transpose()
}

/// Makes the type that a peer describes.
pub(super) fn from_wire(description: &wire::TypeDescription) -> Result<Arc<Type>, TypeError> {
    let root = &description.type_description;
    let others = &description.referenced_type_descriptions;
    if others.len() >= MOST_TYPES {
        return Err(TypeError::TooMany { name: root.type_name.clone(), found: others.len() + 1, most: MOST_TYPES });
    }
    let mut rows = others.iter().chain([root]).map(row).collect::<Result<Vec<_>, _>>()?;
    // Once without hashes, because what is wrong must not be hashed: a cycle would be, and a name with a quote.
    Maker::new(&rows)?.check_all(&rows)?;
    let hashes = rosactor_codegen::hashes(&rows);
    rows.iter_mut().for_each(|row| row.hash = hashes.get(&row.name).cloned().unwrap_or_default());
    Maker::new(&rows)?.make(&root.type_name)
}

/// What [`from_wire`] reads.
pub(super) fn to_wire(ty: &Type) -> wire::TypeDescription {
    wire::TypeDescription {
        type_description: individual(ty),
        referenced_type_descriptions: ty.references().into_values().map(|ty| individual(ty)).collect(),
    }
}

fn individual(ty: &Type) -> wire::IndividualTypeDescription {
    let Described { name, fields, .. } = ty.described();
    let field = |field: DescribedField| wire::Field {
        name: field.name,
        r#type: wire::FieldType {
            type_id: field.type_id,
            capacity: field.capacity as u64,
            string_capacity: field.string_capacity as u64,
            nested_type_name: field.nested,
        },
        default_value: field.default_value,
    };
    wire::IndividualTypeDescription { type_name: name, fields: fields.into_iter().map(field).collect() }
}

fn row(description: &wire::IndividualTypeDescription) -> Result<Described, TypeError> {
    let name = &description.type_name;
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if name.split('/').count() != 3 || !name.split('/').all(is_word) {
        return Err(TypeError::BadName { name: name.clone() });
    }
    let field = |field: &wire::Field| {
        let capacity = |capacity: u64| {
            usize::try_from(capacity).ok().filter(|capacity| u32::try_from(*capacity).is_ok()).ok_or_else(|| {
                TypeError::BadCapacity {
                    name: name.clone(),
                    field: field.name.clone(),
                    capacity,
                    expected: "at most 4294967295",
                }
            })
        };
        if !is_word(&field.name) {
            return Err(TypeError::BadFieldName { name: name.clone(), field: field.name.clone() });
        }
        Ok(DescribedField {
            name: field.name.clone(),
            type_id: field.r#type.type_id,
            capacity: capacity(field.r#type.capacity)?,
            string_capacity: capacity(field.r#type.string_capacity)?,
            nested: field.r#type.nested_type_name.clone(),
            default_value: field.default_value.clone(),
        })
    };
    let fields = description.fields.iter().map(field).collect::<Result<_, _>>()?;
    Ok(Described { name: name.clone(), hash: String::new(), fields })
}

/// Types in the making.
struct Maker<'a> {
    rows: BTreeMap<&'a str, &'a Described>,
    done: HashMap<&'a str, Arc<Type>>,
    /// The types in each other that are being made, from the outermost on.
    way: Vec<&'a str>,
}

impl<'a> Maker<'a> {
    fn new(rows: &'a [Described]) -> Result<Self, TypeError> {
        let mut by_name = BTreeMap::new();
        for row in rows {
            if by_name.insert(row.name.as_str(), row).is_some_and(|other| other != row) {
                return Err(TypeError::TwoTypes { name: row.name.clone() });
            }
        }
        Ok(Self { rows: by_name, done: HashMap::new(), way: Vec::new() })
    }

    fn check_all(&mut self, rows: &'a [Described]) -> Result<(), TypeError> {
        rows.iter().try_for_each(|row| self.make(&row.name).map(drop))
    }

    fn make(&mut self, name: &'a str) -> Result<Arc<Type>, TypeError> {
        if let Some(done) = self.done.get(name) {
            return Ok(Arc::clone(done));
        }
        let Some(row) = self.rows.get(name).copied() else {
            return Err(TypeError::Unknown { name: name.to_owned(), near: Vec::new() });
        };
        if self.way.contains(&name) {
            let way = self.way.iter().skip_while(|step| **step != name).chain([&name]).copied().collect::<Vec<_>>();
            return Err(TypeError::Cycle { path: way.join(" -> ") });
        }
        if self.way.len() == MOST_LEVELS {
            return Err(TypeError::TooDeep { name: name.to_owned(), most: MOST_LEVELS });
        }
        self.way.push(name);
        let fields = self.fields(row)?;
        self.way.pop();
        let layout = Layout::new(name, &fields)?;
        let ty = Arc::new(Type { name: name.to_owned(), hash: row.hash.clone(), fields, layout });
        // Counted again, because what was done before is not on the way.
        if ty.layout.depth >= MOST_LEVELS {
            return Err(TypeError::TooDeep { name: name.to_owned(), most: MOST_LEVELS });
        }
        self.done.insert(name, Arc::clone(&ty));
        Ok(ty)
    }

    fn fields(&mut self, row: &'a Described) -> Result<Vec<Field>, TypeError> {
        let mut fields: Vec<Field> = Vec::with_capacity(row.fields.len());
        let mut names = std::collections::HashSet::new();
        for field in &row.fields {
            if !names.insert(field.name.as_str()) {
                return Err(TypeError::TwoFields { name: row.name.clone(), field: field.name.clone() });
            }
            fields.push(self.field(&row.name, field)?);
        }
        match fields.as_slice() {
            [] => Err(TypeError::NoFields { name: row.name.clone() }),
            [only] if only.name == DUMMY && only.kind.id() == 3 && only.arity == Arity::One => Ok(Vec::new()),
            _ => Ok(fields),
        }
    }

    fn field(&mut self, owner: &str, field: &'a DescribedField) -> Result<Field, TypeError> {
        let arity = arity(owner, field)?;
        let is_message = field.type_id % ARITIES == 1;
        if is_message == field.nested.is_empty() {
            let nested = field.nested.clone();
            return Err(TypeError::BadNested { name: owner.to_owned(), field: field.name.clone(), nested });
        }
        let kind = if is_message {
            if !self.rows.contains_key(field.nested.as_str()) {
                let nested = field.nested.clone();
                return Err(TypeError::Dangling { name: owner.to_owned(), field: field.name.clone(), nested });
            }
            Kind::Message(self.make(&field.nested)?)
        } else {
            kind(owner, field)?
        };
        if field.string_capacity != 0 && kind.string_bound().is_none() {
            return Err(bad_capacity(
                owner,
                field,
                field.string_capacity,
                "0 for the length of what is no bounded string",
            ));
        }
        let default = defaults::parse(&kind, arity, &field.default_value).map_err(|()| TypeError::BadDefault {
            name: owner.to_owned(),
            field: field.name.clone(),
            expected: format!("{kind}{arity}"),
            found: field.default_value.clone(),
        })?;
        Ok(Field { name: field.name.clone(), kind, arity, default_text: field.default_value.clone(), default })
    }
}

fn bad_capacity(owner: &str, field: &DescribedField, capacity: usize, expected: &'static str) -> TypeError {
    TypeError::BadCapacity { name: owner.to_owned(), field: field.name.clone(), capacity: capacity as u64, expected }
}

fn arity(owner: &str, field: &DescribedField) -> Result<Arity, TypeError> {
    let capacity = field.capacity;
    match (field.type_id / ARITIES, capacity) {
        (0, 0) => Ok(Arity::One),
        (1, 1..) => Ok(Arity::Array(capacity)),
        (2, 1..) => Ok(Arity::Bounded(capacity)),
        (3, 0) => Ok(Arity::Sequence),
        (0 | 3, _) => Err(bad_capacity(owner, field, capacity, "0 for what is neither an array nor bounded")),
        (1 | 2, _) => Err(bad_capacity(owner, field, capacity, "at least 1 for what is an array or bounded")),
        _ => Err(unknown_kind(owner, field)),
    }
}

fn kind(owner: &str, field: &DescribedField) -> Result<Kind, TypeError> {
    let bound = || match field.string_capacity {
        0 => Err(bad_capacity(owner, field, 0, "at least 1 for the length of a bounded string")),
        bound => Ok(Some(bound)),
    };
    Ok(match field.type_id % ARITIES {
        2 => Kind::Int8,
        3 => Kind::Uint8,
        4 => Kind::Int16,
        5 => Kind::Uint16,
        6 => Kind::Int32,
        7 => Kind::Uint32,
        8 => Kind::Int64,
        9 => Kind::Uint64,
        10 => Kind::Float32,
        11 => Kind::Float64,
        15 => Kind::Bool,
        16 => Kind::Byte,
        17 => Kind::String { bound: None },
        18 => Kind::WString { bound: None },
        21 => Kind::String { bound: bound()? },
        22 => Kind::WString { bound: bound()? },
        _ => return Err(unknown_kind(owner, field)),
    })
}

fn unknown_kind(owner: &str, field: &DescribedField) -> TypeError {
    TypeError::UnknownKind { name: owner.to_owned(), field: field.name.clone(), id: field.type_id }
}
