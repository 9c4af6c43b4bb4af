//! Places in a deployment file, and values that know theirs.

use std::fmt;
use std::ops::Deref;

/// A place in the text of a file: where something starts, and how many characters of that line it covers.
///
/// Ordered by line, then column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Line number, from 1.
    pub line: usize,
    /// Column in characters (not bytes), from 1.
    pub column: usize,
    /// Characters covered on that line. 0 means a point between two characters.
    pub length: usize,
}

/// A value together with the place in the file that it was read from.
///
/// Kept for everything that can only be checked later, against the actor's own declarations: such a mistake can then still
/// be shown at its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// What was read.
    pub value: T,
    /// Where it stands.
    pub location: Location,
}

impl<T> Located<T> {
    /// Joins a value to its place.
    pub fn new(value: T, location: Location) -> Self {
        Self { value, location }
    }
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Display> fmt::Display for Located<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
