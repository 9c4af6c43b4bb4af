//! What a process of a measurement is told to do.

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    /// Raw Zenoh in callbacks, batching as it does by default.
    Zenoh,
    /// The same, each message sent at once.
    ZenohExpress,
    /// As the first, with shared memory, which Zenoh by itself takes from 3 KiB on.
    ZenohShm,
    /// Whoever has a long message asks the publisher for its memory.
    Rosactor,
    /// The same, with long messages in memory of its own, which the publisher copies.
    RosactorCopied,
    /// Without what processes of one machine share: over TCP and no shared memory.
    RosactorTcp,
    /// Python nodes of ROS 2 Jazzy, on Fast DDS.
    Rclpy,
    /// Nodes of hiroz, on Zenoh.
    Hiroz,
    /// The same, with long messages in shared memory.
    HirozShm,
    /// Nodes of ros2-client, on RustDDS.
    Ros2Client,
}

impl System {
    pub(crate) fn is_raw_zenoh(self) -> bool {
        matches!(self, Self::Zenoh | Self::ZenohExpress | Self::ZenohShm)
    }

    /// Whether it is raw Zenoh or our actors, and not what others wrote to be measured beside them.
    pub(crate) fn is_ours_or_floor(self) -> bool {
        !matches!(self, Self::Rclpy | Self::Hiroz | Self::HirozShm | Self::Ros2Client)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Begins: throws, sends or calls.
    Ping,
    /// Throws back, receives or serves.
    Pong,
    /// Passes on between the two, where the job is routed.
    Router,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// A message to and fro, one after the other.
    Rtt,
    /// The same with a LaserScan of 1080 ranges and intensities; raw Zenoh sends as many bytes.
    Scan,
    /// Messages one way, as fast as they are taken.
    Stream,
    /// Service calls.
    Call,
    /// Goals of an action, which are done at once.
    Goal,
}

pub(crate) const SYSTEMS: [(&str, System); 10] = [
    ("zenoh", System::Zenoh),
    ("zenoh-express", System::ZenohExpress),
    ("zenoh-shm", System::ZenohShm),
    ("rosactor", System::Rosactor),
    ("rosactor-copied", System::RosactorCopied),
    ("rosactor-tcp", System::RosactorTcp),
    ("rclpy", System::Rclpy),
    ("hiroz", System::Hiroz),
    ("hiroz-shm", System::HirozShm),
    ("ros2-client", System::Ros2Client),
];
pub(crate) const WORKS: [(&str, Work); 5] =
    [("rtt", Work::Rtt), ("scan", Work::Scan), ("stream", Work::Stream), ("call", Work::Call), ("goal", Work::Goal)];
pub(crate) const ROLES: [(&str, Role); 3] = [("ping", Role::Ping), ("pong", Role::Pong), ("router", Role::Router)];

#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) system: System,
    pub(crate) role: Role,
    pub(crate) work: Work,
    /// Bytes of a message's data.
    pub(crate) payload: usize,
    /// Messages, round trips or calls.
    pub(crate) count: usize,
    /// Round trips in a second; 0 is back to back.
    pub(crate) rate: f64,
    /// Calls in flight.
    pub(crate) in_flight: usize,
    /// Where pong listens, or the router, on loopback.
    pub(crate) port: u16,
    /// A router is between the two.
    pub(crate) routed: bool,
}

impl Job {
    /// `None` without a role: this is the process that starts the others.
    pub(crate) fn from_arguments(arguments: &[String]) -> Option<Self> {
        let value = |name: &str| {
            let at = arguments.iter().position(|argument| argument == &format!("--{name}"))?;
            arguments.get(at + 1).map(String::as_str)
        };
        let number = |name: &str| value(name).map_or(0.0, |text| text.parse().expect("a number"));
        Some(Self {
            role: of(&ROLES, value("role")?),
            system: of(&SYSTEMS, value("system").expect("--system")),
            work: of(&WORKS, value("work").unwrap_or("rtt")),
            payload: number("payload") as usize,
            count: number("count") as usize,
            rate: number("rate"),
            in_flight: (number("in-flight") as usize).max(1),
            port: number("port") as u16,
            routed: value("routed") == Some("true"),
        })
    }

    pub(crate) fn to_arguments(&self) -> Vec<String> {
        [
            ("role", name(&ROLES, self.role).to_owned()),
            ("system", name(&SYSTEMS, self.system).to_owned()),
            ("work", name(&WORKS, self.work).to_owned()),
            ("payload", self.payload.to_string()),
            ("count", self.count.to_string()),
            ("rate", self.rate.to_string()),
            ("in-flight", self.in_flight.to_string()),
            ("port", self.port.to_string()),
            ("routed", self.routed.to_string()),
        ]
        .into_iter()
        .flat_map(|(name, value)| [format!("--{name}"), value])
        .collect()
    }

    /// Whether this role is the one that measures.
    pub(crate) fn measures(&self) -> bool {
        let measuring = if self.work == Work::Stream { Role::Pong } else { Role::Ping };
        self.role == measuring
    }

    /// Rounds that are not counted: caches fill, and both sides get to know each other.
    pub(crate) fn warm_up(&self) -> usize {
        if self.work == Work::Stream { 0 } else { (self.count / 10).clamp(1, 500) }
    }
}

fn of<T: Copy>(names: &[(&str, T)], text: &str) -> T {
    names.iter().find(|(name, _)| *name == text).unwrap_or_else(|| panic!("{text} is no known word")).1
}

pub(crate) fn name<T: Copy + PartialEq>(names: &'static [(&'static str, T)], value: T) -> &'static str {
    names.iter().find(|(_, of)| *of == value).expect("each value has a name").0
}
