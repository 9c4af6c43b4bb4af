//! The handle of a parameter.

/// A parameter's value.
///
/// It is fixed for one incarnation of the actor.
#[derive(Clone, Debug)]
pub struct Param<T>(T);

impl<T: Clone> Param<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(value)
    }

    /// The value.
    #[must_use]
    pub fn get(&self) -> T {
        self.0.clone()
    }
}
