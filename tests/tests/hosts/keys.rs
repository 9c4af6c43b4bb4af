//! `rosactor keys`, and what is said of keys that will not do.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rosactor::security::Certificate;
use rosactor_tests::command::{finish, rosactor, text};
use tempfile::TempDir;

/// A folder with a file whose hosts have certificates and passwords.
struct Workshop(TempDir);

impl Workshop {
    fn new(security: &str) -> Self {
        let workshop = Self(tempfile::tempdir().unwrap());
        let content = format!(
            "deployment: workshop
{security}
hosts:
  base: {{mode: router, listen: [\"tls/base:7447\"]}}
  robot: {{connect: [\"tls/base:7447\"], listen: [\"tls/10.0.0.7:7447\"]}}
actors:
  - {{name: math_service, type: lessons/MathService, host: base}}
"
        );
        fs::write(workshop.path("file.yaml"), content).unwrap();
        workshop
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `VERB FILE ..`: the exit code, and what was said.
    fn run(&self, verb: &str, arguments: &[&str]) -> (Option<i32>, String) {
        let file = self.path("file.yaml");
        let output = finish(&mut rosactor(&[&[verb, file.to_str().unwrap()], arguments].concat()));
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    }

    fn make(&self, arguments: &[&str]) -> String {
        let (code, said) = self.run("keys", arguments);
        assert_eq!(code, Some(0), "{said}");
        said
    }

    fn read(&self, name: &str) -> Certificate {
        Certificate::read(&self.path(name)).unwrap()
    }

    /// What a host says that is to run with these keys.
    fn refusal(&self) -> String {
        let (code, said) = self.run("run", &["--host", "base", "--bind", "base=127.0.0.1"]);
        assert_eq!(code, Some(1), "{said}");
        said
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn each_host_has_a_certificate_for_its_names_and_addresses_and_a_key_of_its_own() {
    let workshop = Workshop::new("security: {tls: {keys: keys}, access: generate}");
    let said = workshop.make(&["--bind", "base=10.0.0.2", "--days", "100"]);
    assert!(said.contains("ca.key; keep the key where keys are made"), "{said}");
    let base = workshop.read("keys/base.pem");
    assert_eq!(base.name, "base");
    assert_eq!(base.reached_at, ["base", "10.0.0.2", "localhost", "127.0.0.1", "::1"]);
    assert_eq!(workshop.read("keys/robot.pem").reached_at[..2], ["robot", "10.0.0.7"]);
    let days =
        |certificate: &Certificate| certificate.end.duration_since(SystemTime::now()).unwrap().as_secs_f64() / 86_400.0;
    assert!((99.0..=100.0).contains(&days(&base)), "{base:?}");
    for (file, expected) in [("ca.key", 0o600), ("base.key", 0o600), ("ca.pem", 0o644), ("base.pem", 0o644)] {
        assert_eq!(mode(&workshop.path("keys").join(file)), expected, "{file}");
    }

    // Again: nothing changes, but for what is asked for.
    let kept = workshop.make(&[]);
    assert!(kept.contains("kept") && !kept.contains("wrote") && workshop.read("keys/base.pem") == base, "{kept}");
    let authority = workshop.read("keys/ca.pem");
    workshop.make(&["--renew"]);
    let renewed = workshop.read("keys/base.pem");
    assert!(renewed.public_key != base.public_key && workshop.read("keys/ca.pem") == authority);
    assert!(renewed.end > base.end + Duration::from_secs(86_400 * 600));
}

#[test]
fn passwords_are_added_for_hosts_that_have_none() {
    let workshop = Workshop::new("security: {passwords: passwords.txt}");
    fs::write(workshop.path("passwords.txt"), "robot:my own").unwrap();
    workshop.make(&[]);
    let made = fs::read_to_string(workshop.path("passwords.txt")).unwrap();
    let (robot, base) = made.split_once('\n').unwrap();
    assert_eq!((robot, mode(&workshop.path("passwords.txt"))), ("robot:my own", 0o600));
    let password = base.strip_prefix("base:").unwrap().trim_end();
    assert!(password.len() == 32 && password.chars().all(|c| c.is_ascii_alphanumeric()), "{base}");
    workshop.make(&[]);
    assert_eq!(fs::read_to_string(workshop.path("passwords.txt")).unwrap(), made);
}

#[test]
fn keys_that_will_not_do_are_refused_before_anything_starts() {
    let none = Workshop::new("threads: one");
    let (code, said) = none.run("keys", &[]);
    assert!(code == Some(2) && said.contains("there is no section `security`"), "{said}");

    let workshop = Workshop::new("security: {tls: {keys: keys}}");
    assert!(workshop.refusal().contains("keys/ca.pem: this file cannot be read"), "{}", workshop.refusal());
    workshop.make(&["--bind", "base=127.0.0.1"]);

    let other = Workshop::new("security: {tls: {keys: keys}}");
    other.make(&[]);
    let mine = fs::read(workshop.path("keys/base.pem")).unwrap();
    fs::copy(other.path("keys/base.pem"), workshop.path("keys/base.pem")).unwrap();
    assert!(workshop.refusal().contains("is not signed by the authority of"), "{}", workshop.refusal());
    fs::copy(workshop.path("keys/robot.pem"), workshop.path("keys/base.pem")).unwrap();
    assert!(workshop.refusal().contains("base.pem is the certificate of `robot`, but this is the host `base`"));
    fs::write(workshop.path("keys/base.pem"), "no certificate").unwrap();
    assert!(workshop.refusal().contains("base.pem: this is not a certificate as PEM"), "{}", workshop.refusal());
    fs::write(workshop.path("keys/base.pem"), mine).unwrap();
    fs::write(workshop.path("keys/base.key"), "no key").unwrap();
    assert!(workshop.refusal().contains("base.key: this is not a private key as PEM"), "{}", workshop.refusal());

    fs::copy(other.path("keys/ca.key"), workshop.path("keys/ca.key")).unwrap();
    let (code, said) = workshop.run("keys", &["--renew"]);
    assert!(code == Some(1) && said.contains("ca.key is not the key of"), "{said}");
    fs::remove_file(workshop.path("keys/ca.key")).unwrap();
    let (code, said) = workshop.run("keys", &["--renew"]);
    assert!(code == Some(1) && said.contains("ca.key is missing: it signs certificates"), "{said}");

    let login = Workshop::new("security: {passwords: passwords.txt}");
    for (passwords, expected) in
        [("base\n", "passwords.txt:1: expected `name:password`"), ("robot:x\n", "has no line for `base`")]
    {
        fs::write(login.path("passwords.txt"), passwords).unwrap();
        assert!(login.refusal().contains(expected), "{}", login.refusal());
    }
}
