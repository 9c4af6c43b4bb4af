//! Lesson: what concurrency gains.

use futures_util::future::join_all;
use rosactor::prelude::*;

use crate::{
    parameters::{at_least_one, seconds},
    primes::primes_below,
};

/// Runs operations, each of which first waits and then computes: first one after the other, then all at once. Logs both
/// times and is finished. Outcomes: `sequential_s`, `concurrent_s`, `speedup`.
///
/// | parameter | default | meaning |
/// | --- | --- | --- |
/// | `operations` | 4 | how many operations |
/// | `wait_s` | 0.5 | how long each waits |
/// | `primes_below` | 500000 | each counts the prime numbers below this one, less than a tenth of a second |
/// | `pool_workers` | 4 | how many compute at once |
pub struct ConcurrencyDemo {
    operations: usize,
    operation: Operation,
    outcome: Outcome,
    control: Control,
}

/// Something that waits, then computes.
#[derive(Clone)]
struct Operation {
    wait: Duration,
    primes_below: u32,
    pool: Pool,
}

/// How long the operations took.
struct Times {
    sequential: Duration,
    concurrent: Duration,
}

impl Actor for ConcurrencyDemo {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let operations = node.fixed_param(param("operations").range(1..=1000), 4_i64);
        let wait_s = node.fixed_param(param("wait_s").range(0.0..=60.0), 0.5);
        let primes_below = node.fixed_param(param("primes_below").range(0..=i64::from(u32::MAX)), 500_000_i64);
        let workers = node.fixed_param(param("pool_workers").range(1..=256), 4_i64);
        node.on_start(Self::measure);
        let operation = Operation {
            wait: seconds(wait_s),
            primes_below: u32::try_from(primes_below).unwrap_or_default(),
            pool: node.pool(at_least_one(workers)),
        };
        Ok(Self { operations: at_least_one(operations), operation, outcome: node.outcome(), control: node.control() })
    }
}

impl ConcurrencyDemo {
    fn measure(&mut self) -> Then<Self> {
        let (operations, operation) = (self.operations, self.operation.clone());
        run(async move {
            let start = rosactor::now();
            for _ in 0..operations {
                operation.perform().await;
            }
            let sequential = rosactor::now().saturating_duration_since(start);
            let start = rosactor::now();
            join_all((0..operations).map(|_| operation.perform())).await;
            Times { sequential, concurrent: rosactor::now().saturating_duration_since(start) }
        })
        .then(Self::on_measured)
    }

    fn on_measured(&mut self, times: Times) {
        let (sequential_s, concurrent_s) = (times.sequential.as_secs_f64(), times.concurrent.as_secs_f64());
        let speedup = sequential_s / concurrent_s.max(1e-9);
        info!(
            "{} operations: {sequential_s:.2} s one after the other, {concurrent_s:.2} s at once: {speedup:.1} times as fast",
            self.operations
        );
        self.outcome.set("sequential_s", sequential_s);
        self.outcome.set("concurrent_s", concurrent_s);
        self.outcome.set("speedup", speedup);
        self.control.finish();
    }
}

impl Operation {
    async fn perform(&self) -> u32 {
        sleep(self.wait).await;
        let limit = self.primes_below;
        self.pool.offload(move || primes_below(limit)).await
    }
}
