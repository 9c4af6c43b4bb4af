//! Numbers and truth values, alone and in bulk.

use super::{Cdr, Reader, Writer, align};
use crate::{DecodeError, EncodeError};

macro_rules! numbers {
    ($($number:ty => $write:expr;)*) => {$(
        impl Cdr for $number {
            const MIN_SIZE: usize = size_of::<Self>();

            #[inline]
            fn end(&self, at: usize) -> usize {
                align(at, size_of::<Self>()) + size_of::<Self>()
            }

            #[inline]
            fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
                writer.number(self.to_le_bytes());
                Ok(())
            }

            #[inline]
            fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                let bytes = reader.number()?;
                Ok(if reader.big_endian() { Self::from_be_bytes(bytes) } else { Self::from_le_bytes(bytes) })
            }

            fn end_slice(values: &[Self], at: usize) -> usize {
                if values.is_empty() { at } else { align(at, size_of::<Self>()) + size_of_val(values) }
            }

            fn write_slice(values: &[Self], writer: &mut Writer) -> Result<(), EncodeError> {
                if values.is_empty() {
                    return Ok(());
                }
                writer.align(size_of::<Self>());
                let write: fn(&[Self], &mut Writer) = $write;
                write(values, writer);
                Ok(())
            }

            fn read_vec(reader: &mut Reader<'_>, count: usize) -> Result<Vec<Self>, DecodeError> {
                let bytes = reader.numbers(count)?;
                Ok(if reader.big_endian() {
                    bytes.iter().map(|bytes| Self::from_be_bytes(*bytes)).collect()
                } else {
                    bytes.iter().map(|bytes| Self::from_le_bytes(*bytes)).collect()
                })
            }

            fn read_array<const N: usize>(reader: &mut Reader<'_>) -> Result<[Self; N], DecodeError> {
                let mut values = [Self::default(); N];
                let bytes = reader.numbers(N)?;
                for (value, bytes) in values.iter_mut().zip(bytes) {
                    *value = if reader.big_endian() { Self::from_be_bytes(*bytes) } else { Self::from_le_bytes(*bytes) };
                }
                Ok(values)
            }
        }
    )*};
}

numbers! {
    u8 => |values, writer| writer.bytes(values);
    i8 => |values, writer| writer.numbers(values, i8::to_le_bytes);
    u16 => |values, writer| writer.numbers(values, u16::to_le_bytes);
    i16 => |values, writer| writer.numbers(values, i16::to_le_bytes);
    u32 => |values, writer| writer.numbers(values, u32::to_le_bytes);
    i32 => |values, writer| writer.numbers(values, i32::to_le_bytes);
    u64 => |values, writer| writer.numbers(values, u64::to_le_bytes);
    i64 => |values, writer| writer.numbers(values, i64::to_le_bytes);
    f32 => |values, writer| writer.numbers(values, f32::to_le_bytes);
    f64 => |values, writer| writer.numbers(values, f64::to_le_bytes);
}

impl Cdr for bool {
    const MIN_SIZE: usize = 1;

    #[inline]
    fn end(&self, at: usize) -> usize {
        at + 1
    }

    #[inline]
    fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.number([u8::from(*self)]);
        Ok(())
    }

    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let at = reader.offset();
        match u8::read(reader)? {
            0 => Ok(false),
            1 => Ok(true),
            found => Err(DecodeError::BadBool { at, found }),
        }
    }

    fn read_vec(reader: &mut Reader<'_>, count: usize) -> Result<Vec<Self>, DecodeError> {
        let bytes = reader.numbers::<1>(count)?.as_flattened();
        match bytes.iter().position(|byte| *byte > 1) {
            None => Ok(bytes.iter().map(|byte| *byte == 1).collect()),
            Some(place) => Err(DecodeError::BadBool { at: reader.offset() - count + place, found: bytes[place] }),
        }
    }
}
