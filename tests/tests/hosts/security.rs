//! What strangers, eavesdroppers and hosts that overstep can do: each attack is first seen to work where nothing is secured.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rcgen::{CertificateParams, DnType, Issuer, KeyPair, date_time_ymd};
use rosactor::security::Certificate;
use rosactor_tests::command::{finish, text};
use rosactor_tests::netns::Namespace;
use rosactor_tests::process::binary;
use rosactor_tests::ros::{self, Range, Stack};
use rosactor_tests::run::Run;
use serde_json::Value;
use tempfile::TempDir;

use crate::presence::check_clock;
use crate::{BASE_AND_ROBOT, answered};

const PATIENCE: Duration = Duration::from_secs(60);

/// Longer than a guest tries.
const GUEST: Duration = Duration::from_secs(60);

/// What a guest publishes; the commander of the deployment comes nowhere near.
const FORGED: &str = "900000";

/// A base that commands and serves, a robot that listens and asks, and a camera that has nothing to do with any of it.
fn file(protocol: &str, security: &str, robot_connects: &str) -> String {
    format!(
        "deployment: guarded
{security}
hosts:
  base: {{mode: router, listen: [{protocol}/base:7447]}}
  robot: {{connect: [{protocol}/{robot_connects}]}}
  camera: {{connect: [{protocol}/base:7447]}}
{BASE_AND_ROBOT}  - {{name: lost, type: tests/SteadyCaller, host: robot, remap: {{/ros_add: /guest_serves}}}}
  - {{name: eye, type: tests/Sequences, host: camera, remap: {{seq_from_ros: nothing, seq_to_ros: nothing_more}}}}
"
    )
}

/// A deployment in a network of its own.
struct Guarded {
    base: Run,
    robot: Run,
    network: Namespace,
    folder: TempDir,
}

impl Guarded {
    fn start(protocol: &str, security: &str) -> Self {
        Self::start_by(Namespace::alone(), protocol, security, "base:7447")
    }

    fn start_by(network: Namespace, protocol: &str, security: &str, robot_connects: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("guarded.yaml");
        fs::write(&path, file(protocol, security, robot_connects)).unwrap();
        if !security.is_empty() {
            make_keys(&path);
        }
        let base = host(&network, &path, "base");
        let robot = host(&network, &path, "robot");
        let guarded = Self { base, robot, network, folder };
        guarded.wait_until_it_works();
        guarded
    }

    /// Everything that the file has works: topic, service and action.
    fn wait_until_it_works(&self) {
        let heard = self.robot.told("driver", "heard").len();
        let before = ["caller", "sender"].map(|actor| answered(&self.robot, actor));
        self.robot.process().wait_until(PATIENCE, "heard commands and had answers", || {
            self.robot.told("driver", "heard").len() > heard
                && answered(&self.robot, "caller") > before[0]
                && answered(&self.robot, "sender") > before[1]
        });
    }

    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    /// What a guest says of itself, which connects to the base.
    fn guest(&self, protocol: &str, arguments: &[&str]) -> Value {
        let connect = format!("{protocol}/127.0.0.1:7447");
        let arguments = [&["--connect", &connect, "--number", FORGED], arguments].concat();
        let mut guest = ros::peer_on(Stack::Cyclone, &self.network, Range::Localhost, "zenoh_guest.py", &arguments);
        ros::finish(&mut guest, GUEST)
    }

    /// What a guest with a certificate says of itself.
    fn guest_with(&self, keys: &Path, name: &str) -> Value {
        self.guest_with_more(keys, name, &[])
    }

    fn guest_with_more(&self, keys: &Path, name: &str, more: &[&str]) -> Value {
        let ca = self.keys().join("ca.pem");
        let arguments = ["--ca", ca.to_str().unwrap(), "--keys", keys.to_str().unwrap(), "--name", name];
        self.guest("tls", &[&arguments[..], more].concat())
    }

    fn was_fooled(&self) -> bool {
        self.robot.told("driver", "heard").iter().any(|number| number == FORGED)
    }

    /// All that a guest tried has worked.
    fn check_overrun(&self, guest: &Value) {
        assert!(guest["heard"].as_u64() > Some(0), "it hears: {guest}");
        assert_eq!(guest["answers"][0], 42, "it is served: {guest}");
        assert_eq!(guest["asked"][0], "guest_serves", "it serves: {guest}");
        assert!(self.was_fooled(), "{}", self.robot.process().account("was not commanded by the guest"));
    }

