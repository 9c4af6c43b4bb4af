//! The tokens by which nodes tell their names: `@rosactor/<id>/<kind>/<namespace and name>`. The tokens of `ros2dds` have no
//! place for them, and their readers do not survive what they do not know, so these stand outside of their pattern.

use super::{MalformedToken, TokenError, escape, is_id, unescape};
use crate::name::NodeName;

/// What the keys of all tokens of nodes match.
pub const NODE_TOKENS: &str = "@rosactor/*/*/*";

/// Longer tokens are refused: a namespace and a name with all their slashes written in two bytes are shorter.
const LONGEST: usize = 1_024;

/// Where a node lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeKind {
    /// On Zenoh: an actor.
    Actor,
    /// On DDS: a node of ROS that a bridge sees.
    Dds,
}

/// A node as somebody's token announces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeardNode {
    /// The id that the tokens of its endpoints have too: 1 to 32 hex digits. A node on DDS has one to itself, as its endpoints
    /// are announced as those of its bridge.
    pub participant: String,
    /// Where it lives.
    pub kind: NodeKind,
    /// Its full name.
    pub name: NodeName,
}

/// The key of the token that announces a node.
///
/// # Errors
///
/// The participant's id or the name is not what others would read.
pub fn node_token(node: &HeardNode) -> Result<String, TokenError> {
    let HeardNode { participant, kind, name } = node;
    let error = |field, found: &str, expected| TokenError {
        what: format!("node {name}"),
        field,
        found: found.to_owned(),
        expected,
    };
    if !is_id(participant) {
        return Err(error("the participant id", participant, "1 to 32 hex digits"));
    }
    // A name need not have been checked where it was made.
    if NodeName::new(name.namespace(), name.name()).is_err() {
        return Err(error("the name", &name.to_string(), "a namespace and a name that ROS allows"));
    }
    Ok(format!("@rosactor/{participant}/{}/{}", kind.code(), escape(name.to_string().trim_start_matches('/'))))
}

/// What the keys of the tokens of an actor of this name match, whichever process has it.
#[must_use]
pub fn tokens_of_actor(name: &NodeName) -> String {
    format!("@rosactor/*/{}/{}", NodeKind::Actor.code(), escape(name.to_string().trim_start_matches('/')))
}

/// What a token announces: the inverse of [`node_token`].
///
/// # Errors
///
/// It announces no node.
pub fn read_node_token(token: &str) -> Result<HeardNode, MalformedToken> {
    let refuse = |field| MalformedToken::new(token, field);
    if token.len() > LONGEST {
        return Err(refuse("the length"));
    }
    let chunks: Vec<&str> = token.split('/').collect();
    let ["@rosactor", participant, kind, name] = chunks.as_slice() else { return Err(refuse("the form")) };
    if !is_id(participant) {
        return Err(refuse("the participant id"));
    }
    let kind = NodeKind::of(kind).ok_or_else(|| refuse("the kind"))?;
    let name = NodeName::parse(&format!("/{}", unescape(name))).map_err(|_| refuse("the name"))?;
    Ok(HeardNode { participant: (*participant).to_owned(), kind, name })
}

impl NodeKind {
    fn code(self) -> &'static str {
        match self {
            Self::Actor => "node",
            Self::Dds => "dds_node",
        }
    }

    fn of(code: &str) -> Option<Self> {
        [Self::Actor, Self::Dds].into_iter().find(|kind| kind.code() == code)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn node(kind: NodeKind, namespace: &str, name: &str) -> HeardNode {
        HeardNode { participant: "a3f2".to_owned(), kind, name: NodeName::new(namespace, name).unwrap() }
    }

    #[test]
    fn what_is_written_is_read() {
        let table = [
            (node(NodeKind::Actor, "/", "nav"), "@rosactor/a3f2/node/nav"),
            (node(NodeKind::Actor, "/fleet/robot_1", "_nav2"), "@rosactor/a3f2/node/fleet§robot_1§_nav2"),
            (node(NodeKind::Dds, "/robot1", "talker"), "@rosactor/a3f2/dds_node/robot1§talker"),
        ];
        for (node, token) in table {
            assert_eq!(node_token(&node).unwrap(), token);
            assert_eq!(read_node_token(token).unwrap(), node);
        }
        let longest = node(NodeKind::Actor, &"/a".repeat(122), &"b".repeat(255));
        assert_eq!(read_node_token(&node_token(&longest).unwrap()).unwrap(), longest);
    }

    /// zenoh-plugin-ros2dds hears `@/*/@ros2_lv/**` and does not survive all that it does not know.
    #[test]
    fn bridges_do_not_hear_of_nodes() {
        use super::super::{Ros2dds, WireProfile};
        let token = node_token(&node(NodeKind::Actor, "/", "nav")).unwrap();
        assert!(token.starts_with("@rosactor/") && Ros2dds.token_pattern().starts_with("@/"));
        assert!(Ros2dds.read_token(&token).is_err() && read_node_token("@/a3f2/@ros2_lv").is_err());
    }

    #[test]
    fn a_participant_id_that_nobody_would_read_is_refused() {
        for participant in ["", "a/b", "*", "xyz", "123456789012345678901234567890123"] {
            let node = HeardNode { participant: participant.to_owned(), ..node(NodeKind::Actor, "/", "nav") };
            let error = node_token(&node).expect_err(participant).to_string();
            assert!(error.starts_with("the node /nav cannot be announced: the participant id is"), "{error}");
        }
    }

    /// What anybody may declare on the network.
    #[test]
    fn hostile_tokens_are_refused() {
        let good = "@rosactor/a3f2/node/robot1§nav";
        assert!(read_node_token(good).is_ok());
        let long = format!("@rosactor/a3f2/node/{}", "x".repeat(2_000));
        let table = [
            "",
            "/",
            "@rosactor",
            "@rosactor/a3f2",
            "@rosactor/a3f2/node",
            "@rosactor/a3f2/node/",
            "@rosactor//node/nav",
            "@rosactor/a3f2//nav",
            "@rosactor/zz/node/nav",
            "@rosactor/a3f2/nodes/nav",
            "@rosactor/a3f2/node/§nav",
            "@rosactor/a3f2/node/nav§",
            "@rosactor/a3f2/node/robot1§§nav",
            "@rosactor/a3f2/node/robot1/nav",
            "@rosactor/a3f2/node/1nav",
            "@rosactor/a3f2/node/robot-1§nav",
            "@rosactor/a3f2/node/n av",
            "@rosactor/a3f2/node/größe",
            "@rosactor/123456789012345678901234567890123/node/nav",
            long.as_str(),
        ];
        for token in table {
            let error = read_node_token(token).expect_err(token);
            assert!(error.to_string().len() < 400, "{error}");
        }
        for (at, _) in good.char_indices() {
            let _ = read_node_token(&good[..at]);
            let mut chars: Vec<char> = good.chars().collect();
            chars.remove(good[..at].chars().count());
            let _ = read_node_token(&chars.into_iter().collect::<String>());
        }
    }
}
