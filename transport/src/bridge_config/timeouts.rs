//! How long the bridge waits for answers.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::duration::{DurationError, parse_duration};

/// How long requests across the bridge may take, where that is not the default.
///
/// The keys are regular expressions, each matched against a whole ROS name, such as `/plan_.*`. Where several match, the longest
/// time holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timeouts {
    /// For the response of a service; 10 s where nothing matches.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub services: BTreeMap<String, TimeLimit>,
    /// For the result of an action's goal; as long as it takes where nothing matches. Whether a goal is accepted or canceled is
    /// told within 10 s in any case.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub actions: BTreeMap<String, TimeLimit>,
}

impl Timeouts {
    /// Whether everything is as it is by default.
    pub fn is_empty(&self) -> bool {
        self.services.is_empty() && self.actions.is_empty()
    }
}

/// A time longer than zero; as text a number with a unit: `500ms`, `2min`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeLimit(Duration);

impl TimeLimit {
    /// `None` for no time at all.
    pub fn new(time: Duration) -> Option<Self> {
        (time > Duration::ZERO).then_some(Self(time))
    }

    /// The time.
    pub fn get(self) -> Duration {
        self.0
    }
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}ns", self.0.as_nanos())
    }
}

impl From<TimeLimit> for String {
    fn from(limit: TimeLimit) -> Self {
        limit.to_string()
    }
}

impl TryFrom<String> for TimeLimit {
    type Error = TimeLimitError;

    fn try_from(text: String) -> Result<Self, TimeLimitError> {
        Self::new(parse_duration(&text)?).ok_or(TimeLimitError::Nothing)
    }
}

/// Why a text is not a [`TimeLimit`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeLimitError {
    /// It is no duration.
    #[error("expected a duration, but {0}")]
    NoDuration(#[from] DurationError),
    /// Nothing could be answered in no time.
    #[error("expected a duration longer than nothing")]
    Nothing,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn limits_survive_the_way_to_text_and_back() {
        let text = r#"{"services": {"/plan": "2min"}, "actions": {"/nav.*": "1.5h", "/a": "1ns"}}"#;
        let timeouts: Timeouts = serde_json::from_str(text).unwrap();
        assert_eq!(timeouts.services["/plan"].get(), Duration::from_secs(120));
        assert_eq!(timeouts.actions["/nav.*"].get(), Duration::from_secs(5400));
        let again: Timeouts = serde_json::from_str(&serde_json::to_string(&timeouts).unwrap()).unwrap();
        assert_eq!(again, timeouts);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for (text, part) in [("0s", "longer than nothing"), ("5", "no unit"), ("soon", "does not start with a number")]
        {
            let error = TimeLimit::try_from(text.to_owned()).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
        assert!(serde_json::from_str::<Timeouts>(r#"{"service": {}}"#).is_err());
    }
}
