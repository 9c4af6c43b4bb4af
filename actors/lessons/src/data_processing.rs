//! Lesson: a service of an own type.

use rosactor::{
    messages::lesson_interfaces::{ComputeStatisticsRequest, ComputeStatisticsResponse},
    prelude::*,
};

use crate::statistics::Statistics;

/// Computes the statistics of a list of numbers, on the pool, so that a long list holds up nothing. Data without
/// statistics (empty, or with a number that is not finite) is answered with `success` false and the reason.
pub struct DataProcessing;

impl Actor for DataProcessing {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.serve("compute_statistics", Self::compute);
        Ok(Self)
    }
}

impl DataProcessing {
    fn compute(&mut self, request: ComputeStatisticsRequest) -> Work<ComputeStatisticsResponse> {
        info!("Request: statistics of {} numbers", request.data.len());
        offload(move || respond(&request.data))
    }
}

fn respond(data: &[f64]) -> ComputeStatisticsResponse {
    match Statistics::of(data) {
        Ok(found) => ComputeStatisticsResponse {
            success: true,
            message: format!("{} numbers processed", found.count),
            count: found.count,
            mean: found.mean,
            standard_deviation: found.standard_deviation,
            minimum: found.minimum,
            maximum: found.maximum,
            median: found.median,
        },
        Err(error) => {
            warn!("Request refused: {error}");
            ComputeStatisticsResponse { message: error.to_string(), ..Default::default() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_data_gets_a_reason_and_no_numbers() {
        for data in [vec![], vec![1.0, f64::NAN]] {
            let response = respond(&data);
            assert!(!response.success && !response.message.is_empty());
            assert_eq!((response.count, response.mean, response.median), (0, 0.0, 0.0));
        }
    }
}
