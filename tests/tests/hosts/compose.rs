//! `rosactor plan --compose`: the file is the YAML that Compose is to read.

use std::fs;
use std::path::Path;

use rosactor_tests::command::{finish, repository, rosactor, text};
use serde_json::{Map, Value, json};

const IMAGE: &str = "registry.example.org:5000/robot:1.2";

/// Runs `plan FILE --compose` in a folder; the exit code, what was written, and what was said.
fn plan(folder: &Path, file: &str, more: &[&str]) -> (Option<i32>, Option<Value>, String) {
    let written = folder.join("services.yaml");
    let arguments = ["plan", file, "--compose", written.to_str().unwrap(), "--image", IMAGE];
    let output = finish(rosactor(&[&arguments[..], more].concat()).current_dir(folder));
    let yaml = fs::read_to_string(&written).ok();
    let value = yaml.map(|yaml| serde_saphyr::from_str(&yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}")));
    (output.status.code(), value, text(&output.stdout) + &text(&output.stderr))
}

fn mount(path: &Path) -> Value {
    let bind = json!({"create_host_path": false});
    json!({"type": "bind", "source": path, "target": path, "read_only": true, "bind": bind})
}

/// What every service has, with these mounts and the rest of its own.
fn service(folder: &Path, command: &[&str], volumes: Vec<Value>, own: Value) -> Value {
    let mut service = json!({
        "image": IMAGE,
        "command": command,
        "working_dir": folder,
        "init": true,
        "restart": "on-failure",
        "stop_signal": "SIGINT",
        "stop_grace_period": "10s",
        "volumes": volumes,
    });
    let Value::Object(own) = own else { panic!("a map") };
    service.as_object_mut().unwrap().extend(own);
    service
}

fn services(name: &str, services: &[(&str, Value)]) -> Value {
    let services: Map<_, _> = services.iter().map(|(name, service)| ((*name).to_owned(), service.clone())).collect();
    json!({"name": name, "services": services})
}

/// The folder of configuration files in another place, to write there and to have it without links.
fn workshop() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    fs::create_dir_all(root.join("configs/worlds")).unwrap();
    for file in ["two_hosts.yaml", "fleet.yaml", "secure.yaml", "worlds/room.json"] {
        fs::copy(repository().join("configs").join(file), root.join("configs").join(file)).unwrap();
    }
    (folder, root)
}

#[test]
fn each_host_of_a_file_is_a_service() {
    let (_folder, root) = workshop();
    let (code, written, said) = plan(&root, "configs/two_hosts.yaml", &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.ends_with(&format!("wrote {}/services.yaml\n", root.display())), "{said}");
    let run = |file: &'static str, host: &'static str| ["rosactor", "run", file, "--host", host];
    let folder = || vec![mount(&root.join("configs"))];
    let ports = json!({"ports": ["7447:7447"]});
    let base = service(&root, &run("configs/two_hosts.yaml", "base"), folder(), ports.clone());
    let robot = service(&root, &run("configs/two_hosts.yaml", "robot"), folder(), json!({}));
    assert_eq!(written, Some(services("two_hosts", &[("base", base), ("robot", robot)])));

    let (code, written, said) = plan(&root, "configs/fleet.yaml", &[]);
    assert_eq!(code, Some(0), "{said}");
    let mut expected = vec![("base", service(&root, &run("configs/fleet.yaml", "base"), folder(), ports))];
    for robot in ["robot1", "robot2", "robot3"] {
        expected.push((robot, service(&root, &run("configs/fleet.yaml", robot), folder(), json!({}))));
    }
    assert_eq!(written, Some(services("fleet", &expected)));
}

