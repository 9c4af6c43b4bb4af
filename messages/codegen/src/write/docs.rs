//! Comments of definitions as Rust documentation.

/// Writes a `#[doc]` attribute, or nothing for an empty text.
pub(crate) fn attribute(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("#[doc = {:?}]\n", markdown(text)) }
}

/// Comments are plain text with the odd piece of code in backticks. What rustdoc would take for a link or for HTML is
/// escaped, and addresses become links.
fn markdown(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn line(line: &str) -> String {
    // Without its indentation, no line becomes a block of code that a doc test would run.
    let line = line.trim();
    if line.matches('`').count() % 2 == 1 || line.contains("``") {
        return plain(&line.replace('`', "'"));
    }
    let parts = line.split('`').enumerate();
    let parts = parts.map(|(place, part)| if place % 2 == 1 { format!("`{part}`") } else { plain(part) });
    parts.collect()
}

/// Text outside of backticks.
fn plain(text: &str) -> String {
    let words = text
        .split_inclusive(char::is_whitespace)
        .map(|word| if word.contains("http://") || word.contains("https://") { link(word) } else { escape(word) });
    words.collect()
}

fn link(word: &str) -> String {
    let start = word.find("http").unwrap_or(0);
    let (before, rest) = word.split_at(start);
    let end = rest.find(|c: char| c.is_whitespace() || "<>()[]{}\"',;".contains(c)).unwrap_or(rest.len());
    let address = rest[..end].trim_end_matches('.');
    format!("{}<{address}>{}", escape(before), escape(&rest[address.len()..]))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "[]<>*_#~|\\".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rustdoc_would_misread_is_escaped() {
        assert_eq!(markdown("speed [m/s] <fast>"), "speed \\[m/s\\] \\<fast\\>");
        assert_eq!(markdown("see `Pose[3]` or *"), "see `Pose[3]` or \\*");
        assert_eq!(markdown("an odd ` backtick"), "an odd ' backtick");
        assert_eq!(markdown("    indented\n```"), "indented\n'''");
    }

    #[test]
    fn addresses_become_links() {
        assert_eq!(markdown("see http://a.org/b_c."), "see <http://a.org/b_c>.");
        assert_eq!(markdown("(https://a.org)"), "(<https://a.org>)");
    }
}
