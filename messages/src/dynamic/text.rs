//! Texts and floats as PyYAML writes them: in quotes only where YAML 1.1 would read them as something else.
//!
//! In one thing this differs: the line breaks U+0085, U+2028 and U+2029 are escaped. PyYAML writes them as they are
//! within single quotes, which readers of YAML 1.2 take for another text.

use std::fmt::{self, Formatter, Write};

/// A float with the digits of Python's `repr`, and a point in front of the exponent, which YAML 1.1 asks for.
pub(super) fn write_float(number: f64, out: &mut Formatter<'_>) -> fmt::Result {
    if number.is_nan() {
        return out.write_str(".nan");
    }
    if number.is_infinite() {
        return out.write_str(if number > 0.0 { ".inf" } else { "-.inf" });
    }
    let decimals = |text: &str| text.split(['.', 'e']).nth(1).map_or(0, str::len);
    if number == 0.0 || (1e-4..1e16).contains(&number.abs()) {
        let shortest = format!("{number:?}");
        let even = format!("{number:.*}", decimals(&shortest));
        return out.write_str(same(&even, number).unwrap_or(&shortest));
    }
    let shortest = format!("{number:e}");
    let even = format!("{number:.*e}", if shortest.contains('.') { decimals(&shortest) } else { 0 });
    let text = same(&even, number).unwrap_or(&shortest);
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    let point = if digits.contains('.') { "" } else { ".0" };
    write!(out, "{digits}{point}e{sign}{exponent:0>2}")
}

/// The text if it is that of the number. Of two texts that are as short and as near, Rust takes the one with the greater last
/// digit and Python the one with an even one, which is what Rust rounds to if it is told how many digits there are.
fn same(text: &str, number: f64) -> Option<&str> {
    (text.parse() == Ok(number)).then_some(text)
}

/// A text within a block at `indent`.
pub(super) fn write(text: &str, indent: usize, out: &mut Formatter<'_>) -> fmt::Result {
    let found = Found::of(text);
    if found.special || found.blank_beside_break {
        write_double(text, out)
    } else if found.breaks || found.edge_blank || found.indicator || reads_as_other(text) {
        write_single(text, indent, out)
    } else {
        out.write_str(text)
    }
}

/// What in a text keeps it from standing without quotes.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    /// Characters that must be escaped.
    special: bool,
    /// Several lines.
    breaks: bool,
    blank_beside_break: bool,
    /// A blank at an end.
    edge_blank: bool,
    /// Characters that mean something in YAML.
    indicator: bool,
}

impl Found {
    fn of(text: &str) -> Self {
        let mut found = Self { indicator: text.starts_with("---") || text.starts_with("..."), ..Self::default() };
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let after = chars.peek().copied();
            let is_edge = before.is_none() || after.is_none();
            found.special |= c != '\n' && !is_printable(c);
            found.breaks |= c == '\n';
            found.edge_blank |= is_edge && c == ' ';
            found.blank_beside_break |= matches!((before, c), (Some('\n'), ' ') | (Some(' '), '\n'));
            found.indicator |= is_indicator(before, c, after);
            before = Some(c);
        }
        found
    }
}

/// Whether a character divides words. Others that do are escaped anyway.
fn is_blank(c: char) -> bool {
    matches!(c, '\n' | ' ')
}

fn is_printable(c: char) -> bool {
    let is_printable =
        matches!(c, ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10fffe}');
    is_printable && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Whether a character means something where it stands in a text of a block.
fn is_indicator(before: Option<char>, c: char, after: Option<char>) -> bool {
    let blank_follows = after.is_none_or(is_blank);
    match c {
        '#' => before.is_none_or(is_blank),
        ':' => blank_follows,
        '?' | '-' => before.is_none() && blank_follows,
        ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => before.is_none(),
        _ => false,
    }
}

/// A text in single quotes: a line break is doubled, and the next line begins at the indent.
fn write_single(text: &str, indent: usize, out: &mut Formatter<'_>) -> fmt::Result {
    out.write_char('\'')?;
    let mut chars = text.chars().peekable();
    let mut before = None;
    while let Some(c) = chars.next() {
        match c {
            '\n' => {
                // Of several breaks only the first is doubled.
                out.write_str(if before == Some('\n') { "\n" } else { "\n\n" })?;
                if chars.peek() != Some(&'\n') {
                    write!(out, "{:width$}", "", width = indent + 2)?;
                }
            }
            '\'' => out.write_str("''")?,
            _ => out.write_char(c)?,
        }
        before = Some(c);
    }
    out.write_char('\'')
}

/// A text in double quotes, where everything can be escaped.
fn write_double(text: &str, out: &mut Formatter<'_>) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '\0' => out.write_str("\\0")?,
            '\x07' => out.write_str("\\a")?,
            '\x08' => out.write_str("\\b")?,
            '\t' => out.write_str("\\t")?,
            '\n' => out.write_str("\\n")?,
            '\x0b' => out.write_str("\\v")?,
            '\x0c' => out.write_str("\\f")?,
            '\r' => out.write_str("\\r")?,
            '\x1b' => out.write_str("\\e")?,
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\u{85}' => out.write_str("\\N")?,
            '\u{2028}' => out.write_str("\\L")?,
            '\u{2029}' => out.write_str("\\P")?,
            // PyYAML escapes what is beyond the basic plane here, and only here.
            '\u{10000}'.. => write!(out, "\\U{:08X}", u32::from(c))?,
            c if is_printable(c) => out.write_char(c)?,
            '\0'..='\u{ff}' => write!(out, "\\x{:02X}", u32::from(c))?,
            _ => write!(out, "\\u{:04X}", u32::from(c))?,
        }
    }
    out.write_char('"')
}

