//! A process's own presence as a host, and what it knows of the other hosts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use rosactor_messages::Payload;
use tokio::sync::Notify;

use super::card::{HostCard, HostEntry, date_ns};
use super::offset::Exchange;
use super::roster::{HostStatus, News, Roster};
use crate::clock;
use crate::hub::Shared;
use crate::link::{LinkError, LinkQuerier, LinkQuery, LinkQueryable, LinkReply, LinkToken, LinkTokens};
use crate::wire::{HeardHost, HostKeyKind, TokenError, host_key, host_keys_of, read_host_token};

/// What a question has in it that is for the time only: a long list would make its way uneven.
const TIME: &[u8] = b"time";

/// A host that came is asked for its time so often in a row, as only the best answer counts, and then now and then.
const IN_A_ROW: u32 = 8;
const BETWEEN: Duration = Duration::from_millis(250);
const NOW_AND_THEN: Duration = Duration::from_secs(10);

/// How long an answer is waited for; one on a longer way would say little.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// Who a process is among the hosts of a deployment.
#[derive(Clone)]
pub struct PresenceConfig {
    /// The deployment's name.
    pub deployment: String,
    /// The host that this process is.
    pub host: String,
    /// All hosts of the deployment, in file order.
    pub hosts: Vec<String>,
    /// Where this host has its date from, which is what its messages are stamped by.
    pub clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

impl PresenceConfig {
    /// The host `host` of these, with the date of the process.
    #[must_use]
    pub fn new(deployment: String, host: String, hosts: Vec<String>) -> Self {
        Self { deployment, host, hosts, clock: Arc::new(clock::date) }
    }
}

/// A host could not be announced, or hosts not asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PresenceError {
    /// Nobody would read the announcement.
    #[error(transparent)]
    Name(#[from] TokenError),
    /// The network does not take it.
    #[error("the host {host} cannot be announced: {reason}")]
    Link {
        /// The host.
        host: String,
        /// What the network says.
        reason: String,
    },
    /// The network does not tell who is there.
    #[error("the hosts of {deployment} cannot be asked: {reason}")]
    Unasked {
        /// The deployment.
        deployment: String,
        /// What the network says.
        reason: String,
    },
}

/// What this process knows of the hosts. Clones know the same.
#[derive(Clone)]
pub struct Hosts(Arc<State>);

impl Hosts {
    /// All hosts of the deployment as they are now, this one among them, in file order.
    #[must_use]
    pub fn statuses(&self) -> Vec<HostStatus> {
        self.0.roster().statuses()
    }

    /// Tells from now on that this host runs something else.
    pub fn set_entries(&self, entries: Vec<HostEntry>) {
        *self.0.entries.lock().unwrap_or_else(PoisonError::into_inner) = entries;
    }
}

struct State {
    roster: Mutex<Roster>,
    entries: Mutex<Vec<HostEntry>>,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    /// Told when somebody came or went.
    changed: Notify,
}

impl State {
    fn roster(&self) -> MutexGuard<'_, Roster> {
        // Plain collections, whole after every step.
        self.roster.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn date_ns(&self) -> u64 {
        date_ns((self.clock)())
    }

    fn hear(&self, token: &str, came: bool) {
        let who = match read_host_token(token) {
            Ok(who) => who,
            Err(error) => return tracing::debug!("somebody on the network announces no host: {error}"),
        };
        let news = self.roster().hear(&who, came, clock::now());
        news.iter().for_each(News::tell);
        self.changed.notify_one();
    }

    fn answer(&self, query: LinkQuery) {
        let received_ns = self.date_ns();
        let entries = match &*query.payload().to_bytes() {
            TIME => Vec::new(),
            _ => self.entries.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        };
        let card = HostCard { received_ns, answered_ns: self.date_ns(), entries };
        query.answer(Payload::from(card.write()));
    }

