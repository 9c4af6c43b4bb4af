//! Whose tokens a process hears: those of the far ends of its own topics, or those of everybody.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Book;
use crate::link::{Link, LinkTokens};
use crate::name::Name;
use crate::wire::{EndpointKind, NODE_TOKENS, WireProfile};

/// Who has more to listen to than this hears everybody: every token that comes is compared with each pattern.
const MOST: usize = 64;

/// What this process listens to. It only grows, as what is known of somebody must not outlive the news of his end.
#[derive(Default)]
pub(crate) struct Listening {
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    /// The names of nodes, as soon as anything is heard.
    nodes: Option<Option<LinkTokens>>,
    /// The far ends of single topics. A router tells each process of each token that it listens to, so that processes which hear
    /// everybody cost it the square of their number.
    ends: HashMap<(EndpointKind, Name), Option<LinkTokens>>,
    everybody: Option<Option<LinkTokens>>,
}

impl Listening {
    /// Begins to hear of the endpoints of everybody.
    pub(crate) fn to_everybody(&self, link: &Link, profile: &Arc<dyn WireProfile>, book: &Arc<Book>) {
        let mut heard = self.heard();
        heard.hear_nodes(link, book);
        heard.hear_everybody(link, profile, book);
    }

    /// Begins to hear of the endpoints of one kind and name.
    pub(crate) fn to_ends(
        &self,
        link: &Link,
        profile: &Arc<dyn WireProfile>,
        book: &Arc<Book>,
        kind: EndpointKind,
        name: &Name,
    ) {
        let mut heard = self.heard();
        let end = (kind, name.clone());
        if heard.everybody.is_some() || heard.ends.contains_key(&end) {
            return;
        }
        heard.hear_nodes(link, book);
        if heard.ends.len() >= MOST {
            return heard.hear_everybody(link, profile, book);
        }
        let tokens = hear_endpoints(link, profile, book, &profile.tokens_of(kind, name));
        heard.ends.insert(end, tokens);
    }

    /// Hears nothing more.
    pub(crate) fn end(&self) {
        let heard = std::mem::take(&mut *self.heard());
        drop(heard);
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        // Every change is one step on plain collections, so a panic leaves no half of one.
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Heard {
    /// To be called first, so that most endpoints have a name as soon as they appear.
    fn hear_nodes(&mut self, link: &Link, book: &Arc<Book>) {
        self.nodes.get_or_insert_with(|| {
            let book = Arc::clone(book);
            hear(link, NODE_TOKENS, move |token, came| book.hear_node(token, came))
        });
    }

    fn hear_everybody(&mut self, link: &Link, profile: &Arc<dyn WireProfile>, book: &Arc<Book>) {
        self.everybody.get_or_insert_with(|| hear_endpoints(link, profile, book, profile.token_pattern()));
        // Only now, so that nobody's end is missed between the two.
        self.ends.clear();
    }
}

fn hear_endpoints(link: &Link, profile: &Arc<dyn WireProfile>, book: &Arc<Book>, pattern: &str) -> Option<LinkTokens> {
    let (book, profile) = (Arc::clone(book), Arc::clone(profile));
    hear(link, pattern, move |token, came| book.hear(&*profile, token, came))
}

fn hear(link: &Link, pattern: &str, change: impl Fn(&str, bool) + Send + Sync + 'static) -> Option<LinkTokens> {
    let heard = LinkTokens::declare(link, pattern, change);
    heard.inspect_err(|error| tracing::warn!("the graph shows no {pattern} of other processes: {error}")).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::{Duration, Instant};

    use rosactor_messages::std_msgs::String as Text;

    use super::*;
    use crate::graph::Space;
    use crate::mailbox::{TopicMailbox, TopicPolicy};
    use crate::name::NameContext;
    use crate::topic::{Subscription, TopicPublisher, TopicWatch};
    use crate::{Hub, Participant, Qos, TransportConfig};

    /// Two processes, and an actor in each.
    fn pair() -> [(Hub, Participant); 2] {
        let listen = TransportConfig { listen: vec!["tcp/127.0.0.1:0".to_owned()], ..TransportConfig::default() };
        let one = Hub::open(listen).unwrap();
        let other = Hub::open(TransportConfig { connect: one.locators(), ..TransportConfig::default() }).unwrap();
        [(one, "talker"), (other, "listener")].map(|(hub, name)| {
            let actor = hub.participant(NameContext::new("/", name, vec![]).unwrap());
            (hub, actor)
        })
    }

    fn watch(actor: &Participant, topic: &str) -> (Subscription, TopicWatch) {
        let mailbox = Arc::new(TopicMailbox::<Text>::new(TopicPolicy::Latest, Arc::new(|| {})));
        let subscription = actor.subscribe(topic, Qos::default(), mailbox).unwrap();
        let watch = actor.watch_subscription(&subscription).unwrap();
        (subscription, watch)
    }

    fn publisher(actor: &Participant, topic: &str) -> TopicPublisher<Text> {
        actor.publisher(topic, Qos::default()).unwrap()
    }

    /// How many publishers in other processes an actor's process knows.
    fn known(actor: &Participant, topic: &str) -> usize {
        let seen = actor.shared().book.endpoints(Space::Topic, &Name::new(topic).unwrap());
        seen.iter().filter(|seen| !seen.info.is_local() && seen.info.kind == EndpointKind::Publisher).count()
    }

    #[track_caller]
    fn until(what: &str, condition: impl Fn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !condition() {
            assert!(Instant::now() < deadline, "waited in vain until {what}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn who_watches_a_topic_hears_of_its_far_ends_and_of_nobody_else() {
        let [(_one, talker), (_other, listener)] = pair();
        let _unheard = publisher(&talker, "/aside");
        let first = publisher(&talker, "/chatter");
        let _watched = [watch(&listener, "/chatter"), watch(&listener, "/news")];
        until("who was there already is heard", || known(&listener, "/chatter") == 1);
        let _unheard_too = publisher(&talker, "/asides");
        let _later = publisher(&talker, "/news");
        until("who comes is heard", || known(&listener, "/news") == 1);
        assert_eq!([known(&listener, "/aside"), known(&listener, "/asides")], [0, 0]);
        drop(first);
        until("the end of one is heard", || known(&listener, "/chatter") == 0);
    }

    #[test]
    fn who_asks_for_the_graph_or_watches_much_hears_of_everybody() {
        for asks in [true, false] {
            let [(_one, talker), (_other, listener)] = pair();
            let [aside, heard] = ["/aside", "/topic_0"].map(|topic| publisher(&talker, topic));
            let _few = watch(&listener, "/topic_0");
            until("its own topic is known", || known(&listener, "/topic_0") == 1);
            let _watched: Vec<_> = match asks {
                true => Vec::new(),
                false => (1..=MOST).map(|number| watch(&listener, &format!("/topic_{number}"))).collect(),
            };
            let _graph = asks.then(|| listener.graph());
            until("everybody is known", || known(&listener, "/aside") == 1);
            assert_eq!(known(&listener, "/topic_0"), 1, "who was known is known once");
            drop((aside, heard));
            until("the ends are heard", || known(&listener, "/aside") + known(&listener, "/topic_0") == 0);
        }
    }
}
