//! By which network interfaces DDS can be reached, and what to look at if it is not.

use rosactor_transport::bridge_config::{BridgeConfig, Discovery};

use super::document::{Dds, Interface};

/// The state of this host, and of this many participants.
pub(super) fn dds(config: &BridgeConfig, participants: usize) -> Dds {
    let mut interfaces: Vec<Interface> = netdev::get_interfaces()
        .into_iter()
        .filter(|interface| interface.is_up())
        .map(|interface| {
            let addresses = interface.ipv4_addrs().into_iter().map(|address| address.to_string()).collect();
            let (loopback, multicast) = (interface.is_loopback(), interface.is_multicast());
            let used = loopback == (config.discovery == Discovery::Localhost);
            Interface { name: interface.name, addresses, loopback, multicast, used }
        })
        .collect();
    interfaces.sort_by(|one, other| one.name.cmp(&other.name));
    let hints = hints(config, participants, &interfaces);
    Dds { participants, interfaces, hints }
}

fn hints(config: &BridgeConfig, participants: usize, interfaces: &[Interface]) -> Vec<String> {
    let mut hints = Vec::new();
    let used = || interfaces.iter().filter(|interface| interface.used && !interface.addresses.is_empty());
    let by_multicast = match config.discovery {
        Discovery::Subnet => true,
        Discovery::Localhost => !config.distro.has_discovery_ranges(),
        Discovery::Peers(_) => false,
    };
    if used().next().is_none() {
        let what = if config.discovery == Discovery::Localhost {
            "the loopback interface is down"
        } else {
            "no interface but loopback is up"
        };
        hints.push(format!("{what}, so no ROS node can be reached with `discovery: {}`", config.discovery));
    } else if by_multicast && !used().any(|interface| interface.multicast) {
        let names: Vec<&str> = used().map(|interface| interface.name.as_str()).collect();
        let (names, first) = (names.join(", "), names[0]);
        hints.push(format!(
            "discovery is by multicast, which is off on {names}; `ip link set {first} multicast on` turns it on"
        ));
    }
    if participants == 0 {
        let range = match config.discovery {
            Discovery::Subnet => "SUBNET, which is its default",
            Discovery::Localhost => "LOCALHOST or SUBNET, and the nodes on this host",
            Discovery::Peers(_) => "SUBNET or LOCALHOST, with the bridge's host in ROS_STATIC_PEERS",
        };
        hints.push(format!(
            "no ROS node is seen: they need ROS_DOMAIN_ID={} and ROS_AUTOMATIC_DISCOVERY_RANGE={range}; a firewall must let UDP \
             ports {} to {} through",
            config.domain,
            7400 + 250 * config.domain,
            7400 + 250 * config.domain + 249
        ));
    }
    hints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface(loopback: bool, multicast: bool, used: bool) -> Interface {
        let name = if loopback { "lo" } else { "eth0" }.to_owned();
        Interface { name, addresses: vec!["10.0.0.1".to_owned()], loopback, multicast, used }
    }

    #[test]
    fn what_keeps_ros_nodes_from_being_seen_is_named() {
        let subnet = BridgeConfig { discovery: Discovery::Subnet, domain: 7, ..BridgeConfig::default() };
        let says = |participants, interfaces: &[Interface]| hints(&subnet, participants, interfaces).join("\n");
        assert_eq!(says(1, &[interface(false, true, true)]), "");
        assert!(says(1, &[interface(true, false, false)]).contains("no interface but loopback"));
        assert!(says(1, &[interface(false, false, true)]).contains("ip link set eth0 multicast on"));
        let nobody = says(0, &[interface(false, true, true)]);
        assert!(nobody.contains("ROS_DOMAIN_ID=7") && nobody.contains("9150 to 9399"), "{nobody}");
        let local = BridgeConfig::default();
        assert_eq!(hints(&local, 1, &[interface(true, false, true)]), Vec::<String>::new());
    }
}
