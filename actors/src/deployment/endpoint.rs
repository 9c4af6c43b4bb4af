//! Zenoh endpoints: `protocol/address[?metadata][#config]`.

use super::quote::quote;
use super::suggest::suggest;

/// The protocols that are compiled in. The first five are followed by `host:port`, the last one by a path.
const PROTOCOLS: [&str; 6] = ["tcp", "udp", "tls", "quic", "ws", "unixsock-stream"];

/// What an endpoint is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Listen,
    Connect,
}

/// The protocol, host and port of an endpoint. `None` if it has no port, as a socket of Unix has none.
#[must_use]
pub fn parts(endpoint: &str) -> Option<(&str, &str, &str)> {
    let (protocol, rest) = endpoint.split_once('/').filter(|(protocol, _)| *protocol != "unixsock-stream")?;
    let (host, port) = rest.split(['?', '#']).next()?.rsplit_once(':')?;
    Some((protocol, host, port))
}

/// Where something that listens at this endpoint is reached from the same machine. `None` if only the system knows its port.
#[must_use]
pub fn from_here(endpoint: &str) -> Option<String> {
    let has_port = parts(endpoint).is_none_or(|(.., port)| port != "0");
    // Listening at every address is reached at loopback.
    has_port.then(|| endpoint.replacen("/0.0.0.0:", "/127.0.0.1:", 1).replacen("/[::]:", "/[::1]:", 1))
}

/// Checks an endpoint. `Err` is a sentence and a hint.
pub(super) fn validate(endpoint: &str, purpose: Use) -> Result<(), (String, String)> {
    let example = "write for example `tcp/192.168.0.7:7447`".to_owned();
    let Some((protocol, rest)) = endpoint.split_once('/') else {
        return Err((format!("{} is not an endpoint: expected `protocol/address`", quote(endpoint)), example));
    };
    if !PROTOCOLS.contains(&protocol) {
        let near = suggest(protocol, &PROTOCOLS).map(|near| format!("did you mean `{near}`?"));
        let hint = near.unwrap_or_else(|| format!("use {}", super::quote::alternatives(&PROTOCOLS)));
        return Err((format!("{} is not a protocol of an endpoint", quote(protocol)), hint));
    }
    let address = rest.split(['?', '#']).next().unwrap_or(rest);
    if protocol == "unixsock-stream" {
        return if address.is_empty() {
            Err(("an endpoint needs a path after `unixsock-stream/`".to_owned(), example))
        } else {
            Ok(())
        };
    }
    let not_an_address =
        |reason: &str| Err((format!("{} is not an address `host:port`: {reason}", quote(address)), example.clone()));
    let Some((host, port)) = address.rsplit_once(':') else { return not_an_address("the port is missing") };
    match port.parse::<u16>() {
        Err(_) => not_an_address("the port must be a number from 0 to 65535"),
        Ok(0) if purpose == Use::Connect => not_an_address("port 0 can be listened on, but not connected to"),
        Ok(_) => host_is_valid(host).or_else(not_an_address),
    }
}

pub(super) fn host_is_valid(host: &str) -> Result<(), &'static str> {
    if let Some(inner) = host.strip_prefix('[') {
        let address = inner.strip_suffix(']').ok_or("the `]` is missing")?;
        return address.parse::<std::net::Ipv6Addr>().map(drop).map_err(|_| "this is not an IPv6 address");
    }
    if host.contains(':') {
        return Err("an IPv6 address must be put in brackets, as `[::1]:7447`");
    }
    if host.is_empty() {
        return Err("the host is missing");
    }
    // Four groups of digits are meant as an address; as a host name they would only fail when it is looked up.
    if host.chars().all(|character| character.is_ascii_digit() || character == '.') {
        return host.parse::<std::net::Ipv4Addr>().map(drop).map_err(|_| "this is not an IPv4 address");
    }
    let fits = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_');
    if host.chars().all(fits) { Ok(()) } else { Err("a host name has letters, digits, `-` and `.` only") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_listens_everywhere_is_reached_at_loopback() {
        for (endpoint, expected) in [
            ("tcp/0.0.0.0:7447", Some("tcp/127.0.0.1:7447")),
            ("tls/[::]:7447", Some("tls/[::1]:7447")),
            ("tcp/10.0.0.0:7447", Some("tcp/10.0.0.0:7447")),
            ("unixsock-stream//run/robot", Some("unixsock-stream//run/robot")),
            ("tcp/127.0.0.1:0", None),
            ("udp/127.0.0.1:0#iface=lo", None),
        ] {
            assert_eq!(from_here(endpoint).as_deref(), expected, "{endpoint}");
        }
    }

    #[test]
    fn endpoints() {
        let good = [
            "tcp/127.0.0.1:7447",
            "tls/robot-1.local:7447",
            "tcp/[::1]:7447",
            "udp/10.0.0.1:1?rel=0#iface=eth0",
            "unixsock-stream//run/robot",
        ];
        for endpoint in good {
            assert_eq!(validate(endpoint, Use::Connect), Ok(()), "{endpoint}");
        }
        let bad = [
            "",
            "tcp",
            "127.0.0.1:7447",
            "http/a:1",
            "tcp/",
            "tcp/a",
            "tcp/a:",
            "tcp/a:70000",
            "tcp/a:x",
            "tcp/:1",
            "tcp/::1:7447",
            "tcp/[::1:7447",
            "tcp/[x]:1",
            "tcp/300.1.1.1:1",
            "tcp/a b:1",
            "unixsock-stream/",
            "tcp/a:0",
        ];
        for endpoint in bad {
            assert!(validate(endpoint, Use::Connect).is_err(), "{endpoint}");
        }
        assert_eq!(validate("tcp/127.0.0.1:0", Use::Listen), Ok(()));
    }
}
