//! rosactor: Links within one machine, over Unix sockets, which are quicker than TCP over loopback.
//!
//! Who listens at a TCP address listens at a Unix socket of its name as well, and who connects to an address of this machine looks for
//! that socket first. The names are Linux's abstract ones: as ports, they belong to the network namespace, and end with the process.
//! `#unix=false` at an endpoint leaves it with TCP, and so does an endpoint with settings for TCP.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    sync::atomic::{AtomicU16, Ordering},
};

use tokio::net::{UnixListener, UnixStream};
use zenoh_protocol::core::Config;

use crate::socket;

/// Of an endpoint.
const UNIX: &str = "unix";

fn is_wanted(config: &Config<'_>) -> bool {
    // `iface`, `bind`, the sizes of buffers and the like mean TCP.
    let only_ours = config.iter().all(|(key, _)| key == UNIX);
    cfg!(target_os = "linux")
        && !socket::is_as_published()
        && only_ours
        && config.get(UNIX) != Some("false")
}

fn name(address: SocketAddr) -> String {
    format!("\0zenoh/tcp/{address}")
}

/// Besides a socket that listens at this address.
pub(crate) fn listen(address: SocketAddr, config: &Config<'_>) -> Option<UnixListener> {
    is_wanted(config)
        .then(|| UnixListener::bind(name(address)))?
        .inspect_err(|error| tracing::debug!("No Unix socket beside tcp/{address}: {error}"))
        .ok()
}

/// To whoever listens at this address, or at all, on this machine.
pub(crate) async fn connect(address: SocketAddr, config: &Config<'_>) -> Option<UnixStream> {
    if !is_wanted(config) || !is_of_this_machine(address.ip()) {
        return None;
    }
    let everywhere = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
    for ip in [address.ip()].into_iter().chain(everywhere) {
        if let Ok(stream) = UnixStream::connect(name(SocketAddr::new(ip, address.port()))).await {
            return Some(stream);
        }
    }
    None
}

/// A link has two addresses, and another one has others.
pub(crate) fn made_up(ip: IpAddr) -> SocketAddr {
    static PORT: AtomicU16 = AtomicU16::new(1);
    let ip = match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, PORT.fetch_add(1, Ordering::Relaxed))
}

/// Only an address that this machine has now can be bound.
fn is_of_this_machine(ip: IpAddr) -> bool {
    ip.is_loopback() || UdpSocket::bind((ip, 0)).is_ok()
}
