//! The types that a parameter can have, in the deployment file and in ROS's messages.

use std::fmt::Debug;

use rosactor_transport::messages::Octets;
use rosactor_transport::messages::rcl_interfaces::{
    FloatingPointRange, IntegerRange, ParameterDescriptor, ParameterType, ParameterValue,
};

use crate::deployment::ParamValue;

/// A value that a parameter can have, as in ROS: `bool`, `i64`, `f64`, `String`, and vectors of them; `Vec<u8>` for bytes;
/// an `Option` of one can be absent.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter",
    note = "parameters are `bool`, `i64`, `f64`, `String`, `Vec` of one of these, `Vec<u8>`, or `Option` of any of these"
)]
pub trait ParamType: Clone + Send + Sync + Debug + 'static {
    /// What the type is called in messages to the user: "a number".
    const EXPECTED: &'static str;

    /// The type's number in `rcl_interfaces/msg/ParameterType`.
    const TYPE: u8;

    /// Takes the value from the deployment file, if it has the right type. An integer is accepted for an `f64`.
    fn from_value(value: &ParamValue) -> Option<Self>;

    /// Takes the value from a ROS message, if it has exactly the right type.
    fn from_message(value: &ParameterValue) -> Option<Self>;

    /// The value as a ROS message.
    fn to_message(&self) -> ParameterValue;

    /// Puts a range into a descriptor, if ROS knows ranges for the type. Bounds that are missing are the type's own.
    fn describe_range(lower: Option<&Self>, upper: Option<&Self>, descriptor: &mut ParameterDescriptor) {
        let _ = (lower, upper, descriptor);
    }

    /// The value as messages to the user show it.
    fn shown(&self) -> String {
        format!("{self:?}")
    }
}

