//! Messages that users write by hand, by way of serde.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use rosactor_messages::{DecodeError, EncodeError, Message, serde_cdr};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Reading {
    id: u8,
    label: String,
    values: Vec<f64>,
    window: [u16; 3],
    state: State,
    nested: Vec<Reading>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
enum State {
    #[default]
    Idle,
    Busy(i32),
    Done {
        ok: bool,
    },
}

impl Message for Reading {
    const TYPE_NAME: &'static str = "my_robot/msg/Reading";
    const TYPE_HASH: &'static str = "RIHS01_0000000000000000000000000000000000000000000000000000000000000000";
}

fn reading() -> Reading {
    let nested = Reading { label: "é".to_owned(), state: State::Done { ok: true }, ..Reading::default() };
    Reading {
        id: 7,
        label: "front".to_owned(),
        values: vec![1.5, -2.0],
        window: [1, 2, 3],
        state: State::Busy(-4),
        nested: vec![nested.clone(), nested],
    }
}

#[test]
fn a_hand_written_message_keeps_its_value() {
    assert_eq!(Reading::decode(&reading().encode().unwrap()).unwrap(), reading());
}

#[test]
fn big_endian_is_read_as_well() {
    let bytes = [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(
        serde_cdr::decode::<Vec<f64>>(&bytes[..4 + 4]).unwrap_err(),
        DecodeError::LengthTooLarge { at: 8, count: 2, left: 0 }
    );
    assert_eq!(serde_cdr::decode::<(u32, Vec<u8>)>(&bytes[..12]).unwrap(), (2, vec![]));
    assert_eq!(serde_cdr::decode::<(u32, u32, [f64; 2])>(&bytes).unwrap(), (2, 0, [1.5, -2.0]));
}

#[test]
fn a_length_that_lies_makes_no_memory() {
    let bytes = [0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff, b'a'];
    assert!(matches!(serde_cdr::decode::<String>(&bytes), Err(DecodeError::Truncated { at: 8, left: 1, .. })));
    assert!(matches!(
        serde_cdr::decode::<Vec<String>>(&bytes),
        Err(DecodeError::LengthTooLarge { at: 8, left: 1, .. })
    ));
    assert!(matches!(serde_cdr::decode::<Vec<()>>(&bytes), Err(DecodeError::LengthTooLarge { at: 8, left: 1, .. })));
}

#[test]
fn a_payload_cannot_use_up_the_stack() {
    #[derive(Debug, Deserialize)]
    struct Tree {
        #[allow(dead_code)]
        branches: Vec<Tree>,
    }
    let bytes = [vec![0, 1, 0, 0], [1, 0, 0, 0].repeat(1_000_000)].concat();
    assert!(matches!(serde_cdr::decode::<Tree>(&bytes), Err(DecodeError::TooDeep { .. })));
}

#[test]
fn what_cdr_does_not_have_is_refused_with_a_reason() {
    let error = serde_cdr::encode(&Some(1)).unwrap_err();
    assert!(matches!(&error, EncodeError::Serde { reason } if reason == "unsupported type"), "{error}");
    let error = serde_cdr::decode::<Option<u8>>(&[0, 1, 0, 0, 1]).unwrap_err();
    assert!(error.to_string().contains("CDR has no options"), "{error}");
}

#[test]
fn headers_and_ends_are_checked() {
    let bytes = reading().encode().unwrap();
    assert_eq!(Reading::decode(&bytes[..3]), Err(DecodeError::NoHeader { found: 3 }));
    let mut other = bytes.clone();
    other[1] = 3;
    assert_eq!(Reading::decode(&other), Err(DecodeError::UnknownEncapsulation { id: [0, 3] }));
    let long = [bytes.as_slice(), &[0; 4]].concat();
    assert_eq!(Reading::decode(&long), Err(DecodeError::TrailingBytes { at: bytes.len(), left: 4 }));
    for length in 0..bytes.len() {
        assert!(Reading::decode(&bytes[..length]).is_err());
    }
}
