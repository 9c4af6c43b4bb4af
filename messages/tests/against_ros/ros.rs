//! The environments with real ROS 2, and the peer that speaks for them.

use std::{
    collections::BTreeMap,
    env,
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// One environment.
#[derive(Debug)]
pub(crate) struct Ros {
    pub(crate) name: &'static str,
    variable: &'static str,
}

pub(crate) const JAZZY: Ros = Ros { name: "jazzy", variable: "ROSACTOR_ROS_VENV" };
pub(crate) const KILTED: Ros = Ros { name: "kilted", variable: "ROSACTOR_ROS_VENV_KILTED" };

/// A message as ROS sees it.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// Its scalars, as JSON.
    pub(crate) scalars: String,
}

impl Ros {
    fn folder(&self) -> PathBuf {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder =
            env::var_os(self.variable).map_or_else(|| here.join("../target/ros").join(self.name), PathBuf::from);
        assert!(
            folder.join(".rosactor-stamp").is_file(),
            "there is no finished ROS 2 environment in {}; make it with `tests/ros/setup {}`",
            folder.display(),
            self.name
        );
        folder
    }

    /// Where its packages have their definitions.
    pub(crate) fn share(&self) -> PathBuf {
        self.folder().join("share")
    }

    /// The hash of every type of every interface package, by the type's name.
    pub(crate) fn hashes(&self) -> BTreeMap<String, String> {
        let said = self.ask(&["hashes"], Stdio::null());
        let pair = |line: &str| line.split_once(' ').map(|(name, hash)| (name.to_owned(), hash.to_owned()));
        said.lines().map(|line| pair(line).expect("a name and a hash")).collect()
    }

    /// Some values of every message type, the default value first.
    pub(crate) fn write(&self, count: usize, seed: u32) -> Vec<Sample> {
        let said = self.ask(&["write", &count.to_string(), &seed.to_string()], Stdio::null());
        let sample = |line: &str| {
            let [name, hex, scalars] = line.split('\t').collect::<Vec<_>>().try_into().expect("three columns");
            Sample { name: name.to_owned(), bytes: from_hex(hex), scalars: scalars.to_owned() }
        };
        said.lines().map(sample).collect()
    }

    /// What rclpy reads from these bytes: the scalars of each as JSON. `file` is where the question is kept.
    pub(crate) fn read(&self, messages: &[(&str, Vec<u8>)], file: &str) -> Vec<String> {
        // A file, because a pipe would have to be filled and emptied at the same time.
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}_{file}.txt", self.name));
        let lines: String = messages.iter().map(|(name, bytes)| format!("{name}\t{}\n", to_hex(bytes))).collect();
        std::fs::write(&file, lines).unwrap();
        let said = self.ask(&["read"], File::open(&file).unwrap().into());
        let answers: Vec<_> = said.lines().collect();
        assert_eq!(answers.len(), messages.len(), "{}: rclpy left messages out", self.name);
        let scalars = |(line, (name, _)): (&&str, &(&str, Vec<u8>))| {
            let (named, scalars) = line.split_once('\t').expect("two columns");
            assert_eq!(named, *name, "{}: rclpy answers in another order", self.name);
            scalars.to_owned()
        };
        answers.iter().zip(messages).map(scalars).collect()
    }

    fn ask(&self, arguments: &[&str], input: Stdio) -> String {
        let peer = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ros/peers/messages_peer.py");
        let mut command = Command::new(self.folder().join("bin/python"));
        command.arg(peer).args(arguments).stdin(input).stderr(Stdio::inherit());
        // Another environment's process leaves these to its children; rclpy cannot be imported under them.
        command.env_remove("LD_LIBRARY_PATH").env_remove("_ROS_WHEELS_BOOTSTRAP_COMPLETE");
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}: messages_peer.py {arguments:?} ended with {}", self.name, output.status);
        String::from_utf8(output.stdout).unwrap()
    }
}

fn from_hex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
