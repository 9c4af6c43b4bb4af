//! Who takes part beside raw Zenoh and our actors, and how they are started.

use std::env;
use std::process::Command;

use crate::job::System;
use crate::namespace::Namespace;
use crate::ros::Ros;
use crate::rust_peers::RustPeers;

pub(crate) struct Others {
    ros: Option<Ros>,
    rust: Option<RustPeers>,
    namespace: Option<Namespace>,
}

impl Others {
    /// Tells who is left out, and why.
    pub(crate) fn find() -> Self {
        let ros = told("rclpy", Ros::find());
        let rust = told("hiroz and ros2-client", RustPeers::build());
        let is_needed = ros.is_some() || rust.is_some();
        let namespace = is_needed.then(Namespace::make).and_then(|made| told("who speaks DDS", made));
        Self { ros, rust, namespace }
    }

    /// The program of a peer, which wants to be told its job; nothing if the system is left out.
    pub(crate) fn command(&self, system: System) -> Option<Command> {
        match system {
            System::Rclpy => Some(self.ros.as_ref()?.command(self.namespace.as_ref()?)),
            System::Hiroz | System::HirozShm => Some(self.rust.as_ref()?.hiroz()),
            System::Ros2Client => Some(self.rust.as_ref()?.ros2_client(self.namespace.as_ref()?)),
            _ => Some(Command::new(env::current_exe().expect("our own path"))),
        }
    }
}

fn told<T>(who: &str, found: Result<T, String>) -> Option<T> {
    found.inspect_err(|reason| println!("left out: {who}: {reason}\n")).ok()
}
