//! One host's part of a deployment.

use super::endpoint::from_here;
use super::file::{Deployment, Elsewhere, TransportSection};
use super::suggest::suggest;

/// The name of the only host of a file that names none.
const ONLY_HOST: &str = "localhost";

impl Deployment {
    /// The names of the hosts; `localhost` for a file that names none.
    #[must_use]
    pub fn host_names(&self) -> Vec<&str> {
        match self.hosts.as_slice() {
            [] => vec![ONLY_HOST],
            hosts => hosts.iter().map(|host| host.name.as_str()).collect(),
        }
    }

    /// The name of the host whose part this is, after [`keep_host`](Self::keep_host).
    #[must_use]
    pub fn here(&self) -> &str {
        self.elsewhere.as_ref().map_or(ONLY_HOST, |elsewhere| &elsewhere.here)
    }

    /// Where a deployment with hosts can be reached from here: where its hosts listen, and where they connect to, which may be a router of
    /// somebody else. None twice.
    #[must_use]
    pub fn reached_at(&self) -> Vec<String> {
        let transports = || self.hosts.iter().map(|host| &host.transport);
        let listen = transports().flat_map(|transport| &transport.listen);
        let connect = transports().flat_map(|transport| &transport.connect);
        let mut endpoints = Vec::new();
        for endpoint in listen.chain(connect).filter_map(|endpoint| from_here(endpoint)) {
            if !endpoints.contains(&endpoint) {
                endpoints.push(endpoint);
            }
        }
        endpoints
    }

    /// Keeps what the host `name` runs, with its way to the others. `None` is for files without the section `hosts`.
    ///
    /// # Errors
    /// A sentence: the file has no such host, or it has hosts and none was named.
    pub fn keep_host(&mut self, name: Option<&str>) -> Result<(), String> {
        let names: Vec<&str> = self.hosts.iter().map(|host| host.name.as_str()).collect();
        let Some(name) = name else {
            return match names.as_slice() {
                [] => Ok(()),
                _ => Err(format!(
                    "the file has the hosts {}; say with `--host NAME` which this is, or with `--local` that this machine is all of them",
                    names.join(", ")
                )),
            };
        };
        let Some(host) = self.hosts.iter().find(|host| host.name.value == name) else {
            return Err(match (names.as_slice(), suggest(name, &names)) {
                ([], _) => format!("the file has no section `hosts`, so there is no host `{name}`"),
                (_, Some(near)) => format!("the file has no host `{name}`; did you mean `{near}`?"),
                _ => format!("the file has no host `{name}`; it has {}", names.join(", ")),
            });
        };
        self.transport = host.transport.clone();
        let others = self.actors.iter().filter(|actor| actor.host.as_deref() != Some(name));
        self.elsewhere = Some(Elsewhere {
            here: name.to_owned(),
            actors: others.cloned().collect(),
            bridge: self.bridge.as_ref().map(|bridge| bridge.value.clone()),
        });
        self.bridge = self.bridge.take().filter(|bridge| bridge.value.runs_on(name));
        self.keep_actors(name);
        Ok(())
    }

    /// Keeps what all hosts run, for this machine alone: nothing is connected to, the system chooses the port, and nobody has to prove
    /// who it is.
    ///
    /// # Errors
    /// A sentence: the file has no hosts.
    pub fn keep_all_hosts(&mut self) -> Result<(), String> {
        if self.hosts.is_empty() {
            return Err("the file has no section `hosts`, so `--local` has nothing to bring together".to_owned());
        }
        let TransportSection { profiles, domain, .. } = self.transport.clone();
        self.transport = TransportSection { profiles, domain, ..TransportSection::default() };
        self.security = None;
        Ok(())
    }

