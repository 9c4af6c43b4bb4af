//! The handle by which an actor looks at the graph.

use std::sync::Arc;

use rosactor_transport::graph::{EndpointInfo, NamesAndTypes, NodeInfo};
use rosactor_transport::name::{NameContext, Scope};
use rosactor_transport::{EndpointKind, Name, NodeName};

use super::Late;
use crate::Result;
use crate::work::{Work, run};

/// Who publishes, subscribes, serves and calls what, in this process and others. Before the actor is connected it shows
/// nothing; what others declare appears some milliseconds later.
///
/// Names are those of the actor: relative to its namespace, and renamed by its rules. A name that ROS does not allow is an
/// error.
#[derive(Clone)]
pub struct Graph {
    names: Arc<NameContext>,
    late: Late<rosactor_transport::Graph>,
}

impl Graph {
    pub(crate) fn new(names: NameContext, late: Late<rosactor_transport::Graph>) -> Self {
        Self { names: Arc::new(names), late }
    }

    /// Every topic with a publisher or subscriber, and its types.
    #[must_use]
    #[doc(alias = "get_topic_names_and_types")]
    pub fn topic_names_and_types(&self) -> NamesAndTypes {
        self.late.get().map(|graph| graph.topic_names_and_types()).unwrap_or_default()
    }

    /// Every service with a server or client, and its types.
    #[must_use]
    #[doc(alias = "get_service_names_and_types")]
    pub fn service_names_and_types(&self) -> NamesAndTypes {
        self.late.get().map(|graph| graph.service_names_and_types()).unwrap_or_default()
    }

    /// Every action with a server or client, and its types.
    #[must_use]
    #[doc(alias = "get_action_names_and_types")]
    pub fn action_names_and_types(&self) -> NamesAndTypes {
        self.late.get().map(|graph| graph.action_names_and_types()).unwrap_or_default()
    }

    /// Every node: the actors of this process and others, and the nodes of ROS that a bridge sees.
    #[must_use]
    #[doc(alias = "get_node_names")]
    #[doc(alias = "get_node_names_and_namespaces")]
    pub fn nodes(&self) -> Vec<Arc<NodeInfo>> {
        self.late.get().map(|graph| graph.nodes()).unwrap_or_default()
    }

    /// What a node, by its full name such as `/robot1/nav`, has of one kind, and the types. Empty for a node that is not
    /// known, and for one of ROS: what that one has is its bridge's here.
    ///
    /// # Errors
    ///
    /// The name breaks a rule of ROS.
    #[doc(alias = "get_publisher_names_and_types_by_node")]
    #[doc(alias = "get_subscriber_names_and_types_by_node")]
    #[doc(alias = "get_service_names_and_types_by_node")]
    #[doc(alias = "get_client_names_and_types_by_node")]
    pub fn names_and_types_by_node(&self, kind: EndpointKind, node: &str) -> Result<NamesAndTypes> {
        let node = NodeName::parse(node)?;
        Ok(self.late.get().map(|graph| graph.names_and_types_by_node(kind, &node)).unwrap_or_default())
    }

    /// How many publishers a topic has. Several of one remote actor count as one.
    ///
    /// # Errors
    ///
    /// The name breaks a rule of ROS; as for all that follow.
    pub fn count_publishers(&self, topic: &str) -> Result<usize> {
        Ok(self.publishers_info_by_topic(topic)?.len())
    }

    /// How many subscribers a topic has. Several of one remote actor count as one.
    pub fn count_subscribers(&self, topic: &str) -> Result<usize> {
        Ok(self.subscriptions_info_by_topic(topic)?.len())
    }

    /// How many servers a service has.
    pub fn count_services(&self, service: &str) -> Result<usize> {
        Ok(self.infos(EndpointKind::ServiceServer, service)?.len())
    }

    /// How many clients a service has.
    pub fn count_clients(&self, service: &str) -> Result<usize> {
        Ok(self.infos(EndpointKind::ServiceClient, service)?.len())
    }

    /// The publishers of a topic: type, hash, quality of service and whose they are.
    #[doc(alias = "get_publishers_info_by_topic")]
    pub fn publishers_info_by_topic(&self, topic: &str) -> Result<Vec<Arc<EndpointInfo>>> {
        self.infos(EndpointKind::Publisher, topic)
    }

    /// The subscribers of a topic: type, hash, quality of service and whose they are.
    #[doc(alias = "get_subscriptions_info_by_topic")]
    pub fn subscriptions_info_by_topic(&self, topic: &str) -> Result<Vec<Arc<EndpointInfo>>> {
        self.infos(EndpointKind::Subscriber, topic)
    }

    /// Ends when the service has a server, or the deployment ends.
    pub fn wait_for_service(&self, service: &str) -> Work<Result<()>> {
        self.wait_for(EndpointKind::ServiceServer, service)
    }

    /// Ends when the action has a server, or the deployment ends.
    pub fn wait_for_action(&self, action: &str) -> Work<Result<()>> {
        self.wait_for(EndpointKind::ActionServer, action)
    }

    /// Ends when the topic has a publisher, or the deployment ends.
    pub fn wait_for_publisher(&self, topic: &str) -> Work<Result<()>> {
        self.wait_for(EndpointKind::Publisher, topic)
    }

    /// Ends when the topic has a subscriber, or the deployment ends.
    pub fn wait_for_subscriber(&self, topic: &str) -> Work<Result<()>> {
        self.wait_for(EndpointKind::Subscriber, topic)
    }

    /// Ends at the next change of the graph.
    #[doc(alias = "wait_for_graph_change")]
    pub fn wait_for_change(&self) -> Work<()> {
        let changes = self.late.get().map(|graph| graph.changes());
        run(async move {
            match changes {
                Some(mut changes) => changes.next().await,
                None => std::future::pending().await,
            }
        })
    }

    fn infos(&self, kind: EndpointKind, name: &str) -> Result<Vec<Arc<EndpointInfo>>> {
        let name = self.resolve(kind, name)?;
        Ok(self.late.get().map(|graph| graph.infos(kind, &name)).unwrap_or_default())
    }

    fn wait_for(&self, kind: EndpointKind, name: &str) -> Work<Result<()>> {
        let wait = self.resolve(kind, name).map(|name| self.late.get().map(|graph| graph.wait_for(kind, &name)));
        run(async move {
            match wait? {
                Some(wait) => wait.await,
                None => std::future::pending().await,
            }
            Ok(())
        })
    }

    fn resolve(&self, kind: EndpointKind, name: &str) -> Result<Name> {
        let scope = match kind {
            EndpointKind::Publisher | EndpointKind::Subscriber => Some(Scope::Topic),
            EndpointKind::ServiceServer | EndpointKind::ServiceClient => Some(Scope::Service),
            EndpointKind::ActionServer | EndpointKind::ActionClient => None,
        };
        Ok(self.names.resolve_as(scope, name)?)
    }
}
