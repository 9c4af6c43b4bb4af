//! How the tables write payloads and errors.

use rosactor_messages::{DecodeError, OverBound};

/// Bytes from words: `0a` is a byte, `'ab'` are characters, `00*5` is a byte five times, `|` is nothing and divides fields.
pub(crate) fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in text.split_whitespace().filter(|word| *word != "|") {
        let (word, times) = word.split_once('*').unwrap_or((word, "1"));
        let one = match word.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')) {
            Some(characters) => characters.as_bytes().to_vec(),
            None => vec![u8::from_str_radix(word, 16).unwrap()],
        };
        bytes.extend(one.repeat(times.parse().unwrap()));
    }
    bytes
}

/// A payload in little-endian byte order.
pub(crate) fn le(body: &str) -> Vec<u8> {
    [&[0, 1, 0, 0][..], &bytes(body)].concat()
}

/// A payload in big-endian byte order.
pub(crate) fn be(body: &str) -> Vec<u8> {
    [&[0, 0, 0, 0][..], &bytes(body)].concat()
}

pub(crate) fn truncated(at: usize, needed: usize, left: usize) -> DecodeError {
    DecodeError::Truncated { at, needed, left }
}

pub(crate) fn too_large(at: usize, count: usize, left: usize) -> DecodeError {
    DecodeError::LengthTooLarge { at, count, left }
}

pub(crate) fn bad_bool(at: usize, found: u8) -> DecodeError {
    DecodeError::BadBool { at, found }
}

pub(crate) fn missing_nul(at: usize, found: u8) -> DecodeError {
    DecodeError::MissingNul { at, found }
}

pub(crate) fn not_utf8(at: usize, valid: usize) -> DecodeError {
    DecodeError::NotUtf8 { at, valid }
}

pub(crate) fn not_utf16(at: usize) -> DecodeError {
    DecodeError::NotUtf16 { at }
}

pub(crate) fn trailing(at: usize, left: usize) -> DecodeError {
    DecodeError::TrailingBytes { at, left }
}

pub(crate) fn unknown(id: [u8; 2]) -> DecodeError {
    DecodeError::UnknownEncapsulation { id }
}

pub(crate) fn over(field: &'static str, found: usize, bound: usize) -> OverBound {
    OverBound { field: field.into(), found, bound }
}

#[test]
fn words_are_bytes() {
    assert_eq!(bytes("0a | 'ab' 00*3 'x'*2"), [10, b'a', b'b', 0, 0, 0, b'x', b'x']);
}
