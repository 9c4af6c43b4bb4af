//! Numbers and truth values, alone and in bulk.

use super::{Cdr, Plain, Reader, Writer, align, plain};
use crate::{DecodeError, EncodeError};

macro_rules! numbers {
    ($($number:ty),*) => {$(
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
                plain::end_slice(values, at)
            }

            fn write_slice(values: &[Self], writer: &mut Writer) -> Result<(), EncodeError> {
                if cfg!(target_endian = "big") {
                    plain::write_slice(values, writer);
                } else if !values.is_empty() {
                    writer.align(Self::UNIT);
                    writer.bytes(bytemuck::cast_slice(values));
                }
                Ok(())
            }

            fn read_vec(reader: &mut Reader<'_>, count: usize) -> Result<Vec<Self>, DecodeError> {
                let bytes = reader.numbers(count)?;
                Ok(if reader.big_endian() {
                    bytes.iter().map(|bytes| Self::from_be_bytes(*bytes)).collect()
                } else {
                    // Compiles to a copy.
                    bytes.iter().map(|bytes| Self::from_le_bytes(*bytes)).collect()
                })
            }

            fn read_array<const N: usize>(reader: &mut Reader<'_>) -> Result<[Self; N], DecodeError> {
                plain::read_array(reader)
            }
        }

        impl Plain for $number {
            const UNIT: usize = size_of::<Self>();
            const SIZE: usize = size_of::<Self>();

            #[inline]
            fn put(&self, place: &mut [u8]) {
                if let Some(place) = place.first_chunk_mut() {
                    *place = self.to_le_bytes();
                }
            }

            #[inline]
            fn get(bytes: &[u8], big_endian: bool) -> Self {
                let bytes = bytes.first_chunk().copied().unwrap_or_default();
                if big_endian { Self::from_be_bytes(bytes) } else { Self::from_le_bytes(bytes) }
            }
        }
    )*};
}

numbers!(u8, i8, u16, i16, u32, i32, u64, i64, f32, f64);

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
