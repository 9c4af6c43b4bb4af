//! Actions: servers, clients, and the life of a goal.

mod book;
mod cancel;
mod client;
mod feedback;
mod goal;
mod goals;
mod handle;
mod server;
mod status;
mod status_list;
mod throttle;

pub use client::{ActionClient, GoalError};
pub use goal::{ExecutingGoal, GoalControl, IncomingGoal, WaitingGoal};
pub use handle::{CancelOutcome, GoalHandle};
pub use server::ActionServer;
pub use status::GoalStatus;

use crate::name::Name;
use rosactor_messages::action_msgs::CancelGoal;
use rosactor_messages::{Service, TypeInfo};

/// The id of a goal, chosen by its client. All zeros means no goal in particular.
pub type GoalId = [u8; 16];

/// The service that all actions have in common.
const CANCEL_GOAL: TypeInfo = TypeInfo { name: CancelGoal::TYPE_NAME, hash: CancelGoal::TYPE_HASH };

/// The hidden names that an action consists of.
struct Parts {
    send_goal: Name,
    cancel_goal: Name,
    get_result: Name,
    feedback: Name,
    status: Name,
}

impl Parts {
    fn of(action: &Name) -> Self {
        let part = |part: &str| action.join(&format!("_action/{part}"));
        Self {
            send_goal: part("send_goal"),
            cancel_goal: part("cancel_goal"),
            get_result: part("get_result"),
            feedback: part("feedback"),
            status: part("status"),
        }
    }
}
