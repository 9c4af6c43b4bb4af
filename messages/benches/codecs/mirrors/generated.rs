//! The traits of hiroz-cdr in the way hiroz's code generator writes them: what is a number in memory goes in bulk, all else
//! field by field. It would also copy sequences of plain structs in bulk; no message here has one.

use hiroz_cdr::{CdrBuffer, CdrReader, CdrWriter, Error, Result};

/// Writes a fixed array in bulk.
pub(crate) fn write_array<BO: byteorder::ByteOrder, B: CdrBuffer, const N: usize>(
    array: &[f64; N],
    writer: &mut CdrWriter<'_, BO, B>,
) {
    writer.write_pod_slice(array);
}

/// Reads a fixed array in bulk, by way of a `Vec`.
pub(crate) fn read_array<BO: byteorder::ByteOrder, const N: usize>(reader: &mut CdrReader<'_, BO>) -> Result<[f64; N]> {
    reader.read_pod_slice(N)?.try_into().map_err(|_| Error::UnexpectedEof)
}

/// Where numbers end that begin at the next multiple of their size.
pub(crate) fn end<T>(at: usize, numbers: &[T]) -> usize {
    if numbers.is_empty() { at } else { at.next_multiple_of(align_of::<T>()) + size_of_val(numbers) }
}

/// Where the length of a sequence ends.
pub(crate) fn end_of_length(at: usize) -> usize {
    at.next_multiple_of(4) + 4
}

/// Statements that write a field.
macro_rules! write {
    (one $value:expr, $writer:expr) => {
        ::hiroz_cdr::CdrSerialize::cdr_serialize(&$value, $writer)
    };
    (numbers $value:expr, $writer:expr) => {{
        $writer.write_sequence_length($value.len());
        if !$value.is_empty() {
            $writer.write_pod_slice(&$value);
        }
    }};
    (array $value:expr, $writer:expr) => {
        arrays::write_array(&$value, $writer)
    };
    (each $value:expr, $writer:expr) => {{
        $writer.write_sequence_length($value.len());
        for item in &$value {
            ::hiroz_cdr::CdrSerialize::cdr_serialize(item, $writer);
        }
    }};
}

/// Expressions that read a field.
macro_rules! read {
    (one $reader:expr) => {
        ::hiroz_cdr::CdrDeserialize::cdr_deserialize($reader)?
    };
    (numbers $reader:expr) => {{
        let count = $reader.read_sequence_length()?;
        if count > 0 { $reader.read_pod_slice(count)? } else { Vec::new() }
    }};
    (array $reader:expr) => {
        arrays::read_array($reader)?
    };
    (each $reader:expr) => {{
        let count = $reader.read_sequence_length()?;
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            items.push(::hiroz_cdr::CdrDeserialize::cdr_deserialize($reader)?);
        }
        items
    }};
}

/// Expressions for where a field ends.
macro_rules! size {
    (one $value:expr, $at:expr) => {
        ::hiroz_cdr::CdrSerializedSize::cdr_serialized_size(&$value, $at)
    };
    (numbers $value:expr, $at:expr) => {
        generated::end(generated::end_of_length($at), &$value)
    };
    (array $value:expr, $at:expr) => {
        generated::end($at, &$value)
    };
    (each $value:expr, $at:expr) => {
        $value.iter().fold(generated::end_of_length($at), |at, item| {
            ::hiroz_cdr::CdrSerializedSize::cdr_serialized_size(item, at)
        })
    };
}

/// Declares structs and their traits. The module that calls it says what `arrays` and `Bytes` are.
macro_rules! with_traits {
    ($($name:ident { $($(#[$attribute:meta])* $field:ident: $kind:ident($($of:tt)*)),* $(,)? })*) => {
        $crate::mirrors::structs! {
            $($name { $($(#[$attribute])* $field: $kind($($of)*)),* })*
        }
        $(
            impl ::hiroz_cdr::CdrSerialize for $name {
                fn cdr_serialize<BO: ::byteorder::ByteOrder, B: ::hiroz_cdr::CdrBuffer>(
                    &self,
                    writer: &mut ::hiroz_cdr::CdrWriter<'_, BO, B>,
                ) {
                    $(generated::write!($kind self.$field, writer);)*
                }
            }

            impl ::hiroz_cdr::CdrDeserialize for $name {
                fn cdr_deserialize<'de, BO: ::byteorder::ByteOrder>(
                    reader: &mut ::hiroz_cdr::CdrReader<'de, BO>,
                ) -> ::hiroz_cdr::Result<Self> {
                    $(let $field = generated::read!($kind reader);)*
                    Ok(Self { $($field),* })
                }
            }

            impl ::hiroz_cdr::CdrSerializedSize for $name {
                fn cdr_serialized_size(&self, at: usize) -> usize {
                    $(let at = generated::size!($kind self.$field, at);)*
                    at
                }
            }
        )*
    };
}

pub(crate) use {read, size, with_traits, write};
