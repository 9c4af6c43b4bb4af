//! The keys by which processes tell which host of which deployment they are: `@rosactor/@host/<deployment>/<host>/<session>` is a token,
//! and who asks at `@rosactor/@card/<deployment>/<host>/<session>` is answered. `*` and `**` match no chunk that begins with `@`, so
//! none of these is taken for what a node announces, nor allowed by a rule that is for nodes.

use super::{MalformedToken, TokenError, is_id};

/// Longer names are refused: a deployment file has none.
const LONGEST_NAME: usize = 100;

/// Longer tokens are refused: the longest names and session are shorter.
const LONGEST: usize = 300;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKeyKind {
    /// The token that says that the host is there.
    Presence,
    /// Where it tells about itself.
    Card,
}

/// A process that is a host, as its token announces it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeardHost {
    /// The deployment whose host it is: at most 100 letters, digits, `_`, `-` and `.`.
    pub deployment: String,
    /// The name of the host; the same rule.
    pub host: String,
    /// What tells processes apart that say they are the same host: 1 to 32 hex digits.
    pub session: String,
}

impl HostKeyKind {
    fn code(self) -> &'static str {
        match self {
            Self::Presence => "@host",
            Self::Card => "@card",
        }
    }
}

/// The key that a process which is a host uses.
///
/// # Errors
///
/// A name or the session is not what others would read.
pub fn host_key(kind: HostKeyKind, who: &HeardHost) -> Result<String, TokenError> {
    let HeardHost { deployment, host, session } = who;
    let error = |field, found: &str, expected| TokenError {
        what: format!("host {}", host.chars().take(LONGEST_NAME).collect::<String>()),
        field,
        found: found.chars().take(LONGEST_NAME).collect(),
        expected,
    };
    for (field, name) in [("the name of the deployment", deployment), ("its name", host)] {
        if !is_name(name) {
            return Err(error(field, name, "at most 100 letters (a-z), digits, `_`, `-` and `.`"));
        }
    }
    if !is_id(session) {
        return Err(error("the session", session, "1 to 32 hex digits"));
    }
    Ok(format!("@rosactor/{}/{deployment}/{host}/{session}", kind.code()))
}

/// What the keys of a host match, whichever process it is; without a name, those of all hosts of the deployment.
#[must_use]
pub fn host_keys_of(kind: HostKeyKind, deployment: &str, host: Option<&str>) -> String {
    format!("@rosactor/{}/{deployment}/{}/*", kind.code(), host.unwrap_or("*"))
}

/// Who a token announces: the inverse of [`host_key`] for [`HostKeyKind::Presence`].
///
/// # Errors
///
/// It announces no host.
pub fn read_host_token(token: &str) -> Result<HeardHost, MalformedToken> {
    let refuse = |field| MalformedToken::new(token, field);
    if token.len() > LONGEST {
        return Err(refuse("the length"));
    }
    let chunks: Vec<&str> = token.split('/').collect();
    let ["@rosactor", "@host", deployment, host, session] = chunks.as_slice() else { return Err(refuse("the form")) };
    for (field, name) in [("the deployment", deployment), ("the host", host)] {
        if !is_name(name) {
            return Err(refuse(field));
        }
    }
    if !is_id(session) {
        return Err(refuse("the session"));
    }
    let [deployment, host, session] = [deployment, host, session].map(|chunk| (*chunk).to_owned());
    Ok(HeardHost { deployment, host, session })
}

fn is_name(name: &str) -> bool {
    let fits = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.');
    (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(fits)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::wire::read_node_token;

    fn who(deployment: &str, host: &str, session: &str) -> HeardHost {
        let [deployment, host, session] = [deployment, host, session].map(str::to_owned);
        HeardHost { deployment, host, session }
    }

    #[test]
    fn what_is_written_is_read() {
        let robot = who("fleet-2.0", "robot_1", "a3f2");
        let token = host_key(HostKeyKind::Presence, &robot).unwrap();
        assert_eq!(token, "@rosactor/@host/fleet-2.0/robot_1/a3f2");
        assert_eq!(host_key(HostKeyKind::Card, &robot).unwrap(), "@rosactor/@card/fleet-2.0/robot_1/a3f2");
        assert_eq!(read_host_token(&token).unwrap(), robot);
        let longest = who(&"d".repeat(100), &"h".repeat(100), &"f".repeat(32));
        assert_eq!(read_host_token(&host_key(HostKeyKind::Presence, &longest).unwrap()).unwrap(), longest);
        assert!(read_node_token(&token).is_err(), "no node is announced by it");
    }

    #[test]
    fn who_would_not_be_read_is_not_announced() {
        for (deployment, host, session, part) in [
            ("", "robot", "a1", "the name of the deployment is \"\""),
            ("d", "a/b", "a1", "its name is \"a/b\""),
            ("d", "*", "a1", "its name is \"*\""),
            ("d", "@x", "a1", "its name is \"@x\""),
            ("d", "robot", "xyz", "the session is \"xyz\""),
        ] {
            let error = host_key(HostKeyKind::Presence, &who(deployment, host, session)).expect_err(host).to_string();
            assert!(error.contains(part), "{error}");
        }
    }

    /// What anybody may declare on the network.
    #[test]
    fn hostile_tokens_are_refused() {
        let good = "@rosactor/@host/d/robot/a1";
        assert!(read_host_token(good).is_ok());
        let long = format!("@rosactor/@host/d/{}/a1", "x".repeat(2_000));
        let longish = format!("@rosactor/@host/d/{}/a1", "x".repeat(101));
        for token in [
            "",
            "/",
            "@rosactor/@host",
            "@rosactor/@host/d/robot",
            "@rosactor/@host/d/robot/",
            "@rosactor/@host/d//a1",
            "@rosactor/@host//robot/a1",
            "@rosactor/@host/d/robot/zz",
            "@rosactor/@host/d/robot/a1/b",
            "@rosactor/@card/d/robot/a1",
            "@rosactor/host/d/robot/a1",
            "@rosactor/@host/d/ro bot/a1",
            "@rosactor/@host/d/robot\u{1b}[2J/a1",
            "@rosactor/@host/größe/robot/a1",
            "@rosactor/@host/d/robot/123456789012345678901234567890123",
            long.as_str(),
            longish.as_str(),
        ] {
            let error = read_host_token(token).expect_err(token);
            assert!(error.to_string().len() < 600, "{error}");
        }
        for (at, _) in good.char_indices() {
            let _ = read_host_token(&good[..at]);
        }
    }
}
