//! Who is on the network: the endpoints of this process, and those that others announce by tokens.

mod book;
mod endpoint;
mod listening;
mod node;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::watch;

use crate::name::{Name, NodeName};
use crate::wire::EndpointKind;

pub(crate) use book::{Book, Entry, NodeEntry, Seen, Space};
pub use endpoint::EndpointInfo;
pub(crate) use listening::Listening;
pub use node::NodeInfo;

/// Names with their types. More than one type under a name is a mistake of somebody.
pub type NamesAndTypes = BTreeMap<Name, BTreeSet<String>>;

/// The graph as this process knows it. What is remote appears some milliseconds after it was declared; clones are the
/// same graph.
#[derive(Clone)]
pub struct Graph {
    book: Arc<Book>,
}

impl Graph {
    pub(crate) fn new(book: Arc<Book>) -> Self {
        Self { book }
    }

    /// Every topic with a publisher or subscriber.
    #[doc(alias = "get_topic_names_and_types")]
    pub fn topic_names_and_types(&self) -> NamesAndTypes {
        self.names_and_types(|info| Space::of(info.kind) == Space::Topic)
    }

    /// Every service with a server or client, but for those that an action consists of.
    #[doc(alias = "get_service_names_and_types")]
    pub fn service_names_and_types(&self) -> NamesAndTypes {
        self.names_and_types(|info| Space::of(info.kind) == Space::Service)
    }

    /// Every action with a server or client.
    #[doc(alias = "get_action_names_and_types")]
    pub fn action_names_and_types(&self) -> NamesAndTypes {
        self.names_and_types(|info| Space::of(info.kind) == Space::Action)
    }

    /// Every node: the actors of this process and others, and the nodes of ROS that a bridge sees.
    pub fn nodes(&self) -> Vec<Arc<NodeInfo>> {
        self.book.nodes()
    }

    /// The name of every node.
    #[doc(alias = "get_node_names")]
    #[doc(alias = "get_node_names_and_namespaces")]
    pub fn node_names(&self) -> BTreeSet<NodeName> {
        self.nodes().iter().map(|node| node.name.clone()).collect()
    }

    /// The nodes of this process.
    pub fn local_node_names(&self) -> BTreeSet<NodeName> {
        self.nodes().iter().filter(|node| node.is_local()).map(|node| node.name.clone()).collect()
    }

    /// What a node has of one kind, and the types. Empty for a node that is not known, and for one of ROS: what that one has is
    /// its bridge's here.
    #[doc(alias = "get_publisher_names_and_types_by_node")]
    #[doc(alias = "get_subscriber_names_and_types_by_node")]
    #[doc(alias = "get_service_names_and_types_by_node")]
    #[doc(alias = "get_client_names_and_types_by_node")]
    #[doc(alias = "get_action_server_names_and_types_by_node")]
    #[doc(alias = "get_action_client_names_and_types_by_node")]
    pub fn names_and_types_by_node(&self, kind: EndpointKind, node: &NodeName) -> NamesAndTypes {
        self.names_and_types(|info| info.kind == kind && info.node.as_ref() == Some(node))
    }

    /// How many publishers a topic has. Several of one remote actor count as one: they share an announcement.
    pub fn count_publishers(&self, topic: &Name) -> usize {
        self.infos(EndpointKind::Publisher, topic).len()
    }

    /// How many subscribers a topic has. Several of one remote actor count as one.
    pub fn count_subscribers(&self, topic: &Name) -> usize {
        self.infos(EndpointKind::Subscriber, topic).len()
    }

    /// How many servers a service has.
    pub fn count_services(&self, service: &Name) -> usize {
        self.infos(EndpointKind::ServiceServer, service).len()
    }

    /// How many clients a service has.
    pub fn count_clients(&self, service: &Name) -> usize {
        self.infos(EndpointKind::ServiceClient, service).len()
    }

    /// The endpoints of one kind and name, in the order in which they became known.
    #[doc(alias = "get_publishers_info_by_topic")]
    #[doc(alias = "get_subscriptions_info_by_topic")]
    pub fn infos(&self, kind: EndpointKind, name: &Name) -> Vec<Arc<EndpointInfo>> {
        let seen = self.book.endpoints(Space::of(kind), name);
        seen.into_iter().map(|seen| seen.info).filter(|info| info.kind == kind).collect()
    }