/// Whether YAML 1.1 would read a text without quotes as something else than a text.
fn reads_as_other(text: &str) -> bool {
    const WORDS: [&str; 7] = ["yes", "no", "true", "false", "on", "off", "null"];
    let is_word = WORDS.iter().any(|word| {
        let mut capital = word.to_uppercase();
        let is_upper = text == capital;
        capital.get_mut(1..).unwrap_or_default().make_ascii_lowercase();
        is_upper || text == *word || text == capital
    });
    is_word || matches!(text, "" | "~" | "=" | "<<") || is_number(text) || is_time(text)
}

/// Reads `text` as long as the characters are wanted; whether there was one, and the rest.
fn many(text: &str, wanted: impl Fn(char) -> bool) -> (bool, &str) {
    let rest = text.trim_start_matches(wanted);
    (rest.len() < text.len(), rest)
}

fn is_number(text: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    let digit_or_line = |c: char| c.is_ascii_digit() || c == '_';
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    let all = |digits: &str, wanted: fn(char) -> bool| !digits.is_empty() && digits.chars().all(wanted);
    if let Some(digits) = unsigned.strip_prefix("0b") {
        return all(digits, |c| matches!(c, '0' | '1' | '_'));
    }
    if let Some(digits) = unsigned.strip_prefix("0x") {
        return all(digits, |c| c.is_ascii_hexdigit() || c == '_');
    }
    if let Some(fraction) = text.strip_prefix('.') {
        return fraction.starts_with(digit) && is_exponent(many(fraction, digit_or_line).1);
    }
    if !unsigned.starts_with(digit) {
        return false;
    }
    let whole = many(unsigned, digit_or_line).1;
    match whole.chars().next() {
        // What begins with a zero is octal.
        None => !unsigned.starts_with('0') || unsigned.chars().all(|c| matches!(c, '0'..='7' | '_')),
        Some('.') => is_exponent(many(whole.get(1..).unwrap_or_default(), digit_or_line).1),
        Some(':') => is_sexagesimal(whole, unsigned.starts_with('0')),
        Some(_) => false,
    }
}

/// Nothing, or an exponent with its sign.
fn is_exponent(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['e', 'E']) else { return text.is_empty() };
    rest.strip_prefix(['-', '+']).is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// `:30`, `:20:30` or `:20:30.15`, of which the first two may not follow a zero.
fn is_sexagesimal(text: &str, behind_zero: bool) -> bool {
    let (parts, fraction) = text.split_once('.').map_or((text, None), |(parts, fraction)| (parts, Some(fraction)));
    let are_parts = parts.split(':').skip(1).all(|part| match part.as_bytes() {
        [one] => one.is_ascii_digit(),
        [ten, one] => matches!(ten, b'0'..=b'5') && one.is_ascii_digit(),
        _ => false,
    });
    are_parts && fraction.map_or(!behind_zero, |fraction| fraction.bytes().all(|b| b.is_ascii_digit() || b == b'_'))
}

/// A date, or a date and a time.
fn is_time(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    if shape == "0000-00-00" {
        return true;
    }
    let Some(rest) = shape.strip_prefix("0000-") else { return false };
    let Some(rest) = one_or_two(rest).and_then(|rest| rest.strip_prefix('-')).and_then(one_or_two) else {
        return false;
    };
    let time = match rest.strip_prefix(['T', 't']) {
        Some(time) => time,
        None => match many(rest, |c| matches!(c, ' ' | '\t')) {
            (true, time) => time,
            (false, _) => return false,
        },
    };
    let Some(rest) = one_or_two(time).and_then(|rest| rest.strip_prefix(":00:00")) else { return false };
    let rest = rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches('0'));
    let zone = rest.trim_start_matches([' ', '\t']);
    match zone.strip_prefix(['-', '+']) {
        Some(hours) => one_or_two(hours).is_some_and(|rest| rest.is_empty() || rest == ":00"),
        None => zone == "Z" || rest.is_empty(),
    }
}

/// Behind one or two digits, which the shape has as zeros.
fn one_or_two(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('0')?;
    Some(rest.strip_prefix('0').unwrap_or(rest))
}
