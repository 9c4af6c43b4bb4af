//! Measures the calls of a ROS node's service.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rosactor::messages::example_interfaces::{AddTwoInts, AddTwoIntsRequest};
use rosactor::prelude::*;
use serde_json::json;

/// Calls `/ros_add` `calls` times one after another, and as often in 16 lanes. Tells `timed {"in_flight", "p50_us", "p99_us", "per_s"}` for each.
pub(crate) struct Stopwatch {
    adder: Client<AddTwoInts>,
    calls: i64,
}

impl Actor for Stopwatch {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::go);
        Ok(Self { adder: node.client("/ros_add"), calls: node.fixed_param("calls", 1000_i64) })
    }
}

impl Stopwatch {
    fn go(&mut self) -> Then<Self> {
        let (adder, calls) = (self.adder.clone(), self.calls);
        run(async move {
            adder.wait_available().await;
            walk(&adder, calls / 10).await?;
            for lanes in [1, 16] {
                let begin = Instant::now();
                let all = Arc::new(Mutex::new(Vec::new()));
                let walks = (0..lanes).map(|_| async {
                    let times = walk(&adder, calls / lanes).await?;
                    all.lock().unwrap_or_else(PoisonError::into_inner).extend(times);
                    Ok::<_, Error>(())
                });
                futures_util::future::try_join_all(walks).await?;
                let seconds = begin.elapsed().as_secs_f64();
                let mut times = all.lock().unwrap_or_else(PoisonError::into_inner).clone();
                times.sort_unstable_by(f64::total_cmp);
                let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
                info!(
                    "timed {}",
                    json!({"in_flight": lanes, "p50_us": at(0.5), "p99_us": at(0.99), "per_s": times.len() as f64 / seconds})
                );
            }
            Ok(())
        })
        .then(|_, outcome: Result<()>| outcome)
    }
}

/// The microseconds of so many calls, one after another.
async fn walk(adder: &Client<AddTwoInts>, calls: i64) -> Result<Vec<f64>> {
    let mut times = Vec::new();
    for number in 0..calls {
        let begin = Instant::now();
        let answer = adder.call(AddTwoIntsRequest { a: number, b: 1 }).await?;
        times.push(begin.elapsed().as_secs_f64() * 1e6);
        if answer.sum != number + 1 {
            return Err(format!("{} is not {}", answer.sum, number + 1).into());
        }
    }
    Ok(times)
}
