//! YAML text into a tree with places.
//!
//! Built on the event parser below serde-saphyr and not on serde: serde has no place for a map's keys, stops at the first
//! mistake, and would follow aliases (a few of which can stand for gigabytes). Anchors, tags, merge keys and further
//! documents are refused: a deployment file says what it means in place.

use std::collections::HashMap;

use serde_saphyr::granit_parser::{self, ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::diagnostic::{Diagnostic, Diagnostics};
use super::located::{Located, Location};
use super::quote::quote;
use super::scalar;
use super::tree::{Entries, Node, Text, Value};

/// A deployment of a thousand actors is about 200 kB; more is a mistake or an attack.
pub(super) const MAX_BYTES: usize = 1 << 20;
/// The deepest known use is 8 levels (nested parameters). Building the tree recurses, so the depth must have a bound.
const MAX_DEPTH: usize = 48;

/// Parses the text. Whatever is wrong with it is put into `diagnostics`; `None` if nothing at all could be read.
pub(super) fn parse(text: &str, diagnostics: &mut Diagnostics) -> Option<Node> {
    if let Some(refused) = refuse_before_parsing(text) {
        diagnostics.add(refused);
        return None;
    }
    let mut options = granit_parser::options! { flow_nesting_limit: MAX_DEPTH, block_nesting_limit: MAX_DEPTH, emit_anchor_events: true };
    options.set_emit_comments(false);
    let events = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder { events, text, diagnostics };
    match builder.document() {
        Ok(Some(root)) => Some(root),
        Ok(None) => {
            diagnostics
                .add(Diagnostic::of_file("the file is empty").hint("start with `deployment: NAME` and `actors:`"));
            None
        }
        Err(error) => {
            let refused = syntax_error(&error, text);
            diagnostics.add(refused);
            None
        }
    }
}

/// The parser takes a NUL for the end of the text, and would silently read half a file.
fn refuse_before_parsing(text: &str) -> Option<Diagnostic> {
    if text.len() > MAX_BYTES {
        let message = format!("the file has more than the {MAX_BYTES} bytes that are read");
        return Some(Diagnostic::of_file(message).hint("is this a deployment file?"));
    }
    let is_binary = |character: char| character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{85}');
    let (index, character) = text.char_indices().find(|(_, character)| is_binary(*character))?;
    let message = format!("the control character {} must not stand in the file", quote(&character.to_string()));
    Some(Diagnostic::at(end_of(&text[..index], 1), message))
}

/// The place right after `before`.
pub(super) fn end_of(before: &str, length: usize) -> Location {
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Location { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1, length }
}

fn syntax_error(error: &ScanError, text: &str) -> Diagnostic {
    let mut location = point(error.marker());
    // A mistake noticed at the end of the file is shown on the last line, which exists.
    let lines = text.lines().count().max(1);
    if location.line > lines {
        location = end_of(text.trim_end_matches(['\n', '\r']), 0);
    }
    let diagnostic = Diagnostic::at(location, format!("this is not YAML: {}", error.kind()));
    match error.kind() {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar => diagnostic.hint("indent with spaces: YAML does not allow tabs there"),
        ErrorKind::RecursionLimitExceeded => diagnostic.hint(format!("at most {MAX_DEPTH} levels are read")),
        ErrorKind::UnknownAnchor => diagnostic.hint(NO_ANCHORS),
        ErrorKind::UnexpectedCharacter { .. } => diagnostic.hint("put the text in quotes"),
        ErrorKind::MappingValueNotAllowed => diagnostic
            .hint("is the indentation right, and a space after every `:`? A text with `: ` in it must be in quotes"),
        ErrorKind::SimpleKeyExpected => diagnostic.hint("write `key: value`, with a space after the colon"),
        _ => diagnostic,
    }
}

const NO_ANCHORS: &str =
    "write the value out where it is used; if `*` or `&` belongs to a text, put the text in quotes";

fn point(marker: &granit_parser::Marker) -> Location {
    Location { line: marker.line(), column: marker.col() + 1, length: 0 }
}

struct Builder<'t, 'd> {
    events: Parser<'t, StrInput<'t>>,
    text: &'t str,
    diagnostics: &'d mut Diagnostics,
}

impl<'t> Builder<'t, '_> {
    fn document(&mut self) -> Result<Option<Node>, ScanError> {
        let mut root = None;
        while let Some((event, span)) = self.next()? {
            match event {
                Event::DocumentStart(..) if root.is_some() => {
                    self.diagnostics.add(
                        Diagnostic::at(
                            self.place(span),
                            "a second YAML document starts here, but a deployment file is one document",
                        )
                        .hint("remove the `---`, or make two files"),
                    );
                    return Ok(Some(Node { value: Value::Reported, location: self.place(span) }));
                }
                Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd => {}
                event => root = Some(self.node(event, span)?),
            }
        }
        // A file of comments only has one document, which is nothing.
        Ok(root.filter(|node| node.value != Value::Null))
    }

    fn next(&mut self) -> Result<Option<(Event<'t>, Span)>, ScanError> {
        self.events.next_event().transpose()
    }

    fn node(&mut self, event: Event<'t>, span: Span) -> Result<Node, ScanError> {
        let location = self.place(span);
        let refused = self.refuse_extras(&event, span)?;
        let (value, location) = match event {
            Event::Scalar(text, style, ..) => (self.scalar(&text, style, span), location),
            Event::SequenceStart(..) => (Value::List(self.list()?), location),
            Event::MappingStart(..) => {
                let entries = self.map()?;
                // Marking the whole of a block map would mark the whole file.
                let location = entries.first().map_or(location, |(key, _)| key.location);
                (Value::Map(entries), location)
            }
            _ => (Value::Reported, location),
        };
        Ok(Node { value: if refused { Value::Reported } else { value }, location })
    }

    /// Reports an anchor, an alias or a tag.
    fn refuse_extras(&mut self, event: &Event<'t>, span: Span) -> Result<bool, ScanError> {
        let (what, hint, span) = if event.is_alias() {
            ("an alias (`*name`)", NO_ANCHORS, span)
        } else if event.anchor_id().is_some_and(|id| id != 0) {
            // The parser tells the place of the anchor in an event of its own, which follows that of the node.
            let anchor = self.next()?;
            ("an anchor (`&name`)", NO_ANCHORS, anchor.map_or(span, |(_, anchor)| anchor))
        } else if event.tag().is_some() {
            ("a tag (`!name`)", "remove it; quotes make a text of anything", span.tag_span().unwrap_or(span))
        } else {
            return Ok(false);
        };
        let message = format!("{what} is not allowed in a deployment file");
        self.diagnostics.add(Diagnostic::at(self.place(span), message).hint(hint));
        Ok(true)
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span) -> Value {
        if style != ScalarStyle::Plain {
            return Value::Text(Text { text: text.to_owned(), quoted: true });
        }
        scalar::resolve(text).unwrap_or_else(|reason| {
            let message = format!("{reason}, but {} does not", quote(text));
            self.diagnostics.add(Diagnostic::at(self.place(span), message).hint("quotes make a text of it"));
            Value::Reported
        })
    }

    fn list(&mut self) -> Result<Vec<Node>, ScanError> {
        let mut items = Vec::new();
        while let Some((event, span)) = self.next()? {
            if matches!(event, Event::SequenceEnd) {
                break;
            }
            items.push(self.node(event, span)?);
        }
        Ok(items)
    }

    fn map(&mut self) -> Result<Entries, ScanError> {
        let mut entries = Entries::new();
        let mut lines: HashMap<String, usize> = HashMap::new();
        while let Some((event, span)) = self.next()? {
            if matches!(event, Event::MappingEnd) {
                break;
            }
            let key = self.node(event, span)?;
            let Some((event, span)) = self.next()? else { break };
            let mut value = self.node(event, span)?;
            let Some(key) = self.key(key) else { continue };
            if value.value == Value::Null {
                // Where nothing was written there is nothing to point at.
                value.location = key.location;
            }
            if let Some(line) = lines.insert(key.value.clone(), key.location.line) {
                let message = format!("the key {} stands here twice, first in line {line}", quote(&key));
                self.diagnostics.add(Diagnostic::at(key.location, message).hint("remove one of the two"));
                lines.insert(key.value, line);
                continue;
            }
            entries.push((key, value));
        }
        Ok(entries)
    }

    fn key(&mut self, node: Node) -> Option<Located<String>> {
        let location = node.location;
        let key = match node.value {
            Value::Reported => return None,
            Value::Text(text) if text.text == "<<" && !text.quoted => {
                let message = "merge keys (`<<`) are not allowed in a deployment file";
                self.diagnostics.add(Diagnostic::at(location, message).hint(NO_ANCHORS));
                return None;
            }
            Value::Text(text) => text.text,
            Value::Bool(_, raw) | Value::Integer(_, raw) | Value::Double(_, raw) => raw,
            Value::Null | Value::List(_) | Value::Map(_) => {
                self.diagnostics.error(location, format!("a key must be a word, found {}", node.describe()));
                return None;
            }
        };
        Some(Located::new(key, location))
    }

    /// A place covers at most the rest of its first line.
    fn place(&self, span: Span) -> Location {
        let (start, end) = (span.start, span.end);
        let length = if start.line() == end.line() {
            end.col().saturating_sub(start.col())
        } else {
            let rest = start.byte_offset().and_then(|from| self.text.get(from..)).unwrap_or("");
            rest.lines().next().map_or(0, |line| line.trim_end().chars().count())
        };
        Location { length, ..point(&start) }
    }
}
