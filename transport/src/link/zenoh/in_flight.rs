//! The requests of a client that have not ended yet.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::link::{Done, LinkReply};

/// An answer that a server gave as its last may be overtaken by the news that it is gone: Zenoh sends those first.
const LAST_ANSWERS: Duration = Duration::from_millis(500);

/// What to call with the end of each request, exactly once.
#[derive(Default)]
pub(super) struct InFlight {
    requests: Mutex<Requests>,
}

#[derive(Default)]
struct Requests {
    begun: u64,
    open: HashMap<u64, Done>,
}

impl InFlight {
    /// Notes a request, and returns its number.
    pub(super) fn begin(&self, done: Done) -> u64 {
        let mut requests = self.requests();
        requests.begun += 1;
        let id = requests.begun;
        requests.open.insert(id, done);
        id
    }

    /// Ends a request, unless it has ended already.
    pub(super) fn end(&self, id: u64, reply: LinkReply<'_>) {
        let done = self.requests().open.remove(&id);
        // Outside of the lock: it is anybody's code, which may make the next request.
        if let Some(done) = done {
            done(reply);
        }
    }

    /// Ends all requests of now, a little later.
    ///
    /// When a connection is lost, Zenoh 1.10 first ends the requests that went over it and then forgets the servers
    /// behind it. A request between the two is sent to nobody, and would wait for its time-out: a day, if it is for the
    /// result of a goal. Those who ask again as soon as they are told of the loss make such requests.
    pub(super) fn no_server_is_left(self: &Arc<Self>) {
        let of_now: Vec<u64> = self.requests().open.keys().copied().collect();
        if of_now.is_empty() {
            return;
        }
        let flights = Arc::clone(self);
        let end_all = move || of_now.into_iter().for_each(|id| flights.end(id, LinkReply::Silence));
        let later = end_all.clone();
        let waiting = thread::Builder::new().name("zenoh-lost".to_owned()).spawn(move || {
            thread::sleep(LAST_ANSWERS);
            later();
        });
        if waiting.is_err() {
            end_all();
        }
    }

    fn requests(&self) -> MutexGuard<'_, Requests> {
        // Every change is one step on a plain collection, so a panic leaves no half of one.
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::mpsc;

    use super::*;

    fn told(flights: &InFlight, name: &'static str, ends: &mpsc::Sender<(&'static str, &'static str)>) -> u64 {
        let ends = ends.clone();
        flights.begin(Box::new(move |reply| {
            let end = match reply {
                LinkReply::Silence => "silence",
                LinkReply::Timeout => "time-out",
                _ => "another",
            };
            ends.send((name, end)).unwrap();
        }))
    }

    #[test]
    fn a_request_ends_once() {
        let (ends, ended) = mpsc::channel();
        let flights = InFlight::default();
        let id = told(&flights, "a", &ends);
        flights.end(id, LinkReply::Timeout);
        flights.end(id, LinkReply::Silence);
        assert_eq!(ended.try_iter().collect::<Vec<_>>(), [("a", "time-out")]);
    }

    #[test]
    fn the_end_of_the_last_server_ends_what_was_asked_before_and_nothing_else() {
        let (ends, ended) = mpsc::channel();
        let flights = Arc::new(InFlight::default());
        flights.no_server_is_left();
        let answered = told(&flights, "answered", &ends);
        told(&flights, "lost", &ends);
        flights.no_server_is_left();
        let after = told(&flights, "after", &ends);
        flights.end(answered, LinkReply::Timeout);
        let within = Duration::from_secs(60);
        let both = [ended.recv_timeout(within).unwrap(), ended.recv_timeout(within).unwrap()];
        assert_eq!(both, [("answered", "time-out"), ("lost", "silence")], "a last answer counts");
        flights.end(after, LinkReply::Timeout);
        assert_eq!(ended.recv_timeout(within).unwrap(), ("after", "time-out"));
    }
}
