//! A running deployment takes over an edited file: what is refused, who goes down, who comes up.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::security::Security;
use tokio::sync::{mpsc, oneshot};

use super::changes::{Changes, Fate};
use super::crew::{STOP_WITHIN, patience};
use super::keeper::Keeper;
use super::member::{Member, Runs};
use super::run::{Command, Request, transport_config};
use super::security::security;
use super::supervisor::Supervisors;
use super::{Applied, ApplyError, LaunchError, Placement, Unfinished, bridge, check};
use crate::clock;
use crate::deployment::Deployment;
use crate::registry::Actors;
use crate::shell::{MemberId, Renewal};

/// How long those who come up may take altogether before the answer goes without them.
const UP_WITHIN: Duration = Duration::from_secs(10);

/// How the report and answers call the bridge. No actor's name has a blank.
const THE_BRIDGE: &str = "the bridge";

/// Asks the threads of a deployment to take over an edited one; if `dry`, only what that would do.
pub(crate) fn ask(
    commands: &mpsc::UnboundedSender<Command>,
    deployment: Deployment,
    dry: bool,
) -> impl Future<Output = Result<Applied, ApplyError>> + Send + 'static + use<> {
    let (done, outcome) = oneshot::channel();
    // If nobody hears this, nobody answers either.
    let _ = commands.send(Command::Apply(Box::new(Request { deployment, dry, done })));
    async move { outcome.await.unwrap_or(Err(ApplyError::Ended)) }
}

/// What is known of an edited file once it has passed.
struct Passed {
    deployment: Deployment,
    changes: Changes,
    placement: Placement,
    /// The bridge's program, if another bridge is to be started.
    bridge: Option<PathBuf>,
}

impl Keeper<'_> {
    /// Takes over an edited file. At each `await` everybody who runs is among the crew's members, so that a stop may interrupt it.
    pub(super) async fn apply(&mut self, edited: Deployment, dry: bool) -> Result<Applied, ApplyError> {
        if self.supervisors.gave_up() || *self.ended.borrow() {
            return Err(ApplyError::Ended);
        }
        let Passed { deployment, changes, placement, bridge } = self.examine(edited).await?;
        let mut applied = summary(&self.deployment, &deployment, &changes);
        if dry {
            return Ok(applied);
        }
        if changes.is_nothing() {
            // Mistakes that are found later are shown in the text of today.
            self.deployment = deployment;
            return Ok(applied);
        }
        let supervisors = Supervisors::new(&deployment);
        let made = self.make(&deployment, &changes, &placement, &supervisors)?;
        let held_up = self.crew.take_away(&changes.ends, changes.bridge).await;
        self.adopt(deployment, &changes, made, supervisors);
        applied.unfinished = self.bring_in(&changes, &held_up).await;
        if changes.bridge {
            self.crew.start_bridge(bridge, &self.deployment, &mut self.maker);
            self.crew.cover(&self.deployment);
        }
        self.begin(&changes).await;
        if !applied.stopped.is_empty() && !self.crew.members.is_empty() {
            self.look_whether_all_ended();
        }
        Ok(applied)
    }

    /// Finds everything that is wrong with the file, and whatever of it cannot be done.
    async fn examine(&self, edited: Deployment) -> Result<Passed, ApplyError> {
        let actors = self.maker.actors.clone();
        // Every `setup` is called, and this thread also hears the actors.
        let checked = tokio::task::spawn_blocking(move || {
            let checked = checked(&edited, &actors);
            (edited, checked)
        });
        let (edited, checked) = checked.await.map_err(|error| LaunchError::Threads(error.to_string()))?;
        let (placement, rights) = checked?;
        if let Some(what) = settled(&self.deployment, &edited) {
            return Err(ApplyError::Settled { what });
        }
        if rights.is_some_and(|rights| rights != self.crew.security) {
            return Err(ApplyError::Settled {
                what: "what the hosts may do, which `access: generate` takes from what actors declare,",
            });
        }
        let changes = Changes::between(&self.deployment, &edited);
        let bridge = edited.bridge.as_ref().filter(|_| changes.bridge).map(|_| bridge::find_program()).transpose()?;
        Ok(Passed { deployment: edited, changes, placement, bridge })
    }

    /// Makes those who are new, by their places. Nothing of them runs yet.
    fn make(
        &mut self,
        edited: &Deployment,
        changes: &Changes,
        placement: &Placement,
        supervisors: &Supervisors,
    ) -> Result<HashMap<usize, Member>, ApplyError> {
        let threads: HashMap<&String, &String> =
            placement.threads.iter().flat_map(|(thread, names)| names.iter().map(move |name| (name, thread))).collect();
        let mut made = HashMap::new();
        for (place, (entry, fate)) in edited.actors.iter().zip(&changes.fates).enumerate() {
            if matches!(fate, Fate::Same(_) | Fate::Renewed(_)) {
                continue;
            }
            let thread =
                threads.get(&entry.full_name()).map_or_else(|| entry.thread_name(), |thread| (*thread).clone());
            match self.maker.make(entry, &thread, supervisors.alone(place), edited.folder()) {
                Ok(member) => drop(made.insert(place, member)),
                Err(mistake) => edited.check(|_, all| all.add(mistake))?,
            }
        }
        Ok(made)
    }

    /// The edited file is the one that runs from now on: its members in its order, its supervisors.
    fn adopt(
        &mut self,
        edited: Deployment,
        changes: &Changes,
        mut made: HashMap<usize, Member>,
        supervisors: Supervisors,
    ) {
        let resting = self.resting();
        let mut before: Vec<Option<Member>> = std::mem::take(&mut self.crew.members).into_iter().map(Some).collect();
        for (place, fate) in changes.fates.iter().enumerate() {
            let member = match *fate {
                Fate::Same(before_at) | Fate::Renewed(before_at) => before[before_at].take(),
                Fate::Replaced(_) | Fate::New => made.remove(&place),
            };
            let Some(mut member) = member else { continue };
            let alone = supervisors.alone(place);
            if matches!(fate, Fate::Renewed(_)) {
                // What it was before may still have something to say.
                (member.id, member.restart, member.alone) = (self.maker.next_id(), edited.actors[place].restart, alone);
            } else {
                member.rule(alone);
            }
            self.crew.members.push(member);
        }
        for gone in before.into_iter().flatten() {
            if let Runs::Actor(shell) = gone.runs {
                shell.leave();
            }
        }
        if changes.bridge {
            self.crew.bridge = None;
        }
        let is_down = |(place, member): (usize, &Member)| resting.contains(&member.id).then_some(place);
        self.rising = self.crew.members.iter().enumerate().filter_map(is_down).collect();
        (self.supervisors, self.deployment) = (supervisors, edited);
        self.crew.cover(&self.deployment);
    }

    /// Those who are down with their group until a back-off is over. New supervisors know nothing of it, so they come up at once.
    fn resting(&self) -> BTreeSet<MemberId> {
        let is_down = |place: &usize| self.supervisors.is_resting(*place) || self.rising.contains(place);
        let members = self.crew.members.iter().enumerate();
        members.filter(|(place, _)| is_down(place)).map(|(_, member)| member.id).collect()
    }

    /// Builds those who are new or changed, in file order. Returns those who are not up by that.
    async fn bring_in(&self, changes: &Changes, held_up: &[MemberId]) -> Vec<Unfinished> {
        // A thread that is known to be held up is not waited for as long.
        let deadline = clock::now() + if held_up.is_empty() { UP_WITHIN } else { STOP_WITHIN };
        let mut unfinished = Vec::new();
        let entries = self.deployment.actors.iter().zip(&changes.fates);
        for (member, (entry, fate)) in self.crew.members.iter().zip(entries) {
            let (Runs::Actor(shell), false) = (&member.runs, matches!(fate, Fate::Same(_))) else { continue };
            let renewal = matches!(fate, Fate::Renewed(_)).then(|| Renewal {
                member: member.id,
                entry: Arc::new(entry.clone()),
                alone: member.alone.clone(),
            });
            let reason = match shell.renew(renewal, &self.crew.hub, patience(deadline)).await {
                Ok(Ok(())) => continue,
                Ok(Err(reason)) => reason,
                Err(_) => "its thread is held up by a handler or a `setup` that has not returned".to_owned(),
            };
            unfinished.push(Unfinished { name: short(&member.name), reason });
        }
        unfinished
    }

    /// Lets those begin who are new or changed, in file order.
    async fn begin(&self, changes: &Changes) {
        for (member, fate) in self.crew.members.iter().zip(&changes.fates) {
            if matches!(fate, Fate::Same(_)) {
                continue;
            }
            let begun = tokio::time::timeout(STOP_WITHIN, member.begin()).await;
            if let (Err(_), Runs::Actor(shell)) = (begun, &member.runs) {
                // One that is held up begins when it can.
                shell.open_later();
            }
        }
    }
}