#[test]
fn a_service_has_the_keys_of_its_host_and_of_no_other() {
    let (_folder, root) = workshop();
    let (code, written, said) = plan(&root, "configs/secure.yaml", &[]);
    assert_eq!(code, Some(0), "{said}");
    let keys = root.join("configs/keys");
    let of = |host: &str, own: Value| {
        let files = ["ca.pem".to_owned(), format!("{host}.pem"), format!("{host}.key")];
        // What lies in the folder is covered, and only these are put over that.
        let mut volumes = vec![mount(&root.join("configs")), json!({"type": "tmpfs", "target": keys})];
        volumes.extend(files.iter().map(|file| mount(&keys.join(file))));
        service(&root, &["rosactor", "run", "configs/secure.yaml", "--host", host], volumes, own)
    };
    let expected = [("base", of("base", json!({"ports": ["7447:7447"]}))), ("robot", of("robot", json!({})))];
    assert_eq!(written, Some(services("secure", &expected)));

    let file = root.join("configs/secure.yaml");
    let bare = fs::read_to_string(&file).unwrap().replace("keys: keys", "keys: .");
    fs::write(&file, bare).unwrap();
    fs::remove_file(root.join("services.yaml")).unwrap();
    let (code, written, said) = plan(&root, "configs/secure.yaml", &[]);
    assert_eq!((code, written), (Some(1), None));
    assert!(said.contains("put them into a folder of their own"), "{said}");
}

#[test]
fn whatever_is_in_names_and_rules_arrives_as_it_is() {
    let (_folder, root) = workshop();
    let odd = "it's: #1 $HOME \"x\"";
    fs::create_dir(root.join(odd)).unwrap();
    let file = format!("{odd}/two_hosts.yaml");
    fs::copy(root.join("configs/two_hosts.yaml"), root.join(&file)).unwrap();
    let param = "sensor_processing_node:max_scan_age_s:=0.4";
    let (code, written, said) = plan(&root, &file, &["--bind", "base=fd00::1", "--param", param]);
    assert_eq!(code, Some(0), "{said}");
    // Compose makes one `$` of two.
    let doubled = |text: &str| text.replace('$', "$$");
    let file = doubled(&file);
    let arguments = ["--bind", "base=fd00::1", "--param", param];
    let command = |host| [&["rosactor", "run", &file, "--host", host][..], &arguments].concat();
    let folder = || vec![mount(&root.join(doubled(odd)))];
    let base = service(&root, &command("base"), folder(), json!({"ports": ["7447:7447"]}));
    let robot = service(&root, &command("robot"), folder(), json!({}));
    assert_eq!(written, Some(services("two_hosts", &[("base", base), ("robot", robot)])));
}

/// A host with a bridge is on the network of the machine, where Compose knows no names.
#[test]
fn a_bridge_is_on_the_network_of_the_machine() {
    let (_folder, root) = workshop();
    let content = "deployment: Mixed.1
bridge: {hosts: [robot, hub]}
hosts:
  hub: {mode: router, listen: ['tcp/hub:7447', 'udp/hub:7448']}
  base: {mode: router, listen: ['tcp/base:7447', 'quic/base:7449', 'tcp/127.0.0.1:7450', 'tcp/base:0'], connect: ['tcp/hub:7447']}
  arm: {mode: router, listen: ['tcp/arm:7447', 'udp/arm:7451']}
  robot: {connect: ['tcp/base:7447', 'tcp/arm:7447']}
actors:
  - {name: math_service, type: lessons/MathService, host: base}
";
    fs::write(root.join("mixed.yaml"), content).unwrap();
    let (code, written, said) = plan(&root, "mixed.yaml", &[]);
    assert_eq!(code, Some(0), "{said}");
    let of = |host: &str, own: Value| {
        service(&root, &["rosactor", "run", "mixed.yaml", "--host", host], vec![mount(&root)], own)
    };
    let host = "host";
    let expected = [
        ("hub", of("hub", json!({"network_mode": host, "extra_hosts": ["hub:0.0.0.0"]}))),
        ("base", of("base", json!({"ports": ["7447:7447", "7449:7449/udp"], "extra_hosts": ["hub:host-gateway"]}))),
        // The port of the first is published already.
        ("arm", of("arm", json!({"ports": ["7451:7451/udp"]}))),
        ("robot", of("robot", json!({"network_mode": host, "extra_hosts": ["arm:127.0.0.1", "base:127.0.0.1"]}))),
    ];
    assert_eq!(written, Some(services("mixed-1", &expected)));
    let text = fs::read_to_string(root.join("services.yaml")).unwrap();
    assert!(text.contains("# DDS finds its nodes by multicast") && text.contains("# 7447:7447 is published for base"));
}
