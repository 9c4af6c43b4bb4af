//! What a deployment did when it took over an edited file, or why it did nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::LaunchError;
use crate::deployment::Diagnostics;

/// What a deployment did when it took over an edited file. Names are those of the report; `the bridge` is the bridge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// Who is new, in file order.
    pub started: Vec<String>,
    /// Who is not in the file any more, in the order of the old file.
    pub stopped: Vec<String>,
    /// Whose entry changed, in file order.
    pub restarted: Vec<String>,
    /// Who was left alone, in file order.
    pub unchanged: Vec<String>,
    /// Whether other rules of supervision hold from now on.
    pub supervision: bool,
    /// Those of the started and restarted that are not up yet: they are treated as after any failed restart.
    pub unfinished: Vec<Unfinished>,
}

/// One that is not up yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfinished {
    /// Its name.
    pub name: String,
    /// What keeps it.
    pub reason: String,
}

impl Applied {
    /// Whether nobody was started, stopped or restarted, and nobody is supervised by other rules.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.started.is_empty() && self.stopped.is_empty() && self.restarted.is_empty() && !self.supervision
    }
}

impl fmt::Display for Applied {
    /// One line: `restarted driver; started camera; 7 unchanged`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_nothing() {
            return f.write_str("nothing changed");
        }
        let done = [("restarted", &self.restarted), ("started", &self.started), ("stopped", &self.stopped)];
        for (what, names) in done.into_iter().filter(|(_, names)| !names.is_empty()) {
            write!(f, "{what} {}; ", names.join(", "))?;
        }
        if self.supervision {
            f.write_str("other rules of supervision; ")?;
        }
        write!(f, "{} unchanged", self.unchanged.len())?;
        for Unfinished { name, reason } in &self.unfinished {
            write!(f, "; {name} is not up yet: {reason}")?;
        }
        Ok(())
    }
}

/// Why an edited file was not taken over. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The file has mistakes, or an actor's `setup` refused.
    #[error("{0}")]
    File(Diagnostics),
    /// The file asks for what is settled when a deployment starts.
    #[error("{what} cannot change while the deployment runs; stop it and start it again with `rosactor run`")]
    Settled {
        /// What that is.
        what: &'static str,
    },
    /// It would not start like this either.
    #[error("{0}")]
    Launch(LaunchError),
    /// The deployment is at its end.
    #[error("the deployment is at its end, so it takes over nothing any more")]
    Ended,
}

impl From<LaunchError> for ApplyError {
    fn from(error: LaunchError) -> Self {
        match error {
            LaunchError::File(mistakes) => Self::File(mistakes),
            error => Self::Launch(error),
        }
    }
}

impl From<Diagnostics> for ApplyError {
    fn from(mistakes: Diagnostics) -> Self {
        Self::File(mistakes)
    }
}
