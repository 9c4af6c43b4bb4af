//! Lesson: use a service of an own type, and check what it says.

use rosactor::{
    messages::lesson_interfaces::{ComputeStatistics, ComputeStatisticsRequest, ComputeStatisticsResponse},
    prelude::*,
};

use crate::{parameters::seconds, waiting::wait_for};

/// How far a computed number may be from the known one.
const TOLERANCE: f64 = 1e-9;

/// Sends lists of numbers whose statistics are known, among them some that have none, and is finished when all answers
/// are checked. Outcomes: `requests`, and `failed`: how many were not answered, or wrongly.
///
/// | parameter | default | meaning |
/// | --- | --- | --- |
/// | `remind_s` | 1.0 | how often a missing service is mentioned |
pub struct DataProcessingClient {
    statistics: Client<ComputeStatistics>,
    remind: Duration,
    outcome: Outcome,
    control: Control,
}

/// Numbers and what has to be said of them.
struct Case {
    data: Vec<f64>,
    /// `None` if the numbers have to be refused.
    expected: Option<Expected>,
}

#[derive(Clone, Copy)]
struct Expected {
    mean: f64,
    standard_deviation: f64,
    minimum: f64,
    maximum: f64,
    median: f64,
}

impl Actor for DataProcessingClient {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let remind_s = node.fixed_param(param("remind_s").range(0.01..=3600.0), 1.0);
        node.on_start(Self::ask_all);
        Ok(Self {
            statistics: node.client("compute_statistics"),
            remind: seconds(remind_s),
            outcome: node.outcome(),
            control: node.control(),
        })
    }
}

impl DataProcessingClient {
    fn ask_all(&mut self) -> Then<Self> {
        let (statistics, remind) = (self.statistics.clone(), self.remind);
        run(async move {
            wait_for("Service", statistics.wait_available(), remind).await;
            let mut failed = 0;
            for case in cases() {
                let answer = statistics.call(ComputeStatisticsRequest { data: case.data.clone() }).await;
                failed += u64::from(!case.accepts(answer.map_err(Into::into)));
            }
            failed
        })
        .then(Self::on_all_answered)
    }

    fn on_all_answered(&mut self, failed: u64) {
        let requests = cases().len();
        info!("{requests} requests, {failed} failed");
        self.outcome.set("requests", requests);
        self.outcome.set("failed", failed);
        self.control.finish();
    }
}

impl Case {
    /// Whether the answer is right; logs it either way.
    fn accepts(&self, answer: Result<ComputeStatisticsResponse>) -> bool {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                error!("Service call failed: {error}");
                return false;
            }
        };
        let right = match &self.expected {
            Some(expected) => answer.success && expected.matches(&answer, self.data.len()),
            None => !answer.success && !answer.message.is_empty(),
        };
        if !right {
            error!("Wrong answer for {:?}: {answer:?}", self.data);
        } else if answer.success {
            info!("mean {} of {} numbers, median {}", answer.mean, answer.count, answer.median);
        } else {
            info!("refused, as it should be: {}", answer.message);
        }
        right
    }
}

impl Expected {
    fn matches(self, answer: &ComputeStatisticsResponse, count: usize) -> bool {
        let pairs = [
            (self.mean, answer.mean),
            (self.standard_deviation, answer.standard_deviation),
            (self.minimum, answer.minimum),
            (self.maximum, answer.maximum),
            (self.median, answer.median),
        ];
        answer.count == count as u64 && pairs.iter().all(|(expected, found)| (expected - found).abs() <= TOLERANCE)
    }
}

fn cases() -> Vec<Case> {
    let known = |data: &[f64], [mean, standard_deviation, minimum, maximum, median]: [f64; 5]| Case {
        data: data.to_vec(),
        expected: Some(Expected { mean, standard_deviation, minimum, maximum, median }),
    };
    let refused = |data: &[f64]| Case { data: data.to_vec(), expected: None };
    vec![
        known(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], [5.0, 2.0, 2.0, 9.0, 4.5]),
        known(&[3.5], [3.5, 0.0, 3.5, 3.5, 3.5]),
        known(&[1.0, -1.0, 0.0], [0.0, (2.0_f64 / 3.0).sqrt(), -1.0, 1.0, 0.0]),
        refused(&[]),
        refused(&[1.0, f64::NAN, 3.0]),
        refused(&[f64::INFINITY]),
        known(&[1e9, 1e9 + 2.0], [1e9 + 1.0, 1.0, 1e9, 1e9 + 2.0, 1e9 + 1.0]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(mean: f64) -> ComputeStatisticsResponse {
        ComputeStatisticsResponse {
            success: true,
            count: 1,
            mean,
            minimum: 3.5,
            maximum: 3.5,
            median: 3.5,
            ..Default::default()
        }
    }

    #[test]
    fn wrong_answers_and_errors_are_told_from_right_ones() {
        let case = &cases()[1];
        assert!(case.accepts(Ok(answer(3.5))));
        assert!(!case.accepts(Ok(answer(3.6))));
        assert!(!case.accepts(Ok(answer(f64::NAN))));
        assert!(!case.accepts(Err("no server".into())));
        let refusal = ComputeStatisticsResponse { message: "the data is empty".into(), ..Default::default() };
        assert!(!case.accepts(Ok(refusal.clone())));
        assert!(cases()[3].accepts(Ok(refusal)));
        assert!(!cases()[3].accepts(Ok(ComputeStatisticsResponse::default())), "a refusal needs a reason");
    }
}