    /// `asked` is the date of the question, and `took` how long it took until the answer came: a date may be set meanwhile.
    fn hear_time(&self, who: &HeardHost, asked: u64, took: Duration, reply: LinkReply<'_>) {
        let host = &who.host;
        let card = match reply {
            LinkReply::Answer(bytes) => HostCard::read(&bytes.to_bytes()),
            // It is asked again, and whether it is there its token says.
            _ => return tracing::debug!("the host {host} did not tell its time"),
        };
        let card = match card {
            Ok(card) => card,
            Err(error) => return tracing::debug!("the host {host} did not tell its time: {error}"),
        };
        let heard = asked.saturating_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
        let exchange = Exchange { asked, received: card.received_ns, answered: card.answered_ns, heard };
        let news = self.roster().read_clock(host, &who.session, exchange);
        news.iter().for_each(News::tell);
    }
}

/// A process's presence as a host. The others are looked after within [`run`](Self::run); dropping it takes the host away.
#[must_use = "dropping it takes the host away"]
pub struct Presence {
    state: Arc<State>,
    // Dropped in this order: it hears nothing of its own end, and is asked as long as it is there.
    _watch: LinkTokens,
    _token: LinkToken,
    _card: LinkQueryable,
    shared: Arc<Shared>,
}

/// Another host that is asked for its time.
struct Asked {
    querier: LinkQuerier,
    times: u32,
    due: Instant,
}

impl Presence {
    pub(crate) fn announce(
        shared: &Arc<Shared>,
        config: PresenceConfig,
        entries: Vec<HostEntry>,
    ) -> Result<Self, PresenceError> {
        let PresenceConfig { deployment, host, hosts, clock } = config;
        let session = format!("{:032x}", u128::from_be_bytes(shared.link.id()));
        let own = HeardHost { deployment, host, session };
        let token = host_key(HostKeyKind::Presence, &own)?;
        let card = host_key(HostKeyKind::Card, &own)?;
        let pattern = host_keys_of(HostKeyKind::Presence, &own.deployment, None);
        let refused = |error: LinkError| PresenceError::Link { host: own.host.clone(), reason: error.to_string() };
        let state = Arc::new(State {
            roster: Mutex::new(Roster::new(own.clone(), hosts)),
            entries: Mutex::new(entries),
            clock,
            changed: Notify::new(),
        });
        // First what it can be asked: whoever hears of it asks at once.
        let asked = Arc::clone(&state);
        let card = LinkQueryable::declare(&shared.link, &card, move |query| asked.answer(query)).map_err(refused)?;
        let heard = Arc::clone(&state);
        let watch = LinkTokens::declare(&shared.link, &pattern, move |token, came| heard.hear(token, came));
        let watch = watch.map_err(refused)?;
        let token = shared.link.declare_token(&token).map_err(refused)?;
        Ok(Self { state, _watch: watch, _token: token, _card: card, shared: Arc::clone(shared) })
    }

    /// What this process knows of the hosts, while [`run`](Self::run) runs.
    #[must_use]
    pub fn hosts(&self) -> Hosts {
        Hosts(Arc::clone(&self.state))
    }

    /// Watches the other hosts until `end`: asks them for their time, and tells of those that are there twice. It needs the clock of a
    /// tokio runtime, and never blocks.
    pub async fn run(self, end: impl Future<Output = ()>) {
        tokio::pin!(end);
        let mut asked = BTreeMap::new();
        loop {
            let now = clock::now();
            let crowded = self.state.roster().crowded(now);
            crowded.iter().for_each(News::tell);
            self.ask(&mut asked, now);
            let due = asked.values().map(|asked: &Asked| asked.due).chain(self.state.roster().due()).min();
            let until_due = async move {
                match due {
                    Some(due) => tokio::time::sleep_until(due.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = &mut end => return,
                () = self.state.changed.notified() => {}
                () = until_due => {}
            }
        }
    }

    /// Asks those that are due, of those that are there.
    fn ask(&self, asked: &mut BTreeMap<HeardHost, Asked>, now: Instant) {
        let here = self.state.roster().others();
        asked.retain(|who, _| here.contains(who));
        for who in here {
            if !asked.contains_key(&who)
                && let Some(querier) = self.querier(&who)
            {
                asked.insert(who, Asked { querier, times: 0, due: now });
            }
        }
        for (who, asked) in asked.iter_mut().filter(|(_, asked)| asked.due <= now) {
            asked.times = asked.times.saturating_add(1);
            asked.due = now + if asked.times < IN_A_ROW { BETWEEN } else { NOW_AND_THEN };
            self.ask_time(who, &asked.querier);
        }
    }

    fn querier(&self, who: &HeardHost) -> Option<LinkQuerier> {
        let key = host_key(HostKeyKind::Card, who).ok()?;
        let querier = LinkQuerier::declare(&self.shared.link, &key, ANSWER_WITHIN);
        querier.inspect_err(|error| tracing::debug!("the host {} cannot be asked: {error}", who.host)).ok()
    }

    fn ask_time(&self, who: &HeardHost, querier: &LinkQuerier) {
        let (state, who) = (Arc::clone(&self.state), who.clone());
        let (begin, asked) = (clock::now(), self.state.date_ns());
        querier.get(Payload::from(TIME.to_vec()), None, move |reply| {
            let took = clock::now().saturating_duration_since(begin);
            state.hear_time(&who, asked, took, reply);
        });
    }
}
