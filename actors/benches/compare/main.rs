//! Compares two files of results that benchmarks wrote with `--save`: see BENCHMARKS.md.
//!
//! It ends with 1 if something got worse by more than the factor, or is not there any more, and with 2 if it cannot compare.
#![allow(clippy::print_stdout, missing_docs, reason = "a program that compares prints")]

mod judge;

use std::process::ExitCode;
use std::{env, fs};

use serde_json::Value;

/// What differs less from run to run is noise.
const FACTOR: f64 = 1.25;

const USAGE: &str = "usage: cargo bench --workspace --bench compare -- OLD.json NEW.json [--factor 1.25]";

fn main() -> ExitCode {
    // Cargo adds its own.
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if arguments.is_empty() {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match compare(&arguments) {
        Ok(comparison) => {
            comparison.lines.iter().for_each(|line| println!("{line}"));
            comparison.failures.iter().for_each(|failure| println!("failed: {failure}"));
            ExitCode::from(u8::from(!comparison.failures.is_empty()))
        }
        Err(problem) => {
            println!("{problem}");
            ExitCode::from(2)
        }
    }
}

fn compare(arguments: &[String]) -> Result<judge::Comparison, String> {
    let (old, new, factor) = match arguments {
        [old, new] => (old, new, FACTOR),
        [old, new, flag, factor] if flag == "--factor" => {
            let number = factor.parse().ok().filter(|factor| *factor >= 1.0);
            (old, new, number.ok_or(format!("--factor wants a number from 1 on, not '{factor}'"))?)
        }
        _ => return Err(USAGE.to_owned()),
    };
    judge::compare(&read(old)?, &read(new)?, factor)
}

fn read(file: &str) -> Result<Value, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{file} cannot be read: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{file} has no results of benchmarks: {error}"))
}
