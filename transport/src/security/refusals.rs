//! What access control has refused, read from Zenoh's log, which is the only place where it tells.
//!
//! Zenoh tells it at `trace`, beside all that it allows, and also when it only works out in advance what a key would be allowed:
//! then nobody has sent anything. Those lines come at once, after one that says so, and are left out here.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::sync::{Mutex, PoisonError};

/// The target of the lines, to be heard at `trace`.
pub const ACCESS_LOG: &str = "zenoh::net::routing::interceptor::access_control";

/// The begin of the line after which Zenoh works out permissions, and the last thing that it works out.
const AHEAD: &str = ": caching permissions for `";
const LAST_AHEAD: &str = "Declare Liveliness Subscriber";

/// After the number of a session whose certificate or login names none of the guests.
const UNKNOWN: &str = " did not match any configured ACL subject";

const CACHED: &str = "Using cached result: ";

/// Refusals that are remembered, so that each is told once; and guests. Others could make up keys without end.
const REMEMBERED: usize = 1_000;

/// Something that a guest wanted to do and may not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refusal {
    /// The guest, or the number of its session if it is not known whose that is.
    pub guest: String,
    /// What it wanted, in Zenoh's words: `Put`, `Declare Subscriber`, `Query`. Empty for one that is no guest at all.
    pub message: String,
    /// The key.
    pub key: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { guest, message, key } = self;
        if message.is_empty() {
            return write!(
                f,
                "the session {guest} may do nothing: what it proves to be is none of the hosts of the file"
            );
        }
        let verb = match message.as_str() {
            "Put" => "publish on",
            "Delete" => "delete",
            "Declare Subscriber" => "subscribe to",
            "Query" => "ask",
            "Reply" => "answer on",
            "Declare Queryable" => "serve",
            "Liveliness Token" => "announce",
            "Liveliness Query" | "Declare Liveliness Subscriber" => "watch",
            other => other,
        };
        write!(f, "{guest} may not {verb} {key}: nothing that the file has there does so")
    }
}

/// Reads refusals from the log, each kind of them once.
#[derive(Debug, Default)]
pub struct Refusals {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Names by the numbers of their sessions.
    guests: HashMap<String, String>,
    /// How often each was refused.
    told: HashMap<Refusal, u64>,
}

thread_local! {
    /// The key whose permissions this thread works out.
    static AHEAD_OF: RefCell<Option<String>> = const { RefCell::new(None) };
}

impl Refusals {
    /// Reads one line; a refusal that was not told yet.
    pub fn read(&self, line: &dyn fmt::Debug) -> Option<Refusal> {
        let mut text = Unallowed(String::new());
        // What was allowed a thousand times a second is not even written out.
        write!(text, "{line:?}").ok()?;
        let text = text.0;
        if let Some((_, key)) = text.split_once(AHEAD) {
            let key = key.split('`').next().unwrap_or_default().to_owned();
            AHEAD_OF.set(Some(key));
            return None;
        }
        let (real, said) = match text.strip_prefix(CACHED) {
            Some(said) => (true, said),
            None => (false, text.as_str()),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((session, _)) = said.split_once(UNKNOWN) {
            return known.tell(Refusal { guest: session.to_owned(), message: String::new(), key: String::new() });
        }
        let refused = said.split_once(" is unauthorized to ");
        let (who, what) = refused.or_else(|| said.split_once(" is authorized to "))?;
        let (message, key) = what.rsplit_once(" on ")?;
        let message = message.strip_suffix(" (ingress)").filter(|message| !message.starts_with("Undeclare"))?;
        let guest = known.guest(who);
        if (!real && is_ahead(message, key)) || refused.is_none() {
            return None;
        }
        known.tell(Refusal { guest, message: message.to_owned(), key: key.to_owned() })
    }

    /// How often each was refused, in no order.
    #[must_use]
    pub fn counts(&self) -> Vec<(Refusal, u64)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.told.iter().map(|(refusal, count)| (refusal.clone(), *count)).collect()
    }
}

/// Whether this thread only works out permissions.
fn is_ahead(message: &str, key: &str) -> bool {
    AHEAD_OF.with_borrow_mut(|ahead| {
        let is_ahead = ahead.as_deref() == Some(key);
        if !is_ahead || message == LAST_AHEAD {
            *ahead = None;
        }
        is_ahead
    })
}

