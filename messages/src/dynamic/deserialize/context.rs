//! Where in a message the input is, for mistakes.

use std::{cell::RefCell, fmt::Write};

use serde::de::Error;

use crate::{builtin_interfaces::Time, dynamic::Type};

/// What all parts of a message share while it is built.
pub(super) struct Context<'t> {
    ty: &'t Type,
    pub(super) now: Option<Time>,
    way: RefCell<Vec<Step<'t>>>,
}

/// A step from a message to a part of it.
#[derive(Clone, Copy)]
pub(super) enum Step<'t> {
    Field(&'t str),
    Element(usize),
}

impl<'t> Context<'t> {
    pub(super) fn new(ty: &'t Type, now: Option<Time>) -> Self {
        Self { ty, now, way: RefCell::default() }
    }

    /// Does something one step further in. A mistake stays where it is, because nothing is done after it.
    pub(super) fn within<T, E>(&self, step: Step<'t>, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.way.borrow_mut().push(step);
        let value = work()?;
        self.way.borrow_mut().pop();
        Ok(value)
    }

    /// The path, or the name of the type for the whole.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for step in self.way.borrow().iter() {
            // Writing to a string cannot fail.
            let _ = match step {
                Step::Field(name) if path.is_empty() => write!(path, "{name}"),
                Step::Field(name) => write!(path, ".{name}"),
                Step::Element(index) => write!(path, "[{index}]"),
            };
        }
        if path.is_empty() { self.ty.name().to_owned() } else { path }
    }

    pub(super) fn error<E: Error>(&self, expected: &str, found: &str) -> E {
        E::custom(format_args!("{}: expected {expected}, found {found}", self.path()))
    }
}
