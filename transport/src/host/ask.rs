//! Asking all hosts of a deployment for their cards, from outside of it.

use std::collections::BTreeMap;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use rosactor_messages::Payload;

use super::card::{CardError, HostCard};
use super::roster::CLAIMANTS;
use crate::clock;
use crate::hub::Shared;
use crate::link::{LinkError, LinkQuerier, LinkReply, LinkTokens};
use crate::wire::{HeardHost, HostKeyKind, host_key, host_keys_of, read_host_token};

/// What a process that is a host says, if it says anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostAnswer {
    /// Who was asked.
    pub who: HeardHost,
    /// What it tells of itself.
    pub card: Result<HostCard, CardError>,
}

/// After this long who did not answer is asked again.
const AGAIN: Duration = Duration::from_millis(200);

/// Somebody who was asked.
struct Asked {
    /// Held until the answer, as without it Zenoh would give the question up; nothing once that is there.
    querier: Result<Option<LinkQuerier>, String>,
    /// When to ask, if nothing is on its way.
    again: Option<Instant>,
}

enum Heard {
    Token(HeardHost),
    Card(HostAnswer),
}

/// What is asked for.
pub(crate) struct Wanted<'w> {
    pub(crate) deployment: &'w str,
    pub(crate) hosts: &'w [String],
    pub(crate) patience: Duration,
    /// How long nothing may come before `heard` is called with nothing.
    pub(crate) look: Duration,
}

/// Asks every process that is one of these hosts, until the time is up or `heard` says that this is enough: it is called with each
/// answer, and now and then with nothing. Then it is called with those that were there and gave no answer. It waits on the caller's
/// thread.
pub(crate) fn ask_all(
    shared: &Shared,
    wanted: &Wanted<'_>,
    mut heard: impl FnMut(Option<HostAnswer>) -> bool,
) -> Result<(), LinkError> {
    let deadline = clock::now() + wanted.patience;
    let (sender, inbox) = mpsc::channel();
    let pattern = host_keys_of(HostKeyKind::Presence, wanted.deployment, None);
    let tokens = sender.clone();
    let hosts = wanted.hosts.to_vec();
    let _watch = LinkTokens::declare(&shared.link, &pattern, move |token, came| {
        if came
            && let Ok(who) = read_host_token(token)
            && hosts.contains(&who.host)
        {
            // Nobody hears it once enough was heard.
            let _ = tokens.send(Heard::Token(who));
        }
    })?;
    let mut asked: BTreeMap<HeardHost, Asked> = BTreeMap::new();
    loop {
        let again = asked.values().filter_map(|asked| asked.again).min();
        let until = again.into_iter().chain([deadline, clock::now() + wanted.look]).min().unwrap_or(deadline);
        match inbox.recv_timeout(until.saturating_duration_since(clock::now())) {
            Ok(Heard::Token(who)) => {
                let claimants = asked.keys().filter(|other| other.host == who.host).count();
                if !asked.contains_key(&who) && claimants < CLAIMANTS {
                    let querier = declare(shared, &who, deadline);
                    asked.insert(who, Asked { querier, again: Some(clock::now()) });
                }
            }
            // It may have been asked before the way to it was known.
            Ok(Heard::Card(HostAnswer { who, card: Err(CardError::Silent) })) => {
                if let Some(asked) = asked.get_mut(&who) {
                    asked.again = Some(clock::now() + AGAIN);
                }
            }
            Ok(Heard::Card(answer)) => {
                asked.insert(answer.who.clone(), Asked { querier: Ok(None), again: None });
                if heard(Some(answer)) {
                    break;
                }
            }
            Err(RecvTimeoutError::Timeout) if clock::now() < deadline => {
                if heard(None) {
                    break;
                }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
        let now = clock::now();
        for (who, asked) in asked.iter_mut().filter(|(_, asked)| asked.again.is_some_and(|again| again <= now)) {
            asked.again = None;
            ask(who, asked, &sender);
        }
    }
    for (who, asked) in asked {
        match asked.querier {
            Ok(None) => {}
            Ok(Some(_)) => drop(heard(Some(HostAnswer { who, card: Err(CardError::Silent) }))),
            Err(reason) => drop(heard(Some(HostAnswer { who, card: Err(CardError::Unasked(reason)) }))),
        }
    }
    Ok(())
}

fn declare(shared: &Shared, who: &HeardHost, deadline: Instant) -> Result<Option<LinkQuerier>, String> {
    let key = host_key(HostKeyKind::Card, who).map_err(|error| error.to_string())?;
    let timeout = deadline.saturating_duration_since(clock::now());
    LinkQuerier::declare(&shared.link, &key, timeout).map(Some).map_err(|error| error.to_string())
}

fn ask(who: &HeardHost, asked: &Asked, sender: &Sender<Heard>) {
    let Ok(Some(querier)) = &asked.querier else { return };
    let (sender, who) = (sender.clone(), who.clone());
    querier.get(Payload::default(), None, move |reply| {
        let card = match reply {
            LinkReply::Answer(bytes) => HostCard::read(&bytes.to_bytes()),
            _ => Err(CardError::Silent),
        };
        // Nobody hears it once enough was heard.
        let _ = sender.send(Heard::Card(HostAnswer { who, card }));
    });
}
