//! One mistake as text for a person, in the form that editors and terminals turn into links.

use std::fmt::Write;
use std::path::Path;

use super::diagnostic::Diagnostic;
use super::located::Location;

/// A line longer than this is shown only around the mistake.
const SHOWN_CHARACTERS: usize = 140;
/// What is shown of a long line before the mistake.
const CONTEXT: usize = 60;

/// Appends `path:line:column: error: message`, the marked line and the hint to `page`.
pub(super) fn diagnostic(page: &mut String, path: &Path, text: &str, diagnostic: &Diagnostic, colour: bool) {
    let paint =
        |style: &str, text: &str| if colour { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.to_owned() };
    let place = match diagnostic.location {
        Some(Location { line, column, .. }) => format!("{}:{line}:{column}", path.display()),
        None => path.display().to_string(),
    };
    // Writing to a String cannot fail.
    let _ = writeln!(page, "{}: {}: {}", paint("1", &place), paint("1;31", "error"), paint("1", &diagnostic.message));
    let mut margin = String::from(" ");
    if let Some((location, line)) = diagnostic.location.and_then(|location| Some((location, line(text, location)?))) {
        let number = location.line.to_string();
        margin = " ".repeat(number.len());
        let (source, marks) = window(line, location);
        let bar = paint("1;34", "|");
        let _ = writeln!(page, "{margin} {bar}\n{} {bar} {source}", paint("1;34", &number));
        let _ = writeln!(page, "{margin} {bar} {}", paint("1;31", &marks));
    }
    if let Some(hint) = &diagnostic.hint {
        let _ = writeln!(page, "{margin} {} {}: {hint}", paint("1;34", "="), paint("1", "help"));
    }
}

fn line(text: &str, location: Location) -> Option<&str> {
    text.lines().nth(location.line.checked_sub(1)?)
}

/// The part of a line to show, and the marks below it. Control characters are replaced: a file must not be able to send
/// commands to the terminal, and a tab would move the marks away from what they mark.
fn window(line: &str, location: Location) -> (String, String) {
    let column = location.column.saturating_sub(1);
    let characters = line.chars().count();
    let skip = if characters <= SHOWN_CHARACTERS { 0 } else { column.min(characters).saturating_sub(CONTEXT) };
    let source: String = line.chars().skip(skip).take(SHOWN_CHARACTERS).map(printable).collect();
    let before = column.min(characters) - skip;
    let room = source.chars().count().saturating_sub(before).max(1);
    let marks = format!("{}{}", " ".repeat(before), "^".repeat(location.length.clamp(1, room)));
    (source, marks)
}

fn printable(character: char) -> char {
    match character {
        '\t' => ' ',
        character if character.is_control() => '\u{fffd}',
        character => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, line: usize, column: usize, length: usize) -> String {
        let mut page = String::new();
        let location = Location { line, column, length };
        diagnostic(&mut page, Path::new("f"), text, &Diagnostic::at(location, "no"), false);
        page
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(shown("grün: ä\r\n", 1, 7, 1), "f:1:7: error: no\n  |\n1 | grün: ä\n  |       ^\n");
    }

    #[test]
    fn marks_stay_within_the_line_and_the_file() {
        assert_eq!(shown("abc", 1, 2, 99), "f:1:2: error: no\n  |\n1 | abc\n  |  ^^\n");
        assert_eq!(shown("abc", 1, 99, 9), "f:1:99: error: no\n  |\n1 | abc\n  |    ^\n");
        assert_eq!(shown("abc", 7, 1, 1), "f:7:1: error: no\n");
        assert_eq!(shown("abc", 0, 0, 0), "f:0:0: error: no\n");
    }

    #[test]
    fn terminal_commands_in_a_file_do_nothing() {
        assert_eq!(shown("\ta\u{1b}[2Jb", 1, 2, 1), "f:1:2: error: no\n  |\n1 |  a\u{fffd}[2Jb\n  |  ^\n");
    }

    #[test]
    fn a_long_line_is_cut_around_the_mistake() {
        let text = format!("{}X{}", "a".repeat(5000), "b".repeat(5000));
        let page = shown(&text, 1, 5001, 1);
        assert!(page.len() < 400, "{page}");
        let lines: Vec<&str> = page.lines().collect();
        assert_eq!(lines[2].find('X'), lines[3].find('^'));
    }
}
