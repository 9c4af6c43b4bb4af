//! Who is at which name, on both sides of the bridge, as a pure state.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rosactor_transport::{
    bridge_config::BridgeConfig,
    wire::{EndpointKind, HeardEndpoint, NodeKind},
};

use super::{
    document::{Direction, End, Kind, Link, Problem, Reason},
    judge::{Known, judge},
};
use crate::{
    allowed::{Allowed, NOT_BRIDGED},
    domain::{Event, Guid, Side},
    nodes::{Heard, Info, names::on_dds},
};

/// More endpoints than a robot has. What comes beyond is not told of.
const MOST: usize = 20_000;

/// All that is known.
pub(super) struct Ends {
    namespace: String,
    allowed: Allowed,
    /// The bridge's own participants on DDS, and its ids in tokens.
    carriers: Vec<Guid>,
    own: Vec<String>,
    ros: BTreeMap<Guid, Known>,
    /// By participant: whose an endpoint is.
    ros_nodes: HashMap<Guid, Vec<(Guid, String)>>,
    tokens: BTreeMap<String, HeardEndpoint>,
    actors: HashMap<String, String>,
}

/// What tells one pair from another: the end on DDS, and the token of the one on Zenoh.
pub(super) type Pair = (Guid, String);

/// The ends of one name, with what tells them apart.
#[derive(Default)]
struct Place {
    ros: Vec<(Guid, Known)>,
    actors: Vec<(String, Known)>,
    /// Those whose name lies outside of the namespace, and so is another one for ROS.
    outside: Vec<Known>,
}

impl Ends {
    pub(super) fn new(config: &BridgeConfig, carriers: Vec<Guid>, own: Vec<String>) -> Self {
        Self {
            namespace: config.namespace.trim_end_matches('/').to_owned(),
            allowed: Allowed::new(config),
            carriers,
            own,
            ros: BTreeMap::new(),
            ros_nodes: HashMap::new(),
            tokens: BTreeMap::new(),
            actors: HashMap::new(),
        }
    }

    /// Takes in what happened on DDS.
    pub(super) fn event(&mut self, event: Event) {
        match event {
            Event::Endpoint { guid, side, topic, type_name, qos } => {
                if self.is_own(&guid) || self.ros.len() >= MOST {
                    return;
                }
                let Some((kind, name, type_name)) = meaning(side, &topic, &type_name) else { return };
                let qos = matches!(kind, EndpointKind::Publisher | EndpointKind::Subscriber).then_some(qos);
                self.ros.insert(guid, Known { kind, name, type_name, qos, node: String::new(), is_actor: false });
            }
            Event::EndpointLost(guid) => drop(self.ros.remove(&guid)),
            Event::ParticipantLost(lost) => {
                self.ros.retain(|guid, _| guid[..12] != lost[..12]);
                self.ros_nodes.retain(|guid, _| guid[..12] != lost[..12]);
            }
            Event::ReaderMatched { .. } => (),
        }
    }

