//! The medians of all rounds, side by side.

use std::collections::BTreeMap;

/// What one round said of one system.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) p50_us: f64,
    pub(crate) p99_us: f64,
    pub(crate) per_s: f64,
    pub(crate) lost: u64,
}

/// Rows in the order in which they were first measured.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<String>,
    cells: BTreeMap<(usize, &'static str), Vec<Measured>>,
}

/// What all others are compared with.
const FLOOR: &str = "rclpy - rclpy";

impl Table {
    pub(crate) fn add(&mut self, row: String, system: &'static str, measured: Measured) {
        let number = self.rows.iter().position(|known| *known == row).unwrap_or_else(|| {
            self.rows.push(row);
            self.rows.len() - 1
        });
        self.cells.entry((number, system)).or_default().push(measured);
    }

    pub(crate) fn print(&self) {
        println!("| what | who | p50 us | p99 us | per second | lost | p50 beside {FLOOR} (of each round) |");
        println!("| --- | --- | ---: | ---: | ---: | ---: | --- |");
        for ((row, system), rounds) in &self.cells {
            let floor = self.cells.get(&(*row, FLOOR)).map_or(&[][..], Vec::as_slice);
            let ratios: Vec<f64> = rounds.iter().zip(floor).map(|(ours, floor)| ours.p50_us / floor.p50_us).collect();
            let each: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
            let of = |of: fn(&Measured) -> f64| median(rounds.iter().map(of).collect());
            println!(
                "| {} | {system} | {:.0} | {:.0} | {:.0} | {} | {:.2} ({}) |",
                self.rows[*row],
                of(|one| one.p50_us),
                of(|one| one.p99_us),
                of(|one| one.per_s),
                rounds.iter().map(|one| one.lost).sum::<u64>(),
                median(ratios),
                each.join(", ")
            );
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
