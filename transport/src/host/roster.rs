//! Which hosts of a deployment are there, as a pure state of what was heard.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::{Duration, Instant};

use super::offset::{ClockNews, Exchange, OffsetEstimator, Reading, in_words};
use crate::wire::HeardHost;

/// Processes that claim to be one host; more are not asked, as anybody could make them up without end.
pub(super) const CLAIMANTS: usize = 8;

/// Strange hosts that are remembered, for the same reason.
const STRANGERS: usize = 16;

/// A host that is started again may be there before its end is noticed, which takes up to 3 s.
const GRACE: Duration = Duration::from_secs(5);

/// How a host is, as this one sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostStatus {
    /// Its name.
    pub name: String,
    /// Whether it is there.
    pub present: bool,
    /// How often it went.
    pub lost: u64,
    /// How its clock is; the last that was known, also of a host that is gone. `None`: unknown yet.
    pub clock: Option<Reading>,
}

/// What is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum News {
    Here(String),
    Gone(String),
    /// Several processes say that they are this host.
    Crowded(String),
    /// The file has no such host.
    Stranger(String),
    /// The clock of a host, and its offset in nanoseconds.
    ClockOff(String, i64),
    ClockWell(String),
}

impl News {
    pub(super) fn tell(&self) {
        match self {
            Self::Here(_) | Self::ClockWell(_) => tracing::info!("{self}"),
            _ => tracing::warn!("{self}"),
        }
    }
}

impl fmt::Display for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here(host) => write!(f, "the host {host} is here"),
            Self::Gone(host) => write!(f, "the host {host} is gone"),
            Self::Crowded(host) => {
                write!(f, "more than one process says that it is the host {host}; each host runs once: stop the others")
            }
            Self::Stranger(host) => {
                write!(f, "a host {host} is here, which this file does not have; give all hosts the same file")
            }
            Self::ClockOff(host, offset) => write!(
                f,
                "the clock of {host} is {} this one; messages are stamped by it: synchronise the clocks, for example with chrony",
                in_words(*offset)
            ),
            Self::ClockWell(host) => write!(f, "the clock of {host} agrees with this one again"),
        }
    }
}

/// Which hosts of a deployment are there.
pub(super) struct Roster {
    own: HeardHost,
    hosts: BTreeMap<String, Member>,
    /// The names in file order.
    order: Vec<String>,
    strangers: BTreeSet<String>,
}

#[derive(Default)]
struct Member {
    /// The processes that say they are this host, in the order in which they came.
    sessions: Vec<String>,
    lost: u64,
    clock: OffsetEstimator,
    last_reading: Option<Reading>,
    /// Since when there is more than one, and whether that was told.
    crowded: Option<(Instant, bool)>,
}

impl Roster {
    /// Of the process `own` and these hosts, in file order.
    pub(super) fn new(own: HeardHost, order: Vec<String>) -> Self {
        let mut hosts: BTreeMap<String, Member> = order.iter().map(|name| (name.clone(), Member::default())).collect();
        // It is there as long as it looks.
        hosts.entry(own.host.clone()).or_default().sessions.push(own.session.clone());
        Self { own, hosts, order, strangers: BTreeSet::new() }
    }

    /// Takes note of a token that came or went.
    pub(super) fn hear(&mut self, who: &HeardHost, came: bool, now: Instant) -> Option<News> {
        if who.deployment != self.own.deployment || *who == self.own {
            return None;
        }
        let Some(member) = self.hosts.get_mut(&who.host) else {
            let is_new = came && self.strangers.len() < STRANGERS && self.strangers.insert(who.host.clone());
            return is_new.then(|| News::Stranger(who.host.clone()));
        };
        let before = member.sessions.len();
        if !came {
            member.sessions.retain(|session| *session != who.session);
        } else if before < CLAIMANTS && !member.sessions.contains(&who.session) {
            member.sessions.push(who.session.clone());
        }
        let after = member.sessions.len();
        member.crowded = if after > 1 { member.crowded.or(Some((now, false))) } else { None };
        match (before, after) {
            (0, 1) => {
                member.clock.restart();
                Some(News::Here(who.host.clone()))
            }
            (1, 0) => {
                member.lost += 1;
                Some(News::Gone(who.host.clone()))
            }
            _ => None,
        }
    }

