//! Which actors share a thread, and what passes from thread to thread.
//!
//! Waking another thread takes a hundred times as long as going on in the same one, so actors share one thread unless the file
//! says otherwise: `thread` of one of them, or `threads: spread`, which parts those that exchange no messages. This module tells
//! what that means for a deployment; `rosactor check` shows it.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::thread::available_parallelism;

use crate::deployment::{ActorEntry, Deployment, SharedThreads};
use crate::setup::{Declared, EndpointKind};

/// Where the actors of a deployment run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// The actors of each thread, in the order of the file. Those that chose none are on `shared` and, if they are spread,
    /// `shared 2` and so on, the others on `group NAME` and `own /ACTOR`.
    pub threads: Vec<(String, Vec<String>)>,
    /// The topics, services and actions that join actors of different threads, such as `topic /scan`. Each message of theirs
    /// wakes another thread.
    pub crossings: Vec<String>,
    /// The actors that chose no thread, by whom they exchange messages with: those of one island exchange none with those of
    /// another, so islands can have threads of their own (`threads: spread`) at no cost for their messages.
    pub islands: Vec<Vec<String>>,
}

/// The thread of all actors that chose none.
const SHARED: &str = "shared";

/// What nodes have in common without working together.
const OF_ALL: [&str; 3] = ["topic /clock", "topic /parameter_events", "topic /rosout"];

/// How many threads there may be for those that chose none.
pub(crate) fn most_threads(deployment: &Deployment) -> usize {
    match deployment.threads {
        SharedThreads::One => 1,
        SharedThreads::Spread => available_parallelism().map_or(1, NonZero::get),
    }
}

/// Places actors by what the file and their `setup` say.
pub(crate) fn placement<'a>(
    most_threads: usize,
    actors: impl IntoIterator<Item = (&'a ActorEntry, &'a [Declared])>,
) -> Placement {
    let mut places = Vec::new();
    let mut endpoints: BTreeMap<String, Vec<(usize, Side)>> = BTreeMap::new();
    for (number, (entry, declared)) in actors.into_iter().enumerate() {
        places.push((entry.thread_name(), entry.full_name()));
        for endpoint in declared {
            let (space, side) = role(endpoint.kind);
            endpoints.entry(format!("{space} {}", endpoint.resolved)).or_default().push((number, side));
        }
    }
    let is_joined = |ends: &&Vec<(usize, Side)>| [Side::Gives, Side::Takes].iter().all(|side| has(ends, *side));
    let joined: Vec<_> = endpoints.iter().filter(|(_, ends)| is_joined(ends)).collect();
    let links = joined.iter().filter(|(name, _)| !OF_ALL.contains(&name.as_str()));
    let islands = islands(&places, links.map(|(_, ends)| ends.iter().map(|(actor, _)| *actor).collect()));
    for (island, thread) in islands.iter().zip(spread(&islands, most_threads)) {
        island.iter().for_each(|actor| places[*actor].0.clone_from(&thread));
    }

    let mut threads: Vec<(String, Vec<String>)> = Vec::new();
    for (thread, name) in &places {
        match threads.iter_mut().find(|(known, _)| known == thread) {
            Some((_, sharing)) => sharing.push(name.clone()),
            None => threads.push((thread.clone(), vec![name.clone()])),
        }
    }
    let crosses = |ends: &[(usize, Side)]| {
        ends.iter().any(|(a, given)| {
            *given == Side::Gives && ends.iter().any(|(b, side)| *side == Side::Takes && places[*a].0 != places[*b].0)
        })
    };
    let crossings = joined.iter().filter(|(_, ends)| crosses(ends)).map(|(name, _)| (*name).clone()).collect();
    let names = |island: Vec<usize>| island.into_iter().map(|actor| places[actor].1.clone()).collect();
    Placement { threads, crossings, islands: islands.into_iter().map(names).collect() }
}

/// The thread of each island: the one with the fewest actors so far.
fn spread(islands: &[Vec<usize>], most_threads: usize) -> Vec<String> {
    let mut loads = vec![0; most_threads.max(1)];
    let mut thread_of = |island: &Vec<usize>| {
        let thread = (0..loads.len()).min_by_key(|thread| loads[*thread]).unwrap_or_default();
        loads[thread] += island.len();
        if thread == 0 { SHARED.to_owned() } else { format!("{SHARED} {}", thread + 1) }
    };
    islands.iter().map(&mut thread_of).collect()
}

/// Which end of an endpoint an actor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Gives,
    Takes,
}

fn has(ends: &[(usize, Side)], wanted: Side) -> bool {
    ends.iter().any(|(_, side)| *side == wanted)
}

fn role(kind: EndpointKind) -> (&'static str, Side) {
    match kind {
        EndpointKind::Publisher => ("topic", Side::Gives),
        EndpointKind::Subscription => ("topic", Side::Takes),
        EndpointKind::Server => ("service", Side::Gives),
        EndpointKind::Client => ("service", Side::Takes),
        EndpointKind::ActionServer => ("action", Side::Gives),
        EndpointKind::ActionClient => ("action", Side::Takes),
    }
}

