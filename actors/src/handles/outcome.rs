//! What an actor itself says of its run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::Value;

/// The actor's own lines in the report, and the picture it may draw. They survive a restart.
#[derive(Clone, Debug, Default)]
pub struct Outcome(Arc<Mutex<Told>>);

#[derive(Debug, Default)]
struct Told {
    values: BTreeMap<String, Value>,
    picture: Option<String>,
}

impl Outcome {
    /// Puts a value into the report, in place of the one under this name.
    ///
    /// A value that JSON cannot hold, such as a map whose keys are not text, is reported as the error's text.
    pub fn set(&self, name: impl Into<String>, value: impl Serialize) {
        let value = serde_json::to_value(value).unwrap_or_else(|error| Value::String(error.to_string()));
        self.told().values.insert(name.into(), value);
    }

    /// The value under this name, also one from before a restart.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value> {
        self.told().values.get(name).cloned()
    }

    /// Shows the run as a picture, in SVG: what `rosactor run --plot FILE.svg` writes.
    pub fn picture(&self, svg: String) {
        self.told().picture = Some(svg);
    }

    pub(crate) fn values(&self) -> BTreeMap<String, Value> {
        self.told().values.clone()
    }

    pub(crate) fn last_picture(&self) -> Option<String> {
        self.told().picture.clone()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        // Every write leaves the maps whole, so a panic elsewhere does no harm.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
