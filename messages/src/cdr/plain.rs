//! Types whose numbers all have one size: their bytes lie without gaps, so they are copied in bulk.
//!
//! Padding depends on where a value begins, so a struct of mixed numbers (`Time` and a `f64`) takes another number of bytes in
//! one place than in another. Where all numbers have one size it cannot, once the first is aligned.

use std::borrow::Cow;

use super::{Cdr, Reader, Writer, align};
use crate::DecodeError;

/// A value that is nothing but numbers of one size.
pub trait Plain: Cdr {
    /// Size of each number, and what the first must be aligned to.
    const UNIT: usize;
    /// Size of the value.
    const SIZE: usize;

    /// Puts the numbers in little-endian byte order into a place of `SIZE` bytes.
    fn put(&self, place: &mut [u8]);

    /// Takes the numbers from `SIZE` bytes in little-endian byte order.
    #[must_use]
    fn get(bytes: &[u8]) -> Self;

    /// Puts the values of an array one after the other.
    #[inline]
    fn put_array<const N: usize>(values: &[Self; N], place: &mut [u8]) {
        values.iter().zip(place.chunks_exact_mut(Self::SIZE)).for_each(|(value, place)| value.put(place));
    }

    /// Takes the values of an array.
    #[must_use]
    #[inline]
    fn get_array<const N: usize>(bytes: &[u8]) -> [Self; N] {
        let mut places = bytes.chunks_exact(Self::SIZE);
        std::array::from_fn(|_| Self::get(places.next().unwrap_or_default()))
    }
}

impl<T: Plain, const N: usize> Plain for [T; N] {
    const UNIT: usize = T::UNIT;
    const SIZE: usize = T::SIZE * N;

    #[inline]
    fn put(&self, place: &mut [u8]) {
        T::put_array(self, place);
    }

    #[inline]
    fn get(bytes: &[u8]) -> Self {
        T::get_array(bytes)
    }
}

/// Where `size` bytes end whose numbers have `unit` bytes each.
#[must_use]
#[inline]
pub const fn end(at: usize, unit: usize, size: usize) -> usize {
    align(at, unit) + size
}

/// [`Cdr::end_slice`] of plain values.
#[must_use]
#[inline]
pub fn end_slice<T: Plain>(values: &[T], at: usize) -> usize {
    // An empty sequence is not aligned for elements that it does not have.
    if values.is_empty() { at } else { align(at, T::UNIT) + T::SIZE * values.len() }
}

/// [`Cdr::write_slice`] of plain values.
#[inline]
pub fn write_slice<T: Plain>(values: &[T], writer: &mut Writer) {
    if values.is_empty() {
        return;
    }
    writer.align(T::UNIT);
    let place = writer.place(T::SIZE * values.len());
    values.iter().zip(place.chunks_exact_mut(T::SIZE)).for_each(|(value, place)| value.put(place));
}

/// [`Cdr::read_vec`] of plain values.
///
/// # Errors
/// The payload is too short for them.
#[inline]
pub fn read_vec<T: Plain>(reader: &mut Reader<'_>, count: usize) -> Result<Vec<T>, DecodeError> {
    let bytes = little_endian::<T>(reader, count)?;
    Ok(bytes.chunks_exact(T::SIZE).map(T::get).collect())
}

/// [`Cdr::read_array`] of plain values.
///
/// # Errors
/// The payload is too short for them.
#[inline]
pub fn read_array<T: Plain, const N: usize>(reader: &mut Reader<'_>) -> Result<[T; N], DecodeError> {
    little_endian::<T>(reader, N).map(|bytes| T::get_array(&bytes))
}

/// The bytes of `count` values in little-endian order.
#[inline]
fn little_endian<'a, T: Plain>(reader: &mut Reader<'a>, count: usize) -> Result<Cow<'a, [u8]>, DecodeError> {
    if count == 0 {
        return Ok(Cow::Borrowed(&[]));
    }
    let bytes = reader.bytes(T::UNIT, count.saturating_mul(T::SIZE))?;
    if !reader.big_endian() {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut swapped = bytes.to_vec();
    swapped.chunks_exact_mut(T::UNIT).for_each(<[u8]>::reverse);
    Ok(Cow::Owned(swapped))
}

/// Implements `Plain` and `Cdr` for a struct of numbers of one size: `put` and `get` are the functions of [`Plain`] on arrays of
/// that size, so that the compiler sees that no field lies outside.
#[doc(hidden)]
#[macro_export]
macro_rules! plain_cdr {
    ($name:ident, $unit:literal, $size:literal, |$value:ident, $place:ident| $put:block, |$bytes:ident| $get:block) => {
        impl $crate::cdr::Plain for $name {
            const UNIT: usize = $unit;
            const SIZE: usize = $size;

            #[inline]
            fn put(&self, place: &mut [u8]) {
                if let Some($place) = place.first_chunk_mut::<$size>() {
                    let $value = self;
                    $put
                }
            }

            #[inline]
            fn get(bytes: &[u8]) -> Self {
                match bytes.first_chunk::<$size>() {
                    Some($bytes) => $get,
                    None => Default::default(),
                }
            }
        }

        impl $crate::cdr::Cdr for $name {
            const MIN_SIZE: usize = $size;

            #[inline]
            fn end(&self, at: usize) -> usize {
                $crate::cdr::plain::end(at, $unit, $size)
            }

            #[inline]
            fn write(&self, writer: &mut $crate::cdr::Writer) {
                writer.run::<$unit, $size>(|place| $crate::cdr::Plain::put(self, place));
            }

            #[inline]
            fn read(reader: &mut $crate::cdr::Reader<'_>) -> Result<Self, $crate::DecodeError> {
                reader.run::<$unit, $size, _>(|bytes| $crate::cdr::Plain::get(bytes))
            }

            fn end_slice(values: &[Self], at: usize) -> usize {
                $crate::cdr::plain::end_slice(values, at)
            }

            fn write_slice(values: &[Self], writer: &mut $crate::cdr::Writer) {
                $crate::cdr::plain::write_slice(values, writer);
            }

            fn read_vec(reader: &mut $crate::cdr::Reader<'_>, count: usize) -> Result<Vec<Self>, $crate::DecodeError> {
                $crate::cdr::plain::read_vec(reader, count)
            }

            fn read_array<const N: usize>(
                reader: &mut $crate::cdr::Reader<'_>,
            ) -> Result<[Self; N], $crate::DecodeError> {
                $crate::cdr::plain::read_array(reader)
            }
        }
    };
}
