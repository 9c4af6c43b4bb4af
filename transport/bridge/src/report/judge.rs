//! Whether two ends of one name come together.

use rosactor_transport::{Qos, QosMismatch, wire::EndpointKind};

use super::document::{Kind, Problem, Reason};

/// An endpoint on one of the two sides.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) kind: EndpointKind,
    /// Its name among the ROS nodes.
    pub(super) name: String,
    pub(super) type_name: String,
    /// That of a publisher or subscriber.
    pub(super) qos: Option<Qos>,
    /// Whose it is: a full name, empty if it is not known.
    pub(super) node: String,
    pub(super) is_actor: bool,
}

impl Known {
    pub(super) fn link(&self) -> Kind {
        use EndpointKind as E;
        match self.kind {
            E::Publisher | E::Subscriber => Kind::Topic,
            E::ServiceServer | E::ServiceClient => Kind::Service,
            E::ActionServer | E::ActionClient => Kind::Action,
        }
    }

    /// Whether it sends messages, or serves.
    pub(super) fn gives(&self) -> bool {
        use EndpointKind as E;
        matches!(self.kind, E::Publisher | E::ServiceServer | E::ActionServer)
    }

    pub(super) fn role(&self) -> &'static str {
        match self.kind {
            EndpointKind::Publisher => "publisher",
            EndpointKind::Subscriber => "subscriber",
            EndpointKind::ServiceServer | EndpointKind::ActionServer => "server",
            EndpointKind::ServiceClient | EndpointKind::ActionClient => "client",
        }
    }

    /// `the publisher in the ROS node /talker`.
    pub(super) fn who(&self) -> String {
        let place = match (self.is_actor, self.node.as_str()) {
            (true, "") => "a participant of Zenoh without a name".to_owned(),
            (false, "") => "a ROS node that has not told its name".to_owned(),
            (true, name) => format!("the actor {name}"),
            (false, name) => format!("the ROS node {name}"),
        };
        format!("the {} in {place}", self.role())
    }
}

/// What keeps these two apart, which are of one name and of opposite roles.
pub(super) fn judge(one: &Known, other: &Known) -> Option<Problem> {
    let (giver, taker) = if one.gives() { (one, other) } else { (other, one) };
    let (name, gives, takes) = (&giver.name, giver.who(), taker.who());
    if giver.type_name != taker.type_name {
        let (given, taken) = (&giver.type_name, &taker.type_name);
        let text = format!("{name}: {gives} has the type {given}, but {takes} has {taken}; give both the same type");
        return Some(Problem { reason: Reason::Type, text });
    }
    let (offered, requested) = (giver.qos?, taker.qos?);
    let mismatch = Qos::compatible(&offered, &requested).err()?;
    let (policy, values) = (mismatch.policy(), values(mismatch, &offered, &requested));
    let text = format!(
        "{name}: {gives} and {takes} do not fit in {policy}: {values}. DDS joins no such pair, so messages may not arrive: {mismatch}"
    );
    Some(Problem { reason: Reason::Qos, text })
}

fn values(mismatch: QosMismatch, offered: &Qos, requested: &Qos) -> String {
    // The names of ROS's tools: RELIABLE, TRANSIENT_LOCAL.
    let shown = |qos: &Qos| match mismatch {
        QosMismatch::Reliability => json(&qos.reliability),
        QosMismatch::Durability => json(&qos.durability),
        QosMismatch::Liveliness => json(&qos.liveliness),
        QosMismatch::Deadline { .. } => duration(qos.deadline),
        QosMismatch::Lease { .. } => duration(qos.lease),
    };
    format!("offered {}, requested {}", shown(offered), shown(requested))
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| Some(value.as_str()?.to_uppercase())).unwrap_or_default()
}

fn duration(duration: Option<std::time::Duration>) -> String {
    duration.map_or_else(|| "none".to_owned(), |duration| format!("{duration:?}"))
}
