//! What is known of a type's bytes and memory before there is a value.
//!
//! Fields are read in the steps in which generated code reads them, so that damaged bytes give the same error in both.

use std::ops::Range;

use rosactor_codegen::LONGEST_RUN;

use super::{Arity, Field, Kind, Message, TypeError, Value, number::with_number};
use crate::cdr::{Cdr, Plain};

/// How many times the memory of its bytes a decoded message takes at most, its fixed part aside.
pub const MOST_MEMORY: usize = 256;

/// The most memory that the fixed part of a type may take: a default value sets it aside.
const MOST_FIXED: usize = 64 << 20;

/// What is known of a type.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// The fewest bytes of a value, without padding.
    pub(super) min_size: usize,
    /// Set if a value is read at once as nothing but numbers of one size.
    pub(super) plain: Option<Run>,
    /// Whether a payload can share bytes with a value.
    pub(super) has_octets: bool,
    /// Whether a field has a bound.
    pub(super) has_bounds: bool,
    /// Memory of the smallest value, beside the struct itself.
    pub(super) memory: usize,
    /// How many levels of other messages are within.
    pub(super) depth: usize,
    /// How the fields are read.
    pub(super) steps: Vec<Step>,
}

/// Numbers of one size: `unit` each, `size` together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) unit: usize,
    pub(super) size: usize,
}

/// Fields that are read together.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Numbers of one size.
    Run(Range<usize>, Run),
    /// A single field.
    Field(usize),
}

impl Layout {
    /// The layout of a type with these fields; none stand for the one byte of a type without fields.
    pub(super) fn new(name: &str, fields: &[Field]) -> Result<Self, TypeError> {
        let values = size_of::<Value>().saturating_mul(fields.len());
        let memory = fields.iter().fold(values, |sum, field| sum.saturating_add(memory(field)));
        if memory > MOST_FIXED {
            return Err(TypeError::TooLarge { name: name.to_owned(), memory, most: MOST_FIXED });
        }
        let min_size = fields.iter().fold(0_usize, |sum, field| sum.saturating_add(min_size(field)));
        let all: Option<Run> =
            (!fields.is_empty()).then(|| run(fields)).filter(|run| run.0 == fields.len()).and_then(|run| run.1);
        for field in fields {
            check_elements(name, field)?;
        }
        Ok(Self {
            min_size: if fields.is_empty() { 1 } else { min_size },
            plain: all,
            has_octets: fields.iter().any(has_octets),
            has_bounds: fields
                .iter()
                .any(|field| matches!(field.arity, Arity::Bounded(_)) || field.kind.string_bound().is_some()),
            memory,
            depth: fields.iter().map(|field| nested(field).map_or(0, |nested| 1 + nested.depth)).max().unwrap_or(0),
            steps: steps(fields),
        })
    }
}

fn nested(field: &Field) -> Option<&Layout> {
    if let Kind::Message(ty) = &field.kind { Some(&ty.layout) } else { None }
}

/// Refuses sequences whose elements take far more memory than bytes: a peer could fill the memory with them.
fn check_elements(name: &str, field: &Field) -> Result<(), TypeError> {
    let (Arity::Sequence | Arity::Bounded(_), Some(element)) = (field.arity, nested(field)) else { return Ok(()) };
    let memory = size_of::<Message>() + element.memory;
    if memory > element.min_size.saturating_mul(MOST_MEMORY) {
        return Err(TypeError::TooSparse {
            name: name.to_owned(),
            field: field.name.clone(),
            memory,
            bytes: element.min_size,
        });
    }
    Ok(())
}

/// Memory of the smallest value of a field, beside its [`Value`].
fn memory(field: &Field) -> usize {
    let one = with_number!(&field.kind, T => size_of::<T>(), match &field.kind {
        Kind::Message(ty) => size_of::<Message>().saturating_add(ty.layout.memory),
        Kind::String { .. } | Kind::WString { .. } => size_of::<String>(),
        _ => 1,
    });
    match field.arity {
        Arity::One => nested(field).map_or(0, |nested| nested.memory),
        Arity::Array(count) => one.saturating_mul(count),
        Arity::Bounded(_) | Arity::Sequence => 0,
    }
}

/// The fewest bytes of a field.
fn min_size(field: &Field) -> usize {
    let one = min_element(&field.kind);
    match field.arity {
        Arity::One => one,
        Arity::Array(count) => one.saturating_mul(count),
        Arity::Bounded(_) | Arity::Sequence => Vec::<u8>::MIN_SIZE,
    }
}

/// The fewest bytes of an element.
fn min_element(kind: &Kind) -> usize {
    with_number!(kind, T => T::SIZE, match kind {
        Kind::Message(ty) => ty.layout.min_size,
        Kind::String { .. } | Kind::WString { .. } => String::MIN_SIZE,
        _ => bool::MIN_SIZE,
    })
}

fn has_octets(field: &Field) -> bool {
    match &field.kind {
        Kind::Message(ty) => ty.layout.has_octets,
        Kind::Byte | Kind::Uint8 | Kind::Int8 => matches!(field.arity, Arity::Bounded(_) | Arity::Sequence),
        _ => false,
    }
}

/// The numbers of a field, if it always has the same number of them and all of one size.
fn plain(field: &Field) -> Option<Run> {
    let count = match field.arity {
        Arity::One => 1,
        Arity::Array(count) => count,
        Arity::Bounded(_) | Arity::Sequence => return None,
    };
    let one = with_number!(&field.kind, T => Run { unit: T::UNIT, size: T::SIZE }, nested(field)?.plain?);
    Some(Run { size: one.size.checked_mul(count)?, ..one })
}

/// How many fields from the first on are numbers of one size, and what they are together.
fn run(fields: &[Field]) -> (usize, Option<Run>) {
    let mut sum: Option<Run> = None;
    for (place, field) in fields.iter().enumerate() {
        let size = sum.map_or(0, |sum| sum.size);
        match plain(field) {
            Some(run) if sum.is_none_or(|sum| sum.unit == run.unit) && run.size <= LONGEST_RUN - size => {
                sum = Some(Run { size: size + run.size, ..run });
            }
            _ => return (place, sum),
        }
    }
    (fields.len(), sum)
}

fn steps(fields: &[Field]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = 0;
    while let Some(field) = fields.get(at) {
        let left = fields.get(at..).unwrap_or_default();
        let (count, together) = match run(left) {
            (count, Some(together)) => (count, Some(together)),
            // An array that is too long for a run is still read at once.
            _ => (1, plain(field)),
        };
        steps.push(together.map_or(Step::Field(at), |together| Step::Run(at..at + count, together)));
        at += count;
    }
    steps
}
