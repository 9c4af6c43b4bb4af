//! Messages, services and actions: their structs, and the marker types of the latter two.

use std::fmt::Write;

use super::{
    Context, description, docs,
    message::{self, Struct},
    rust,
};
use crate::model::{Interface, Kind};

/// The sections of a kind: suffix of the Rust name, and what the struct is.
fn sections(kind: Kind) -> &'static [(&'static str, &'static str)] {
    match kind {
        Kind::Message => &[("", "message")],
        Kind::Service => &[("Request", "request"), ("Response", "response")],
        Kind::Action => &[("Goal", "goal"), ("Result", "result"), ("Feedback", "feedback")],
    }
}

/// All names that an interface takes in Rust.
pub(crate) fn rust_names(interface: &Interface) -> Vec<String> {
    let name = &interface.name.name;
    let parts = sections(interface.name.kind).iter().map(|(suffix, _)| format!("{name}{suffix}"));
    let marker = (interface.name.kind != Kind::Message).then(|| name.clone());
    marker.into_iter().chain(parts).collect()
}

/// The paths of an interface's structs from where the packages are.
pub(crate) fn struct_paths(interface: &Interface) -> Vec<String> {
    let name = &interface.name;
    let module = format!("{}::{}::{}", rust::ident(&name.package), name.kind.word(), name.name);
    sections(name.kind).iter().map(|(suffix, _)| format!("{module}{suffix}")).collect()
}

/// Writes an interface.
pub(crate) fn push(code: &mut String, interface: &Interface, context: &Context<'_>) {
    let (name, ros_name) = (&interface.name.name, interface.name.to_string());
    match interface.name.kind {
        Kind::Message => {}
        Kind::Service => push_service(code, interface, context),
        Kind::Action => push_action(code, interface, context),
    }
    for ((suffix, what), definition) in sections(interface.name.kind).iter().zip(&interface.sections) {
        let (rust_name, doc, ros_name) = if suffix.is_empty() {
            (name.clone(), interface.doc.clone(), ros_name.clone())
        } else {
            let own = if definition.doc.is_empty() { String::new() } else { format!("\n\n{}", definition.doc) };
            (format!("{name}{suffix}"), format!("The {what} of `{name}`.{own}"), format!("{ros_name}_{suffix}"))
        };
        message::push(code, Struct { name: &rust_name, ros_name: &ros_name, doc: &doc, definition }, context);
    }
}

/// Writes the type that stands for the whole service or action.
fn push_marker(code: &mut String, interface: &Interface, what: &str) {
    let fallback = format!("The {what} `{}`.", interface.name);
    code.push_str(&docs::attribute(if interface.doc.is_empty() { &fallback } else { &interface.doc }));
    let _ = writeln!(
        code,
        "#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]\npub struct {};\n",
        interface.name.name
    );
}

fn push_service(code: &mut String, interface: &Interface, context: &Context<'_>) {
    push_marker(code, interface, "service");
    let (name, ros_name) = (&interface.name.name, interface.name.to_string());
    let (runtime, hash) = (context.runtime, context.hash(&ros_name));
    let description = description::literal_of(&ros_name, context);
    let _ = writeln!(
        code,
        "impl {runtime}::Service for {name} {{\n\
         const TYPE_NAME: &'static str = {ros_name:?};\n\
         const TYPE_HASH: &'static str = {hash:?};\n\
         const DESCRIPTION: &'static {runtime}::TypeDescription = {description};\n\
         type Request = {name}Request;\n\
         type Response = {name}Response;\n}}\n\n\
         impl {runtime}::ServiceRequest for {name}Request {{\ntype Service = {name};\n}}\n"
    );
}

/// The constants of `Action` that name what ROS derives from it.
const DERIVED: [(&str, &str); 7] = [
    ("SEND_GOAL", "_SendGoal"),
    ("SEND_GOAL_REQUEST", "_SendGoal_Request"),
    ("SEND_GOAL_RESPONSE", "_SendGoal_Response"),
    ("GET_RESULT", "_GetResult"),
    ("GET_RESULT_REQUEST", "_GetResult_Request"),
    ("GET_RESULT_RESPONSE", "_GetResult_Response"),
    ("FEEDBACK_MESSAGE", "_FeedbackMessage"),
];

fn push_action(code: &mut String, interface: &Interface, context: &Context<'_>) {
    push_marker(code, interface, "action");
    let (name, ros_name) = (&interface.name.name, interface.name.to_string());
    let (runtime, hash) = (context.runtime, context.hash(&ros_name));
    let description = description::literal_of(&ros_name, context);
    let _ = writeln!(
        code,
        "impl {runtime}::Action for {name} {{\n\
         const TYPE_NAME: &'static str = {ros_name:?};\n\
         const TYPE_HASH: &'static str = {hash:?};\n\
         const DESCRIPTION: &'static {runtime}::TypeDescription = {description};\n\
         type Goal = {name}Goal;\n\
         type Result = {name}Result;\n\
         type Feedback = {name}Feedback;"
    );
    for (constant, suffix) in DERIVED {
        let name = format!("{ros_name}{suffix}");
        let hash = context.hash(&name);
        let _ = writeln!(
            code,
            "const {constant}: {runtime}::TypeInfo = {runtime}::TypeInfo {{ name: {name:?}, hash: {hash:?} }};"
        );
    }
    let _ = writeln!(code, "}}\n\nimpl {runtime}::ActionGoal for {name}Goal {{\ntype Action = {name};\n}}\n");
}
