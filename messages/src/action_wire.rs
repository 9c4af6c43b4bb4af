//! What goes over the wire for an action: two services, and the message on the feedback topic. ROS derives them from the
//! action's definition in the same way for each, so they are generic here.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Action, Cdr, DecodeError, EncodeError, Message, Payload, TypeInfo,
    builtin_interfaces::Time,
    cdr::{self, Reader, Writer},
};

/// The id of a goal: 16 bytes, chosen at random by the client.
pub type GoalId = [u8; 16];

/// Gives a wire type its bytes: its fields one after the other. Implemented by hand where derives would ask `A: Clone`
/// and the like of the action, which is only a name.
macro_rules! wire_type {
    ($name:ident $(<$action:ident>)? { $($field:ident: $kind:ty),+ }, $info:expr) => {
        impl$(<$action: Action>)? Clone for $name$(<$action>)? {
            fn clone(&self) -> Self {
                Self { $($field: self.$field.clone()),+ }
            }
        }

        impl$(<$action: Action>)? PartialEq for $name$(<$action>)? {
            fn eq(&self, other: &Self) -> bool {
                true $(&& self.$field == other.$field)+
            }
        }

        impl$(<$action: Action>)? Default for $name$(<$action>)? {
            fn default() -> Self {
                Self { $($field: Default::default()),+ }
            }
        }

        impl$(<$action: Action>)? fmt::Debug for $name$(<$action>)? {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.debug_struct(stringify!($name))$(.field(stringify!($field), &self.$field))+.finish()
            }
        }

        impl$(<$action: Action>)? Cdr for $name$(<$action>)? {
            const MIN_SIZE: usize = 0 $(+ <$kind as Cdr>::MIN_SIZE)+;
            const HAS_OCTETS: bool = false $(|| <$kind as Cdr>::HAS_OCTETS)+;

            fn lent(&self) -> usize {
                0 $(+ self.$field.lent())+
            }

            fn end(&self, at: usize) -> usize {
                $(let at = self.$field.end(at);)+
                at
            }

            fn write(&self, writer: &mut Writer) {
                $(self.$field.write(writer);)+
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                Ok(Self { $($field: Cdr::read(reader)?),+ })
            }
        }

        impl$(<$action: Action>)? Message for $name$(<$action>)? {
            const TYPE_NAME: &'static str = $info.name;
            const TYPE_HASH: &'static str = $info.hash;
            const HAS_OCTETS: bool = <Self as Cdr>::HAS_OCTETS;

            fn encode(&self) -> Result<Vec<u8>, EncodeError> {
                cdr::encode(self)
            }

            fn encode_scattered(&self) -> Result<Payload, EncodeError> {
                cdr::encode_scattered(self)
            }

            fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
                cdr::decode(bytes)
            }

            fn decode_scattered(payload: &Payload) -> Result<Self, DecodeError> {
                cdr::decode_scattered(payload)
            }
        }
    };
}

/// The name of a type that is the same for all actions. ROS has one of its own for each action: see the constants of [`Action`].
const fn shared(name: &'static str) -> TypeInfo {
    TypeInfo { name, hash: "" }
}

/// Offers a goal to the server.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct SendGoalRequest<A: Action> {
    /// The id of the goal.
    pub goal_id: GoalId,
    /// The goal.
    pub goal: A::Goal,
}

wire_type!(SendGoalRequest<A> { goal_id: GoalId, goal: A::Goal }, A::SEND_GOAL_REQUEST);

/// Whether the server takes the goal. It is the same for all actions, so its hash is left empty.
#[derive(Serialize, Deserialize)]
pub struct SendGoalResponse {
    /// True if it does.
    pub accepted: bool,
    /// When it accepted the goal.
    pub stamp: Time,
}

wire_type!(SendGoalResponse { accepted: bool, stamp: Time }, shared("SendGoal_Response"));

/// Asks for the result of a goal. The answer comes when the goal has ended. It is the same for all actions, so its hash is left empty.
#[derive(Serialize, Deserialize)]
pub struct GetResultRequest {
    /// The id of the goal.
    pub goal_id: GoalId,
}

wire_type!(GetResultRequest { goal_id: GoalId }, shared("GetResult_Request"));

/// How a goal ended.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct GetResultResponse<A: Action> {
    /// One of the `STATUS_` constants of [`GoalStatus`](crate::action_msgs::GoalStatus).
    pub status: i8,
    /// The result.
    pub result: A::Result,
}

wire_type!(GetResultResponse<A> { status: i8, result: A::Result }, A::GET_RESULT_RESPONSE);

/// Tells the clients of an action how far a goal has come.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct FeedbackMessage<A: Action> {
    /// The id of the goal.
    pub goal_id: GoalId,
    /// The feedback.
    pub feedback: A::Feedback,
}

wire_type!(FeedbackMessage<A> { goal_id: GoalId, feedback: A::Feedback }, A::FEEDBACK_MESSAGE);