/// What `rosactor check` says of the file; and what each host may do, if that depends on what actors declare.
fn checked(edited: &Deployment, actors: &Actors) -> Result<(Placement, Option<Security>), ApplyError> {
    let placement = check::check(edited, actors)?;
    let generated = edited.security.as_ref().is_some_and(|section| section.access);
    let rights = generated.then(|| security(edited, actors)).transpose()?;
    Ok((placement, rights))
}

/// What differs and is settled for good when a deployment starts.
fn settled(old: &Deployment, edited: &Deployment) -> Option<&'static str> {
    // With a bridge and TLS there is one more place to listen.
    let links = |deployment: &Deployment| transport_config(deployment, super::credentials(deployment));
    if old.name != edited.name {
        Some("the name under `deployment`")
    } else if old.security != edited.security {
        Some("`security`")
    } else if old.here() != edited.here() || links(old) != links(edited) {
        Some(if old.hosts.is_empty() { "`transport`" } else { "how this host is linked (`hosts` and `transport`)" })
    } else if old.threads != edited.threads {
        Some("`threads`")
    } else {
        None
    }
}

/// What the changes mean for each name.
fn summary(old: &Deployment, edited: &Deployment, changes: &Changes) -> Applied {
    let mut applied = Applied { supervision: changes.supervision, ..Applied::default() };
    for (entry, fate) in edited.actors.iter().zip(&changes.fates) {
        let names = match fate {
            Fate::Same(_) => &mut applied.unchanged,
            Fate::Renewed(_) | Fate::Replaced(_) => &mut applied.restarted,
            Fate::New => &mut applied.started,
        };
        names.push(short(&entry.full_name()));
    }
    let stays = |name: &String| edited.actors.iter().any(|entry| entry.full_name() == *name);
    let gone = old.actors.iter().map(crate::deployment::ActorEntry::full_name).filter(|name| !stays(name));
    applied.stopped = gone.map(|name| short(&name)).collect();
    let bridge = match (&old.bridge, &edited.bridge) {
        (None, None) => return applied,
        (Some(_), None) => &mut applied.stopped,
        (None, Some(_)) => &mut applied.started,
        (Some(_), Some(_)) if changes.bridge => &mut applied.restarted,
        (Some(_), Some(_)) => &mut applied.unchanged,
    };
    bridge.push(THE_BRIDGE.to_owned());
    applied
}

/// A name as the report has it.
fn short(name: &str) -> String {
    name.trim_start_matches('/').to_owned()
}
