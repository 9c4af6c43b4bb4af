//! The error type of users' handlers.

/// Any error, as a handler or `setup` may return it: `?` converts every error type, `"text".into()` makes one.
///
/// Boxed, because the framework only reports it; the operations of this crate have error enums of their own.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The result of a handler or of [`Actor::setup`](crate::Actor::setup).
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What ended one incarnation of an actor.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A handler, `setup` or a piece of work returned an error.
    #[error("{during} returned an error: {error}")]
    Error {
        /// What was running: "the handler of topic /scan".
        during: String,
        /// The error as the user's code returned it.
        error: Error,
    },
    /// A handler, `setup` or a piece of work panicked.
    #[error("{during} panicked: {message}")]
    Panic {
        /// What was running: "the handler of topic /scan".
        during: String,
        /// The panic's message, as far as it is text.
        message: String,
    },
}

impl Failure {
    /// Makes a failure of what [`std::panic::catch_unwind`] caught.
    pub(crate) fn panic(during: impl Into<String>, payload: &(dyn std::any::Any + Send)) -> Self {
        let message = payload
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a value that is not text".to_owned());
        Self::Panic { during: during.into(), message }
    }

    /// Makes a failure of an error that user code returned.
    pub(crate) fn error(during: impl Into<String>, error: Error) -> Self {
        Self::Error { during: during.into(), error }
    }
}
