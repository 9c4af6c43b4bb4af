//! Lesson: long tasks that hold up nothing.

use std::panic::catch_unwind;

use rosactor::{
    messages::{sensor_msgs::Image, std_msgs::String as Text},
    prelude::*,
};

use crate::{
    parameters::{at_least_one, seconds},
    primes::primes_within,
};

/// Starts an operation at every beat, each longer than the time between two: it waits without blocking, then computes on
/// a pool. Meanwhile images are received and further operations begin. Outcomes: `completed`, `failed`, `images`.
///
/// | parameter | default | meaning |
/// | --- | --- | --- |
/// | `period_s` | 1.0 | time between the beginnings of two operations |
/// | `wait_s` | 2.0 | how long an operation waits |
/// | `cpu_task_s` | 1.0 | how long it then computes |
/// | `pool_workers` | 4 | how many operations compute at once |
/// | `max_operations` | 8 | how many operations there are at once; a beat beyond that is skipped |
/// | `fail_every` | 0 | every so many operations the task fails, to show what happens then; 0 is never |
pub struct AsyncProcessing {
    status: Publisher<Text>,
    result: Publisher<Text>,
    pool: Pool,
    wait: Duration,
    cpu_task: Duration,
    fail_every: u64,
    started: u64,
    completed: Tally,
    failed: Tally,
    images: Tally,
}

impl Actor for AsyncProcessing {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let period_s = node.fixed_param(param("period_s").range(0.001..=3600.0), 1.0);
        let wait_s = node.fixed_param(param("wait_s").range(0.0..=3600.0), 2.0);
        let cpu_task_s = node.fixed_param(param("cpu_task_s").range(0.0..=60.0), 1.0);
        let pool_workers = node.fixed_param(param("pool_workers").range(1..=256), 4_i64);
        let max_operations = node.fixed_param(param("max_operations").range(1..=1000), 8_i64);
        let fail_every = node.fixed_param(param("fail_every").range(0..), 0_i64);

        node.subscribe("camera/image_raw", Self::on_image);
        node.every(period(seconds(period_s)).concurrent(at_least_one(max_operations)), Self::start_operation);
        Ok(Self {
            status: node.publisher("async_status"),
            result: node.publisher("async_result"),
            pool: node.pool(at_least_one(pool_workers)),
            wait: seconds(wait_s),
            cpu_task: seconds(cpu_task_s),
            fail_every: fail_every.unsigned_abs(),
            started: 0,
            completed: Tally::new("completed", node.outcome()),
            failed: Tally::new("failed", node.outcome()),
            images: Tally::new("images", node.outcome()),
        })
    }
}

impl AsyncProcessing {
    fn on_image(&mut self, image: Sample<Image>) {
        info!("Received image: {}x{}", image.width, image.height);
        self.images.count();
    }

    fn start_operation(&mut self) -> Then<Self> {
        self.started += 1;
        let must_fail = self.fail_every != 0 && self.started.is_multiple_of(self.fail_every);
        self.status.publish(text("Starting async task..."));
        let (pool, wait, cpu_task) = (self.pool.clone(), self.wait, self.cpu_task);
        run(async move {
            sleep(wait).await;
            pool.offload(move || process(cpu_task, must_fail)).await
        })
        .then(Self::on_processed)
    }

    fn on_processed(&mut self, processed: Result<&'static str, TaskError>) {
        match processed {
            Ok(data) => {
                info!("Async task completed: {data}");
                self.result.publish(text(format!("Async task completed: {data}")));
                self.completed.count();
            }
            Err(error) => {
                error!("Async task failed: {error}");
                self.failed.count();
            }
        }
    }
}

/// Why the task of an operation gave no result.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
enum TaskError {
    /// The parameter `fail_every` asked for it.
    #[error("the parameter `fail_every` makes this one fail")]
    Asked,
    /// The task panicked: a mistake in the program.
    #[error("the task panicked")]
    Panicked,
}

/// Keeps a processor busy. A panic becomes an error, because one bad task shall not end the actor.
fn process(time: Duration, must_fail: bool) -> Result<&'static str, TaskError> {
    if must_fail {
        return Err(TaskError::Asked);
    }
    let primes = catch_unwind(|| primes_within(time)).map_err(|_| TaskError::Panicked)?;
    debug!("{primes} prime numbers counted");
    Ok("Processed data")
}

/// A number of the report that goes on counting after a restart.
struct Tally {
    name: &'static str,
    outcome: Outcome,
    count: u64,
}

impl Tally {
    fn new(name: &'static str, outcome: Outcome) -> Self {
        let before = outcome.get(name).and_then(|value| value.as_u64());
        outcome.set(name, before.unwrap_or(0));
        Self { name, outcome, count: before.unwrap_or(0) }
    }

    fn count(&mut self) {
        self.count += 1;
        self.outcome.set(self.name, self.count);
    }
}

fn text(data: impl Into<String>) -> Text {
    Text { data: data.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_fails_says_why() {
        assert_eq!(process(Duration::ZERO, false), Ok("Processed data"));
        assert_eq!(process(Duration::ZERO, true), Err(TaskError::Asked));
    }
}
