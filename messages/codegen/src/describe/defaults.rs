//! Defaults as type descriptions write them. rosidl puts there what Python's `str` makes of the value, so this does as well.

use crate::model::Value;

/// The text of a default.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::List(values) => {
            let list = values.iter().map(element).collect::<Vec<_>>().join(", ");
            // Python marks a tuple of one by a comma.
            if values.len() == 1 { format!("({list},)") } else { format!("({list})") }
        }
        _ => element(value),
    }
}

/// A value within a list.
fn element(value: &Value) -> String {
    match value {
        Value::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => float(*value),
        Value::Text(text) => quoted(text),
        Value::List(_) => String::new(),
    }
}

/// The shortest digits that give the number back, as in Rust, but with an exponent where Python has one.
fn float(value: f64) -> String {
    let magnitude = value.abs();
    if value == 0.0 || !value.is_finite() || (1e-4..1e16).contains(&magnitude) {
        return format!("{value:?}").to_lowercase();
    }
    let digits = format!("{value:e}");
    let Some((number, exponent)) = digits.split_once('e') else { return digits };
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{number}e{sign}{exponent:0>2}")
}

/// Single quotes, unless the text has such and no double ones.
fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut quoted = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            '\\' => quoted.push_str("\\\\"),
            c if c == quote => quoted.extend(['\\', c]),
            c => quoted.push(c),
        }
    }
    quoted.push(quote);
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_written_as_python_writes_them() {
        let cases = [
            (Value::Bool(true), "True"),
            (Value::Float(1.0), "1.0"),
            (Value::Float(-0.00001), "-1e-05"),
            (Value::Float(1.5e16), "1.5e+16"),
            (Value::Float(123_456.75), "123456.75"),
            (Value::Text("it's".to_owned()), "it's"),
            (Value::List(vec![Value::Integer(1)]), "(1,)"),
            (Value::List(vec![]), "()"),
            (Value::List(vec![Value::Text("it's".to_owned()), Value::Text("\\".to_owned())]), "(\"it's\", '\\\\')"),
        ];
        for (value, expected) in cases {
            assert_eq!(text(&value), expected, "{value:?}");
        }
    }
}
