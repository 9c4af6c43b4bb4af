//! Watches one end of a topic: its deadline, its opposite ends and whether they are alive. It neither waits nor has a
//! thread: its owner looks when something changes or is due.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::TopicEvent;
use crate::graph::{Book, EndpointInfo, GraphChanges, Seen, Space};
use crate::mailbox::Monitored;
use crate::name::Name;
use crate::qos::{Liveliness, Qos};
use crate::wire::EndpointKind;

/// One end of a topic under watch. What it tells it tells once; it outlives restarts of its actor.
pub struct TopicWatch {
    own: Arc<EndpointInfo>,
    qos: Qos,
    monitored: Arc<dyn Monitored>,
    book: Arc<Book>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Opposite ends that were compared.
    judged: BTreeSet<u64>,
    /// Publishers that were alive at the last look, by the number of their life.
    alive: BTreeMap<u64, Arc<EndpointInfo>>,
}

impl TopicWatch {
    pub(crate) fn new(own: Arc<EndpointInfo>, qos: Qos, monitored: Arc<dyn Monitored>, book: Arc<Book>) -> Self {
        Self { own, qos, monitored, book, known: Mutex::default() }
    }

    /// The topic.
    pub fn topic(&self) -> &Name {
        &self.own.name
    }

    /// Begins to wait anew: the time before does not count for deadline and lease.
    pub fn begin(&self, now: Instant) {
        self.monitored.begin(now);
    }

    /// Tells when somebody at the other end comes or goes. To be made before the first look.
    pub fn changes(&self) -> GraphChanges {
        GraphChanges::new(self.book.changes(Some((Space::Topic, &self.own.name))))
    }

    /// What has happened since the last look, and when to look again if nothing changes.
    pub fn look(&self, now: Instant) -> (Vec<TopicEvent>, Option<Instant>) {
        let report = self.monitored.look(now);
        let mut events = Vec::new();
        if report.newly_missed > 0 {
            let (total, new) = (report.missed, report.newly_missed);
            events.push(match self.own.kind {
                EndpointKind::Subscriber => TopicEvent::RequestedDeadlineMissed { total, new },
                _ => TopicEvent::OfferedDeadlineMissed { total, new },
            });
        }
        for (publisher, is_alive, alive) in report.changes {
            let publisher = || match publisher {
                Some(id) => format!("the publisher {id} of {}", self.own.name),
                None => format!("the publisher of {} that tells no id", self.own.name),
            };
            match (self.own.kind, is_alive) {
                (EndpointKind::Subscriber, true) => {
                    events.push(TopicEvent::LivelinessGained { publisher: publisher(), alive });
                }
                (EndpointKind::Subscriber, false) => {
                    events.push(TopicEvent::LivelinessLost { publisher: publisher(), alive });
                }
                (_, true) => {}
                (_, false) => events.push(TopicEvent::OwnLivelinessLost),
            }
        }
        let opposite = self.own.kind.opposite();
        let mut others = self.book.endpoints(Space::Topic, &self.own.name);
        others.retain(|seen| seen.info.kind == opposite);
        self.judge(&others, &mut events);
        if self.own.kind == EndpointKind::Subscriber && self.qos.measured_lease().is_none() {
            self.compare_alive(&others, &mut events);
        }
        self.count(&events);
        (events, report.next)
    }

    /// Compares every opposite end that is new. What does not fit is delivered all the same, where DDS would deliver
    /// nothing: Zenoh has no such rule, and a late warning is better than a robot that hears nothing.
    fn judge(&self, others: &[Seen], events: &mut Vec<TopicEvent>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut judged = BTreeSet::new();
        for other in others {
            judged.insert(other.id);
            if !known.judged.contains(&other.id)
                && let Some(event) = self.mismatch(&other.info)
            {
                events.push(event);
            }
        }
        known.judged = judged;
    }

    fn mismatch(&self, other: &Arc<EndpointInfo>) -> Option<TopicEvent> {
        let (local, remote) = (Arc::clone(&self.own), Arc::clone(other));
        let hashes = [&local.type_hash, &remote.type_hash];
        let versions_differ = hashes[0] != hashes[1] && hashes.iter().all(|hash| !hash.is_empty());
        if local.type_name != remote.type_name || versions_differ {
            return Some(TopicEvent::IncompatibleType { local, remote });
        }
        let theirs = match (remote.qos?, remote.is_local()) {
            (qos, true) => qos,
            (qos, false) => qos.with_unannounced_of(&self.qos),
        };
        let compared = match self.own.kind {
            EndpointKind::Subscriber => Qos::compatible(&theirs, &self.qos),
            _ => Qos::compatible(&self.qos, &theirs),
        };
        compared.err().map(|mismatch| TopicEvent::IncompatibleQos { local, remote, mismatch })
    }

    fn compare_alive(&self, publishers: &[Seen], events: &mut Vec<TopicEvent>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let alive: BTreeMap<u64, Arc<EndpointInfo>> =
            publishers.iter().filter_map(|seen| Some((seen.life?, Arc::clone(&seen.info)))).collect();
        let before = std::mem::replace(&mut known.alive, alive);
        let mut count = before.len();
        for (_, info) in before.iter().filter(|(life, _)| !known.alive.contains_key(life)) {
            count -= 1;
            events.push(TopicEvent::LivelinessLost { publisher: info.to_string(), alive: count });
        }
        for (_, info) in known.alive.iter().filter(|(life, _)| !before.contains_key(life)) {
            count += 1;
            events.push(TopicEvent::LivelinessGained { publisher: info.to_string(), alive: count });
        }
    }

