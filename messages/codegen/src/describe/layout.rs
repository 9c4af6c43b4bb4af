//! What is known of types' bytes from their descriptions alone.

use std::collections::HashMap;

use super::{ARRAY, BOOL, Catalog, DUMMY, Description, FieldDescription, NESTED};

/// Runs of numbers up to this size are read and written at once, by way of the stack. Longer ones are arrays, which are copied
/// in bulk on their own. The generated code and whoever reads bytes without it go by the same steps, so that damaged bytes
/// give the same error in both.
pub const LONGEST_RUN: usize = 512;

/// The bytes of a value that is nothing but numbers of one size: `unit` each, `size` together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plain {
    pub(crate) unit: usize,
    pub(crate) size: usize,
}

/// The layouts of all types of a catalog, each of which is looked at once: types within types within types would otherwise be
/// looked at again for each that has them.
#[derive(Debug)]
pub(crate) struct Layouts<'a>(HashMap<&'a str, Layout>);

#[derive(Clone, Copy, Debug)]
struct Layout {
    plain: Option<Plain>,
    has_octets: bool,
}

impl<'a> Layouts<'a> {
    /// Of a catalog in which no type contains itself.
    pub(crate) fn of(catalog: &'a Catalog) -> Self {
        let mut layouts = Self(HashMap::new());
        // No recursion, because a chain of types can be longer than the stack: a type waits below those that it needs.
        let mut waiting: Vec<&Description> = catalog.values().collect();
        while let Some(description) = waiting.last().copied() {
            let nested = description.fields.iter().filter_map(|field| catalog.get(&field.nested));
            let before = waiting.len();
            waiting.extend(nested.filter(|nested| !layouts.0.contains_key(nested.name.as_str())));
            if waiting.len() == before {
                waiting.pop();
                let layout =
                    Layout { plain: layouts.plain_type(description), has_octets: layouts.any_octets(description) };
                layouts.0.insert(&description.name, layout);
            }
        }
        layouts
    }

    /// The bytes of a type, if it is plain.
    pub(crate) fn plain(&self, name: &str) -> Option<Plain> {
        self.0.get(name)?.plain
    }

    /// The bytes of a field, if it is plain.
    pub(crate) fn plain_field(&self, field: &FieldDescription) -> Option<Plain> {
        let (base, count) = match field.type_id {
            id if id < ARRAY => (id, 1),
            id if id < 2 * ARRAY => (id - ARRAY, field.capacity),
            _ => return None,
        };
        let one = match base {
            NESTED => self.plain(&field.nested)?,
            BOOL => return None,
            _ => {
                let unit = size_of_number(base)?;
                Plain { unit, size: unit }
            }
        };
        Some(Plain { size: one.size.checked_mul(count)?, ..one })
    }

    /// Whether there are byte sequences in a type, which a payload can share.
    pub(crate) fn has_octets(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|layout| layout.has_octets)
    }

    /// Whether there are byte sequences in a field.
    pub(crate) fn has_octets_in(&self, field: &FieldDescription) -> bool {
        let is_sequence = field.type_id >= 2 * ARRAY;
        match field.type_id % ARRAY {
            NESTED => self.has_octets(&field.nested),
            base => is_sequence && size_of_number(base) == Some(1),
        }
    }

    fn plain_type(&self, description: &Description) -> Option<Plain> {
        if description.fields.iter().any(|field| field.name == DUMMY) {
            // Some senders leave its byte out.
            return None;
        }
        let mut fields = description.fields.iter().map(|field| self.plain_field(field));
        let first = fields.next()??;
        fields.try_fold(first, |sum, field| {
            let field = field.filter(|field| field.unit == sum.unit)?;
            Some(Plain { size: sum.size.checked_add(field.size)?, ..sum })
        })
    }

    fn any_octets(&self, description: &Description) -> bool {
        description.fields.iter().any(|field| self.has_octets_in(field))
    }
}

/// Size of a number by its type id (`type_description_interfaces/msg/FieldType`).
fn size_of_number(type_id: u8) -> Option<usize> {
    match type_id {
        2 | 3 | 16 => Some(1),
        4 | 5 => Some(2),
        6 | 7 | 10 => Some(4),
        8 | 9 | 11 => Some(8),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    /// Each type but the last has the next one twice.
    fn tower(height: usize) -> Catalog {
        let name = |level: usize| format!("p/msg/T{level:06}");
        let field = |type_id, nested: String| FieldDescription {
            name: "a".to_owned(),
            type_id,
            capacity: 0,
            string_capacity: 0,
            nested,
            default: String::new(),
        };
        let level = |level: usize| {
            let fields = match level + 1 < height {
                true => vec![field(NESTED, name(level + 1)), field(NESTED, name(level + 1))],
                false => vec![field(11, String::new())],
            };
            (name(level), Description { name: name(level), fields })
        };
        (0..height).map(level).collect()
    }

    #[test]
    fn each_type_is_looked_at_once_however_often_it_is_used() {
        let catalog = tower(40);
        let layouts = Layouts::of(&catalog);
        assert_eq!(layouts.plain("p/msg/T000000"), Some(Plain { unit: 8, size: 8 << 39 }));
        assert!(!layouts.has_octets("p/msg/T000000"));
    }

    #[test]
    fn a_chain_may_be_longer_than_the_stack() {
        let catalog = tower(100_000);
        // Twice as large at each level: it ends being plain where no number can say its size.
        assert_eq!(Layouts::of(&catalog).plain("p/msg/T000000"), None);
    }
}
