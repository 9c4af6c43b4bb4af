//! The deployment file: which actors and programs run, and how they are connected.
//!
//! [`Deployment::load`] reads the YAML file and reports every mistake in it at once, each with its line and column.
//! `configs/reference.yaml` explains every key. Pure data: nothing here starts anything.

mod bind;
mod diagnostic;
mod endpoint;
mod file;
mod hosts;
mod load;
mod located;
mod meaning;
mod names;
mod overrides;
mod param;
mod param_file;
mod quote;
mod read;
mod render;
mod scalar;
mod suggest;
#[cfg(test)]
mod tests;
mod tree;
mod yaml;

pub use diagnostic::{Diagnostic, Diagnostics};
pub use endpoint::{from_here, parts as endpoint_parts};
pub use file::{
    ActorEntry, ActorKind, Backoff, Deployment, Elsewhere, Group, Host, LifecycleChoice, MailboxOverride, Program,
    RestartPolicy, SecuritySection, SharedThreads, Strategy, Supervision, ThreadChoice, TransportSection,
};
pub use located::{Located, Location};
pub use param::ParamValue;
pub use param_file::FileParam;
pub use rosactor_transport::Mode;
pub use rosactor_transport::duration::{DurationError, parse_duration};
pub use suggest::suggest;