    fn count(&self, events: &[TopicEvent]) {
        for event in events {
            match event {
                TopicEvent::LivelinessLost { .. } | TopicEvent::OwnLivelinessLost => self.monitored.count_lost(),
                TopicEvent::IncompatibleQos { .. } | TopicEvent::IncompatibleType { .. } => {
                    self.monitored.count_incompatible();
                    tracing::warn!(topic = %self.own.name, "{event}");
                }
                _ => {}
            }
        }
    }
}

impl Qos {
    /// The lease that is measured by samples, if there is one.
    pub(crate) fn measured_lease(&self) -> Option<std::time::Duration> {
        self.lease.filter(|_| self.liveliness == Liveliness::ManualByTopic)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::time::Duration;

    use super::*;
    use crate::mailbox::{TopicMailbox, TopicPolicy};
    use crate::name::NodeName;
    use crate::qos::QosMismatch;
    use crate::wire::Ros2dds;

    fn info(kind: EndpointKind, participant: &str, qos: Qos) -> EndpointInfo {
        EndpointInfo {
            kind,
            name: Name::new("/scan").unwrap(),
            type_name: "a/msg/B".to_owned(),
            type_hash: String::new(),
            qos: Some(qos),
            participant: participant.to_owned(),
            node: Some(NodeName::new("/", &format!("n{participant}")).unwrap()),
            local: true,
        }
    }

    /// A subscriber under watch, and its mailbox.
    fn subscriber(book: &Arc<Book>, qos: Qos) -> (TopicWatch, Arc<TopicMailbox<u64>>) {
        let mailbox = Arc::new(TopicMailbox::new(TopicPolicy::Latest, Arc::new(|| {})));
        let own = Arc::new(info(EndpointKind::Subscriber, "5", qos));
        (TopicWatch::new(own, qos, Arc::clone(&mailbox) as _, Arc::clone(book)), mailbox)
    }

    #[test]
    fn a_publisher_is_gained_and_lost_each_time_once() {
        let book = Book::new();
        let (watch, mailbox) = subscriber(&book, Qos::default());
        let now = Instant::now();
        let look = || -> Vec<String> { watch.look(now).0.iter().map(ToString::to_string).collect() };
        assert!(look().is_empty());
        let entry = book.enter(info(EndpointKind::Publisher, "1", Qos::default()));
        assert_eq!(look(), ["the publisher of /scan in node /n1 is alive (1 are)"]);
        assert!(look().is_empty());
        book.set_alive("1", false);
        assert_eq!(look(), ["the publisher of /scan in node /n1 is not alive any more (0 are)"]);
        book.set_alive("1", true);
        assert_eq!(look().len(), 1);
        // Down and up between two looks is told all the same.
        book.set_alive("1", false);
        book.set_alive("1", true);
        assert_eq!(look().len(), 2);
        let token = "@/b2/@ros2_lv/MP/scan/a§msg§B/:1:0:0,10";
        book.hear(&Ros2dds, token, true);
        assert_eq!(look(), ["the publisher of /scan in participant b2 is alive (2 are)"]);
        book.hear(&Ros2dds, token, false);
        drop(entry);
        assert_eq!(look().len(), 2);
        assert_eq!(mailbox.counters().liveliness_lost, 4);
    }

    #[test]
    fn each_pair_that_does_not_fit_is_told_once_by_name_and_policy() {
        let book = Book::new();
        let deadline = Qos { deadline: Some(Duration::from_secs(1)), ..Qos::default() };
        let (watch, mailbox) = subscriber(&book, deadline);
        let now = Instant::now();
        let look = || -> Vec<TopicEvent> {
            let (events, _) = watch.look(now);
            events.into_iter().filter(|event| !matches!(event, TopicEvent::LivelinessGained { .. })).collect()
        };
        // What a token does not tell is no mismatch.
        book.hear(&Ros2dds, "@/b1/@ros2_lv/MP/scan/a§msg§B/:1:0:0,10", true);
        assert_eq!(look(), []);
        book.hear(&Ros2dds, "@/b2/@ros2_lv/MP/scan/a§msg§B/:0:0:0,10", true);
        let [TopicEvent::IncompatibleQos { local, remote, mismatch }] = &look()[..] else { panic!() };
        assert_eq!((mismatch, remote.participant.as_str()), (&QosMismatch::Reliability, "b2"));
        assert_eq!(local.to_string(), "the subscriber of /scan in node /n5");
        assert_eq!(look(), []);
        book.hear(&Ros2dds, "@/b3/@ros2_lv/MP/scan/a§msg§C/:0:0:0,10", true);
        assert!(matches!(&look()[..], [TopicEvent::IncompatibleType { .. }]));
        let _local = book.enter(info(EndpointKind::Publisher, "1", Qos::default()));
        assert!(matches!(&look()[..], [TopicEvent::IncompatibleQos { mismatch: QosMismatch::Deadline { .. }, .. }]));
        assert_eq!(mailbox.counters().incompatible, 3);
    }

    #[test]
    fn deadlines_are_told_as_often_as_they_are_counted() {
        let book = Book::new();
        let (watch, mailbox) = subscriber(&book, Qos::default());
        let (start, ms) = (Instant::now(), Duration::from_millis(1));
        mailbox.watch(Some(10 * ms), None, start);
        assert_eq!(watch.look(start), (vec![], Some(start + 10 * ms)));
        let missed = |total, new| vec![TopicEvent::RequestedDeadlineMissed { total, new }];
        assert_eq!(watch.look(start + 10 * ms), (missed(1, 1), Some(start + 20 * ms)));
        assert_eq!(watch.look(start + 45 * ms), (missed(4, 3), Some(start + 50 * ms)));
        watch.begin(start + 45 * ms);
        assert_eq!(watch.look(start + 54 * ms), (vec![], Some(start + 55 * ms)));
        assert_eq!(mailbox.counters().missed_deadlines, 4);
    }
}
