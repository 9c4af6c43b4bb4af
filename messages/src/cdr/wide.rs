//! Wide strings: a length in UTF-16 units, then each unit in 4 bytes, without a NUL. This is what rosidl writes with Fast CDR.

use super::{Cdr, Reader, Writer, align, sequences::LENGTH};
use crate::DecodeError;

/// Length of one UTF-16 unit on the wire.
const UNIT: usize = 4;

/// Where a wide string ends that begins at `at`.
#[must_use]
pub fn end(text: &str, at: usize) -> usize {
    align(at, LENGTH) + LENGTH + UNIT * text.encode_utf16().count()
}

/// Appends a wide string.
pub fn write(text: &str, writer: &mut Writer) {
    writer.length(text.encode_utf16().count());
    for unit in text.encode_utf16() {
        writer.number(u32::from(unit).to_le_bytes());
    }
}

/// Reads a wide string.
///
/// # Errors
/// The payload ends first, or it is not UTF-16.
pub fn read(reader: &mut Reader<'_>) -> Result<String, DecodeError> {
    let count = reader.length()?;
    let at = reader.offset();
    let units = u32::read_vec(reader, count)?;
    let invalid = DecodeError::NotUtf16 { at };
    let Ok(units) = units.into_iter().map(u16::try_from).collect::<Result<Vec<_>, _>>() else {
        return Err(invalid);
    };
    String::from_utf16(&units).map_err(|_| invalid)
}

/// Where wide strings end that follow each other from `at` on.
#[must_use]
pub fn end_slice(texts: &[String], at: usize) -> usize {
    texts.iter().fold(at, |at, text| end(text, at))
}

/// Appends wide strings, without a length of their own.
pub fn write_slice(texts: &[String], writer: &mut Writer) {
    texts.iter().for_each(|text| write(text, writer));
}

/// Where a sequence of wide strings ends that begins at `at`.
#[must_use]
pub fn end_vec(texts: &[String], at: usize) -> usize {
    end_slice(texts, align(at, LENGTH) + LENGTH)
}

/// Appends a sequence of wide strings.
pub fn write_vec(texts: &[String], writer: &mut Writer) {
    writer.length(texts.len());
    write_slice(texts, writer);
}

/// Reads a sequence of wide strings.
///
/// # Errors
/// The payload is too short for them, or one of them cannot be read.
pub fn read_vec(reader: &mut Reader<'_>) -> Result<Vec<String>, DecodeError> {
    let count = reader.length()?;
    reader.expect_room(count, LENGTH)?;
    let mut texts = Vec::with_capacity(count);
    for _ in 0..count {
        texts.push(read(reader)?);
    }
    Ok(texts)
}

/// Reads a fixed array of wide strings.
///
/// # Errors
/// One of them cannot be read.
pub fn read_array<const N: usize>(reader: &mut Reader<'_>) -> Result<[String; N], DecodeError> {
    let mut texts = [const { String::new() }; N];
    for text in &mut texts {
        *text = read(reader)?;
    }
    Ok(texts)
}
