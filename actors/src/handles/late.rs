//! A handle's connection, which comes after `setup`.

use std::sync::{Arc, OnceLock};

/// Something of the transport that a handle gets later. Clones share it.
pub(crate) struct Late<T>(Arc<OnceLock<T>>);

impl<T> Late<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::new(OnceLock::new()))
    }

    /// Binds the handle; a second binding is ignored.
    pub(crate) fn bind(&self, value: T) {
        let _ = self.0.set(value);
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.0.get()
    }
}

impl<T> Clone for Late<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
