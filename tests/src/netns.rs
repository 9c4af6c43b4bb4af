//! Network namespaces: hosts of the test's own, whose multicast never reaches the machine's network.

use std::{
    ffi::OsStr,
    process::{self, Command, Output},
    sync::atomic::{AtomicU32, Ordering},
};

use crate::weak_cable::WeakCable;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// The address of the middle of a [`Namespace::star`].
pub const MIDDLE: &str = "10.66.0.1";

/// The addresses of a pair.
const PAIR: [&str; 2] = ["10.66.1.1", "10.66.1.2"];

/// A network namespace with its loopback interface up. Dropping it ends what still runs in it, and removes it.
#[derive(Debug)]
pub struct Namespace {
    name: String,
    address: String,
}

impl Namespace {
    /// A namespace with nothing but loopback.
    ///
    /// # Panics
    ///
    /// If `ip` is missing or may not do it, which needs root.
    #[must_use]
    pub fn alone() -> Self {
        let name = format!("rosactor-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        ip(&["netns", "add", &name]);
        let this = Self { name, address: "127.0.0.1".to_owned() };
        this.ip(&["link", "set", "lo", "up"]);
        this
    }

    /// Two namespaces, each with one end of a cable: 10.66.1.1 and 10.66.1.2.
    ///
    /// # Panics
    ///
    /// As [`Namespace::alone`].
    #[must_use]
    pub fn pair() -> (Self, Self) {
        let (mut a, mut b) = (Self::alone(), Self::alone());
        ip(&["link", "add", "cable", "netns", &a.name, "type", "veth", "peer", "name", "cable", "netns", &b.name]);
        Self::connect(&mut a, &mut b);
        (a, b)
    }

    /// The same with a [`WeakCable`], which carries everything at first, and at once.
    ///
    /// # Panics
    ///
    /// As [`Namespace::alone`], and if there is no python3 or no `/dev/net/tun`.
    #[must_use]
    pub fn weak_pair(seed: u64) -> (Self, Self, WeakCable) {
        let (mut a, mut b) = (Self::alone(), Self::alone());
        let cable = WeakCable::between(&a.name, &b.name, seed);
        Self::connect(&mut a, &mut b);
        // A pause of the cable's process shall lose nothing.
        for end in [&a, &b] {
            end.ip(&["link", "set", "cable", "txqueuelen", "10000"]);
        }
        (a, b, cable)
    }

    /// Gives both ends of a cable their addresses.
    fn connect(a: &mut Self, b: &mut Self) {
        for (end, address) in [(a, PAIR[0]), (b, PAIR[1])] {
            end.ip(&["addr", "add", &format!("{address}/24"), "dev", "cable"]);
            end.ip(&["link", "set", "cable", "up", "multicast", "on", "mtu", "1500"]);
            // DDS sends its multicast where the default route leads.
            end.ip(&["route", "add", "default", "dev", "cable"]);
            end.address = address.to_owned();
        }
    }

    /// A namespace in the middle, which every other one of `count` has a cable to, and nobody else: what one of these says to another has
    /// to be passed on by a program in the middle. From everywhere the middle is reached at [`MIDDLE`].
    ///
    /// # Panics
    ///
    /// As [`Namespace::alone`].
    #[must_use]
    pub fn star(count: u8) -> (Self, Vec<Self>) {
        let mut middle = Self::alone();
        middle.ip(&["addr", "add", &format!("{MIDDLE}/32"), "dev", "lo"]);
        MIDDLE.clone_into(&mut middle.address);
        let ends = (1..=count).map(|number| {
            let mut end = Self::alone();
            let (inner, outer) = (format!("to{number}"), format!("10.66.{number}."));
            let names = ["link", "add", &inner, "netns", &middle.name, "type", "veth"];
            ip(&[&names[..], &["peer", "name", "cable", "netns", &end.name]].concat());
            middle.ip(&["addr", "add", &format!("{outer}1/24"), "dev", &inner]);
            middle.ip(&["link", "set", &inner, "up"]);
            end.ip(&["addr", "add", &format!("{outer}2/24"), "dev", "cable"]);
            end.ip(&["link", "set", "cable", "up"]);
            end.ip(&["route", "add", "default", "via", &format!("{outer}1"), "dev", "cable"]);
            end.address = format!("{outer}2");
            end
        });
        let ends = ends.collect();
        (middle, ends)
    }

    /// The address by which the other namespace reaches this one.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The address of the other namespace of the pair.
    #[must_use]
    pub fn other(&self) -> &'static str {
        if self.address == PAIR[0] { PAIR[1] } else { PAIR[0] }
    }

    /// Pulls this end of the cable out, or puts it in again.
    pub fn plug(&self, is_in: bool) {
        self.ip(&["link", "set", "cable", if is_in { "up" } else { "down" }]);
        if is_in {
            // It went with the cable.
            self.ip(&["route", "replace", "default", "dev", "cable"]);
        }
    }

    /// From now on nothing passes the cable by multicast.
    pub fn without_multicast(&self) {
        self.ip(&["link", "set", "cable", "multicast", "off"]);
    }

    /// A command that runs in this namespace. `ip` replaces itself by the program, so that the child is the program.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name]).arg(program);
        command
    }

    fn ip(&self, arguments: &[&str]) {
        ip(&[&["-n", &self.name], arguments].concat());
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // Nobody but this test knows the namespace, so all that runs in it was started by this test.
        if let Ok(output) = Command::new("ip").args(["netns", "pids", &self.name]).output() {
            for pid in String::from_utf8_lossy(&output.stdout).split_whitespace() {
                let _ = Command::new("kill").args(["-KILL", pid]).status();
            }
        }
        let _ = Command::new("ip").args(["netns", "del", &self.name]).status();
    }
}

fn ip(arguments: &[&str]) {
    let output = Command::new("ip").args(arguments).output();
    let Output { status, stderr, .. } =
        output.expect("the program `ip` is missing; tests/setup installs it (package iproute2)");
    let reason = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "`ip {}` failed; network namespaces need root: {reason}", arguments.join(" "));
}
