//! What a host tells of itself.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::name::NodeName;

/// Longer cards are not read: ten thousand entries are shorter.
const LONGEST: usize = 4 << 20;

/// Fingerprints have 16 hex digits; there is room for longer ones.
const LONGEST_FINGERPRINT: usize = 64;

/// More of a reason is not shown.
const LONGEST_REASON: usize = 200;

/// What a host tells of itself, as JSON. Later versions only add keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostCard {
    /// The date of its clock when it was asked, in nanoseconds since 1970.
    pub received_ns: u64,
    /// The date of its clock when it answered.
    pub answered_ns: u64,
    /// What it runs, in file order; not told to who asked for the time only.
    #[serde(default)]
    pub entries: Vec<HostEntry>,
}

/// Something that a host runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostEntry {
    /// Its full name: `/robot1/driver`.
    pub name: String,
    /// What its entry in the deployment file means, in hex digits.
    pub fingerprint: String,
}

/// Why there is no card of a host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// It is there, but gives no answer in time.
    #[error("it does not answer; is it overloaded, or of another version?")]
    Silent,
    /// It could not be asked.
    #[error("it could not be asked: {0}")]
    Unasked(String),
    /// The answer is too long to be read.
    #[error("its answer has {found} bytes; expected at most {LONGEST}")]
    TooLong {
        /// How many it has.
        found: usize,
    },
    /// The answer is none that this version writes.
    #[error("its answer cannot be read ({0}); is it of another version?")]
    Malformed(String),
}

impl HostCard {
    /// Reads what came from the network.
    ///
    /// # Errors
    ///
    /// It is no card, or one that nobody would write.
    pub fn read(bytes: &[u8]) -> Result<Self, CardError> {
        if bytes.len() > LONGEST {
            return Err(CardError::TooLong { found: bytes.len() });
        }
        // Both may quote what came, which has any length.
        let malformed = |reason: String| CardError::Malformed(reason.chars().take(LONGEST_REASON).collect());
        let card: Self = serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
        match card.entries.iter().find(|entry| !entry.is_sound()) {
            // Quoted: it may hold what a terminal obeys.
            Some(entry) => {
                Err(malformed(format!("{:?} with the fingerprint {:?} is no entry", entry.name, entry.fingerprint)))
            }
            None => Ok(card),
        }
    }

    pub(super) fn write(&self) -> Vec<u8> {
        // Numbers and text, which JSON always holds.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl HostEntry {
    fn is_sound(&self) -> bool {
        let fingerprint = &self.fingerprint;
        let is_hex = fingerprint.chars().all(|character| character.is_ascii_hexdigit());
        is_hex && (1..=LONGEST_FINGERPRINT).contains(&fingerprint.len()) && NodeName::parse(&self.name).is_ok()
    }
}

/// A date in nanoseconds since 1970; one before that is 1970.
pub(super) fn date_ns(date: SystemTime) -> u64 {
    let since = date.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn card(name: &str, fingerprint: &str) -> HostCard {
        let entry = HostEntry { name: name.to_owned(), fingerprint: fingerprint.to_owned() };
        HostCard { received_ns: 1, answered_ns: 2, entries: vec![entry] }
    }

    #[test]
    fn what_is_written_is_read() {
        let robot = card("/robot1/driver", "0123456789abcdef");
        assert_eq!(HostCard::read(&robot.write()).unwrap(), robot);
        let later = br#"{"received_ns": 1, "answered_ns": 2, "mood": "good"}"#;
        assert_eq!(HostCard::read(later).unwrap(), HostCard { entries: vec![], ..robot });
    }

    #[test]
    fn what_nobody_would_write_is_refused() {
        let deep = "[".repeat(100_000);
        for text in ["", "null", "{}", r#"{"received_ns": -1, "answered_ns": 2}"#, "\0\u{1}", deep.as_str()] {
            assert!(matches!(HostCard::read(text.as_bytes()), Err(CardError::Malformed(_))), "{text:.40}");
        }
        for (name, fingerprint) in [
            ("driver", "ab"),
            ("/", "ab"),
            ("/1a", "ab"),
            ("/a\u{1b}[2J", "ab"),
            ("/driver", ""),
            ("/driver", "xyz"),
            ("/driver", &"a".repeat(65)),
            (&"x".repeat(10_000), "ab"),
        ] {
            let error = HostCard::read(&card(name, fingerprint).write()).unwrap_err().to_string();
            assert!(error.contains("cannot be read") && !error.contains('\u{1b}') && error.len() < 400, "{error}");
        }
        let long = vec![b' '; LONGEST + 1];
        assert_eq!(HostCard::read(&long), Err(CardError::TooLong { found: LONGEST + 1 }));
    }
}
