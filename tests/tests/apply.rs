//! `rosactor apply` and SIGHUP: processes that run a file take over what was edited in it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use rosactor_tests::command::{finish, rosactor, text};
use rosactor_tests::process::{Process, binary};
use serde_json::Value;
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// A file, and a folder for the sockets of those who run it.
struct Place {
    folder: TempDir,
    file: PathBuf,
}

impl Place {
    fn new(content: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("edited.yaml");
        fs::write(&file, content).unwrap();
        Self { folder, file }
    }

    fn here(&self, mut command: Command) -> Command {
        command.env("XDG_RUNTIME_DIR", self.folder.path()).env("TMPDIR", self.folder.path()).env_remove("RUST_LOG");
        command
    }

    fn file(&self) -> &str {
        self.file.to_str().unwrap()
    }

    fn run(&self, name: &str, options: &[&str]) -> Process {
        let mut command = Command::new(binary("examples/citizen"));
        command.args(["run", self.file()]).args(options);
        let run = Process::start(name, &mut self.here(command));
        run.wait_for_log(PATIENCE, |line| line.contains(" runs: "));
        run
    }

    fn apply(&self, options: &[&str]) -> Output {
        finish(&mut self.here(rosactor(&[&["apply", self.file()], options].concat())))
    }

    /// Replaces a text of the file, which must be there.
    fn edit(&self, old: &str, new: &str) {
        let content = fs::read_to_string(&self.file).unwrap();
        assert!(content.contains(old), "{old}");
        fs::write(&self.file, content.replacen(old, new, 1)).unwrap();
    }

    fn socket(&self, run: &Process) -> PathBuf {
        self.folder.path().join("rosactor").join(format!("{}.sock", run.id()))
    }
}

fn applied(output: &Output, expected: &[String]) {
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    let mut lines: Vec<_> = text(&output.stdout).lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, expected);
}

/// The numbers that an actor has heard.
fn heard(run: &Process, actor: &str) -> Vec<u64> {
    let begin = format!("[{actor}]: heard ");
    run.log().iter().filter_map(|line| line.split_once(&begin)?.1.parse().ok()).collect()
}

fn wait_for_more(run: &Process, actor: &str) {
    let before = heard(run, actor).len();
    run.wait_until(PATIENCE, &format!("let {actor} hear more"), || heard(run, actor).len() > before + 5);
}

/// A base that commands, and a robot whose driver hears it and speaks to a listener.
fn two_hosts() -> Place {
    // Free a moment ago; nobody else on the machine is likely to be given it before the base listens.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    Place::new(&format!(
        "deployment: edited
hosts:
  base: {{mode: router, listen: [tcp/127.0.0.1:{port}]}}
  robot: {{connect: [tcp/127.0.0.1:{port}]}}
actors:
  - name: commander
    type: tests/Sequences
    host: base
    remap: {{seq_to_ros: commands, seq_from_ros: nothing}}
  - name: driver
    type: tests/Sequences
    host: robot
    remap: {{seq_from_ros: commands, seq_to_ros: echoes}}
    params: {{first: 0}}
  - name: listener
    type: tests/Sequences
    host: robot
    remap: {{seq_from_ros: echoes, seq_to_ros: nothing}}
"
    ))
}

