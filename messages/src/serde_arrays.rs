//! Fixed arrays of any length for serde, which itself stops at 32 elements. Used by `#[serde(with = "...")]` in generated code.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, SeqAccess, Visitor},
    ser::SerializeTuple,
};

/// Writes an array as a tuple, as serde does with shorter ones.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<T: Serialize, S: Serializer, const N: usize>(
    array: &[T; N],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut tuple = serializer.serialize_tuple(N)?;
    for element in array {
        tuple.serialize_element(element)?;
    }
    tuple.end()
}

/// Reads an array from a tuple.
///
/// # Errors
/// Those of the deserializer, and another number of elements than `N`.
pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>, const N: usize>(
    deserializer: D,
) -> Result<[T; N], D::Error> {
    deserializer.deserialize_tuple(N, ArrayVisitor(PhantomData))
}

/// Collects the elements of an array.
struct ArrayVisitor<T, const N: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const N: usize> Visitor<'de> for ArrayVisitor<T, N> {
    type Value = [T; N];

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an array of {N} elements")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<[T; N], A::Error> {
        let mut array = Vec::with_capacity(N);
        while array.len() < N {
            let found = array.len();
            array.push(elements.next_element()?.ok_or_else(|| A::Error::invalid_length(found, &self))?);
        }
        array.try_into().map_err(|array: Vec<T>| A::Error::invalid_length(array.len(), &self))
    }
}