    fn stop(self) {
        let _ = self.robot.stop();
        let _ = self.base.stop();
    }
}

fn host(network: &Namespace, file: &Path, name: &str) -> Run {
    let arguments = ["--host", name, "--bind", "base=127.0.0.1"];
    Run::start_with(network, &binary("examples/citizen"), file.to_str().unwrap(), &arguments)
}

fn make_keys(file: &Path) {
    let mut command = std::process::Command::new(binary("rosactor"));
    let output = finish(command.arg("keys").arg(file).args(["--bind", "base=127.0.0.1"]));
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn who_has_no_certificate_of_the_deployment_does_not_get_in() {
    let open = Guarded::start("tcp", "");
    open.check_overrun(&open.guest("tcp", &[]));
    open.stop();

    let guarded = Guarded::start("tls", "security: {tls: {keys: keys}}");
    let ca = guarded.keys().join("ca.pem");
    let ca = ca.to_str().unwrap();
    // Another deployment of the same name, with an authority of its own.
    let elsewhere = tempfile::tempdir().unwrap();
    let other = elsewhere.path().join("guarded.yaml");
    fs::write(&other, file("tls", "security: {tls: {keys: keys}}", "base:7447")).unwrap();
    make_keys(&other);
    sign(&guarded.keys(), "late", 1999);
    sign(&guarded.keys(), "timely", 2099);
    for (what, guest) in [
        ("plain", guarded.guest("tcp", &[])),
        ("without a certificate", guarded.guest("tls", &["--ca", ca])),
        ("of another authority", guarded.guest_with(&elsewhere.path().join("keys"), "camera")),
        ("expired", guarded.guest_with(&guarded.keys(), "late")),
    ] {
        assert_eq!(guest["connected"], false, "{what}: {guest}");
    }
    // What keeps the others out is what they lack.
    for name in ["camera", "timely"] {
        guarded.check_overrun(&guarded.guest_with(&guarded.keys(), name));
    }
    guarded.stop();
}

/// Makes a certificate that the authority of this folder has signed, valid from 1999 until the end of a year.
fn sign(keys: &Path, name: &str, until: i32) {
    let ca = KeyPair::from_pem(&fs::read_to_string(keys.join("ca.key")).unwrap()).unwrap();
    let mut authority = CertificateParams::default();
    let read = Certificate::read(&keys.join("ca.pem")).unwrap();
    authority.distinguished_name = rcgen::DistinguishedName::new();
    authority.distinguished_name.push(DnType::CommonName, read.name.as_str());
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    (params.not_before, params.not_after) = (date_time_ymd(1999, 1, 1), date_time_ymd(until, 12, 31));
    let own = KeyPair::generate().unwrap();
    let signed = params.signed_by(&own, &Issuer::new(authority, ca)).unwrap();
    fs::write(keys.join(format!("{name}.pem")), signed.pem()).unwrap();
    fs::write(keys.join(format!("{name}.key")), own.serialize_pem()).unwrap();
}

#[test]
fn a_host_may_do_only_what_its_actors_declare() {
    let open = Guarded::start("tls", "security: {tls: {keys: keys}}");
    open.check_overrun(&open.guest_with(&open.keys(), "camera"));
    open.stop();

    let guarded = Guarded::start("tls", "security: {tls: {keys: keys}, access: generate}");
    let guest = guarded.guest_with(&guarded.keys(), "camera");
    assert_eq!(
        (&guest["heard"], &guest["answers"], &guest["asked"]),
        (&0.into(), &Value::Array(vec![]), &Value::Array(vec![])),
        "{guest}"
    );
    for refused in
        ["publish on commands:", "subscribe to commands:", "serve guest_serves:", "ask ros_add:", "announce @/"]
    {
        let line = format!("refused: camera may not {refused}");
        guarded.base.process().wait_for_log(PATIENCE, |said| said.contains(&line));
    }
    guarded.wait_until_it_works();
    assert!(!guarded.was_fooled(), "{}", guarded.robot.process().account("was commanded by the guest"));
    let told = guarded.base.process().log();
    let innocent: Vec<_> = told.iter().filter(|line| line.contains("refused: ") && !line.contains("camera")).collect();
    assert!(innocent.is_empty(), "hosts that keep to the file are refused nothing: {innocent:#?}");
    guarded.stop();
}

/// What runs is told to who can prove to be a host, and nobody tells it for another.
#[test]
fn a_host_cannot_say_that_it_is_another() {
    // Longer than a host may seem to be there twice because it was started again.
    let claim = |deployment: &Guarded| {
        let arguments = ["--claim", "guarded/robot", "--listen", "8"];
        deployment.guest_with_more(&deployment.keys(), "camera", &arguments)
    };
    let twice = |deployment: &Guarded| {
        deployment
            .base
            .process()
            .log()
            .iter()
            .any(|line| line.contains("more than one process says that it is the host robot"))
    };
    let open = Guarded::start("tls", "security: {tls: {keys: keys}}");
    let guest = claim(&open);
    assert!(twice(&open), "{}: {guest}", open.base.process().account("believed nobody"));
    open.stop();

    let guarded = Guarded::start("tls", "security: {tls: {keys: keys}, access: generate}");
    let guest = claim(&guarded);
    assert_eq!(guest["held"], 5, "it tried all of it: {guest}");
    assert!(!twice(&guarded), "{}", guarded.base.process().account("believed the guest"));
    for refused in ["announce @rosactor/@host/guarded/robot/", "serve @rosactor/@card/guarded/robot/"] {
        let line = format!("refused: camera may not {refused}");
        guarded.base.process().wait_for_log(PATIENCE, |said| said.contains(&line));
    }
    let mut plan = guarded.network.command(binary("examples/citizen"));
    plan.arg("plan").arg(guarded.folder.path().join("guarded.yaml")).args(["--bind", "base=127.0.0.1"]);
    let output = finish(plan.args(["--running", "--host", "camera"]));
    let said = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(said, "base: up to date\nrobot: up to date\ncamera: not running\n");
    let told = guarded.base.process().log();
    let innocent: Vec<_> = told.iter().filter(|line| line.contains("refused: ") && !line.contains("camera")).collect();
    assert!(innocent.is_empty(), "hosts that keep to the file are refused nothing: {innocent:#?}");
    let (base, robot) = (guarded.base.stop(), guarded.robot.stop());
    for (report, place, other) in [(base, 1, "robot"), (robot, 0, "base")] {
        let seen = &report["hosts"][place];
        assert_eq!(seen["name"], other);
        check_clock(seen);
    }
}

#[test]
fn a_login_keeps_strangers_out() {
    let guarded = Guarded::start("tcp", "security: {passwords: passwords.txt}");
    let passwords = fs::read_to_string(guarded.folder.path().join("passwords.txt")).unwrap();
    let camera = passwords.lines().find_map(|line| line.strip_prefix("camera:")).unwrap();
    for (what, arguments) in
        [("without a login", &[][..]), ("with a wrong one", &["--name", "camera", "--password", "guess"])]
    {
        let guest = guarded.guest("tcp", arguments);
        assert_eq!(guest["connected"], false, "{what}: {guest}");
    }
    guarded.check_overrun(&guarded.guest("tcp", &["--name", "camera", "--password", camera]));
    guarded.stop();
}

#[test]
fn nothing_can_be_read_on_the_way() {
    for (protocol, security, is_read) in [("tcp", "", true), ("tls", "security: {tls: {keys: keys}}", false)] {
        let network = Namespace::alone();
        let arguments = ["--listen", "7448", "--connect", "7447", "native", "commands"];
        let relay = ros::peer_on(Stack::Cyclone, &network, Range::Localhost, "relay.py", &arguments);
        relay.wait_for_output(PATIENCE, |line| line.contains("ready"));
        // It returns when the robot has heard commands, had answers and reached goals: all of it has come this way.
        let guarded = Guarded::start_by(network, protocol, security, "127.0.0.1:7448");
        let seen = |word: &str| ros::said(&relay).iter().any(|line| line["saw"] == word);
        assert!(seen(""), "{}", relay.account("has passed nothing on"));
        assert_eq!(
            [seen("native"), seen("commands")],
            [is_read; 2],
            "{}",
            relay.account("with or without plain words")
        );
        guarded.stop();
    }
}
