//! Routes as tasks: what is started for a service, and what for an action.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use rosactor_transport::{
    name::Name,
    wire::{Announcement, EndpointKind, Ros2dds, WireProfile},
};
use tokio::task::JoinSet;

use super::{
    across::Across,
    census::{Kind, Route, Server},
    endpoints::Keeps,
    names::dds_type,
    patience::{PATIENCE, Patience},
    to_actor_server, to_ros_server,
    topics::{self, Topic},
};
use crate::domain::Guid;

/// The routes that run. Each ends when it is removed.
pub(super) struct Routes {
    across: Across,
    own_id: String,
    patience: Patience,
    running: HashMap<Route, JoinSet<()>>,
}

impl Routes {
    pub(super) fn new(across: Across, own_id: String, patience: Patience) -> Self {
        Self { across, own_id, patience, running: HashMap::new() }
    }

    /// Ends the routes that are not wanted any more, and starts those that are.
    pub(super) fn set(&mut self, wanted: BTreeSet<Route>) {
        self.running.retain(|route, _| wanted.contains(route));
        for route in wanted {
            if !self.running.contains_key(&route) {
                let tasks = self.start(&route);
                self.running.insert(route, tasks);
            }
        }
    }

    fn start(&self, route: &Route) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        match (route.kind, route.server) {
            (Kind::Service, Server::Ros(server)) => {
                let token = self.token(EndpointKind::ServiceServer, route);
                self.reach_ros(&mut tasks, server, Part::service(route, &self.patience), token);
            }
            (Kind::Service, Server::Actor) => self.reach_actor(&mut tasks, Part::service(route, &self.patience)),
            (Kind::Action, Server::Ros(server)) => {
                let mut token = self.token(EndpointKind::ActionServer, route);
                for part in Part::action(route, &self.patience) {
                    self.reach_ros(&mut tasks, server, part, token.take());
                }
                for topic in action_topics(route) {
                    tasks.spawn(topics::to_actors(self.across.to_ros_servers(), topic));
                }
            }
            (Kind::Action, Server::Actor) => {
                for part in Part::action(route, &self.patience) {
                    self.reach_actor(&mut tasks, part);
                }
                for topic in action_topics(route) {
                    tasks.spawn(topics::to_ros(self.across.clone(), topic));
                }
            }
        }
        tasks
    }

    fn reach_ros(&self, tasks: &mut JoinSet<()>, server: Guid, part: Part, token: Option<String>) {
        let Part { name, type_name, patience } = part;
        let service = to_ros_server::Service { name, type_name, server, token, patience };
        tasks.spawn(to_ros_server::carry(self.across.to_ros_servers(), service));
    }

    fn reach_actor(&self, tasks: &mut JoinSet<()>, part: Part) {
        let Part { name, type_name, patience } = part;
        let service = to_actor_server::Service { name, type_name, patience };
        tasks.spawn(to_actor_server::carry(self.across.clone(), service));
    }

    /// The token that tells the actors of a server.
    fn token(&self, kind: EndpointKind, route: &Route) -> Option<String> {
        let name = Name::new(self.across.namespace.to_actors(&route.name)).ok()?;
        let (participant, type_name) = (self.own_id.as_str(), route.type_name.as_str());
        let announcement = Announcement { participant, kind, name: &name, type_name, type_hash: "", qos: None };
        match Ros2dds.token(&announcement) {
            Ok(token) => token,
            Err(error) => {
                tracing::warn!("the actors are not told of a ROS node's server: {error}");
                None
            }
        }
    }
}

/// A service, of its own or of an action.
struct Part {
    name: String,
    type_name: String,
    patience: Option<Duration>,
}

impl Part {
    fn service(route: &Route, patience: &Patience) -> Self {
        let Route { name, type_name, .. } = route;
        Self { name: name.clone(), type_name: type_name.clone(), patience: Some(patience.response(name)) }
    }

    /// The three services of an action.
    fn action(route: &Route, patience: &Patience) -> [Self; 3] {
        let Route { name, type_name, .. } = route;
        let part = |part: &str, type_name: String, patience| Self {
            name: format!("{name}/_action/{part}"),
            type_name,
            patience,
        };
        [
            part("get_result", format!("{type_name}_GetResult"), patience.result(name)),
            part("cancel_goal", "action_msgs/srv/CancelGoal".to_owned(), Some(PATIENCE)),
            part("send_goal", format!("{type_name}_SendGoal"), Some(PATIENCE)),
        ]
    }
}

fn action_topics(route: &Route) -> [Topic; 2] {
    let name = |part: &str| format!("{}/_action/{part}", route.name);
    [
        Topic {
            name: name("feedback"),
            dds_type: dds_type(&route.type_name, "_FeedbackMessage"),
            keeps: Keeps::Nothing,
        },
        Topic { name: name("status"), dds_type: dds_type("action_msgs/msg/GoalStatusArray", ""), keeps: Keeps::Last },
    ]
}
