//! A cursor over one line of a definition.

use crate::{
    error::{Problem, shorten},
    model::Position,
};

/// A mistake and where it is in the file.
pub(crate) type Located = (Position, Problem);

/// Where the parser is in a line.
#[derive(Clone, Debug)]
pub(crate) struct Line<'a> {
    number: usize,
    text: &'a str,
    comment: Option<&'a str>,
    at: usize,
}

impl<'a> Line<'a> {
    /// A line, in which the first `#` begins a comment, wherever it stands.
    pub(crate) fn new(number: usize, text: &'a str) -> Self {
        let (text, comment) = text.split_once('#').map_or((text, None), |(text, comment)| (text, Some(comment)));
        Self { number, text: text.trim_end(), comment, at: 0 }
    }

    /// What has not been read.
    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(crate) fn position(&self) -> Position {
        let before = self.text.get(..self.at).unwrap_or("");
        Position { line: self.number, column: before.chars().count() + 1 }
    }

    pub(crate) fn advance(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.text.len());
    }

    /// Skips blanks and says whether there were any.
    pub(crate) fn skip_blanks(&mut self) -> bool {
        let rest = self.rest();
        let blanks = rest.len() - rest.trim_start().len();
        self.advance(blanks);
        blanks > 0
    }

    /// Reads `token` if it comes next.
    pub(crate) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.advance(token.len());
        }
        found
    }

    /// Reads as long as the characters are wanted.
    pub(crate) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.advance(end);
        rest.get(..end).unwrap_or("")
    }

    /// Whether nothing but a comment is left.
    pub(crate) fn is_done(&self) -> bool {
        self.rest().trim_start().is_empty()
    }

    /// The comment at the end of the line, without its mark.
    pub(crate) fn comment(&self) -> Option<&'a str> {
        self.comment.map(comment_text)
    }

    /// The error that something else stands here.
    pub(crate) fn unexpected(&self, expected: &'static str) -> Located {
        let word = self.rest().split_whitespace().next();
        let found = word.map_or_else(|| "the end of the line".to_owned(), |word| format!("{:?}", shorten(word)));
        (self.position(), Problem::Unexpected { expected, found })
    }
}

/// The text of a comment behind its mark, which may be doubled.
pub(crate) fn comment_text(behind_mark: &str) -> &str {
    behind_mark.trim_start_matches('#').trim()
}
