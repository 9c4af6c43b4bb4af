//! Where the hosts of a file are: in endpoints such as `tcp/base:7447` the name of a host becomes an address.

use super::endpoint;
use super::file::Deployment;
use super::suggest::suggest;

impl Deployment {
    /// Puts addresses for names of hosts, in every endpoint of the file. Each rule is `host=address`. A host that no rule binds
    /// keeps its name, which the system then looks up like that of any machine.
    ///
    /// # Errors
    /// A sentence: what is wrong with a rule. Nothing is bound then.
    pub fn bind(&mut self, rules: &[String]) -> Result<(), String> {
        let bound = rules.iter().map(|rule| self.understand(rule)).collect::<Result<Vec<_>, _>>()?;
        for (place, (name, address)) in bound.iter().enumerate() {
            if let Some((_, other)) = bound[..place].iter().find(|(earlier, _)| earlier == name) {
                return Err(format!("the host `{name}` is bound twice, to {other} and to {address}"));
            }
            if !self.endpoints().any(|endpoint| names(endpoint, name)) {
                return Err(format!(
                    "no endpoint of the file has the host `{name}`, so its address would not be used; write for example \
                     `tcp/{name}:7447` under `listen` and `connect`"
                ));
            }
        }
        // All at once: an address may be the name of another host.
        for endpoint in self.endpoints_mut() {
            if let Some((name, address)) = bound.iter().find(|(name, _)| names(endpoint, name)) {
                *endpoint = endpoint.replacen(&format!("/{name}:"), &format!("/{address}:"), 1);
            }
        }
        Ok(())
    }

    /// The host and the address of a rule.
    fn understand(&self, rule: &str) -> Result<(String, String), String> {
        let form = || format!("expected HOST=ADDRESS, as in `base=10.0.0.2`, found `{rule}`");
        let (name, address) = rule.split_once('=').ok_or_else(form)?;
        let hosts: Vec<&str> = self.hosts.iter().map(|host| host.name.as_str()).collect();
        if !hosts.contains(&name) {
            return Err(match (hosts.as_slice(), suggest(name, &hosts)) {
                ([], _) => format!("the file has no section `hosts`, so there is no host `{name}` to bind"),
                (_, Some(near)) => format!("the file has no host `{name}` to bind; did you mean `{near}`?"),
                _ => format!("the file has no host `{name}` to bind; it has {}", hosts.join(", ")),
            });
        }
        let address = match address.parse::<std::net::Ipv6Addr>() {
            Ok(address) => format!("[{address}]"),
            Err(_) => address.to_owned(),
        };
        match endpoint::host_is_valid(&address) {
            Ok(()) => Ok((name.to_owned(), address)),
            Err(why) => Err(format!("`{rule}` binds no address: {why}; the port stays in the file")),
        }
    }

    fn endpoints(&self) -> impl Iterator<Item = &String> {
        let transports = self.hosts.iter().map(|host| &host.transport).chain([&self.transport]);
        transports.flat_map(|transport| transport.listen.iter().chain(&transport.connect))
    }

    fn endpoints_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let transports = self.hosts.iter_mut().map(|host| &mut host.transport).chain([&mut self.transport]);
        transports.flat_map(|transport| transport.listen.iter_mut().chain(&mut transport.connect))
    }
}

fn names(endpoint: &str, host: &str) -> bool {
    endpoint::parts(endpoint).is_some_and(|(_, address, _)| address == host)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const FILE: &str = "deployment: d
transport: {connect: [tcp/cloud.example.org:7447]}
hosts:
  base: {mode: router, listen: [tcp/base:7447, 'udp/base:7448#iface=eth0']}
  robot: {connect: [tcp/base:7447, tcp/basement:7447], listen: [tcp/robot:1]}
actors: [{name: a, type: b/C, host: base}]
";

    fn bound(rules: &[&str]) -> Result<Vec<String>, String> {
        let mut deployment = Deployment::parse("d.yaml".as_ref(), FILE).unwrap();
        let rules: Vec<String> = rules.iter().map(ToString::to_string).collect();
        deployment.bind(&rules).map(|()| deployment.endpoints().take(6).cloned().collect())
    }

    #[test]
    fn a_bound_host_has_its_address_in_every_endpoint_and_nothing_else_changes() {
        let cloud = "tcp/cloud.example.org:7447";
        for (rules, expected) in [
            (&[][..], ["tcp/base:7447", "udp/base:7448#iface=eth0", cloud, "tcp/robot:1", "tcp/base:7447"]),
            (
                &["base=10.0.0.2"],
                ["tcp/10.0.0.2:7447", "udp/10.0.0.2:7448#iface=eth0", cloud, "tcp/robot:1", "tcp/10.0.0.2:7447"],
            ),
            (&["base=::1"], ["tcp/[::1]:7447", "udp/[::1]:7448#iface=eth0", cloud, "tcp/robot:1", "tcp/[::1]:7447"]),
            // An address may be the name of another host.
            (
                &["base=robot", "robot=base"],
                ["tcp/robot:7447", "udp/robot:7448#iface=eth0", cloud, "tcp/base:1", "tcp/robot:7447"],
            ),
        ] {
            let endpoints = bound(rules).unwrap();
            assert_eq!(
                (&endpoints[..5], endpoints[5].as_str()),
                (&expected.map(String::from)[..], "tcp/basement:7447")
            );
        }
    }

    #[test]
    fn a_wrong_rule_is_refused() {
        for (rules, expected) in [
            (&["base"][..], "expected HOST=ADDRESS"),
            (&["bse=10.0.0.2"], "did you mean `base`?"),
            (&["x=10.0.0.2"], "it has base, robot"),
            (&["base="], "the host is missing"),
            (&["base=10.0.0.300"], "not an IPv4 address"),
            (&["base=10.0.0.2:7447"], "the port stays in the file"),
            (&["base=10.0.0.2", "base=10.0.0.3"], "bound twice"),
        ] {
            let error = bound(rules).unwrap_err();
            assert!(error.contains(expected), "{rules:?}: {error}");
        }
        let mut unnamed = Deployment::parse("d.yaml".as_ref(), &FILE.replace("tcp/robot:1", "tcp/0.0.0.0:1")).unwrap();
        assert!(unnamed.bind(&["robot=10.0.0.3".to_owned()]).unwrap_err().contains("would not be used"));
    }
}
