//! Type descriptions as RIHS01 hashes them, also of the types that ROS derives from services and actions.

mod defaults;
pub(crate) mod layout;

use std::collections::BTreeMap;

use crate::model::{Arity, Base, Definition, Field, FieldType, Interface, Kind};

/// A type by its fields; constants, defaults and comments do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Description {
    pub(crate) name: String,
    pub(crate) fields: Vec<FieldDescription>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldDescription {
    pub(crate) name: String,
    pub(crate) type_id: u8,
    pub(crate) capacity: usize,
    pub(crate) string_capacity: usize,
    /// Empty where the type is not nested.
    pub(crate) nested: String,
    /// As rosidl writes it. It does not count for the hash.
    pub(crate) default: String,
}

/// Descriptions by type name.
pub(crate) type Catalog = BTreeMap<String, Description>;

// The numbers of type_description_interfaces/msg/FieldType.
pub(crate) const NESTED: u8 = 1;
const UINT8: u8 = 3;
const INT8: u8 = 2;
pub(crate) const BOOL: u8 = 15;
const STRING: u8 = 17;
const WSTRING: u8 = 18;
const BOUNDED_STRING: u8 = 21;
const BOUNDED_WSTRING: u8 = 22;
pub(crate) const ARRAY: u8 = 48;
pub(crate) const BOUNDED_SEQUENCE: u8 = 96;
const SEQUENCE: u8 = 144;

/// The field of a type without fields, as rosidl gives it.
pub(crate) const DUMMY: &str = "structure_needs_at_least_one_member";

/// Types that descriptions of services and actions refer to.
const SERVICE_EVENT_INFO: &str = "service_msgs/msg/ServiceEventInfo";
const TIME: &str = "builtin_interfaces/msg/Time";
const UUID: &str = "unique_identifier_msgs/msg/UUID";

/// The types that what ROS derives from an interface refers to.
pub(crate) fn needed_by(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Message => &[],
        Kind::Service => &[SERVICE_EVENT_INFO, TIME],
        Kind::Action => &[SERVICE_EVENT_INFO, TIME, UUID],
    }
}

/// Adds an interface and everything derived from it.
pub(crate) fn add(catalog: &mut Catalog, interface: &Interface) {
    let name = interface.name.to_string();
    match interface.name.kind {
        Kind::Message => add_sections(catalog, &name, &[""], &interface.sections),
        Kind::Service => {
            add_sections(catalog, &name, &["_Request", "_Response"], &interface.sections);
            add_service(catalog, &name);
        }
        Kind::Action => {
            add_sections(catalog, &name, &["_Goal", "_Result", "_Feedback"], &interface.sections);
            add_action(catalog, &name);
        }
    }
}

fn add_sections(catalog: &mut Catalog, name: &str, suffixes: &[&str], sections: &[Definition]) {
    for (suffix, definition) in suffixes.iter().zip(sections) {
        insert(catalog, format!("{name}{suffix}"), fields(definition));
    }
}

fn insert(catalog: &mut Catalog, name: String, fields: Vec<FieldDescription>) {
    catalog.insert(name.clone(), Description { name, fields });
}

/// A service has a request, a response, and the event that introspection publishes.
fn add_service(catalog: &mut Catalog, name: &str) {
    let part = |suffix: &str| format!("{name}{suffix}");
    let at_most_one = |field: &str, suffix: &str| FieldDescription {
        type_id: NESTED + BOUNDED_SEQUENCE,
        capacity: 1,
        ..nested(field, &part(suffix))
    };
    let event = vec![
        nested("info", SERVICE_EVENT_INFO),
        at_most_one("request", "_Request"),
        at_most_one("response", "_Response"),
    ];
    insert(catalog, part("_Event"), event);
    let service = vec![
        nested("request_message", &part("_Request")),
        nested("response_message", &part("_Response")),
        nested("event_message", &part("_Event")),
    ];
    insert(catalog, name.to_owned(), service);
}

/// An action has two services and a feedback message around its goal, result and feedback.
fn add_action(catalog: &mut Catalog, name: &str) {
    let part = |suffix: &str| format!("{name}{suffix}");
    let goal_id = || nested("goal_id", UUID);
    insert(catalog, part("_SendGoal_Request"), vec![goal_id(), nested("goal", &part("_Goal"))]);
    insert(catalog, part("_SendGoal_Response"), vec![plain("accepted", BOOL), nested("stamp", TIME)]);
    insert(catalog, part("_GetResult_Request"), vec![goal_id()]);
    insert(catalog, part("_GetResult_Response"), vec![plain("status", INT8), nested("result", &part("_Result"))]);
    insert(catalog, part("_FeedbackMessage"), vec![goal_id(), nested("feedback", &part("_Feedback"))]);
    add_service(catalog, &part("_SendGoal"));
    add_service(catalog, &part("_GetResult"));
    let action = vec![
        nested("goal", &part("_Goal")),
        nested("result", &part("_Result")),
        nested("feedback", &part("_Feedback")),
        nested("send_goal_service", &part("_SendGoal")),
        nested("get_result_service", &part("_GetResult")),
        nested("feedback_message", &part("_FeedbackMessage")),
    ];
    insert(catalog, name.to_owned(), action);
}

/// The fields of a definition. One without any has a dummy, as rosidl gives it.
fn fields(definition: &Definition) -> Vec<FieldDescription> {
    if definition.fields.is_empty() {
        return vec![plain(DUMMY, UINT8)];
    }
    let default = |field: &Field| field.default.as_ref().map(defaults::text).unwrap_or_default();
    definition
        .fields
        .iter()
        .map(|field| FieldDescription { default: default(field), ..describe(&field.name, &field.ty) })
        .collect()
}

fn describe(name: &str, ty: &FieldType) -> FieldDescription {
    let mut field = match &ty.base {
        Base::Primitive(primitive) => plain(name, primitive.type_id()),
        Base::Text { wide, bound } => text(name, *wide, *bound),
        Base::Nested(nested_name) => nested(name, &nested_name.to_string()),
    };
    match ty.arity {
        Arity::One => {}
        Arity::Array(count) => {
            field.type_id += ARRAY;
            field.capacity = count;
        }
        Arity::Bounded(bound) => {
            field.type_id += BOUNDED_SEQUENCE;
            field.capacity = bound;
        }
        Arity::Sequence => field.type_id += SEQUENCE,
    }
    field
}

fn text(name: &str, wide: bool, bound: Option<usize>) -> FieldDescription {
    let type_id = match (wide, bound) {
        (false, None) => STRING,
        (true, None) => WSTRING,
        (false, Some(_)) => BOUNDED_STRING,
        (true, Some(_)) => BOUNDED_WSTRING,
    };
    FieldDescription { string_capacity: bound.unwrap_or(0), ..plain(name, type_id) }
}

fn plain(name: &str, type_id: u8) -> FieldDescription {
    FieldDescription {
        name: name.to_owned(),
        type_id,
        capacity: 0,
        string_capacity: 0,
        nested: String::new(),
        default: String::new(),
    }
}

fn nested(name: &str, type_name: &str) -> FieldDescription {
    FieldDescription { nested: type_name.to_owned(), ..plain(name, NESTED) }
}
