//! Mistakes in a deployment file, collected so that all of them are shown at once.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::located::Location;
use super::render;

/// A file with more mistakes than this is not a deployment file; the rest is only counted.
const KEPT: usize = 100;

/// One mistake: where, what, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The place in the file, or `None` if the mistake is the file itself (for example, it cannot be read).
    pub location: Option<Location>,
    /// A sentence without the full stop: what was expected and what was found.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A mistake at a place.
    pub fn at(location: Location, message: impl Into<String>) -> Self {
        Self { location: Some(location), message: message.into(), hint: None }
    }

    /// A mistake of the file as a whole.
    pub fn of_file(message: impl Into<String>) -> Self {
        Self { location: None, message: message.into(), hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// All mistakes found in one file.
///
/// A collector is only ever lent, by [`Diagnostics::collect`]; what was put into it comes out as the error of a
/// [`Result`]. So mistakes cannot be collected and then forgotten.
///
/// `Display` is the plain rendering; see [`Diagnostics::render`].
#[derive(Clone, PartialEq, Eq)]
pub struct Diagnostics {
    path: PathBuf,
    text: Arc<str>,
    found: Vec<Diagnostic>,
    not_kept: usize,
}

impl Diagnostics {
    /// Runs `work` with an empty collector for the file `path` with the contents `text`.
    ///
    /// # Errors
    /// The collector, in file order, if `work` put anything into it.
    pub fn collect<T>(path: &Path, text: &Arc<str>, work: impl FnOnce(&mut Self) -> T) -> Result<T, Self> {
        let mut collector = Self::new(path, text);
        let outcome = work(&mut collector);
        if collector.found.is_empty() {
            return Ok(outcome);
        }
        // `None` is less than every place: what concerns the whole file comes first.
        collector.found.sort_by_key(|diagnostic| diagnostic.location);
        Err(collector)
    }

    fn new(path: &Path, text: &Arc<str>) -> Self {
        Self { path: path.to_owned(), text: Arc::clone(text), found: Vec::new(), not_kept: 0 }
    }

    /// The error with this one mistake.
    pub(super) fn single(path: &Path, text: &str, diagnostic: Diagnostic) -> Self {
        let mut collector = Self::new(path, &Arc::from(text));
        collector.add(diagnostic);
        collector
    }

    /// Puts a mistake into the collector.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        if self.found.len() < KEPT {
            self.found.push(diagnostic);
        } else {
            self.not_kept += 1;
        }
    }

    /// Puts a mistake without a hint into the collector.
    pub fn error(&mut self, location: Location, message: impl Into<String>) {
        self.add(Diagnostic::at(location, message));
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The mistakes; in file order once they are the error of [`Diagnostics::collect`].
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter()
    }

    /// How many mistakes there are.
    pub fn len(&self) -> usize {
        self.found.len() + self.not_kept
    }

    /// Whether nothing was found so far.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Text for a person: per mistake `path:line:column: error: sentence`, the line with the place marked, and the hint.
    pub fn render(&self, colour: bool) -> String {
        let mut page = String::new();
        for diagnostic in &self.found {
            render::diagnostic(&mut page, &self.path, &self.text, diagnostic, colour);
            page.push('\n');
        }
        page.push_str(&match (self.len(), self.not_kept) {
            (1, _) => "1 mistake\n".to_owned(),
            (all, 0) => format!("{all} mistakes\n"),
            (all, _) => format!("{all} mistakes, of which the first {KEPT} found are shown\n"),
        });
        page
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.render(false).trim_end())
    }
}

impl fmt::Debug for Diagnostics {
    // Test failures and `main` returning an error print this: the rendering is what helps there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn collect(text: &str, work: impl FnOnce(&mut Diagnostics)) -> Result<(), Diagnostics> {
        Diagnostics::collect(Path::new("robot.yaml"), &Arc::from(text), work)
    }

    fn place(line: usize, column: usize, length: usize) -> Location {
        Location { line, column, length }
    }

    #[test]
    fn no_mistake_is_no_error() {
        assert!(collect("", |_| ()).is_ok());
    }

    #[test]
    fn every_mistake_is_shown_in_file_order_with_line_caret_and_hint() {
        let text = "deployment: a\nactors:\n  - nmae: x\n";
        let found = collect(text, |diagnostics| {
            diagnostics.add(Diagnostic::at(place(3, 5, 4), "unknown key `nmae`").hint("did you mean `name`?"));
            diagnostics.error(place(1, 13, 1), "too short");
            diagnostics.add(Diagnostic::of_file("cannot be understood"));
        });
        let expected = "\
robot.yaml: error: cannot be understood

robot.yaml:1:13: error: too short
  |
1 | deployment: a
  |             ^

robot.yaml:3:5: error: unknown key `nmae`
  |
3 |   - nmae: x
  |     ^^^^
  = help: did you mean `name`?

3 mistakes";
        assert_eq!(found.unwrap_err().to_string(), expected);
    }

    #[test]
    fn colour_only_when_asked() {
        let found = collect("a: b\n", |diagnostics| diagnostics.error(place(1, 1, 1), "no")).unwrap_err();
        assert!(!found.render(false).contains('\u{1b}'));
        assert!(found.render(true).contains("\u{1b}[1;31merror\u{1b}[0m"));
    }

    #[test]
    fn a_flood_of_mistakes_is_counted_and_not_kept() {
        let found =
            collect("", |diagnostics| (0..100_000).for_each(|_| diagnostics.error(place(1, 1, 0), "no"))).unwrap_err();
        assert_eq!((found.len(), found.iter().count()), (100_000, KEPT));
        assert!(found.to_string().ends_with("100000 mistakes, of which the first 100 found are shown"));
    }
}
