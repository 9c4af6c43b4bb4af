//! Actors' logs on `/rosout`, where ROS's tools look for them.
//!
//! Every piece of an actor's code runs within the actor's tracing span, so the span says who logs. The program that installs the
//! tracing subscriber hands on what was logged: see [`log`].

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use rosactor_transport::messages::builtin_interfaces::Time;
use rosactor_transport::messages::rcl_interfaces::Log;
use rosactor_transport::qos::{Durability, History, Qos};
use rosactor_transport::{DeclareError, Participant, TopicPublisher, clock};
use tracing::span::Id;
use tracing::{Level, Span};

/// As nodes of ROS have it (`rcl_qos_profile_rosout_default`): who comes late gets the last 1000 lines, but none older than this.
const LIFESPAN: Duration = Duration::from_secs(10);
const KEPT: usize = 1000;

/// The publishers of the actors that have one, by their spans. Spans are numbered per process, and so are these.
static WRITERS: RwLock<Option<HashMap<u64, Writer>>> = RwLock::new(None);

thread_local! {
    /// Whether this thread is publishing a line: what is logged meanwhile would be about that.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

#[derive(Clone)]
struct Writer {
    name: String,
    publisher: TopicPublisher<Log>,
}

/// One line of a log.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// How grave it is.
    pub level: Level,
    /// What it says.
    pub text: &'a str,
    /// The source file that it comes from, if that is known, and the line there.
    pub file: Option<(&'a str, u32)>,
}

/// Publishes a line on `/rosout` for the actor whose span this is. It does nothing for other spans, and for actors whose file does not
/// say `rosout: true`.
pub fn log(span: &Id, line: Line<'_>) {
    let writers = WRITERS.read().unwrap_or_else(PoisonError::into_inner);
    let Some(writer) = writers.as_ref().and_then(|writers| writers.get(&span.into_u64()).cloned()) else { return };
    drop(writers);
    if BUSY.replace(true) {
        return;
    }
    // A log cannot say that it cannot be published.
    let _ = writer.publisher.publish(message(writer.name, line));
    BUSY.set(false);
}

fn message(name: String, line: Line<'_>) -> Log {
    let level = match line.level {
        Level::ERROR => Log::ERROR,
        Level::WARN => Log::WARN,
        Level::INFO => Log::INFO,
        Level::DEBUG | Level::TRACE => Log::DEBUG,
    };
    let (file, number) = line.file.unwrap_or_default();
    Log {
        stamp: Time::from(clock::date()),
        level,
        name,
        msg: line.text.to_owned(),
        file: file.to_owned(),
        line: number,
        ..Log::default()
    }
}

/// The name of a node's logger: `robot1.driver` for `/robot1/driver`.
fn logger(node: &str) -> String {
    node.trim_start_matches('/').replace('/', ".")
}

/// An actor's place on `/rosout`. Dropping it ends it.
pub(crate) struct Rosout(Option<u64>);

impl Rosout {
    /// Opens the topic for the actor whose code runs within `span`.
    pub(crate) fn open(participant: &Participant, node: &str, span: &Span) -> Result<Self, DeclareError> {
        // Without a subscriber a span has no number, and nobody logs.
        let Some(id) = span.id() else { return Ok(Self(None)) };
        let qos = Qos {
            durability: Durability::TransientLocal,
            history: History::KeepLast(KEPT),
            lifespan: Some(LIFESPAN),
            ..Qos::default()
        };
        let writer = Writer { name: logger(node), publisher: participant.publisher::<Log>("/rosout", qos)? };
        let mut writers = WRITERS.write().unwrap_or_else(PoisonError::into_inner);
        writers.get_or_insert_default().insert(id.into_u64(), writer);
        Ok(Self(Some(id.into_u64())))
    }
}

impl Drop for Rosout {
    fn drop(&mut self) {
        let Some(id) = self.0 else { return };
        let mut writers = WRITERS.write().unwrap_or_else(PoisonError::into_inner);
        // Closed once the lock is free: the transport may log.
        let closed = writers.as_mut().and_then(|writers| writers.remove(&id));
        drop(writers);
        drop(closed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_becomes_what_ros_nodes_publish() {
        let line = Line { level: Level::WARN, text: "low", file: Some(("src/battery.rs", 7)) };
        let log = message(logger("/robot1/battery"), line);
        assert_eq!((log.level, log.name.as_str(), log.msg.as_str()), (30, "robot1.battery", "low"));
        assert_eq!((log.file.as_str(), log.line), ("src/battery.rs", 7));
    }

    #[test]
    fn every_level_has_its_number() {
        let number = |level| message(String::new(), Line { level, text: "", file: None }).level;
        let numbers = [Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN, Level::ERROR].map(number);
        assert_eq!(numbers, [10, 10, 20, 30, 40]);
    }
}
