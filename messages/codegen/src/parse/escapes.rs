//! Backslashes in strings.

/// Replaces escapes as Python has them. A backslash in front of another character stands for itself; without the digits
/// it needs, or at the end, it is a mistake.
pub(crate) fn unescape(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(rest.get(..at)?);
        rest = rest.get(at + 1..)?;
        let c = rest.chars().next()?;
        rest = rest.get(c.len_utf8()..)?;
        match c {
            '\\' | '\'' | '"' => plain.push(c),
            'a' => plain.push('\u{7}'),
            'b' => plain.push('\u{8}'),
            't' => plain.push('\t'),
            'n' => plain.push('\n'),
            'v' => plain.push('\u{b}'),
            'f' => plain.push('\u{c}'),
            'r' => plain.push('\r'),
            'x' => plain.push(hex(&mut rest, 2)?),
            'u' => plain.push(hex(&mut rest, 4)?),
            'U' => plain.push(hex(&mut rest, 8)?),
            '0'..='7' => plain.push(octal(c, &mut rest)?),
            _ => plain.extend(['\\', c]),
        }
    }
    plain.push_str(rest);
    Some(plain)
}

/// A character by a given number of hexadecimal digits.
fn hex(rest: &mut &str, count: usize) -> Option<char> {
    let digits = rest.get(..count)?;
    // Checked first, because the conversion would take a sign as well.
    if !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    *rest = rest.get(count..)?;
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
}

/// A character by its first octal digit and up to two more.
fn octal(first: char, rest: &mut &str) -> Option<char> {
    let mut code = first.to_digit(8)?;
    for _ in 0..2 {
        let Some(digit) = rest.chars().next().and_then(|c| c.to_digit(8)) else { break };
        code = code * 8 + digit;
        *rest = rest.get(1..)?;
    }
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_python() {
        let cases = [
            (r"plain", "plain"),
            (r"a\tb\n", "a\tb\n"),
            (r"\a\b\f\v\r", "\u{7}\u{8}\u{c}\u{b}\r"),
            (r#"\\ \' \""#, r#"\ ' ""#),
            (r"\x41\u00e9\U0001f600", "A\u{e9}\u{1f600}"),
            (r"\0\101\1012\8", "\0AA2\\8"),
            (r"\q\d+", r"\q\d+"),
            ("\\\u{e9}", "\\\u{e9}"),
        ];
        for (text, expected) in cases {
            assert_eq!(unescape(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn escapes_that_break_off_are_mistakes() {
        for text in ["\\", r"a\", r"\x", r"\x4", r"\xg0", r"\x+1", r"\u12", r"\ud800", r"\U00110000", "\\x\u{e9}"] {
            assert_eq!(unescape(text), None, "{text}");
        }
    }
}
