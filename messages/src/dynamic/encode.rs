//! Messages to bytes.

use super::{Field, Kind, Message, Value, kind::Arity, number::match_value};
use crate::{
    EncodeError, Payload,
    cdr::{Cdr, Writer, wide},
};

impl Message {
    /// Writes the message as CDR: a 4-byte header, then the body in little-endian byte order.
    ///
    /// # Errors
    /// A string or sequence has more than `u32::MAX` elements. Bounds cannot be broken, because they were checked
    /// before.
    pub fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        let mut writer = Writer::with_body_size(end_message(self, 0));
        write_message(self, &mut writer);
        writer.into_bytes()
    }

    /// As [`encode`](Self::encode), but long sequences of bytes become pieces of their own and are not copied.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub fn encode_scattered(&self) -> Result<Payload, EncodeError> {
        if !self.ty.layout.has_octets {
            return self.encode().map(Payload::from);
        }
        let mut writer = Writer::scattered(end_message(self, 0) - lent(self));
        write_message(self, &mut writer);
        writer.into_payload()
    }
}

/// How a value is written, beyond what it is.
#[derive(Clone, Copy)]
struct Form {
    /// A sequence begins with its length, an array does not.
    has_length: bool,
    wide: bool,
}

impl Form {
    fn of(field: &Field) -> Self {
        Self { has_length: !matches!(field.arity, Arity::Array(_)), wide: matches!(field.kind, Kind::WString { .. }) }
    }
}

/// Where a message ends that begins at `at`.
fn end_message(message: &Message, at: usize) -> usize {
    let start = if message.fields.is_empty() { at + 1 } else { at };
    message.values().fold(start, |at, (field, value)| end(value, Form::of(field), at))
}

fn end(value: &Value, form: Form, at: usize) -> usize {
    // An empty vector ends behind its length.
    let start = |at: usize| if form.has_length { Vec::<u8>::new().end(at) } else { at };
    match_value!(value, number => number.end(at), numbers => Cdr::end_slice(numbers, start(at)), {
        Value::Bool(value) => value.end(at),
        Value::String(text) => if form.wide { wide::end(text, at) } else { text.end(at) },
        Value::Message(message) => end_message(message, at),
        Value::Bools(values) => Cdr::end_slice(values, start(at)),
        Value::Strings(texts) if form.wide => wide::end_slice(texts, start(at)),
        Value::Strings(texts) => Cdr::end_slice(texts, start(at)),
        Value::Messages(messages) => messages.iter().fold(start(at), |at, message| end_message(message, at)),
    })
}

fn write_message(message: &Message, writer: &mut Writer) {
    if message.fields.is_empty() {
        writer.dummy();
    }
    message.values().for_each(|(field, value)| write(value, Form::of(field), writer));
}

fn write(value: &Value, form: Form, writer: &mut Writer) {
    if let Some(length) = value.len().filter(|_| form.has_length) {
        match value {
            // They may be lent, which is more than to write their bytes.
            Value::U8s(octets) => return octets.write(writer),
            Value::I8s(octets) => return octets.write(writer),
            _ => writer.length(length),
        }
    }
    match_value!(value, number => number.write(writer), numbers => Cdr::write_slice(numbers, writer), {
        Value::Bool(value) => value.write(writer),
        Value::String(text) => if form.wide { wide::write(text, writer) } else { text.write(writer) },
        Value::Message(message) => write_message(message, writer),
        Value::Bools(values) => Cdr::write_slice(values, writer),
        Value::Strings(texts) if form.wide => wide::write_slice(texts, writer),
        Value::Strings(texts) => Cdr::write_slice(texts, writer),
        Value::Messages(messages) => messages.iter().for_each(|message| write_message(message, writer)),
    })
}

/// How many bytes a scattered payload shares.
fn lent(message: &Message) -> usize {
    let lent_by = |(field, value): (&Field, &Value)| match value {
        Value::U8s(octets) if Form::of(field).has_length => octets.lent(),
        Value::I8s(octets) if Form::of(field).has_length => octets.lent(),
        Value::Message(message) => lent(message),
        Value::Messages(messages) => messages.iter().map(lent).sum(),
        _ => 0,
    };
    if message.ty.layout.has_octets { message.values().map(lent_by).sum() } else { 0 }
}