impl Known {
    /// `who` is `SESSION on INTERFACE+GUEST+PROTOCOL+SESSION`, or `SESSION` alone in lines from the cache.
    fn guest(&mut self, who: &str) -> String {
        let Some((session, subject)) = who.split_once(" on ") else {
            return self.guests.get(who).cloned().unwrap_or_else(|| who.to_owned());
        };
        let mut parts: Vec<&str> = subject.split('+').collect();
        parts.pop();
        parts.pop();
        let name = parts.pop().unwrap_or(session);
        let name = name.trim_start_matches("CertCommonName(").trim_end_matches(')').to_owned();
        if self.guests.len() < REMEMBERED {
            self.guests.insert(session.to_owned(), name.clone());
        }
        name
    }

    fn tell(&mut self, refusal: Refusal) -> Option<Refusal> {
        if let Some(count) = self.told.get_mut(&refusal) {
            *count += 1;
            return None;
        }
        if self.told.len() >= REMEMBERED {
            return None;
        }
        self.told.insert(refusal.clone(), 1);
        Some(refusal)
    }
}

/// Takes text until it says that something is allowed.
struct Unallowed(String);

impl fmt::Write for Unallowed {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // The last line ahead has to be seen, whatever it says; it has no piece of its own for what it is about.
        if text.contains(" is authorized to ") && self.0.starts_with(CACHED) {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const WHO: &str = "a1 on lo+CertCommonName(robot)+tls+a1";

    fn read(refusals: &Refusals, line: &str) -> Option<String> {
        refusals.read(&format_args!("{line}")).map(|refusal| refusal.to_string())
    }

    fn refusal(message: &str, key: &str) -> Refusal {
        Refusal { guest: "robot".to_owned(), message: message.to_owned(), key: key.to_owned() }
    }

    #[test]
    fn a_refusal_is_told_once_and_counted() {
        let refusals = Refusals::default();
        let line = format!("{WHO} is unauthorized to Put (ingress) on cmd_vel");
        assert!(read(&refusals, &line).unwrap().starts_with("robot may not publish on cmd_vel: "));
        // From the cache, where only the number of the session stands.
        let cached = "Using cached result: a1 is unauthorized to Put (ingress) on cmd_vel";
        assert_eq!((read(&refusals, cached), read(&refusals, &line)), (None, None));
        assert_eq!(refusals.counts(), [(refusal("Put", "cmd_vel"), 3)]);
    }

    #[test]
    fn what_nobody_sent_is_not_told() {
        let refusals = Refusals::default();
        let ahead = ["Query", "Reply", "Put", "Delete", "Declare/Undeclare Subscriber", "Liveliness Query"];
        for last in ["unauthorized", "authorized"] {
            assert_eq!(read(&refusals, "ACL (ingress): caching permissions for `scan` ..."), None);
            for message in ahead {
                assert_eq!(read(&refusals, &format!("{WHO} is unauthorized to {message} (ingress) on scan")), None);
            }
            let line = format!("{WHO} is {last} to Declare Liveliness Subscriber (ingress) on scan");
            assert_eq!(read(&refusals, &line), None);
        }
        // What comes after it is meant.
        assert!(read(&refusals, &format!("{WHO} is unauthorized to Put (ingress) on scan")).is_some());
        assert!(read(&refusals, &format!("{WHO} is authorized to Put (ingress) on other")).is_none());
    }

    #[test]
    fn a_session_of_nobody_is_told() {
        let line =
            "b2 did not match any configured ACL subject. Default permission `Deny` will be applied on all messages";
        assert!(read(&Refusals::default(), line).unwrap().contains("the session b2 may do nothing"));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let refusals = Refusals::default();
        for number in 0..3 * REMEMBERED {
            read(
                &refusals,
                &format!(
                    "a{number} on lo+CertCommonName(robot)+tls+a{number} is unauthorized to Put (ingress) on k{number}"
                ),
            );
        }
        assert_eq!(refusals.counts().len(), REMEMBERED);
        assert!(refusals.known.lock().unwrap().guests.len() <= REMEMBERED);
    }
}
