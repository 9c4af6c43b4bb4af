//! Makes values of any type by serde, either from random numbers or from a list of scalars.

use std::{collections::VecDeque, fmt};

use serde::de::{self, DeserializeOwned, DeserializeSeed, SeqAccess, Visitor};
use serde_json::Value;

/// Where the scalars come from, in the order of fields. A sequence begins with its length.
#[derive(Debug)]
pub enum Source {
    /// Random numbers (splitmix64), so that a value can be made again from its seed. No float is NaN, because NaN equals nothing.
    /// Sequences are up to `longest` elements long.
    Random {
        /// The seed, and what becomes of it.
        state: u64,
        /// The longest sequence.
        longest: usize,
    },
    /// These.
    Listed(VecDeque<Value>),
}

impl Source {
    /// The next random number.
    pub fn number(&mut self) -> u64 {
        let Self::Random { state, .. } = self else { panic!("a list has no random numbers") };
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A random number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.number() % bound as u64).unwrap()
    }

    fn listed(&mut self) -> Option<Value> {
        match self {
            Self::Random { .. } => None,
            Self::Listed(values) => Some(values.pop_front().expect("the list has a scalar for each field")),
        }
    }

    /// A number of `bits` bits, as the bits of a signed one if `signed`.
    fn integer(&mut self, bits: u32, signed: bool) -> u64 {
        match self.listed() {
            Some(value) if signed => value.as_i64().unwrap().cast_unsigned(),
            Some(value) => value.as_u64().unwrap(),
            // The ends of the range are where mistakes are.
            None => match self.below(8) {
                0 => 0,
                1 => u64::MAX,
                2 => 1 << (bits - 1),
                3 => (1 << (bits - 1)) - 1,
                _ => self.number(),
            },
        }
    }

    fn float(&mut self, random: fn(u64) -> f64) -> f64 {
        let number = match self.listed() {
            Some(value) => value.as_str().unwrap().parse().unwrap(),
            None => random(self.number()),
        };
        if number.is_nan() { f64::INFINITY } else { number }
    }

    fn boolean(&mut self) -> bool {
        self.listed().map_or_else(|| self.below(2) == 1, |value| value.as_bool().unwrap())
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 6] = ["a", "Z", "/", "é", "木", "😀"];
        match self.listed() {
            Some(value) => value.as_str().unwrap().to_owned(),
            None => (0..self.below(5)).map(|_| PIECES[self.below(PIECES.len())]).collect(),
        }
    }

    fn length(&mut self) -> usize {
        match self {
            Self::Random { longest, .. } => {
                let bound = *longest + 1;
                self.below(bound)
            }
            Self::Listed(_) => usize::try_from(self.listed().unwrap().as_u64().unwrap()).unwrap(),
        }
    }
}

/// A value.
pub fn make<T: DeserializeOwned>(source: &mut Source) -> T {
    T::deserialize(source).expect("generated types can be made")
}

/// Something that generated types do not ask for.
#[derive(Debug)]
pub struct Impossible(String);

impl fmt::Display for Impossible {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Impossible {}

impl de::Error for Impossible {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self(reason.to_string())
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $kind:ty, $signed:literal;)*) => {$(
        #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Impossible> {
            visitor.$visit(self.integer(<$kind>::BITS, $signed) as $kind)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for &mut Source {
    type Error = Impossible;

    integers! {
        deserialize_u8 visit_u8 u8, false;
        deserialize_u16 visit_u16 u16, false;
        deserialize_u32 visit_u32 u32, false;
        deserialize_u64 visit_u64 u64, false;
        deserialize_i8 visit_i8 i8, true;
        deserialize_i16 visit_i16 i16, true;
        deserialize_i32 visit_i32 i32, true;
        deserialize_i64 visit_i64 i64, true;
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Impossible> {
        Err(Impossible("a type must say what it is".to_owned()))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Impossible> {
        visitor.visit_bool(self.boolean())
    }

    #[allow(clippy::cast_possible_truncation)]
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Impossible> {
        visitor.visit_f32(self.float(|bits| f64::from(f32::from_bits(bits as u32))) as f32)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Impossible> {
        visitor.visit_f64(self.float(f64::from_bits))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Impossible> {
        visitor.visit_string(self.text())
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Impossible> {
        let left = self.length();
        visitor.visit_seq(Elements { source: self, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value, Impossible> {
        visitor.visit_seq(Elements { source: self, left })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Impossible> {
        visitor.visit_seq(Elements { source: self, left: fields.len() })
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char str bytes byte_buf option unit unit_struct newtype_struct tuple_struct map enum identifier ignored_any
    }
}

struct Elements<'s> {
    source: &'s mut Source,
    left: usize,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Impossible;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Impossible> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(&mut *self.source).map(Some)
    }
}
