//! Who serves what, on either side, and what has to be carried across because of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rosactor_transport::{
    bridge_config::BridgeConfig,
    name::Name,
    wire::{EndpointKind, HeardEndpoint},
};

use super::names::{Half, Namespace, ros_type, served};
use crate::{
    allowed::Allowed,
    domain::{Event, Guid},
};

/// More endpoints than a robot has. What comes beyond is not carried.
const MOST: usize = 20_000;

/// What is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Service,
    Action,
}

/// Who serves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Server {
    /// A ROS node, by the reader of its requests.
    Ros(Guid),
    Actor,
}

/// A service or action that the gateway carries to the other side.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Route {
    pub(super) kind: Kind,
    /// Its name among the ROS nodes.
    pub(super) name: String,
    pub(super) type_name: String,
    pub(super) server: Server,
}

/// Everything that is known of servers.
pub(super) struct Census {
    namespace: Namespace,
    allowed: Allowed,
    /// The participant of the gateway, and the id in its tokens: what it serves itself is no news.
    own_participant: Guid,
    own_id: String,
    halves: HashMap<Guid, (Half, String, String)>,
    tokens: BTreeMap<String, HeardEndpoint>,
}

impl Census {
    pub(super) fn new(config: &BridgeConfig, own_participant: Guid, own_id: &str) -> Self {
        Self {
            namespace: Namespace::new(&config.namespace),
            allowed: Allowed::new(config),
            own_participant,
            own_id: own_id.to_owned(),
            halves: HashMap::new(),
            tokens: BTreeMap::new(),
        }
    }

    /// Takes in what happened on DDS; `false` if it changes nothing.
    pub(super) fn dds(&mut self, event: &Event) -> bool {
        match event {
            Event::Endpoint { guid, side, topic, type_name, .. } => {
                if guid[..12] == self.own_participant[..12] || self.halves.len() >= MOST {
                    return false;
                }
                let Some((half, name)) = served(*side, topic) else { return false };
                let Some(type_name) = ros_type(type_name) else { return false };
                if Name::new(name.as_str()).is_err() {
                    return false;
                }
                self.halves.insert(*guid, (half, name, type_name)).is_none()
            }
            Event::EndpointLost(guid) => self.halves.remove(guid).is_some(),
            Event::ParticipantLost(lost) => {
                let before = self.halves.len();
                self.halves.retain(|guid, _| guid[..12] != lost[..12]);
                self.halves.len() != before
            }
            Event::ReaderMatched { .. } => false,
        }
    }

    /// Takes in a token that came or went; `false` if it changes nothing.
    pub(super) fn token(&mut self, token: &str, endpoint: HeardEndpoint, came: bool) -> bool {
        let server = matches!(endpoint.kind, EndpointKind::ServiceServer | EndpointKind::ActionServer);
        if !server || endpoint.participant == self.own_id {
            return false;
        }
        if !came {
            return self.tokens.remove(token).is_some();
        }
        self.tokens.len() < MOST && self.tokens.insert(token.to_owned(), endpoint).is_none()
    }

    /// What has to be carried, and the names that both sides serve. A ROS node's server is carried whatever else there is, and an
    /// actor's only where ROS has none: each side asks its own. If neither were carried, two bridges whose ROS nodes serve
    /// one name would announce it and take it back in turns for ever.
    pub(super) fn routes(&self) -> (BTreeSet<Route>, BTreeSet<String>) {
        let actors = self.of_actors();
        let ros = self.of_ros();
        let both: BTreeSet<String> =
            ros.keys().filter(|of| actors.contains_key(*of)).map(|(_, name)| name.clone()).collect();
        let only_actors = actors.into_iter().filter(|(of, _)| !ros.contains_key(of)).collect::<Served>();
        let route = |((kind, name), (type_name, server))| Route { kind, name, type_name, server };
        let wanted = only_actors.into_iter().chain(ros).map(route).filter(|route| match route.kind {
            Kind::Service => self.allowed.service(&route.name),
            Kind::Action => self.allowed.action(&route.name),
        });
        (wanted.collect(), both)
    }

    fn of_actors(&self) -> Served {
        let mut all = Served::new();
        for endpoint in self.tokens.values() {
            let kind = if endpoint.kind == EndpointKind::ActionServer { Kind::Action } else { Kind::Service };
            let name = self.namespace.to_ros(endpoint.name.as_str());
            all.entry((kind, name)).or_insert_with(|| (endpoint.type_name.clone(), Server::Actor));
        }
        all
    }

    fn of_ros(&self) -> Served {
        let replies: BTreeSet<(&[u8], &str)> = self
            .halves
            .iter()
            .filter(|(_, half)| half.0 == Half::Replies)
            .map(|(guid, half)| (&guid[..12], half.1.as_str()))
            .collect();
        // In order, so that of several servers always the same one decides.
        let mut requests = BTreeMap::new();
        for (guid, (half, name, type_name)) in &self.halves {
            if *half == Half::Requests && replies.contains(&(&guid[..12], name.as_str())) {
                requests.insert((name.as_str(), *guid), type_name.as_str());
            }
        }
        let names: BTreeSet<&str> = requests.keys().map(|(name, _)| *name).collect();
        let mut all = Served::new();
        for ((name, guid), type_name) in &requests {
            let (of, type_name) = match name.split_once("/_action/") {
                None => ((Kind::Service, (*name).to_owned()), (*type_name).to_owned()),
                Some((action, "send_goal")) => {
                    let whole = ["get_result", "cancel_goal"]
                        .iter()
                        .all(|part| names.contains(format!("{action}/_action/{part}").as_str()));
                    let Some(type_name) = type_name.strip_suffix("_SendGoal").filter(|_| whole) else { continue };
                    ((Kind::Action, action.to_owned()), type_name.to_owned())
                }
                Some(_) => continue,
            };
            all.entry(of).or_insert((type_name, Server::Ros(*guid)));
        }
        all
    }
}

type Served = BTreeMap<(Kind, String), (String, Server)>;