    /// Resolves as soon as an endpoint of this kind and name is known; also when the hub is closed, as then none will
    /// come.
    pub fn wait_for(&self, kind: EndpointKind, name: &Name) -> impl Future<Output = ()> + Send + 'static + use<> {
        let (graph, name) = (self.clone(), name.clone());
        let mut changes = GraphChanges(self.book.changes(Some((Space::of(kind), &name))));
        async move {
            while graph.infos(kind, &name).is_empty() && !graph.book.is_closed() {
                changes.next().await;
            }
        }
    }

    /// Tells of every change from now on.
    #[doc(alias = "wait_for_graph_change")]
    pub fn changes(&self) -> GraphChanges {
        GraphChanges(self.book.changes(None))
    }

    /// How many announcements of others could not be read, or had no room.
    pub fn unread(&self) -> u64 {
        self.book.unread()
    }

    fn names_and_types(&self, wanted: impl Fn(&EndpointInfo) -> bool) -> NamesAndTypes {
        let mut names = NamesAndTypes::new();
        for info in self.book.all().iter().filter(|info| wanted(info)) {
            names.entry(info.name.clone()).or_default().insert(info.type_name.clone());
        }
        names
    }
}

/// Changes of the graph, as they come. Several at once may be told as one.
pub struct GraphChanges(watch::Receiver<()>);

impl GraphChanges {
    pub(crate) fn new(changes: watch::Receiver<()>) -> Self {
        Self(changes)
    }

    /// Waits for the next change; at once, if there was one since the last call.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            // The graph is gone with its hub: there is nothing left that could change.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::qos::Qos;
    use crate::wire::Ros2dds;

    fn name(name: &str) -> Name {
        Name::new(name).unwrap()
    }

    fn local(kind: EndpointKind, topic: &str) -> EndpointInfo {
        EndpointInfo {
            kind,
            name: name(topic),
            type_name: "std_msgs/msg/String".to_owned(),
            type_hash: String::new(),
            qos: Some(Qos::default()),
            participant: "a1".to_owned(),
            node: Some(NodeName::new("/", "n").unwrap()),
            local: true,
        }
    }

    const TOKEN: &str = "@/b2/@ros2_lv/MP/chatter/std_msgs§msg§Int64/:0:0:0,5:typehash=RIHS01_ab;";

    #[test]
    fn what_came_is_there_once_until_it_went() {
        let book = Book::new();
        let graph = Graph::new(Arc::clone(&book));
        let entry = book.enter(local(EndpointKind::Publisher, "/chatter"));
        book.hear(&Ros2dds, TOKEN, true);
        book.hear(&Ros2dds, TOKEN, true);
        assert_eq!(graph.count_publishers(&name("/chatter")), 2);
        let types = ["std_msgs/msg/Int64", "std_msgs/msg/String"].map(str::to_owned);
        assert_eq!(graph.topic_names_and_types(), NamesAndTypes::from([(name("/chatter"), types.into())]));
        let remote = &graph.infos(EndpointKind::Publisher, &name("/chatter"))[1];
        assert_eq!((remote.type_hash.as_str(), remote.is_local()), ("RIHS01_ab", false));
        assert_eq!(remote.to_string(), "the publisher of /chatter in participant b2");
        book.hear(&Ros2dds, TOKEN, false);
        book.hear(&Ros2dds, TOKEN, false);
        assert_eq!(graph.count_publishers(&name("/chatter")), 1);
        drop(entry);
        assert!(graph.topic_names_and_types().is_empty() && graph.local_node_names().is_empty());
        assert!(book.all().is_empty());
    }

    #[test]
    fn own_tokens_are_known_already_and_broken_ones_are_counted() {
        let book = Book::new();
        book.own(TOKEN, true);
        book.hear(&Ros2dds, TOKEN, true);
        book.hear(&Ros2dds, "@/b2/@ros2_lv", true);
        for _ in 0..3 {
            book.hear(&Ros2dds, "@/b2/@ros2_lv/XX/chatter/x/y", true);
        }
        book.hear(&Ros2dds, "@/b2/@ros2_lv/XX/chatter/x/y", false);
        assert!(book.all().is_empty());
        assert_eq!(book.unread(), 3);
    }