#[test]
fn an_edited_parameter_restarts_that_actor_only_on_its_host_and_a_comment_nobody() {
    let place = two_hosts();
    let base = place.run("base", &["--host", "base"]);
    let robot = place.run("robot", &["--host", "robot", "-p", "listener:first:=5"]);
    wait_for_more(&robot, "driver");
    wait_for_more(&robot, "listener");
    let who = |run: &Process, host: &str, what: &str| format!("{host} (pid {}): {what}", run.id());

    place.edit("first: 0", "first: 100000");
    let expected = [who(&base, "base", "nothing changed"), who(&robot, "robot", "restarted driver; 1 unchanged")];
    applied(&place.apply(&[]), &expected);
    let begins_anew = |numbers: &[u64]| numbers.contains(&100_000);
    robot.wait_until(PATIENCE, "let the driver begin with its new number", || begins_anew(&heard(&robot, "listener")));
    wait_for_more(&robot, "listener");
    let numbers = heard(&robot, "listener");
    let turn = numbers.iter().position(|number| *number == 100_000).unwrap();
    assert!(numbers[1..turn].is_sorted() && numbers[turn] == 100_000 && numbers[turn - 1] < 100_000, "{numbers:?}");
    wait_for_more(&robot, "driver");
    let numbers = heard(&robot, "driver");
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "the driver missed a command: {numbers:?}");

    place.edit("actors:\n", "# What follows is said of everybody.\nactors:\n\n");
    let nothing = [who(&base, "base", "nothing changed"), who(&robot, "robot", "nothing changed")];
    applied(&place.apply(&[]), &nothing);

    place.edit("first: 100000", "first: 200000");
    applied(&place.apply(&["--host", "base"]), &nothing[..1]);
    let output = place.apply(&["--host", "robot", "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((told[0]["host"].as_str(), told[0]["pid"].as_u64()), (Some("robot"), Some(robot.id().into())));
    assert_eq!(told[0]["applied"]["restarted"][0], "driver");
    assert_eq!((told.as_array().unwrap().len(), told[0]["applied"]["unchanged"][0].as_str()), (1, Some("listener")));

    // What one of them refuses nobody takes over.
    place.edit("first: 200000", "frist: 1");
    place.edit(
        "remap: {seq_to_ros: commands, seq_from_ros: nothing}",
        "params: {first: 7}\n    remap: {seq_to_ros: commands}",
    );
    let output = place.apply(&[]);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(2), ""));
    assert!(text(&output.stderr).contains("no parameter `frist`"), "{}", text(&output.stderr));
    place.edit("frist: 1", "first: 200000");
    let expected = [who(&base, "base", "restarted commander; 0 unchanged"), who(&robot, "robot", "nothing changed")];
    applied(&place.apply(&[]), &expected);

    for (name, mut run) in [("robot", robot), ("base", base)] {
        let socket = place.socket(&run);
        assert!(socket.exists());
        run.signal("INT");
        assert!(run.wait(PATIENCE).success(), "{}", run.account(&format!("the {name} failed")));
        assert!(!socket.exists(), "a run that ends takes its socket with it");
    }
}

/// A speaker and a listener of one process.
fn two_actors() -> Place {
    Place::new(
        "deployment: edited
actors:
  - {name: speaker, type: tests/Sequences, remap: {seq_to_ros: words, seq_from_ros: nothing}, params: {first: 0}}
  - {name: listener, type: tests/Sequences, remap: {seq_from_ros: words, seq_to_ros: nothing}}
",
    )
}

#[test]
fn a_hang_up_reads_the_file_again_and_never_ends_the_run() {
    let place = two_actors();
    let mut run = place.run("run", &[]);
    wait_for_more(&run, "listener");
    place.edit("first: 0", "first: 100000");
    run.signal("HUP");
    run.wait_for_log(PATIENCE, |line| line.contains("took over") && line.ends_with("restarted speaker; 1 unchanged"));
    run.wait_until(PATIENCE, "let the speaker begin anew", || heard(&run, "listener").contains(&100_000));
    place.edit("first: 100000", "frist: 1");
    run.signal("HUP");
    run.wait_for_log(PATIENCE, |line| line.contains("did not take over"));
    run.wait_for_log(PATIENCE, |line| line.contains("no parameter `frist`"));
    place.edit("frist: 1", "first: 100000");
    run.signal("HUP");
    run.wait_for_log(PATIENCE, |line| line.contains("took over") && line.ends_with("nothing changed"));
    wait_for_more(&run, "listener");
    run.signal("INT");
    assert!(run.wait(PATIENCE).success());
}

