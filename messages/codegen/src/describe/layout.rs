//! What is known of a type's bytes from its description alone.

use super::{ARRAY, BOOL, Catalog, DUMMY, Description, FieldDescription, NESTED};

/// The bytes of a value that is nothing but numbers of one size: `unit` each, `size` together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plain {
    pub(crate) unit: usize,
    pub(crate) size: usize,
}

/// The layout of a type, if it is plain.
pub(crate) fn plain(catalog: &Catalog, description: &Description) -> Option<Plain> {
    if description.fields.iter().any(|field| field.name == DUMMY) {
        // Some senders leave its byte out.
        return None;
    }
    let mut fields = description.fields.iter().map(|field| plain_field(catalog, field));
    let first = fields.next()??;
    fields.try_fold(first, |sum, field| {
        let field = field.filter(|field| field.unit == sum.unit)?;
        Some(Plain { size: sum.size.checked_add(field.size)?, ..sum })
    })
}

/// The layout of a field, if it is plain.
pub(crate) fn plain_field(catalog: &Catalog, field: &FieldDescription) -> Option<Plain> {
    let (base, count) = match field.type_id {
        id if id < ARRAY => (id, 1),
        id if id < 2 * ARRAY => (id - ARRAY, field.capacity),
        _ => return None,
    };
    let one = match base {
        NESTED => plain(catalog, catalog.get(&field.nested)?)?,
        BOOL => return None,
        _ => {
            let unit = size_of_number(base)?;
            Plain { unit, size: unit }
        }
    };
    Some(Plain { size: one.size.checked_mul(count)?, ..one })
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

/// Whether there are byte sequences in a field, which a payload can share.
pub(crate) fn has_octets(catalog: &Catalog, field: &FieldDescription) -> bool {
    let is_sequence = field.type_id >= 2 * ARRAY;
    match field.type_id % ARRAY {
        NESTED => catalog
            .get(&field.nested)
            .is_some_and(|nested| nested.fields.iter().any(|field| has_octets(catalog, field))),
        base => is_sequence && size_of_number(base) == Some(1),
    }
}