    /// Takes note of what a process said of its clock.
    pub(super) fn read_clock(&mut self, host: &str, session: &str, exchange: Exchange) -> Option<News> {
        let member = self.hosts.get_mut(host).filter(|member| member.sessions.iter().any(|known| known == session))?;
        member.clock.add(exchange.reading()?);
        member.last_reading = member.clock.best();
        Some(match member.clock.news()? {
            ClockNews::Off(offset) => News::ClockOff(host.to_owned(), offset),
            ClockNews::Well => News::ClockWell(host.to_owned()),
        })
    }

    /// The hosts that have been more than one process for too long to be one that is started again. Each is told once.
    pub(super) fn crowded(&mut self, now: Instant) -> Vec<News> {
        let mut news = Vec::new();
        for (name, member) in &mut self.hosts {
            if let Some((since, told @ false)) = &mut member.crowded
                && now.saturating_duration_since(*since) >= GRACE
            {
                *told = true;
                news.push(News::Crowded(name.clone()));
            }
        }
        news
    }

    /// When [`Self::crowded`] has something to look at.
    pub(super) fn due(&self) -> Option<Instant> {
        let waiting = self.hosts.values().filter_map(|member| member.crowded.filter(|(_, told)| !told));
        waiting.map(|(since, _)| since + GRACE).min()
    }

    /// The processes of other hosts that are there. Of a host that is several, the one that came first.
    pub(super) fn others(&self) -> Vec<HeardHost> {
        let others = self.hosts.iter().filter(|(name, _)| **name != self.own.host);
        others
            .filter_map(|(name, member)| {
                let (deployment, session) = (self.own.deployment.clone(), member.sessions.first()?.clone());
                Some(HeardHost { deployment, host: name.clone(), session })
            })
            .collect()
    }

