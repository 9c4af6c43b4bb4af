//! Where a definition's lines end.

/// All that ends a line for rosidl, which is what does so for Python. `\r\n` counts as one.
const ENDS: [char; 10] = ['\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];

/// The lines of a text, without their ends.
///
/// A byte order mark in front is dropped. rosidl refuses it, but some editors write it, and it can mean nothing else.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (line, behind) = rest.split_at(rest.find(ENDS).unwrap_or(rest.len()));
        let mut end = behind.chars();
        if end.next() == Some('\r') && end.as_str().starts_with('\n') {
            end.next();
        }
        rest = end.as_str();
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_of_line_ends_one_line() {
        let text = "\u{feff}a\nb\r\nc\rd\u{b}e\u{2028}f\n\ng";
        assert_eq!(lines(text).collect::<Vec<_>>(), ["a", "b", "c", "d", "e", "f", "", "g"]);
        assert_eq!(lines("a\n").collect::<Vec<_>>(), ["a"]);
        assert_eq!(lines("\n\r\n").collect::<Vec<_>>(), ["", ""]);
        assert_eq!(lines("").count(), 0);
    }
}