    /// Takes in who came or went.
    pub(super) fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Ros(info) => self.ros_nodes(&info),
            Heard::Node(node, _) if node.kind != NodeKind::Actor => (),
            Heard::Node(node, true) if self.actors.len() < MOST => {
                self.actors.insert(node.participant, node.name.to_string());
            }
            Heard::Node(_, true) => (),
            Heard::Node(node, false) => drop(self.actors.remove(&node.participant)),
            Heard::Endpoint(token, endpoint, true) => {
                if self.tokens.len() < MOST && !self.own.contains(&endpoint.participant) {
                    self.tokens.insert(token, endpoint);
                }
            }
            Heard::Endpoint(token, _, false) => drop(self.tokens.remove(&token)),
        }
    }

    fn ros_nodes(&mut self, info: &Info) {
        if self.is_own(&info.participant) || self.ros_nodes.len() >= MOST {
            return;
        }
        let of_node = |node: &crate::nodes::Node| {
            let name = format!("{}/{}", node.namespace.trim_end_matches('/'), node.name);
            let guids: Vec<Guid> = node.readers.iter().chain(&node.writers).copied().collect();
            guids.into_iter().map(move |guid| (guid, name.clone()))
        };
        self.ros_nodes.insert(info.participant, info.nodes.iter().flat_map(of_node).take(MOST).collect());
    }

    fn is_own(&self, guid: &Guid) -> bool {
        self.carriers.iter().any(|carrier| carrier[..12] == guid[..12])
    }

    fn crosses(&self, kind: Kind, name: &str) -> bool {
        match kind {
            Kind::Topic => self.allowed.topic(name),
            Kind::Service => self.allowed.service(name),
            Kind::Action => self.allowed.action(name),
        }
    }

    /// How many participants of others there are.
    pub(super) fn participants(&self) -> usize {
        let all = self.ros.keys().chain(self.ros_nodes.keys());
        all.filter_map(|guid| guid.first_chunk::<12>()).collect::<BTreeSet<_>>().len()
    }

    /// The pairs that do not come together though they should, and whether both nodes have told their names.
    pub(super) fn apart(&self) -> BTreeMap<Pair, (Problem, bool)> {
        let mut all = BTreeMap::new();
        for ((kind, name), place) in self.places() {
            if self.crosses(kind, &name) {
                all.extend(place.pairs().filter_map(|(pair, ros, actor)| {
                    let named = !ros.node.is_empty() && !actor.node.is_empty();
                    Some((pair, (judge(ros, actor)?, named)))
                }));
            }
        }
        all
    }

    /// Everything, without what each node has and nobody asks for. `carried` says what the bridge carries.
    pub(super) fn links(&self, carried: impl Fn(Kind, &str) -> bool) -> Vec<Link> {
        let places = self.places().into_iter();
        places.filter_map(|((kind, name), place)| self.link(kind, name, &place, &carried)).collect()
    }

    fn link(&self, kind: Kind, name: String, place: &Place, carried: impl Fn(Kind, &str) -> bool) -> Option<Link> {
        let paired = place.pairs().next().is_some();
        if !paired && is_housekeeping(kind, &name) {
            return None;
        }
        let crosses = self.crosses(kind, &name);
        let mut problems = BTreeSet::new();
        let mut directions = BTreeSet::new();
        for (_, ros, actor) in place.pairs().filter(|_| crosses) {
            match judge(ros, actor) {
                Some(problem) => drop(problems.insert(problem)),
                None if ros.gives() == (kind == Kind::Topic) => drop(directions.insert(Direction::RosToActors)),
                None => drop(directions.insert(Direction::ActorsToRos)),
            }
        }
        if let Some((reason, text)) = self.alone(kind, &name, place, paired, crosses) {
            problems.insert(Problem { reason, text: format!("{name}: {text}") });
        }
        let serves = |known: &Known| kind != Kind::Topic && known.gives();
        if place.ros.iter().any(|(_, known)| serves(known)) && place.actors.iter().any(|(_, known)| serves(known)) {
            let text = format!("{name}: a ROS node and an actor serve it: ROS nodes ask their own, and actors both");
            problems.insert(Problem { reason: Reason::BothServe, text });
        }
        let end = |known: &Known| End {
            node: known.node.clone(),
            role: known.role().to_owned(),
            type_name: known.type_name.clone(),
        };
        let sorted = |ends: BTreeSet<End>| ends.into_iter().collect();
        Some(Link {
            active: !directions.is_empty() && carried(kind, &name),
            ros: sorted(place.ros.iter().map(|(_, known)| end(known)).collect()),
            actors: sorted(place.actors.iter().map(|(_, known)| known).chain(&place.outside).map(end).collect()),
            kind,
            name,
            directions: directions.into_iter().collect(),
            problems: problems.into_iter().collect(),
        })
    }

    /// Why nothing crosses at all.
    fn alone(&self, kind: Kind, name: &str, place: &Place, paired: bool, crosses: bool) -> Option<(Reason, String)> {
        if !crosses {
            let list = format!("{kind:?}s").to_lowercase();
            return Some((
                Reason::NotAllowed,
                format!("the bridge does not carry it, as `allow.{list}` leaves it out"),
            ));
        }
        if let Some(actor) = place.outside.first().filter(|_| !place.ros.is_empty()) {
            let space = &self.namespace;
            let text = format!(
                "{} lies outside of the bridge's namespace {space}: that of the ROS nodes is {space}{name} for actors",
                actor.who()
            );
            return Some((Reason::Namespace, text));
        }
        let side = if place.ros.is_empty() { "ROS nodes" } else { "actors" };
        (!paired).then(|| (Reason::Lonely, format!("nobody among the {side} is at its other end")))
    }

    fn places(&self) -> BTreeMap<(Kind, String), Place> {
        let mut places: BTreeMap<(Kind, String), Place> = BTreeMap::new();
        let names: HashMap<Guid, &String> =
            self.ros_nodes.values().flatten().map(|(guid, name)| (*guid, name)).collect();
        for (guid, known) in &self.ros {
            let node = names.get(guid).map(|name| (*name).clone()).unwrap_or_default();
            let place = places.entry((known.link(), known.name.clone())).or_default();
            place.ros.push((*guid, Known { node, ..known.clone() }));
        }
        for (token, endpoint) in &self.tokens {
            let full = endpoint.name.as_str();
            let name = on_dds(&self.namespace, full);
            let known = Known {
                kind: endpoint.kind,
                name: name.to_owned(),
                type_name: endpoint.type_name.clone(),
                qos: endpoint.qos,
                node: self.actors.get(&endpoint.participant).cloned().unwrap_or_default(),
                is_actor: true,
            };
            let place = places.entry((known.link(), known.name.clone())).or_default();
            if !self.namespace.is_empty() && name == full {
                place.outside.push(known);
            } else {
                place.actors.push((token.clone(), known));
            }
        }
        places
    }
}

