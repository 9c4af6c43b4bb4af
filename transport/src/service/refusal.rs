//! Error replies: how a server says no, and how its client reads it.

/// Why a request got no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The server does not take it, for this reason.
    Refused(String),
    /// The server dropped the request without an answer: it failed, or was restarted.
    Dropped,
    /// The request could not be decoded.
    Undecodable(String),
    /// The server's own deadline for an answer has passed, as this says.
    Expired(String),
    /// The server would have to wait for itself: these services, each called by the one before it.
    Cycle(Vec<String>),
}

// Each code begins a text that any Zenoh client can show to its user.
const REFUSED: &str = "refused: ";
const DROPPED: &str = "dropped: the server was restarted, or forgot the request";
const UNDECODABLE: &str = "undecodable: ";
const EXPIRED: &str = "expired: ";
const CYCLE: &str = "cycle: ";
/// Between the services of a cycle; no name has spaces.
const CALLS: &str = " -> ";

impl Refusal {
    /// The text of the error reply that says so to a client.
    pub fn to_text(&self) -> String {
        match self {
            Self::Refused(reason) => format!("{REFUSED}{reason}"),
            Self::Dropped => DROPPED.to_owned(),
            Self::Undecodable(reason) => format!("{UNDECODABLE}{reason}"),
            Self::Expired(reason) => format!("{EXPIRED}{reason}"),
            Self::Cycle(services) => format!("{CYCLE}{}", services.join(CALLS)),
        }
    }

    /// Anything that is not one of our own texts is a refusal with that text as its reason.
    pub(crate) fn from_text(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        if text == DROPPED {
            return Self::Dropped;
        }
        let after = |code: &str| text.strip_prefix(code).map(ToOwned::to_owned);
        let services = |list: String| Self::Cycle(list.split(CALLS).map(ToOwned::to_owned).collect());
        None.or_else(|| after(REFUSED).map(Self::Refused))
            .or_else(|| after(UNDECODABLE).map(Self::Undecodable))
            .or_else(|| after(EXPIRED).map(Self::Expired))
            .or_else(|| after(CYCLE).map(services))
            .unwrap_or_else(|| Self::Refused(text.into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_reads_what_the_server_wrote() {
        let refusals = [
            Refusal::Refused("busy".into()),
            Refusal::Dropped,
            Refusal::Undecodable("short".into()),
            Refusal::Expired("late".into()),
            Refusal::Cycle(vec!["/a".into(), "/b".into(), "/a".into()]),
        ];
        for refusal in refusals {
            assert_eq!(Refusal::from_text(refusal.to_text().as_bytes()), refusal);
        }
        assert_eq!(Refusal::from_text(b"no"), Refusal::Refused("no".into()));
        assert_eq!(Refusal::from_text(&[0xff]), Refusal::Refused("\u{fffd}".into()));
    }
}