#[test]
fn a_mistake_is_shown_with_its_line_and_everything_goes_on() {
    let place = two_actors();
    let run = place.run("run", &[]);
    wait_for_more(&run, "listener");
    place.edit("first: 0", "frist: 3");
    place.edit("type: tests/Sequences, remap: {seq_from_ros", "type: tests/Sequence, remap: {seq_from_ros");
    let output = place.apply(&[]);
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(2), ""), "{said}");
    let line = |number: u32| format!("edited.yaml:{number}:");
    for part in ["nothing was changed", &line(3), "no parameter `frist`", &line(4), "did you mean `tests/Sequences`?"] {
        assert!(said.contains(part), "{part} is not in\n{said}");
    }
    wait_for_more(&run, "listener");
    fs::write(&place.file, "deployment: [").unwrap();
    assert_eq!(place.apply(&[]).status.code(), Some(2), "no file at all");
    fs::write(&place.file, "deployment: other\nactors: [{name: speaker, type: tests/Sequences}]\n").unwrap();
    let output = place.apply(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("`rosactor run`"), "{}", text(&output.stderr));
    wait_for_more(&run, "listener");
    let numbers = heard(&run, "listener");
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
}

#[test]
fn where_nobody_runs_the_file_it_says_how_to_start_it() {
    let (place, other) = (two_actors(), two_actors());
    let here = |options: &[&str]| {
        let output = place.apply(options);
        assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(1), ""));
        text(&output.stderr)
    };
    assert!(here(&[]).contains(&format!("start it with `rosactor run {}`", place.file())));
    assert!(here(&["--host", "base"]).contains(&format!("`rosactor run {} --host base`", place.file())));
    // Somebody runs another file, and this one is run as no host.
    let mut command = Command::new(binary("examples/citizen"));
    command.args(["run", other.file()]);
    let run = Process::start("other", &mut place.here(command));
    run.wait_for_log(PATIENCE, |line| line.contains(" runs: "));
    assert!(here(&[]).contains("nobody on this machine runs"));
    drop(run);
    let _run = place.run("run", &[]);
    assert!(here(&["--host", "base"]).contains("the part of `base`"));
    assert_eq!(place.apply(&[]).status.code(), Some(0));
    fs::remove_file(&place.file).unwrap();
    assert_eq!(place.apply(&[]).status.code(), Some(2), "there is no such file");
}

#[test]
fn neither_the_dead_nor_the_silent_nor_nonsense_keep_a_run_from_being_asked() {
    let place = two_actors();
    let mut dead = place.run("dead", &[]);
    let left = place.socket(&dead);
    dead.signal("KILL");
    dead.wait(PATIENCE);
    assert!(left.exists());
    assert_eq!(place.apply(&[]).status.code(), Some(1), "only a dead one");
    assert!(!left.exists(), "who finds it removes it");

    let mut dead = place.run("dead", &[]);
    let left = place.socket(&dead);
    dead.signal("KILL");
    dead.wait(PATIENCE);
    let run = place.run("run", &[]);
    assert!(!left.exists(), "so does a new run");
    let socket = place.socket(&run);
    let _silent = UnixStream::connect(&socket).unwrap();
    for (nonsense, expected) in [
        ("what\n".to_owned(), "no question"),
        ("{\"dance\":1}\n".into(), "dance"),
        ("x".repeat(5_000), "over 4096 bytes"),
    ] {
        let mut stream = UnixStream::connect(&socket).unwrap();
        stream.write_all(nonsense.as_bytes()).unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        assert!(answer.contains(expected), "{answer}");
    }
    applied(&place.apply(&[]), &[format!("localhost (pid {}): nothing changed", run.id())]);
}

#[test]
fn a_folder_that_others_can_enter_is_not_used_and_the_run_goes_on() {
    let place = two_actors();
    let folder = place.folder.path().join("rosactor");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    let run = place.run("run", &[]);
    run.wait_for_log(PATIENCE, |line| line.contains("[WARN]") && line.contains("can be entered by other users"));
    wait_for_more(&run, "listener");
    assert!(!place.socket(&run).exists());
    let output = place.apply(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("can be entered by other users"), "{}", text(&output.stderr));
}
