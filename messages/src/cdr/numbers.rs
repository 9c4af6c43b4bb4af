//! Numbers and truth values, alone and in bulk.

use super::{Cdr, Reader, Writer, align};
use crate::{DecodeError, EncodeError};

/// How many numbers are turned into bytes before they are appended: enough for a copy at full speed, and little enough
/// to stay in the nearest cache.
const BLOCK: usize = 64;

macro_rules! numbers {
    ($($number:ty)*) => {$(
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
                let mut block = [[0; size_of::<Self>()]; BLOCK];
                for values in values.chunks(BLOCK) {
                    for (bytes, value) in block.iter_mut().zip(values) {
                        *bytes = value.to_le_bytes();
                    }
                    writer.bytes(block[..values.len()].as_flattened());
                }
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

numbers!(u8 i8 u16 i16 u32 i32 u64 i64 f32 f64);

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
