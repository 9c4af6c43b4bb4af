//! Payloads of types that serde reads.

use std::{collections::BTreeMap, num::NonZeroU16};

use rosactor_messages::{DecodeError, serde_cdr};
use serde::Deserialize;

use crate::notation::*;

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
enum Shape {
    Point,
    Circle(f32),
    Sides(u8, Vec<u16>),
    Named { name: String },
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Tree {
    branches: Vec<Tree>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
enum Chain {
    End,
    Link(Box<Chain>),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[allow(dead_code)]
enum Guess {
    Number(u32),
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Sparse {
    id: u8,
    label: Option<String>,
}

/// A payload and why it is refused.
struct Row {
    line: u32,
    decode: fn(&[u8]) -> Result<String, DecodeError>,
    payload: Vec<u8>,
    error: DecodeError,
}

macro_rules! rows {
    ($($kind:ty: $payload:expr => $error:expr;)*) => {
        vec![$(Row {
            line: line!(),
            decode: |payload| serde_cdr::decode::<$kind>(payload).map(|value| format!("{value:?}")),
            payload: $payload,
            error: $error,
        }),*]
    };
}

fn check(rows: Vec<Row>) {
    for Row { line, decode, payload, error } in rows {
        assert_eq!(decode(&payload), Err(error), "the row in line {line}");
    }
}

/// What serde says of a type.
fn serde(reason: &str) -> DecodeError {
    DecodeError::Serde { reason: reason.to_owned() }
}

/// What is said of something that CDR does not have.
fn no(what: &str) -> DecodeError {
    serde(&format!("CDR has no {what}; use numbers, strings, sequences, arrays and structs of them"))
}

#[test]
fn bytes_that_are_no_value() {
    check(rows! {
        u8: bytes("00 01") => DecodeError::NoHeader { found: 2 };
        u8: bytes("00 0a 00 00 01") => unknown([0, 0x0a]);
        u64: le("00*7") => truncated(4, 8, 7);
        (u8, u32): le("01 | 00") => truncated(8, 4, 0);
        (u8, f64): be("01 | 00*7 | 00*7") => truncated(12, 8, 7);
        [u16; 3]: le("00*4 | 01") => truncated(8, 2, 1);
        bool: le("02") => bad_bool(4, 2);
        Vec<bool>: le("02 00 00 00 | 01 09") => bad_bool(9, 9);
        char: le("") => truncated(4, 1, 0);
        String: le("02 00 00 00 | 'ab'") => missing_nul(8, b'b');
        String: le("03 00 00 00 | 'a' ff 00") => not_utf8(8, 1);
        (): le("00*4 | 00") => trailing(5, 4);
        u32: be("00*4 | 00*4") => trailing(8, 4);
        NonZeroU16: le("00 00") => serde("invalid value: integer `0`, expected a nonzero u16");
    });
}

#[test]
fn lengths_that_lie() {
    check(rows! {
        String: le("ff*4 | 'a'") => truncated(8, 0xffff_ffff, 1);
        Vec<f64>: be("00 00 00 02") => too_large(8, 2, 0);
        Vec<f64>: le("02 00 00 00 | 00*4 | 00*8") => truncated(20, 8, 0);
        Vec<String>: le("ff*4 | 00*8") => too_large(8, 0xffff_ffff, 8);
        Vec<()>: le("05 00 00 00 | 00*4") => too_large(8, 5, 4);
        Vec<Vec<u8>>: le("02 00 00 00 | 01 00 00 00 07 | 00*3 | 09 00 00 00 | 00*8") => too_large(20, 9, 8);
    });
}

#[test]
fn variants_that_there_are_not() {
    let beyond = "invalid value: integer `4`, expected variant index 0 <= i < 4";
    check(rows! {
        Shape: le("04 00 00 00") => serde(beyond);
        Shape: be("00 00 00 04") => serde(beyond);
        Shape: le("00 00") => truncated(4, 4, 2);
        Shape: le("01 00 00 00 | 00*3") => truncated(8, 4, 3);
        Shape: le("02 00 00 00 | 07 | 00*3 | 02 00 00 00 | 01 00") => truncated(18, 2, 0);
        Shape: le("02 00 00 00 | 07 | 00*3 | 03 00 00 00 | 01 00") => too_large(16, 3, 2);
        Shape: le("03 00 00 00 | 01 00 00 00 'x'") => missing_nul(12, b'x');
        Shape: le("00*4 | 00*4") => trailing(8, 4);
    });
}

#[test]
fn types_that_cdr_does_not_have() {
    check(rows! {
        Option<u8>: le("01 01") => no("options");
        Sparse: le("01 | 00*3 | 00*4") => no("options");
        BTreeMap<u8, u8>: le("00*4") => no("maps");
        Guess: le("00*4") => no("type names, which this type asks for");
        u128: le("00*16") => serde("u128 is not supported");
        i128: le("00*16") => serde("i128 is not supported");
    });
}

#[test]
fn types_that_contain_themselves_too_often() {
    let levels = |body: &str| le(&format!("{body} ").repeat(66));
    check(rows! {
        // Each level is a sequence of one: its length.
        Tree: levels("01 00 00 00") => DecodeError::TooDeep { at: 4 + 65 * 4, depth: 64 };
        // Each level is the number of the second variant.
        Chain: levels("01 00 00 00") => DecodeError::TooDeep { at: 4 + 64 * 4, depth: 64 };
    });
    let end = [&levels("01 00 00 00")[..4 + 63 * 4], &[0; 4]].concat();
    assert!(serde_cdr::decode::<Tree>(&end).is_ok() && serde_cdr::decode::<Chain>(&end).is_ok());
}
