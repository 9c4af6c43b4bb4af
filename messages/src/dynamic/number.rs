//! What the kinds of numbers have in common, so that each rule is written once and not ten times.

use crate::{
    DecodeError, Octets,
    cdr::{Cdr, Plain, Reader},
};

use super::Value;

/// A number that a field can hold.
pub(super) trait Number: Plain + Copy + Default {
    /// Which numbers it can hold, for people.
    fn range() -> String;
    /// A field of one.
    fn one(self) -> Value;
    /// A field of several.
    fn many(numbers: Vec<Self>) -> Value;
    /// Reads a sequence with its length.
    fn read_sequence(reader: &mut Reader<'_>) -> Result<Value, DecodeError>;
    /// The same number, or for a float the nearest, unless it is out of range.
    fn from_integer(integer: i128) -> Option<Self>;
    /// The same number, or for a narrower float the nearest, unless it is out of range.
    fn from_float(float: f64) -> Option<Self>;
}

macro_rules! integers {
    ($($number:ident $one:ident $many:ident $sequence:ty;)*) => {$(
        impl Number for $number {
            fn range() -> String {
                format!("a whole number from {} to {}", Self::MIN, Self::MAX)
            }

            fn one(self) -> Value {
                Value::$one(self)
            }

            fn many(numbers: Vec<Self>) -> Value {
                Value::$many(numbers.into())
            }

            fn read_sequence(reader: &mut Reader<'_>) -> Result<Value, DecodeError> {
                <$sequence>::read(reader).map(Value::$many)
            }

            fn from_integer(integer: i128) -> Option<Self> {
                integer.try_into().ok()
            }

            fn from_float(float: f64) -> Option<Self> {
                // Every whole number up to here is exact in both; what JSON and YAML call a float beyond is not meant
                // as one.
                const EXACT: f64 = 9_007_199_254_740_992.0;
                #[allow(clippy::cast_possible_truncation)]
                let whole = (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i128);
                whole.and_then(Self::from_integer)
            }
        }
    )*};
}

integers! {
    u8 U8 U8s Octets<u8>;
    i8 I8 I8s Octets<i8>;
    u16 U16 U16s Vec<u16>;
    i16 I16 I16s Vec<i16>;
    u32 U32 U32s Vec<u32>;
    i32 I32 I32s Vec<i32>;
    u64 U64 U64s Vec<u64>;
    i64 I64 I64s Vec<i64>;
}

macro_rules! floats {
    ($($number:ident $one:ident $many:ident;)*) => {$(
        impl Number for $number {
            fn range() -> String {
                "a number".to_owned()
            }

            fn one(self) -> Value {
                Value::$one(self)
            }

            fn many(numbers: Vec<Self>) -> Value {
                Value::$many(numbers)
            }

            fn read_sequence(reader: &mut Reader<'_>) -> Result<Value, DecodeError> {
                Vec::read(reader).map(Value::$many)
            }

            #[allow(clippy::cast_precision_loss)]
            fn from_integer(integer: i128) -> Option<Self> {
                Some(integer as $number)
            }

            #[allow(clippy::cast_possible_truncation)]
            fn from_float(float: f64) -> Option<Self> {
                let number = float as $number;
                (number.is_finite() || !float.is_finite()).then_some(number)
            }
        }
    )*};
}

floats! {
    f32 F32 F32s;
    f64 F64 F64s;
}

/// An expression for the Rust type of a kind of number, and another for all other kinds.
macro_rules! with_number {
    ($kind:expr, $number:ident => $body:expr, $other:expr) => {
        match $kind {
            $crate::dynamic::Kind::Byte | $crate::dynamic::Kind::Uint8 => {
                type $number = u8;
                $body
            }
            $crate::dynamic::Kind::Int8 => {
                type $number = i8;
                $body
            }
            $crate::dynamic::Kind::Uint16 => {
                type $number = u16;
                $body
            }
            $crate::dynamic::Kind::Int16 => {
                type $number = i16;
                $body
            }
            $crate::dynamic::Kind::Uint32 => {
                type $number = u32;
                $body
            }
            $crate::dynamic::Kind::Int32 => {
                type $number = i32;
                $body
            }
            $crate::dynamic::Kind::Uint64 => {
                type $number = u64;
                $body
            }
            $crate::dynamic::Kind::Int64 => {
                type $number = i64;
                $body
            }
            $crate::dynamic::Kind::Float32 => {
                type $number = f32;
                $body
            }
            $crate::dynamic::Kind::Float64 => {
                type $number = f64;
                $body
            }
            _ => $other,
        }
    };
}

/// An expression for a field of one number, one for a field of several, and arms for all else.
macro_rules! match_value {
    ($value:expr, $number:ident => $one:expr, $numbers:ident => $many:expr, { $($arms:tt)* }) => {
        match $value {
            $crate::dynamic::Value::U8($number) => $one,
            $crate::dynamic::Value::I8($number) => $one,
            $crate::dynamic::Value::U16($number) => $one,
            $crate::dynamic::Value::I16($number) => $one,
            $crate::dynamic::Value::U32($number) => $one,
            $crate::dynamic::Value::I32($number) => $one,
            $crate::dynamic::Value::U64($number) => $one,
            $crate::dynamic::Value::I64($number) => $one,
            $crate::dynamic::Value::F32($number) => $one,
            $crate::dynamic::Value::F64($number) => $one,
            $crate::dynamic::Value::U8s($numbers) => $many,
            $crate::dynamic::Value::I8s($numbers) => $many,
            $crate::dynamic::Value::U16s($numbers) => $many,
            $crate::dynamic::Value::I16s($numbers) => $many,
            $crate::dynamic::Value::U32s($numbers) => $many,
            $crate::dynamic::Value::I32s($numbers) => $many,
            $crate::dynamic::Value::U64s($numbers) => $many,
            $crate::dynamic::Value::I64s($numbers) => $many,
            $crate::dynamic::Value::F32s($numbers) => $many,
            $crate::dynamic::Value::F64s($numbers) => $many,
            $($arms)*
        }
    };
}

pub(super) use {match_value, with_number};
