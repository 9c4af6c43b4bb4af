//! Sequences of bytes that are shared instead of copied.

use std::{
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
    mem,
    ops::{Deref, DerefMut},
};

use bytemuck::Pod;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Visitor};

/// A type of one byte: `u8` (`uint8`, `byte` and `char` in definitions) or `i8` (`int8`).
pub trait Octet: Pod + fmt::Debug + PartialEq + Serialize + for<'de> Deserialize<'de> + Send + Sync + 'static {}

impl Octet for u8 {}
impl Octet for i8 {}

/// A sequence of bytes, as in `Image.data`: read like a slice, cloned without a copy.
///
/// A decoded message shares its payload's memory, and a published one lends its memory to the transport, so that
/// neither costs time that grows with the size. The price is that a received `Octets` keeps the whole payload alive; make a
/// copy ([`to_vec`](slice::to_vec)) to keep a small part for long.
///
/// ```
/// use rosactor_messages::Octets;
///
/// let mut data = Octets::from(vec![1_u8, 2, 3]);
/// let before = data.clone();
/// data.edit().push(4);
/// assert_eq!((&before[..], &data[..]), (&[1, 2, 3][..], &[1, 2, 3, 4][..]));
/// ```
#[derive(Clone)]
pub struct Octets<T = u8> {
    bytes: Bytes,
    octet: PhantomData<T>,
}

impl<T: Octet> Octets<T> {
    /// No bytes.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: Bytes::new(), octet: PhantomData }
    }

    /// Bytes that live as long as the program, which are not copied.
    #[must_use]
    pub fn from_static(octets: &'static [T]) -> Self {
        Bytes::from_static(bytemuck::cast_slice(octets)).into()
    }

    /// Opens the bytes for changes. They are copied first only if someone else shares them.
    pub fn edit(&mut self) -> Edit<'_, T> {
        let octets = bytemuck::allocation::cast_vec(Vec::from(mem::take(&mut self.bytes)));
        Edit { owner: self, octets }
    }

    /// The memory behind it, shared and not copied.
    #[must_use]
    pub fn as_bytes(&self) -> &Bytes {
        &self.bytes
    }
}

/// The bytes of an [`Octets`] while they are changed: a `Vec`. They go back when it is dropped.
#[derive(Debug)]
pub struct Edit<'a, T: Octet> {
    owner: &'a mut Octets<T>,
    octets: Vec<T>,
}

impl<T: Octet> Deref for Edit<'_, T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.octets
    }
}

impl<T: Octet> DerefMut for Edit<'_, T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.octets
    }
}

impl<T: Octet> Drop for Edit<'_, T> {
    fn drop(&mut self) {
        *self.owner = mem::take(&mut self.octets).into();
    }
}

impl<T: Octet> Deref for Octets<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        bytemuck::cast_slice(&self.bytes)
    }
}

impl<T: Octet> AsRef<[T]> for Octets<T> {
    fn as_ref(&self) -> &[T] {
        self
    }
}

impl<T> Default for Octets<T> {
    fn default() -> Self {
        Self { bytes: Bytes::new(), octet: PhantomData }
    }
}

impl<T: Octet> fmt::Debug for Octets<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

impl<T, A: AsRef<[T]>> PartialEq<A> for Octets<T>
where
    T: Octet,
{
    fn eq(&self, other: &A) -> bool {
        **self == *other.as_ref()
    }
}

impl<T> Eq for Octets<T> where T: Octet + Eq {}

impl<T: Octet> Hash for Octets<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl<T> From<Bytes> for Octets<T> {
    /// Shares the memory.
    fn from(bytes: Bytes) -> Self {
        Self { bytes, octet: PhantomData }
    }
}

impl<T: Octet> From<Vec<T>> for Octets<T> {
    /// Takes the memory over.
    fn from(octets: Vec<T>) -> Self {
        Bytes::from(bytemuck::allocation::cast_vec::<T, u8>(octets)).into()
    }
}

impl<T: Octet> From<&[T]> for Octets<T> {
    /// Copies.
    fn from(octets: &[T]) -> Self {
        Bytes::copy_from_slice(bytemuck::cast_slice(octets)).into()
    }
}

impl<T: Octet, const N: usize> From<[T; N]> for Octets<T> {
    /// Copies.
    fn from(octets: [T; N]) -> Self {
        octets.as_slice().into()
    }
}

impl<T: Octet> FromIterator<T> for Octets<T> {
    fn from_iter<I: IntoIterator<Item = T>>(octets: I) -> Self {
        octets.into_iter().collect::<Vec<_>>().into()
    }
}

impl<'a, T: Octet> IntoIterator for &'a Octets<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Octet> Serialize for Octets<T> {
    /// A list of numbers for people, bytes for machines.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_seq(self)
        } else {
            serializer.serialize_bytes(&self.bytes)
        }
    }
}

impl<'de, T: Octet> Deserialize<'de> for Octets<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            Vec::deserialize(deserializer).map(Self::from)
        } else {
            deserializer.deserialize_byte_buf(BytesVisitor).map(Self::from)
        }
    }
}

/// Takes bytes from formats that have them.
struct BytesVisitor;

impl Visitor<'_> for BytesVisitor {
    type Value = Bytes;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("bytes")
    }

    fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
        Ok(bytes.into())
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
        Ok(Bytes::copy_from_slice(bytes))
    }
}