    /// A group is on one host as a whole, so it stays with all its members or goes.
    fn keep_actors(&mut self, host: &str) {
        let kept: Vec<bool> = self.actors.iter().map(|actor| actor.host.as_deref() == Some(host)).collect();
        let before = |place: usize| kept[..place].iter().filter(|kept| **kept).count();
        let mut places = Vec::new();
        let mut groups = Vec::new();
        for mut group in std::mem::take(&mut self.groups) {
            group.actors = before(group.actors.start)..before(group.actors.end);
            group.parent = group.parent.and_then(|parent| places[parent]);
            let stays = !group.actors.is_empty();
            places.push(stays.then_some(groups.len()));
            groups.extend(stays.then_some(group));
        }
        self.groups = groups;
        self.actors.retain(|actor| actor.host.as_deref() == Some(host));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::deployment::ActorEntry;

    const FILE: &str = "deployment: d
hosts:
  robot: {connect: [tcp/10.0.0.1:7447]}
  base: {mode: router, listen: [tcp/10.0.0.1:7447]}
bridge: {hosts: [robot]}
actors:
  - {name: driver, type: a/B, host: robot}
  - group: eyes
    actors: [{name: camera, type: a/B, host: robot}]
  - group: mind
    actors:
      - {name: map, type: a/B, host: base}
      - group: plans
        actors: [{name: planner, type: a/B, host: base}]
";

    fn part(host: Option<&str>) -> Result<Deployment, String> {
        let mut deployment = Deployment::parse("d.yaml".as_ref(), FILE).unwrap();
        deployment.keep_host(host).map(|()| deployment)
    }

    #[test]
    fn each_host_has_its_actors_groups_bridge_and_links() {
        let names = |part: &Deployment| part.actors.iter().map(|actor| actor.name.value.clone()).collect::<Vec<_>>();
        let (robot, base) = (part(Some("robot")).unwrap(), part(Some("base")).unwrap());
        assert_eq!(
            (names(&robot), names(&base)),
            (vec!["driver".into(), "camera".into()], vec!["map".into(), "planner".into()])
        );
        let groups = |part: &Deployment| {
            part.groups
                .iter()
                .map(|group| (group.name.value.clone(), group.parent, group.actors.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(groups(&robot), [("eyes".to_owned(), None, 1..2)]);
        assert_eq!(groups(&base), [("mind".to_owned(), None, 0..2), ("plans".to_owned(), Some(0), 1..2)]);
        assert_eq!((robot.bridge.is_some(), base.bridge.is_some()), (true, false));
        assert_eq!(
            (robot.transport.connect, base.transport.listen),
            (vec!["tcp/10.0.0.1:7447".into()], vec!["tcp/10.0.0.1:7447".into()])
        );
    }

    #[test]
    fn all_hosts_on_one_machine_need_no_links() {
        let mut all = Deployment::parse(
            "d.yaml".as_ref(),
            &FILE.replace(
                "actors:\n  - {name: driver",
                "transport: {domain: 5, listen: [tcp/0.0.0.0:1]}\nactors:\n  - {name: driver",
            ),
        )
        .unwrap();
        all.keep_all_hosts().unwrap();
        assert_eq!((all.actors.len(), all.groups.len(), all.bridge.is_some()), (4, 3, true));
        assert_eq!(all.transport, TransportSection { domain: 5, ..TransportSection::default() });
        let mut none = Deployment::parse("d.yaml".as_ref(), "deployment: d\nactors: [{name: a, type: b/C}]\n").unwrap();
        assert!(none.keep_all_hosts().unwrap_err().contains("no section `hosts`"));
    }

    #[test]
    fn hosts_that_connect_directly_share_a_region() {
        let text = "deployment: d
hosts:
  hub: {mode: router, listen: [tcp/hub:7447]}
  r1: {connect: [tcp/hub:7447], listen: [tcp/10.0.0.1:7447]}
  r2: {connect: [tcp/hub:7447]}
  r3: {connect: [tcp/10.0.0.1:7447, tcp/hub:7447], listen: [tcp/0.0.0.0:7448]}
  r4: {connect: [tcp/r3:7448]}
actors: [{name: a, type: b/C, host: hub}]
";
        let file = Deployment::parse("d.yaml".as_ref(), text).unwrap();
        let regions: Vec<_> = file.hosts.iter().map(|host| host.region.as_str()).collect();
        assert_eq!(regions, ["hub", "r1", "r2", "r1", "r1"]);
    }

    #[test]
    fn a_part_knows_what_is_elsewhere() {
        let base = part(Some("base")).unwrap();
        let elsewhere = base.elsewhere.as_ref().unwrap();
        let names: Vec<_> = elsewhere.actors.iter().map(ActorEntry::full_name).collect();
        assert_eq!((base.here(), names), ("base", vec!["/driver".into(), "/camera".into()]));
        assert!(elsewhere.bridge.is_some() && base.bridge.is_none());
        assert_eq!(base.host_names(), ["robot", "base"]);
    }

    #[test]
    fn a_deployment_is_reached_where_its_hosts_listen_and_connect() {
        let text = "deployment: d
hosts:
  hub: {mode: router, listen: [tcp/0.0.0.0:7447]}
  r1: {connect: [tcp/10.0.0.1:7447]}
  r2: {connect: [tcp/10.0.0.1:7447, tcp/127.0.0.1:7447]}
actors: [{name: a, type: b/C, host: hub}]
";
        let file = Deployment::parse("d.yaml".as_ref(), text).unwrap();
        assert_eq!(file.reached_at(), ["tcp/127.0.0.1:7447", "tcp/10.0.0.1:7447"]);
    }

    #[test]
    fn a_host_must_be_named_and_known() {
        for (host, expected) in
            [(None, "`--host NAME`"), (Some("bas"), "did you mean `base`"), (Some("x"), "it has robot, base")]
        {
            let error = part(host).unwrap_err();
            assert!(error.contains(expected), "{host:?}: {error}");
        }
    }
}
