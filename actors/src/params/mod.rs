//! Parameters with the semantics of ROS: declared with type, range and description, read and set from outside by the six
//! services of each node, announced on `/parameter_events`, seen by the actor through live handles.

mod hooks;
mod list;
mod spec;
mod store;
mod value;

pub use spec::{ParamSpec, param};
pub use store::Param;
pub use value::ParamType;

pub(crate) use hooks::Hooks;
pub(crate) use store::Store;