    /// All hosts of the file, in its order.
    pub(super) fn statuses(&self) -> Vec<HostStatus> {
        let status = |name: &String| {
            let member = self.hosts.get(name)?;
            let is_own = *name == self.own.host;
            // Its own clock is right by definition.
            let own_clock = is_own.then_some(Reading { offset_ns: 0, delay_ns: 0 });
            Some(HostStatus {
                name: name.clone(),
                present: !member.sessions.is_empty(),
                lost: member.lost,
                clock: own_clock.or(member.last_reading),
            })
        };
        self.order.iter().filter_map(status).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(deployment: &str, host: &str, session: &str) -> HeardHost {
        let [deployment, host, session] = [deployment, host, session].map(str::to_owned);
        HeardHost { deployment, host, session }
    }

    fn roster() -> Roster {
        Roster::new(who("d", "base", "a0"), ["robot", "base"].map(str::to_owned).to_vec())
    }

    fn told(name: &str, news: fn(String) -> News) -> Option<News> {
        Some(news(name.to_owned()))
    }

    /// An answer of a clock that is so many seconds ahead.
    fn ahead(seconds: u64) -> Exchange {
        let begin = 1_700_000_000_000_000_000;
        let other = begin + seconds * 1_000_000_000;
        Exchange { asked: begin, received: other, answered: other, heard: begin }
    }

    #[test]
    fn a_host_comes_and_goes_and_that_is_counted() {
        let (mut roster, now) = (roster(), Instant::now());
        let robot = who("d", "robot", "b1");
        for round in 1..=3 {
            assert_eq!(roster.hear(&robot, true, now), told("robot", News::Here));
            assert_eq!(roster.hear(&robot, true, now), None, "it is known");
            assert_eq!(roster.others(), std::slice::from_ref(&robot));
            assert_eq!(roster.hear(&robot, false, now), told("robot", News::Gone));
            assert_eq!(roster.hear(&robot, false, now), None);
            let [seen, own] = &roster.statuses()[..] else { panic!("two hosts") };
            assert_eq!((seen.name.as_str(), seen.present, seen.lost, seen.clock), ("robot", false, round, None));
            assert_eq!((own.name.as_str(), own.present, own.lost), ("base", true, 0));
        }
        assert!(roster.others().is_empty());
    }

    #[test]
    fn the_process_itself_and_other_deployments_are_no_news() {
        let (mut roster, now) = (roster(), Instant::now());
        for heard in [who("d", "base", "a0"), who("other", "robot", "b1")] {
            assert_eq!((roster.hear(&heard, true, now), roster.hear(&heard, false, now)), (None, None), "{heard:?}");
        }
        assert_eq!(roster.statuses().iter().map(|host| host.present).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn a_host_that_the_file_does_not_have_is_told_of_once() {
        let (mut roster, now) = (roster(), Instant::now());
        assert_eq!(roster.hear(&who("d", "drone", "c1"), true, now), told("drone", News::Stranger));
        assert_eq!(roster.hear(&who("d", "drone", "c2"), true, now), None);
        for number in 0..1_000 {
            roster.hear(&who("d", &format!("x{number}"), "c1"), true, now);
        }
        assert!(roster.strangers.len() <= STRANGERS && roster.others().is_empty() && roster.statuses().len() == 2);
    }

    #[test]
    fn two_that_claim_to_be_one_host_are_told_of_unless_one_only_comes_back() {
        for host in ["robot", "base"] {
            let (mut roster, now) = (roster(), Instant::now());
            roster.hear(&who("d", "robot", "b1"), true, now);
            assert_eq!(roster.due(), None);
            assert_eq!(roster.hear(&who("d", host, "a9"), true, now), None);
            assert_eq!((roster.due(), roster.crowded(now).len()), (Some(now + GRACE), 0));
            assert_eq!(roster.others(), [who("d", "robot", "b1")], "a newcomer hides nobody");
            assert_eq!(roster.crowded(now + GRACE), [News::Crowded(host.to_owned())]);
            assert_eq!((roster.due(), roster.crowded(now + 2 * GRACE).len()), (None, 0), "it was told");
            assert_eq!(roster.hear(&who("d", host, "a9"), false, now), None, "one of them is left");

            assert_eq!(roster.hear(&who("d", host, "b3"), true, now), None);
            roster.hear(&who("d", host, "b3"), false, now + GRACE / 2);
            assert_eq!((roster.due(), roster.crowded(now + 9 * GRACE).len()), (None, 0), "it was back in time");
        }
    }

    #[test]
    fn claimants_are_bounded() {
        let (mut roster, now) = (roster(), Instant::now());
        for number in 0..1_000 {
            roster.hear(&who("d", "robot", &format!("{number:x}")), true, now);
        }
        assert_eq!(roster.hosts["robot"].sessions.len(), CLAIMANTS);
        assert_eq!(roster.others().len(), 1);
    }

    #[test]
    fn a_clock_is_that_of_who_is_there_and_stays_known() {
        let (mut roster, now) = (roster(), Instant::now());
        let clock = |roster: &Roster| roster.statuses()[0].clock.map(|reading| reading.offset_ns / 1_000_000_000);
        assert_eq!(roster.read_clock("robot", "b1", ahead(1)), None, "nobody is there");
        roster.hear(&who("d", "robot", "b1"), true, now);
        assert_eq!(clock(&roster), None);
        assert_eq!(roster.read_clock("robot", "b1", ahead(1)), Some(News::ClockOff("robot".into(), 1_000_000_000)));
        assert_eq!(roster.read_clock("robot", "b2", ahead(0)), None, "not by that one");
        roster.hear(&who("d", "robot", "b1"), false, now);
        assert_eq!(clock(&roster), Some(1), "what was known last");
        roster.hear(&who("d", "robot", "b2"), true, now);
        assert_eq!(roster.read_clock("robot", "b2", ahead(1)), None, "it was told");
        assert_eq!(roster.read_clock("robot", "b2", ahead(0)), told("robot", News::ClockWell));
        assert_eq!(
            News::ClockOff("robot".to_owned(), 1_234_000_000).to_string(),
            "the clock of robot is 1.2 s ahead of this one; messages are stamped by it: synchronise the clocks, for example \
             with chrony"
        );
    }
}
