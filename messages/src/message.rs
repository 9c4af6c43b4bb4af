//! What messages, services and actions have in common.

use std::fmt::Debug;

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Cdr, DecodeError, EncodeError, Payload, TypeDescription, serde_cdr};

/// A type that is sent as a whole: a topic's sample, or a service's request or response.
///
/// Types written from a definition have their own fast [`encode`](Message::encode) and [`decode`](Message::decode).
/// A hand-written type needs only the two constants; its bytes are then made by serde, element by element:
///
/// ```
/// use rosactor_messages::Message;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
/// struct Wheels {
///     left: f32,
///     right: f32,
/// }
///
/// impl Message for Wheels {
///     const TYPE_NAME: &'static str = "my_robot/msg/Wheels";
///     const TYPE_HASH: &'static str = "RIHS01_0000000000000000000000000000000000000000000000000000000000000000";
/// }
///
/// let wheels = Wheels { left: 1.0, right: 2.0 };
/// assert_eq!(Wheels::decode(&wheels.encode()?)?, wheels);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a message",
    note = "use a type of `rosactor_messages`, one written by `rosactor-codegen`, or implement `Message` by hand"
)]
pub trait Message: Clone + Debug + Default + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name as ROS writes it, such as `std_msgs/msg/String` or `example_interfaces/srv/AddTwoInts_Request`.
    const TYPE_NAME: &'static str;

    /// The RIHS01 hash of the definition, by which ROS 2 tells whether two sides mean the same type.
    const TYPE_HASH: &'static str;

    /// The fields, for programs that handle types which they do not know. Types written by hand have none.
    const DESCRIPTION: &'static TypeDescription =
        &TypeDescription { name: Self::TYPE_NAME, hash: Self::TYPE_HASH, fields: &[] };

    /// Whether it has [`Octets`](crate::Octets), so that [`encode_scattered`](Message::encode_scattered) and
    /// [`decode_scattered`](Message::decode_scattered) do better than their plain forms.
    const HAS_OCTETS: bool = false;

    /// Writes the value as CDR: a 4-byte header, then the body in little-endian byte order.
    ///
    /// # Errors
    /// A bounded string or sequence is longer than its definition allows, or a sequence has more than `u32::MAX` elements.
    fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        serde_cdr::encode(self)
    }

    /// As [`encode`](Message::encode), but long [`Octets`](crate::Octets) become pieces of their own and are not copied.
    ///
    /// # Errors
    /// As [`encode`](Message::encode).
    fn encode_scattered(&self) -> Result<Payload, EncodeError> {
        self.encode().map(Payload::from)
    }

    /// Reads a value from CDR with its 4-byte header, in either byte order.
    ///
    /// # Errors
    /// The bytes are not such a value, or more than 3 bytes follow it.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        serde_cdr::decode(bytes)
    }

    /// As [`decode`](Message::decode), but long [`Octets`](crate::Octets) share the payload's memory and are not copied.
    ///
    /// # Errors
    /// As [`decode`](Message::decode).
    fn decode_shared(payload: &Bytes) -> Result<Self, DecodeError> {
        Self::decode_scattered(&payload.clone().into())
    }

    /// As [`decode_shared`](Message::decode_shared), of a payload that may lie in pieces. Those that
    /// [`encode_scattered`](Message::encode_scattered) made for long [`Octets`](crate::Octets) become such again without a copy; pieces
    /// of any other kind are put together first.
    ///
    /// # Errors
    /// As [`decode`](Message::decode).
    fn decode_scattered(payload: &Payload) -> Result<Self, DecodeError> {
        Self::decode(&payload.contiguous())
    }
}

/// A service: a request and its response.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a service",
    note = "name the service itself, such as `AddTwoInts`, not its request or response"
)]
pub trait Service: Send + Sync + 'static {
    /// The name as ROS writes it, such as `example_interfaces/srv/AddTwoInts`.
    const TYPE_NAME: &'static str;
    /// The RIHS01 hash of the service.
    const TYPE_HASH: &'static str;
    /// Request, response and event, for programs that handle types which they do not know.
    const DESCRIPTION: &'static TypeDescription =
        &TypeDescription { name: Self::TYPE_NAME, hash: Self::TYPE_HASH, fields: &[] };
    /// What the client sends.
    type Request: ServiceRequest<Service = Self>;
    /// What the server answers.
    type Response: Message;
}

/// The request of a service, from which the service can be told.
#[diagnostic::on_unimplemented(message = "`{Self}` is not the request of a service")]
pub trait ServiceRequest: Message {
    /// The service it belongs to.
    type Service: Service<Request = Self>;
}

/// An action: a goal, its feedback, and its result.
///
/// ROS derives two services and a message from each action; the constants name them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an action",
    note = "name the action itself, such as `Fibonacci`, not its goal, result or feedback"
)]
pub trait Action: Send + Sync + 'static {
    /// The name as ROS writes it, such as `example_interfaces/action/Fibonacci`.
    const TYPE_NAME: &'static str;
    /// The RIHS01 hash of the action.
    const TYPE_HASH: &'static str;
    /// Goal, result, feedback and what is derived from them, for programs that handle types which they do not know.
    const DESCRIPTION: &'static TypeDescription =
        &TypeDescription { name: Self::TYPE_NAME, hash: Self::TYPE_HASH, fields: &[] };
    /// What the client asks for.
    type Goal: ActionGoal<Action = Self>;
    /// What the server answers in the end.
    type Result: Message + Cdr;
    /// What the server tells on the way.
    type Feedback: Message + Cdr;

    /// The service that offers a goal to the server.
    const SEND_GOAL: TypeInfo;
    /// Its request, [`SendGoalRequest`](crate::action_wire::SendGoalRequest).
    const SEND_GOAL_REQUEST: TypeInfo;
    /// Its response, [`SendGoalResponse`](crate::action_wire::SendGoalResponse).
    const SEND_GOAL_RESPONSE: TypeInfo;
    /// The service that waits for the result.
    const GET_RESULT: TypeInfo;
    /// Its request, [`GetResultRequest`](crate::action_wire::GetResultRequest).
    const GET_RESULT_REQUEST: TypeInfo;
    /// Its response, [`GetResultResponse`](crate::action_wire::GetResultResponse).
    const GET_RESULT_RESPONSE: TypeInfo;
    /// The message on the feedback topic, [`FeedbackMessage`](crate::action_wire::FeedbackMessage).
    const FEEDBACK_MESSAGE: TypeInfo;
}

/// The goal of an action, from which the action can be told.
#[diagnostic::on_unimplemented(message = "`{Self}` is not the goal of an action")]
pub trait ActionGoal: Message + Cdr {
    /// The action it belongs to.
    type Action: Action<Goal = Self>;
}

/// The name and the RIHS01 hash of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeInfo {
    /// The name as ROS writes it.
    pub name: &'static str,
    /// The hash, with its `RIHS01_` prefix.
    pub hash: &'static str,
}
