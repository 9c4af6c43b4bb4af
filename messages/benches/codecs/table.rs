//! Reads what divan prints, and prints one table for each direction.

use std::collections::HashMap;

use crate::measure::{COLUMNS, DIRECTIONS, Row};

/// Nanoseconds by direction, message and codec, one number for each round.
#[derive(Default)]
pub(crate) struct Times(HashMap<[String; 3], Vec<f64>>);

impl Times {
    /// Adds the medians of one run of divan.
    ///
    /// Its output is a tree, three columns to a level; each leaf shows its fastest, slowest, median and mean time.
    pub(crate) fn add(&mut self, output: &str) {
        let mut path: Vec<String> = Vec::new();
        for line in output.lines() {
            let Some(place) = ["├─ ", "╰─ "].iter().find_map(|branch| line.find(branch)) else { continue };
            let level = line[..place].chars().count() / 3;
            let mut cells = line[place..].split('│');
            let mut first = cells.next().unwrap_or_default().split_whitespace().skip(1);
            path.truncate(level);
            path.extend(first.next().map(str::to_owned));
            let median = cells.nth(1).and_then(nanoseconds);
            // The functions are in a module of ours, which is a level of the tree as well.
            if let (Some(median), [.., direction, message, codec]) = (median, path.as_slice()) {
                self.0.entry([direction, message, codec].map(Clone::clone)).or_default().push(median);
            }
        }
    }

    /// The median over the rounds.
    fn median(&self, direction: &str, message: &str, codec: &str) -> Option<f64> {
        let mut times = self.0.get(&[direction, message, codec].map(str::to_owned))?.clone();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied()
    }

    /// Prints one table for each direction. Messages that were not measured are left out.
    pub(crate) fn print(&self, rows: &[Row]) {
        let [(copy, _), codecs @ ..] = COLUMNS;
        for (direction, title) in DIRECTIONS {
            let names = codecs.map(|(_, name)| name).join(" | ");
            println!("\n### {title}\n\n| message | bytes | copy | {names} |");
            println!("| --- | ---: | ---: |{}", " ---: |".repeat(codecs.len()));
            for Row { key, label, bytes } in rows {
                let Some(floor) = self.median(direction, key, copy) else { continue };
                let cell = |(codec, _)| match self.median(direction, key, codec) {
                    Some(time) => format!("{} ({}×)", short(time), digits(time / floor)),
                    None => "–".to_owned(),
                };
                println!("| {label} | {bytes} | {} | {} |", short(floor), codecs.map(cell).join(" | "));
            }
        }
    }
}

/// A time as divan prints it.
fn nanoseconds(cell: &str) -> Option<f64> {
    let (number, unit) = cell.trim().split_once(' ')?;
    let scale = match unit {
        "ps" => 1e-3,
        "ns" => 1.0,
        "µs" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * scale)
}

/// A time as the tables show it.
fn short(nanoseconds: f64) -> String {
    let (number, unit) = if nanoseconds < 1e3 {
        (nanoseconds, "ns")
    } else if nanoseconds < 1e6 {
        (nanoseconds / 1e3, "µs")
    } else {
        (nanoseconds / 1e6, "ms")
    };
    format!("{} {unit}", digits(number))
}

/// Three digits, or all before the point.
fn digits(number: f64) -> String {
    let places = match number {
        ..0.0995 => 3,
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    format!("{number:.places$}")
}
