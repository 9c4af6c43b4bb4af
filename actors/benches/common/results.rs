//! The figures of a run, which `--save FILE` keeps for `compare`.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs, thread};

use serde_json::{Value, json};

use super::probe;

/// What one benchmark measured.
pub(crate) struct Results {
    bench: &'static str,
    file: Option<PathBuf>,
    /// When it began: the benchmark itself makes load.
    load: f64,
    rows: Vec<Value>,
}

impl Results {
    pub(crate) fn of(bench: &'static str) -> Self {
        let mut arguments = env::args().skip_while(|argument| argument != "--save");
        let file = arguments.next().map(|_| arguments.next().expect("--save wants a file").into());
        Self { bench, file, load: probe::load(), rows: Vec::new() }
    }

    /// One row. Figures whose name begins with `×` are ratios to something that was measured in the same run, where more is worse:
    /// these are compared from run to run.
    pub(crate) fn note(&mut self, row: &str, system: &str, figures: &[(&str, f64)]) {
        let figures: serde_json::Map<String, Value> =
            figures.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        self.rows.push(json!({"row": row, "system": system, "figures": figures}));
    }

    /// Writes the file, if one is wanted; what other benchmarks wrote into it stays.
    pub(crate) fn save(self) {
        let Some(file) = &self.file else { return };
        let mut all = match fs::read_to_string(file) {
            Ok(text) => serde_json::from_str(&text).expect("the file has results, if there is one"),
            Err(_) => json!({}),
        };
        all["runs"][self.bench] = json!({
            "date": told_by("date", &["-u", "+%Y-%m-%dT%H:%M:%SZ"]),
            "commit": told_by("git", &["describe", "--always", "--abbrev=40", "--match=", "--dirty"]),
            "processor": processor(),
            "cores": thread::available_parallelism().map_or(0, usize::from),
            "load": {"before": self.load, "after": probe::load()},
            "rows": self.rows,
        });
        let text = serde_json::to_string_pretty(&all).expect("results are JSON");
        fs::write(file, text + "\n").unwrap_or_else(|error| panic!("{} cannot be written: {error}", file.display()));
        println!("saved in {}", file.display());
    }
}

/// What a program says, or nothing if it is not there.
fn told_by(program: &str, arguments: &[&str]) -> Value {
    let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success());
    output.map_or(Value::Null, |output| json!(String::from_utf8_lossy(&output.stdout).trim()))
}

fn processor() -> Value {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("model name"));
    line.and_then(|line| line.split(':').nth(1)).map_or(Value::Null, |model| json!(model.trim()))
}
