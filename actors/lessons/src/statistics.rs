//! Statistics of a list of numbers.

/// What is known about a list of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Statistics {
    pub(crate) count: u64,
    pub(crate) mean: f64,
    /// Of the numbers themselves (divided by their count), not an estimate for a larger population.
    pub(crate) standard_deviation: f64,
    pub(crate) minimum: f64,
    pub(crate) maximum: f64,
    /// The middle one, or the mean of the two in the middle.
    pub(crate) median: f64,
}

/// Why numbers have no statistics.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum StatisticsError {
    /// There are no numbers.
    #[error("the data is empty, at least one number is needed")]
    Empty,
    /// A number is NaN or infinite; `index` counts from 0.
    #[error("data[{index}] is {value}, only finite numbers can be processed")]
    NotFinite { index: usize, value: f64 },
    /// The numbers are so large that their differences cannot be represented.
    #[error("the numbers are too large: their statistics exceed the range of a 64-bit number")]
    TooLarge,
}

impl Statistics {
    /// # Errors
    /// When there are no numbers, one is not finite, or they are too large to be added.
    pub(crate) fn of(data: &[f64]) -> Result<Self, StatisticsError> {
        if let Some((index, &value)) = data.iter().enumerate().find(|(_, value)| !value.is_finite()) {
            return Err(StatisticsError::NotFinite { index, value });
        }
        let mut sorted = data.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let (Some(&minimum), Some(&maximum)) = (sorted.first(), sorted.last()) else {
            return Err(StatisticsError::Empty);
        };
        let (mean, standard_deviation) = mean_and_deviation(data);
        if !(mean.is_finite() && standard_deviation.is_finite()) {
            return Err(StatisticsError::TooLarge);
        }
        let count = data.len() as u64;
        Ok(Self { count, mean, standard_deviation, minimum, maximum, median: median(&sorted) })
    }
}

/// Welford's method: one pass, and exact enough when the numbers are large and close to each other.
fn mean_and_deviation(data: &[f64]) -> (f64, f64) {
    let (mut mean, mut squares) = (0.0, 0.0);
    for (index, value) in data.iter().enumerate() {
        let from_old_mean = value - mean;
        mean += from_old_mean / (index + 1) as f64;
        squares += from_old_mean * (value - mean);
    }
    (mean, (squares / data.len() as f64).sqrt())
}

fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn known_numbers_have_their_known_statistics() {
        let statistics = Statistics::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        let expected = Statistics {
            count: 8,
            mean: 5.0,
            standard_deviation: 2.0,
            minimum: 2.0,
            maximum: 9.0,
            median: 4.5,
        };
        assert_eq!(statistics, expected);
    }

    #[test]
    fn order_does_not_matter_and_one_number_is_enough() {
        assert_eq!(Statistics::of(&[3.0, 1.0, 2.0]).unwrap().median, 2.0);
        let one = Statistics::of(&[-3.5]).unwrap();
        assert_eq!((one.mean, one.median, one.standard_deviation, one.count), (-3.5, -3.5, 0.0, 1));
    }

    #[test]
    fn large_numbers_that_are_close_keep_their_deviation() {
        let statistics = Statistics::of(&[1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0]).unwrap();
        assert_eq!(statistics.mean, 1e9 + 10.0);
        assert!((statistics.standard_deviation - 22.5_f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn data_without_statistics_is_refused_with_the_reason() {
        assert_eq!(Statistics::of(&[]), Err(StatisticsError::Empty));
        let error = Statistics::of(&[1.0, f64::INFINITY, 2.0]).unwrap_err();
        assert_eq!(error.to_string(), "data[1] is inf, only finite numbers can be processed");
        assert!(Statistics::of(&[f64::NAN]).unwrap_err().to_string().contains("data[0] is NaN"));
        assert_eq!(Statistics::of(&[f64::MAX, f64::MIN]), Err(StatisticsError::TooLarge));
    }
}
