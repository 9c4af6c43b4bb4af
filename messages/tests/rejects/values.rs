//! Values that must not be written.

use std::{collections::BTreeMap, fmt::Debug};

use rosactor_every_type::test_msgs::{
    BoundedPlainSequences, BoundedSequences, Constants, MultiNested, Strings, WStrings,
};
use rosactor_messages::{
    EncodeError, Message,
    cdr::Writer,
    rcl_interfaces::{DescribeParametersResponse, FloatingPointRange, IntegerRange, ParameterDescriptor},
    serde_cdr,
};

use crate::notation::over;

const BOOLS: &str = "test_msgs/msg/BoundedSequences.bool_values";
const RANGE: &str = "rcl_interfaces/msg/ParameterDescriptor.floating_point_range";

/// The value cannot be written in either way.
fn refuse<T: Message>(value: &T, (field, found, bound): (&'static str, usize, usize)) {
    let error = EncodeError::OverBound(over(field, found, bound));
    assert_eq!(value.encode(), Err(error.clone()));
    assert_eq!(value.encode_scattered().map(|payload| payload.len()), Err(error));
}

fn too_many_bools() -> BoundedSequences {
    BoundedSequences { bool_values: vec![true; 4], ..Default::default() }
}

fn two_ranges() -> ParameterDescriptor {
    ParameterDescriptor { floating_point_range: vec![FloatingPointRange::default(); 2], ..Default::default() }
}

#[test]
fn sequences_over_their_bound() {
    macro_rules! refuse_four {
        ($kind:ident { $($field:ident: $value:expr),* $(,)? }) => {$({
            let four = std::iter::repeat_n($value, 4).collect();
            let field = concat!("test_msgs/msg/", stringify!($kind), ".", stringify!($field));
            refuse(&$kind { $field: four, ..Default::default() }, (field, 4, 3));
        })*};
    }
    refuse_four!(BoundedSequences {
        bool_values: false,
        byte_values: 0,
        int8_values: 0,
        float64_values: 0.0,
        string_values: String::new(),
        basic_types_values: Default::default(),
        constants_values: Constants {},
        string_values_default: String::new(),
    });
    refuse_four!(BoundedPlainSequences { uint8_values: 1, uint64_values: 1, defaults_values: Default::default() });
    refuse_four!(WStrings { bounded_sequence_of_wstrings: String::new() });
    refuse(&two_ranges(), (RANGE, 2, 1));
    let field = "rcl_interfaces/msg/ParameterDescriptor.integer_range";
    let integers = ParameterDescriptor { integer_range: vec![IntegerRange::default(); 3], ..Default::default() };
    refuse(&integers, (field, 3, 1));
}

#[test]
fn strings_over_their_bound_in_bytes() {
    let field = "test_msgs/msg/Strings.bounded_string_value";
    refuse(&Strings { bounded_string_value: "x".repeat(23), ..Default::default() }, (field, 23, 22));
    refuse(&Strings { bounded_string_value: "é".repeat(12), ..Default::default() }, (field, 24, 22));
}

#[test]
fn a_bound_deep_within_a_value_and_the_first_of_several() {
    let array = [BoundedSequences::default(), BoundedSequences::default(), too_many_bools()];
    refuse(&MultiNested { array_of_bounded_sequences: array, ..Default::default() }, (BOOLS, 4, 3));
    let sequence = vec![BoundedSequences::default(), too_many_bools()];
    refuse(&MultiNested { unbounded_sequence_of_bounded_sequences: sequence, ..Default::default() }, (BOOLS, 4, 3));
    let response = DescribeParametersResponse { descriptors: vec![ParameterDescriptor::default(), two_ranges()] };
    refuse(&response, (RANGE, 2, 1));
    // Two are wrong.
    refuse(&BoundedSequences { float32_values: vec![0.0; 5], ..too_many_bools() }, (BOOLS, 4, 3));
}

#[test]
fn a_length_of_more_than_32_bits() {
    let count = 1 << 32;
    let mut writer = Writer::with_body_size(0);
    writer.length(count);
    assert_eq!(writer.into_bytes(), Err(EncodeError::TooLong { count }));
}

#[test]
fn what_cdr_does_not_have() {
    fn refuse(value: impl serde::Serialize + Debug) {
        let reason = "unsupported type".to_owned();
        assert_eq!(serde_cdr::encode(&value), Err(EncodeError::Serde { reason }), "{value:?}");
    }
    refuse(Some(1));
    refuse(None::<String>);
    refuse(BTreeMap::from([(1, 2)]));
    refuse((1_u8, "in a tuple", vec![Some(1)]));
}