macro_rules! param_types {
    ($($type:ty, $expected:literal, $number:ident in $field:ident, { $($pattern:pat => $value:expr),+ } $(, range $range:item)?;)+) => {$(
        impl ParamType for $type {
            const EXPECTED: &'static str = $expected;
            const TYPE: u8 = ParameterType::$number;

            fn from_value(value: &ParamValue) -> Option<Self> {
                match value {
                    $($pattern => $value,)+
                    _ => None,
                }
            }

            fn from_message(value: &ParameterValue) -> Option<Self> {
                (value.r#type == Self::TYPE).then(|| value.$field.clone().into())
            }

            fn to_message(&self) -> ParameterValue {
                ParameterValue { r#type: Self::TYPE, $field: self.clone(), ..ParameterValue::default() }
            }

            $($range)?
        }
    )+};
}

// Doubles hold every integer that a person writes in a file exactly; ROS would refuse `1` for `1.0`.
#[expect(clippy::cast_precision_loss, reason = "see above")]
fn double(value: i64) -> f64 {
    value as f64
}

param_types! {
    bool, "a truth value", PARAMETER_BOOL in bool_value, { ParamValue::Bool(v) => Some(*v) };
    i64, "a whole number", PARAMETER_INTEGER in integer_value, { ParamValue::Integer(v) => Some(*v) }, range
        fn describe_range(lower: Option<&Self>, upper: Option<&Self>, descriptor: &mut ParameterDescriptor) {
            let (from_value, to_value) = (lower.copied().unwrap_or(i64::MIN), upper.copied().unwrap_or(i64::MAX));
            descriptor.integer_range = vec![IntegerRange { from_value, to_value, ..IntegerRange::default() }];
        };
    f64, "a number", PARAMETER_DOUBLE in double_value, { ParamValue::Double(v) => Some(*v), ParamValue::Integer(v) => Some(double(*v)) }, range
        fn describe_range(lower: Option<&Self>, upper: Option<&Self>, descriptor: &mut ParameterDescriptor) {
            let from_value = lower.copied().unwrap_or(f64::NEG_INFINITY);
            let to_value = upper.copied().unwrap_or(f64::INFINITY);
            descriptor.floating_point_range = vec![FloatingPointRange { from_value, to_value, ..FloatingPointRange::default() }];
        };
    String, "a text", PARAMETER_STRING in string_value, { ParamValue::String(v) => Some(v.clone()) };
    Vec<bool>, "a list of truth values", PARAMETER_BOOL_ARRAY in bool_array_value,
        { ParamValue::BoolArray(v) => Some(v.clone()), ParamValue::EmptyArray => Some(Vec::new()) };
    Vec<i64>, "a list of whole numbers", PARAMETER_INTEGER_ARRAY in integer_array_value,
        { ParamValue::IntegerArray(v) => Some(v.clone()), ParamValue::EmptyArray => Some(Vec::new()) };
    Vec<f64>, "a list of numbers", PARAMETER_DOUBLE_ARRAY in double_array_value,
        { ParamValue::DoubleArray(v) => Some(v.clone()), ParamValue::IntegerArray(v) => Some(v.iter().map(|i| double(*i)).collect()),
          ParamValue::EmptyArray => Some(Vec::new()) };
    Vec<String>, "a list of texts", PARAMETER_STRING_ARRAY in string_array_value,
        { ParamValue::StringArray(v) => Some(v.clone()), ParamValue::EmptyArray => Some(Vec::new()) };
}

impl ParamType for Vec<u8> {
    const EXPECTED: &'static str = "a list of bytes, which are whole numbers from 0 to 255";
    const TYPE: u8 = ParameterType::PARAMETER_BYTE_ARRAY;

    fn from_value(value: &ParamValue) -> Option<Self> {
        match value {
            ParamValue::IntegerArray(values) => values.iter().map(|value| u8::try_from(*value).ok()).collect(),
            ParamValue::EmptyArray => Some(Vec::new()),
            _ => None,
        }
    }

    fn from_message(value: &ParameterValue) -> Option<Self> {
        (value.r#type == Self::TYPE).then(|| value.byte_array_value.to_vec())
    }

    fn to_message(&self) -> ParameterValue {
        let bytes = Octets::from(self.as_slice());
        ParameterValue { r#type: Self::TYPE, byte_array_value: bytes, ..ParameterValue::default() }
    }
}

impl<T: ParamType> ParamType for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    const TYPE: u8 = T::TYPE;

    fn from_value(value: &ParamValue) -> Option<Self> {
        T::from_value(value).map(Some)
    }

    fn from_message(value: &ParameterValue) -> Option<Self> {
        if value.r#type == ParameterType::PARAMETER_NOT_SET { Some(None) } else { T::from_message(value).map(Some) }
    }

    fn to_message(&self) -> ParameterValue {
        self.as_ref().map_or_else(ParameterValue::default, T::to_message)
    }

    fn shown(&self) -> String {
        self.as_ref().map_or_else(|| "absent".to_owned(), T::shown)
    }
}

/// What a type is called, by its number in `rcl_interfaces/msg/ParameterType`.
pub(super) fn type_name(number: u8) -> &'static str {
    match number {
        ParameterType::PARAMETER_NOT_SET => "nothing",
        ParameterType::PARAMETER_BOOL => bool::EXPECTED,
        ParameterType::PARAMETER_INTEGER => i64::EXPECTED,
        ParameterType::PARAMETER_DOUBLE => f64::EXPECTED,
        ParameterType::PARAMETER_STRING => String::EXPECTED,
        ParameterType::PARAMETER_BYTE_ARRAY => Vec::<u8>::EXPECTED,
        ParameterType::PARAMETER_BOOL_ARRAY => Vec::<bool>::EXPECTED,
        ParameterType::PARAMETER_INTEGER_ARRAY => Vec::<i64>::EXPECTED,
        ParameterType::PARAMETER_DOUBLE_ARRAY => Vec::<f64>::EXPECTED,
        ParameterType::PARAMETER_STRING_ARRAY => Vec::<String>::EXPECTED,
        _ => "a value of a type that ROS does not have",
    }
}