/// The connected parts of the actors that chose no thread, in the order of their first actors.
fn islands(places: &[(String, String)], links: impl Iterator<Item = BTreeSet<usize>>) -> Vec<Vec<usize>> {
    // The island of each actor: the number of one of its actors.
    let mut island: Vec<usize> = (0..places.len()).collect();
    for link in links {
        let link: Vec<usize> = link.into_iter().filter(|actor| places[*actor].0 == SHARED).collect();
        let Some(target) = link.iter().map(|actor| island[*actor]).min() else { continue };
        let joined: BTreeSet<usize> = link.iter().map(|actor| island[*actor]).collect();
        island.iter_mut().filter(|number| joined.contains(number)).for_each(|number| *number = target);
    }
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (actor, (number, (thread, _))) in island.into_iter().zip(places).enumerate() {
        if thread == SHARED {
            found.entry(number).or_default().push(actor);
        }
    }
    found.into_values().collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::deployment::Deployment;

    fn endpoint(kind: EndpointKind, name: &str) -> Declared {
        Declared {
            kind,
            written: name.to_owned(),
            unmapped: name.to_owned(),
            resolved: name.to_owned(),
            type_name: "t/msg/T",
            qos: None,
        }
    }

    /// The placement of actors with these threads and endpoints, if those that choose none share one.
    fn placed(actors: &[(&str, &str, Vec<Declared>)]) -> Placement {
        placed_on(1, actors)
    }

    fn placed_on(most_threads: usize, actors: &[(&str, &str, Vec<Declared>)]) -> Placement {
        let mut file = "deployment: d\nactors:\n".to_owned();
        for (name, thread, _) in actors {
            file += &format!("- {{name: {name}, type: t/T, thread: {thread}}}\n");
        }
        let deployment = Deployment::parse(Path::new("d.yaml"), &file).unwrap();
        let declared = actors.iter().map(|(_, _, declared)| declared.as_slice());
        placement(most_threads, deployment.actors.iter().zip(declared))
    }

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn actors_share_a_thread_unless_the_file_says_otherwise() {
        let placement = placed(&[
            ("a", "shared", vec![]),
            ("b", "own", vec![]),
            ("c", "{group: eyes}", vec![]),
            ("d", "shared", vec![]),
            ("e", "{group: eyes}", vec![]),
        ]);
        let expected = [
            ("shared".to_owned(), owned(&["/a", "/d"])),
            ("own /b".to_owned(), owned(&["/b"])),
            ("group eyes".to_owned(), owned(&["/c", "/e"])),
        ];
        assert_eq!(placement.threads, expected);
    }

    #[test]
    fn what_joins_actors_of_two_threads_crosses() {
        use EndpointKind::{ActionClient, ActionServer, Client, Publisher, Server, Subscription};
        let placement = placed(&[
            (
                "a",
                "shared",
                vec![
                    endpoint(Publisher, "/scan"),
                    endpoint(Publisher, "/near"),
                    endpoint(Publisher, "/both"),
                    endpoint(Client, "/add"),
                    endpoint(ActionServer, "/go"),
                ],
            ),
            ("b", "shared", vec![endpoint(Subscription, "/near")]),
            (
                "c",
                "own",
                vec![
                    endpoint(Subscription, "/scan"),
                    endpoint(Publisher, "/both"),
                    endpoint(Server, "/add"),
                    endpoint(ActionClient, "/go"),
                ],
            ),
        ]);
        assert_eq!(placement.crossings, owned(&["action /go", "service /add", "topic /scan"]));
    }

    #[test]
    fn islands_are_those_who_exchange_messages_also_over_others() {
        use EndpointKind::{Publisher, Subscription};
        let placement = placed(&[
            ("a", "shared", vec![endpoint(Publisher, "/1")]),
            ("b", "shared", vec![endpoint(Publisher, "/2"), endpoint(Subscription, "/9")]),
            ("c", "shared", vec![endpoint(Subscription, "/3"), endpoint(Subscription, "/9")]),
            ("d", "shared", vec![endpoint(Subscription, "/1"), endpoint(Publisher, "/3")]),
            ("e", "own", vec![endpoint(Subscription, "/2"), endpoint(Subscription, "/1")]),
        ]);
        // Two listeners of a topic that nobody publishes exchange nothing.
        assert_eq!(placement.islands, [owned(&["/a", "/c", "/d"]), owned(&["/b"])]);
    }

    #[test]
    fn those_without_messages_for_each_other_are_spread_over_as_many_threads_as_there_may_be() {
        use EndpointKind::{Publisher, Subscription};
        let on_clock = || endpoint(Subscription, "/clock");
        let actors = [
            ("a", "shared", vec![endpoint(Publisher, "/1"), endpoint(Publisher, "/clock")]),
            ("b", "shared", vec![endpoint(Subscription, "/1"), endpoint(Publisher, "/2")]),
            ("c", "shared", vec![on_clock()]),
            ("d", "own", vec![endpoint(Subscription, "/2"), on_clock()]),
            ("e", "shared", vec![on_clock(), endpoint(Subscription, "/3")]),
            ("f", "shared", vec![endpoint(Publisher, "/3")]),
        ];
        let threads = |most| placed_on(most, &actors).threads;
        let thread = |name: &str, actors: &[&str]| (name.to_owned(), owned(actors));
        let alone = thread("own /d", &["/d"]);
        assert_eq!(threads(1), [thread("shared", &["/a", "/b", "/c", "/e", "/f"]), alone.clone()]);
        let two = [thread("shared", &["/a", "/b"]), thread("shared 2", &["/c", "/e", "/f"]), alone.clone()];
        assert_eq!(threads(2), two);
        let three =
            [thread("shared", &["/a", "/b"]), thread("shared 2", &["/c"]), alone, thread("shared 3", &["/e", "/f"])];
        assert_eq!((threads(3), threads(64)), (three.to_vec(), three.to_vec()));
        assert_eq!(placed_on(3, &actors).crossings, owned(&["topic /2", "topic /clock"]));
    }
}