impl Place {
    /// Each end on DDS with each on Zenoh of the opposite role.
    fn pairs(&self) -> impl Iterator<Item = (Pair, &Known, &Known)> {
        self.ros.iter().flat_map(|(guid, ros)| {
            let opposite = self.actors.iter().filter(|(_, actor)| actor.gives() != ros.gives());
            opposite.map(move |(token, actor)| ((*guid, token.clone()), ros, actor))
        })
    }
}

/// What an endpoint on DDS is for ROS: of an action and of a service, what tells the name and the type.
fn meaning(side: Side, topic: &str, dds_type: &str) -> Option<(EndpointKind, String, String)> {
    let type_name = dds_type.strip_suffix('_')?.replace("::dds_::", "/").replace("::", "/");
    if let Some(name) = topic.strip_prefix("rt/") {
        let kind = if side == Side::Writer { EndpointKind::Publisher } else { EndpointKind::Subscriber };
        return (!name.contains("/_action/")).then(|| (kind, format!("/{name}"), type_name));
    }
    let name = topic.strip_prefix("rq/")?.strip_suffix("Request")?;
    let type_name = type_name.strip_suffix("_Request")?;
    let server = side == Side::Reader;
    let Some((action, part)) = name.split_once("/_action/") else {
        let kind = if server { EndpointKind::ServiceServer } else { EndpointKind::ServiceClient };
        return Some((kind, format!("/{name}"), type_name.to_owned()));
    };
    let kind = if server { EndpointKind::ActionServer } else { EndpointKind::ActionClient };
    let type_name = type_name.strip_suffix("_SendGoal").filter(|_| part == "send_goal")?;
    Some((kind, format!("/{action}"), type_name.to_owned()))
}

/// Whether every node has it, so that nobody wonders where its other end is.
fn is_housekeeping(kind: Kind, name: &str) -> bool {
    let services = [
        "/describe_parameters",
        "/get_parameter_types",
        "/get_parameters",
        "/list_parameters",
        "/set_parameters",
        "/set_parameters_atomically",
        "/get_type_description",
    ];
    match kind {
        Kind::Topic => NOT_BRIDGED.contains(&name),
        Kind::Service => services.iter().any(|end| name.ends_with(end)),
        Kind::Action => false,
    }
}
