//! Numbers and truth values, alone and in bulk.

use super::{Cdr, Plain, Reader, Writer, align, plain};
use crate::DecodeError;

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Cdr for $number {
            const MIN_SIZE: usize = size_of::<Self>();

            #[inline]
            fn end(&self, at: usize) -> usize {
                align(at, size_of::<Self>()) + size_of::<Self>()
            }

            #[inline]
            fn write(&self, writer: &mut Writer) {
                writer.number(self.to_le_bytes());
            }

            #[inline]
            fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                reader.number().map(Self::from_le_bytes)
            }

            #[inline]
            fn end_slice(values: &[Self], at: usize) -> usize {
                plain::end_slice(values, at)
            }

            #[inline]
            fn write_slice(values: &[Self], writer: &mut Writer) {
                if !values.is_empty() {
                    writer.align(Self::UNIT);
                    writer.bytes(bytemuck::cast_slice(values));
                }
            }

            #[inline]
            fn read_vec(reader: &mut Reader<'_>, count: usize) -> Result<Vec<Self>, DecodeError> {
                let bytes = reader.numbers(count)?;
                if reader.big_endian() {
                    return Ok(bytes.iter().map(|bytes| Self::from_be_bytes(*bytes)).collect());
                }
                Ok(match bytemuck::try_cast_slice(bytes) {
                    Ok(aligned) => <[Self]>::to_vec(aligned),
                    // A loop of the compiler's takes about twice the time of the copy above.
                    Err(_) => bytes.iter().map(|bytes| Self::from_le_bytes(*bytes)).collect(),
                })
            }

            #[inline]
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
            fn get(bytes: &[u8]) -> Self {
                Self::from_le_bytes(bytes.first_chunk().copied().unwrap_or_default())
            }

            #[inline]
            fn put_array<const N: usize>(values: &[Self; N], place: &mut [u8]) {
                let bytes = bytemuck::cast_slice(values);
                if let Some(place) = place.get_mut(..bytes.len()) {
                    place.copy_from_slice(bytes);
                }
            }

            #[inline]
            fn get_array<const N: usize>(bytes: &[u8]) -> [Self; N] {
                let mut values = [Self::default(); N];
                let place = bytemuck::cast_slice_mut(&mut values);
                if let Some(bytes) = bytes.get(..place.len()) {
                    place.copy_from_slice(bytes);
                }
                values
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
    fn write(&self, writer: &mut Writer) {
        writer.number([u8::from(*self)]);
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
