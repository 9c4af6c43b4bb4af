//! `rosactor check`, as a user runs it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rosactor_tests::command::{finish, repository, rosactor, text};
use rosactor_tests::process::binary;

/// The YAML files of a folder of the repository, as a user names them there.
fn yaml_files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(repository().join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name());
    let mut files: Vec<_> = names.map(|name| Path::new(folder).join(name)).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    files
}

/// The exit code and what was said on standard error.
fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = finish(&mut rosactor(arguments));
    (output.status.code(), text(&output.stderr))
}

/// What the first lines of a wrong file announce, as `check` begins its lines: `path:LINE:COLUMN: error: `, and a part of
/// the sentence after it. The place `0:0` is the file as a whole.
fn expectations(file: &Path) -> Vec<(String, String)> {
    let content = text(&fs::read(repository().join(file)).unwrap());
    let announced = content.lines().map_while(|line| line.strip_prefix("# expect: "));
    let split = announced.map(|expected| expected.split_once(' ').expect("a place and a part of the message"));
    let begin = |place| match place {
        "0:0" => format!("{}: error: ", file.display()),
        place => format!("{}:{place}: error: ", file.display()),
    };
    split.map(|(place, part)| (begin(place), part.to_owned())).collect()
}

#[test]
fn every_wrong_file_is_refused_with_all_its_mistakes_and_their_places() {
    let files = yaml_files("tests/bad_configs");
    assert!(files.len() >= 25, "only {} wrong files", files.len());
    let mut wrong = Vec::new();
    for file in &files {
        let expected = expectations(file);
        assert!(!expected.is_empty(), "{} says nothing about what is expected", file.display());
        for verb in ["check", "run"] {
            let (code, said) = run(&[verb, file.to_str().unwrap()]);
            let mistakes: Vec<_> = said.lines().filter(|line| line.contains(": error: ")).collect();
            let as_expected = mistakes.len() == expected.len()
                && mistakes
                    .iter()
                    .zip(&expected)
                    .all(|(line, (begin, part))| line.starts_with(begin) && line.contains(part));
            if code != Some(2) || !as_expected {
                wrong.push(format!("{verb} ended with {code:?}; expected {expected:#?}, found\n{said}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} times:\n{}", wrong.len(), 2 * files.len(), wrong.join("\n\n"));
}

#[test]
fn every_shipped_file_is_right() {
    let files = yaml_files("configs");
    assert!(files.len() >= 4, "only {files:?}");
    for file in files {
        // An example's own actor types are known to the example's own program, which has the same verbs.
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let example = repository().join("examples").join(&name);
        let program = match (example.with_extension("rs").is_file(), example.is_dir()) {
            (true, _) => format!("examples/{name}"),
            (_, true) => name,
            _ => "rosactor".to_owned(),
        };
        let mut command = Command::new(binary(&program));
        let output = finish(command.arg("check").arg(&file).current_dir(repository()));
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{}", file.display());
    }
}

#[test]
fn the_bridge_is_needed_to_run_but_not_to_check() {
    let program = binary("rosactor");
    let folder = tempfile::tempdir_in(program.parent().unwrap()).unwrap();
    // It also looks beside the folder that it lies in, as the programs of tests lie one folder below the others.
    let alone = folder.path().join("alone/bin");
    fs::create_dir_all(&alone).unwrap();
    let program_alone = alone.join("rosactor");
    // A link, as a copy that is just being written may not be run: other tests start programs, which inherit open files.
    fs::hard_link(program, &program_alone).unwrap();
    let run = |verb| {
        let mut command = Command::new(&program_alone);
        command.args([verb, "configs/bridge_lesson.yaml"]).current_dir(repository());
        let output = finish(command.env_remove("ROSACTOR_BRIDGE").env("PATH", &alone));
        (output.status.code(), text(&output.stderr))
    };
    assert_eq!(run("check"), (Some(0), String::new()));
    let (code, said) = run("run");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("cargo build --release --workspace"), "it says how to build it: {said}");
}

#[test]
fn a_check_says_who_shares_a_thread_and_what_passes_between_threads() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("placed.yaml");
    let said = |thread: &str| {
        let actors = format!(
            "- {{name: server, type: lessons/MathService}}\n- {{name: client, type: lessons/MathClient, thread: {thread}}}\n"
        );
        fs::write(&file, format!("deployment: placed\nactors:\n{actors}")).unwrap();
        let output = finish(&mut rosactor(&["check", file.to_str().unwrap()]));
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let (together, apart) = (said("shared"), said("own"));
    assert!(!together.contains("thread"), "{together}");
    assert!(apart.contains("thread shared: /server\n") && apart.contains("thread own /client: /client\n"), "{apart}");
    assert!(apart.contains("from thread to thread: service /"), "{apart}");
}

#[test]
fn a_check_says_where_those_go_that_exchange_no_messages() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("spread.yaml");
    let said = |threads: &str| {
        let actors = "- {name: server, type: lessons/MathService}\n- {name: fibonacci, type: lessons/FibonacciServer}\n\
                      - {name: client, type: lessons/MathClient}\n";
        fs::write(&file, format!("deployment: spread\nthreads: {threads}\nactors:\n{actors}")).unwrap();
        let output = finish(&mut rosactor(&["check", file.to_str().unwrap()]));
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let together = said("one");
    assert!(together.contains("`threads: spread` parts them): /server and /client; /fibonacci\n"), "{together}");
    // With a single core there is nowhere to go.
    if std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1) {
        let apart = said("spread");
        for line in ["thread shared: /server, /client\n", "thread shared 2: /fibonacci\n"] {
            assert!(apart.contains(line), "{apart}");
        }
        assert!(!apart.contains("parts them") && !apart.contains("from thread to thread"), "{apart}");
    }
}

#[test]
fn a_check_opens_no_port() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("taken.yaml");
    let listen = taken.local_addr().unwrap();
    let content = format!(
        "deployment: taken\ntransport: {{listen: [tcp/{listen}]}}\nactors:\n  - {{name: math_service, type: lessons/MathService}}\n"
    );
    fs::write(&file, content).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(run(&["check", file]), (Some(0), String::new()));
    // It is the taken port that this is about: a run cannot do with it.
    let (code, said) = run(&["run", file, "--for", "1s"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(&listen.to_string()), "the sentence names the endpoint: {said}");
}

#[test]
fn the_lesson_is_checked_in_a_fifth_of_a_second() {
    let time = || {
        let begin = Instant::now();
        assert_eq!(run(&["check", "configs/lesson_4_1.yaml"]).0, Some(0));
        begin.elapsed()
    };
    // The shortest of some: what other programs take of the machine is not its own time.
    let shortest = (0..10).map(|_| time()).min().unwrap();
    assert!(shortest < Duration::from_millis(200), "it took {shortest:?}");
}

#[test]
fn bad_usage_is_refused() {
    let lesson = "configs/lesson_4_1.yaml";
    let usages: [(&[&str], &str); 12] = [
        (&[], "Usage"),
        (&["fly"], "fly"),
        (&["check"], "<FILE>"),
        (&["check", "no/such/file.yaml"], "no/such/file.yaml: error: the file cannot be read"),
        (&["check", "configs"], "configs: error: the file cannot be read"),
        (&["check", lesson, "--quick"], "--quick"),
        (&["run"], "<FILE>"),
        (&["run", "no/such/file.yaml"], "no/such/file.yaml: error: the file cannot be read"),
        (&["run", lesson, "--for", "20"], "20"),
        (&["run", lesson, "--report", "no/such/folder/report.json"], "no/such/folder/report.json cannot be written"),
        (&["run", lesson, "--plot", "robot.png"], "robot.png is no SVG file"),
        (&["run", lesson, "--log", "lots,of=nonsense"], "log level"),
    ];
    for (arguments, part) in usages {
        let (code, said) = run(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.contains(part), "expected {part:?} for {arguments:?}: {said}");
        assert!(!said.contains("runs: "), "something was started by {arguments:?}: {said}");
    }
}
