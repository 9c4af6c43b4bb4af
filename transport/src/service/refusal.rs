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
}

// Each code begins a text that any Zenoh client can show to its user.
const REFUSED: &str = "refused: ";
const DROPPED: &str = "dropped: the server was restarted, or forgot the request";
const UNDECODABLE: &str = "undecodable: ";

impl Refusal {
    pub(crate) fn to_text(&self) -> String {
        match self {
            Self::Refused(reason) => format!("{REFUSED}{reason}"),
            Self::Dropped => DROPPED.to_owned(),
            Self::Undecodable(reason) => format!("{UNDECODABLE}{reason}"),
        }
    }

    /// Anything that is not one of our own texts is a refusal with that text as its reason.
    pub(crate) fn from_text(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        if text == DROPPED {
            return Self::Dropped;
        }
        match (text.strip_prefix(REFUSED), text.strip_prefix(UNDECODABLE)) {
            (Some(reason), _) => Self::Refused(reason.to_owned()),
            (None, Some(reason)) => Self::Undecodable(reason.to_owned()),
            (None, None) => Self::Refused(text.into_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_reads_what_the_server_wrote() {
        for refusal in [Refusal::Refused("busy".into()), Refusal::Dropped, Refusal::Undecodable("short".into())] {
            assert_eq!(Refusal::from_text(refusal.to_text().as_bytes()), refusal);
        }
        assert_eq!(Refusal::from_text(b"no"), Refusal::Refused("no".into()));
        assert_eq!(Refusal::from_text(&[0xff]), Refusal::Refused("\u{fffd}".into()));
    }
}