    #[test]
    fn an_actor_that_comes_up_again_begins_a_new_life() {
        let book = Book::new();
        let _entry = book.enter(local(EndpointKind::Publisher, "/chatter"));
        let life = || book.endpoints(Space::Topic, &name("/chatter"))[0].life;
        let first = life();
        book.set_alive("other", false);
        assert_eq!(life(), first);
        let changes = book.changes(Some((Space::Topic, &name("/chatter"))));
        book.set_alive("a1", false);
        assert_eq!((life(), changes.has_changed().unwrap()), (None, true));
        book.set_alive("a1", true);
        assert!(life().is_some() && life() != first);
    }

    const NODE: &str = "@rosactor/b2/node/robot1§nav";

    #[test]
    fn the_name_of_a_node_is_its_endpoints_whichever_comes_first() {
        let nav = NodeName::new("/robot1", "nav").unwrap();
        for tokens in [[NODE, TOKEN], [TOKEN, NODE]] {
            let book = Book::new();
            let graph = Graph::new(Arc::clone(&book));
            let hear = |token: &str, came| match token == NODE {
                true => book.hear_node(token, came),
                false => book.hear(&Ros2dds, token, came),
            };
            tokens.iter().for_each(|token| hear(token, true));
            tokens.iter().for_each(|token| hear(token, true));
            assert_eq!(graph.node_names(), BTreeSet::from([nav.clone()]));
            assert!(graph.local_node_names().is_empty() && !graph.nodes()[0].is_local());
            let before = book.endpoints(Space::Topic, &name("/chatter"));
            assert_eq!(before[0].info.to_string(), "the publisher of /chatter in node /robot1/nav");
            let published = graph.names_and_types_by_node(EndpointKind::Publisher, &nav);
            assert_eq!(published.into_keys().collect::<Vec<_>>(), [name("/chatter")]);
            assert!(graph.names_and_types_by_node(EndpointKind::Subscriber, &nav).is_empty());

            let changes = book.changes(Some((Space::Topic, &name("/chatter"))));
            hear(NODE, false);
            hear(NODE, false);
            assert!(graph.node_names().is_empty() && changes.has_changed().unwrap());
            let after = book.endpoints(Space::Topic, &name("/chatter"));
            assert_eq!(after[0].info.node, None);
            assert_eq!((after[0].id, after[0].life), (before[0].id, before[0].life), "it is the same endpoint");
            assert_eq!(graph.unread(), 0);
        }
    }

    #[test]
    fn a_participant_has_one_node_and_broken_tokens_of_nodes_are_counted() {
        let book = Book::new();
        let graph = Graph::new(Arc::clone(&book));
        book.own("@rosactor/a1/node/own", true);
        book.hear_node("@rosactor/a1/node/own", true);
        let entry = book.enter_node(NodeInfo::local("a1", NodeName::new("/", "own").unwrap()));
        for token in [NODE, "@rosactor/b2/node/other", "@rosactor/a1/node/stranger", "@rosactor/b2/node/"] {
            book.hear_node(token, true);
        }
        assert_eq!(graph.unread(), 3);
        for token in ["@rosactor/b2/node/other", "@rosactor/a1/node/stranger", "@rosactor/b2/node/"] {
            book.hear_node(token, false);
        }
        let names = |graph: &Graph| graph.node_names().iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(&graph), ["/own", "/robot1/nav"]);
        assert_eq!(graph.local_node_names().len(), 1);
        drop(entry);
        assert_eq!(names(&graph), ["/robot1/nav"]);
    }

    #[tokio::test]
    async fn a_wait_ends_when_the_thing_comes_or_the_graph_closes() {
        let book = Book::new();
        let graph = Graph::new(Arc::clone(&book));
        let mut publisher = Box::pin(graph.wait_for(EndpointKind::Publisher, &name("/chatter")));
        let mut server = Box::pin(graph.wait_for(EndpointKind::ServiceServer, &name("/chatter")));
        let _subscriber = book.enter(local(EndpointKind::Subscriber, "/chatter"));
        assert!(look_at(&mut publisher).await.is_none());
        book.hear(&Ros2dds, TOKEN, true);
        assert!(look_at(&mut publisher).await.is_some());
        assert!(look_at(&mut server).await.is_none());
        book.close();
        assert!(look_at(&mut server).await.is_some());
    }

    /// One look at a future.
    async fn look_at<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
        tokio::select! {
            biased;
            output = future => Some(output),
            () = std::future::ready(()) => None,
        }
    }
}
