//! What an unquoted word of a YAML file means: the core schema of YAML 1.2.2, section 10.3.2.

use super::tree::{Text, Value};

/// Reads an unquoted scalar. `Err` says why a number cannot be held.
pub(super) fn resolve(raw: &str) -> Result<Value, &'static str> {
    match raw {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true, raw.to_owned())),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false, raw.to_owned())),
        _ => {}
    }
    if let Some(integer) = integer(raw) {
        return integer.map(|value| Value::Integer(value, raw.to_owned()));
    }
    if let Some(double) = double(raw) {
        return double.map(|value| Value::Double(value, raw.to_owned()));
    }
    Ok(Value::Text(Text { text: raw.to_owned(), quoted: false }))
}

fn integer(raw: &str) -> Option<Result<i64, &'static str>> {
    let (digits, radix) = match raw.get(..2) {
        Some("0o") => (&raw[2..], 8),
        Some("0x") => (&raw[2..], 16),
        _ => (raw, 10),
    };
    let unsigned = if radix == 10 { digits.strip_prefix(['-', '+']).unwrap_or(digits) } else { digits };
    if unsigned.is_empty() || !unsigned.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    Some(i64::from_str_radix(digits, radix).map_err(|_| "a whole number must fit into 64 bits with a sign"))
}

fn double(raw: &str) -> Option<Result<f64, &'static str>> {
    let unsigned = raw.strip_prefix(['-', '+']).unwrap_or(raw);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => {
            let infinity = if raw.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY };
            return Some(Ok(infinity));
        }
        ".nan" | ".NaN" | ".NAN" if raw == unsigned => return Some(Ok(f64::NAN)),
        _ => {}
    }
    // Rust's own syntax is wider (`inf`, `infinity`): only digits may start a number here.
    if !unsigned.trim_start_matches('.').starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let value: f64 = raw.parse().ok()?;
    Some(if value.is_finite() { Ok(value) } else { Err("a number must fit into a 64-bit floating-point number") })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn whole_numbers() {
        for (raw, expected) in [
            ("0", 0),
            ("-7", -7),
            ("+7", 7),
            ("007", 7),
            ("0o17", 15),
            ("0xFf", 255),
            ("9223372036854775807", i64::MAX),
        ] {
            assert_eq!(resolve(raw), Ok(Value::Integer(expected, raw.to_owned())), "{raw}");
        }
    }

    #[test]
    fn other_numbers() {
        for (raw, expected) in [
            ("0.5", 0.5),
            ("-1e3", -1000.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("-.inf", f64::NEG_INFINITY),
            ("+.INF", f64::INFINITY),
        ] {
            assert_eq!(resolve(raw), Ok(Value::Double(expected, raw.to_owned())), "{raw}");
        }
        assert!(matches!(resolve(".nan"), Ok(Value::Double(value, _)) if value.is_nan()));
    }

    #[test]
    fn words_stay_words() {
        for raw in [
            "inf", "nan", "-nan", "-.nan", "infinity", "1_000", "0b1", "0x", "-0x1", "1.2.3", "10ms", "..5", "yes",
            "-", "+", "1e", "1:30", "é",
        ] {
            assert!(matches!(resolve(raw), Ok(Value::Text(_))), "{raw}: {:?}", resolve(raw));
        }
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        for raw in ["9223372036854775808", "-9223372036854775809", "0xFFFFFFFFFFFFFFFF", "1e999"] {
            assert!(resolve(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn nothing_and_truth() {
        for raw in ["", "~", "null"] {
            assert_eq!(resolve(raw), Ok(Value::Null), "{raw}");
        }
        assert_eq!(resolve("True"), Ok(Value::Bool(true, "True".to_owned())));
        assert_eq!(resolve("false"), Ok(Value::Bool(false, "false".to_owned())));
    }
}
