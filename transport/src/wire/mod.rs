//! How ROS endpoints look on Zenoh: keys and liveliness tokens. Pure text, no session.

mod host_key;
mod node_token;
mod ros2dds;
mod token_reader;

use crate::name::{Name, NodeName};
use crate::qos::Qos;

pub use host_key::{HeardHost, HostKeyKind, host_key, host_keys_of, read_host_token};
pub use node_token::{HeardNode, NODE_TOKENS, NodeKind, node_token, read_node_token, tokens_of_actor};
pub use ros2dds::Ros2dds;

/// A dialect of ROS on Zenoh. It owns the form of keys and tokens, nothing else does.
pub trait WireProfile: Send + Sync {
    /// The key of a topic.
    fn topic_key(&self, topic: &Name, type_name: &str, type_hash: &str) -> String;

    /// The key of a service.
    fn service_key(&self, service: &Name, type_name: &str, type_hash: &str) -> String;

    /// The key of a token that announces an endpoint, or `None` if this profile does not announce it (the parts of an
    /// action, where the action as a whole is announced).
    fn token(&self, announcement: &Announcement<'_>) -> Result<Option<String>, TokenError>;

    /// What the keys of all tokens of this profile match.
    fn token_pattern(&self) -> &'static str;

    /// What a token announces, or `None` if that is no endpoint.
    fn read_token(&self, token: &str) -> Result<Option<HeardEndpoint>, MalformedToken>;

    /// What the keys of the tokens of one endpoint match, whoever has it.
    fn tokens_of(&self, kind: EndpointKind, name: &Name) -> String;

    /// What the keys of the tokens of a node's own services match: parameters, lifecycle.
    fn tokens_of_services(&self, node: &NodeName) -> String;
}

/// An endpoint as somebody's token announces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeardEndpoint {
    /// The id of its participant.
    pub participant: String,
    /// What it is.
    pub kind: EndpointKind,
    /// Its name on the graph.
    pub name: Name,
    /// The ROS name of its type.
    pub type_name: String,
    /// The RIHS01 hash of its type, or empty if it is not announced.
    pub type_hash: String,
    /// The quality of service of a publisher or subscriber, as far as it is announced.
    pub qos: Option<Qos>,
}

/// A token that announces nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} of the token {token:?} is not as this profile writes it")]
pub struct MalformedToken {
    token: String,
    field: &'static str,
}

impl MalformedToken {
    /// Of the token, which may be of any length, a readable part is kept.
    fn new(token: &str, field: &'static str) -> Self {
        Self { token: token.chars().take(200).collect(), field }
    }
}

/// An endpoint as it is announced to everybody.
#[derive(Clone, Copy, Debug)]
pub struct Announcement<'a> {
    /// The id of the endpoint's participant: 1 to 32 lowercase hex digits, no leading zero.
    pub participant: &'a str,
    /// What the endpoint is.
    pub kind: EndpointKind,
    /// Its name on the graph.
    pub name: &'a Name,
    /// The ROS name of its type: `std_msgs/msg/String`.
    pub type_name: &'a str,
    /// The RIHS01 hash of its type, or empty if unknown.
    pub type_hash: &'a str,
    /// The quality of service, of publishers and subscribers.
    pub qos: Option<&'a Qos>,
}

/// The kinds of endpoint that are announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EndpointKind {
    /// A publisher.
    Publisher,
    /// A subscriber.
    Subscriber,
    /// A service's server.
    ServiceServer,
    /// A service's client.
    ServiceClient,
    /// An action's server.
    ActionServer,
    /// An action's client.
    ActionClient,
}

impl EndpointKind {
    /// The kind at the other end.
    pub(crate) fn opposite(self) -> Self {
        match self {
            Self::Publisher => Self::Subscriber,
            Self::Subscriber => Self::Publisher,
            Self::ServiceServer => Self::ServiceClient,
            Self::ServiceClient => Self::ServiceServer,
            Self::ActionServer => Self::ActionClient,
            Self::ActionClient => Self::ActionServer,
        }
    }
}

/// An announcement that would not be understood, or would stop a bridge that reads it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {what} cannot be announced: {field} is {found:?}, expected {expected}")]
pub struct TokenError {
    /// `endpoint /scan`.
    what: String,
    field: &'static str,
    found: String,
    expected: &'static str,
}

/// A key, a type or a name as one chunk of a token.
fn escape(text: &str) -> String {
    text.replace('/', "§")
}

fn unescape(chunk: &str) -> String {
    chunk.replace('§', "/")
}

/// Whether this can be the id of a participant.
fn is_id(id: &str) -> bool {
    (1..=32).contains(&id.len()) && id.chars().all(|c| c.is_ascii_hexdigit())
}
