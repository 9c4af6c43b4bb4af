//! A flood of samples, and who must not notice it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use nix::time::{ClockId, clock_gettime};
use rosactor::MailboxKind;
use rosactor::launch::Report;
use rosactor::messages::example_interfaces::{AddTwoInts, AddTwoIntsRequest, AddTwoIntsResponse};
use rosactor::messages::example_interfaces::{Fibonacci, FibonacciGoal, FibonacciResult};
use rosactor::messages::std_msgs::Int64;
use rosactor::prelude::*;

use super::support::{PATIENCE, actor, assert_adds_up, counters, run, text, told, wait_for};

const FLOOD: u64 = 1_000_000;

/// Publishes a million numbers as fast as it can, from a thread of the pool.
pub(crate) struct Flooder {
    numbers: Publisher<Int64>,
    outcome: Outcome,
}

impl Actor for Flooder {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.serve("begin", Self::begin);
        Ok(Self { numbers: node.publisher("numbers"), outcome: node.outcome() })
    }
}

impl Flooder {
    fn begin(&mut self, _: AddTwoIntsRequest) -> Work<AddTwoIntsResponse> {
        let (numbers, outcome) = (self.numbers.clone(), self.outcome.clone());
        rosactor::run(async move {
            offload(move || {
                // For as long as the test wants the flood to last, and at least a million.
                let mut n = 0;
                while n < FLOOD || !CANCELED.load(Ordering::SeqCst) {
                    numbers.publish(Int64 { data: i64::try_from(n).unwrap() });
                    n += 1;
                }
                outcome.set("published", n);
            })
            .await;
            AddTwoIntsResponse::default()
        })
    }
}

/// The goal of the flooded actor was canceled.
static CANCELED: AtomicBool = AtomicBool::new(false);

/// So long it takes for one sample: longer than the flood needs for the next, so that it never runs out of them.
const TAKES: Duration = Duration::from_micros(10);

/// Gets the flood, while it has a goal in work.
pub(crate) struct Flooded {
    last: i64,
    outcome: Outcome,
    delivered: u64,
}

impl Actor for Flooded {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe("numbers", Self::on_number);
        node.perform::<Fibonacci, _>("fibonacci", Self::compute);
        Ok(Self { last: -1, outcome: node.outcome(), delivered: 0 })
    }

    fn on_stop(&mut self) {
        self.outcome.set("delivered", self.delivered);
    }
}

impl Flooded {
    fn on_number(&mut self, number: Sample<Int64>) -> Result<()> {
        self.delivered += 1;
        if number.data <= self.last {
            return Err("a number came out of order".into());
        }
        self.last = number.data;
        let begin = Instant::now();
        while begin.elapsed() < TAKES {
            std::hint::spin_loop();
        }
        Ok(())
    }

    fn compute(&mut self, goal: GoalRequest<Fibonacci>) -> Work<GoalEnd<Fibonacci>> {
        let goal = goal.accept();
        rosactor::run(async move {
            goal.canceled().await;
            CANCELED.store(true, Ordering::SeqCst);
            goal.cancel(FibonacciResult::default())
        })
    }
}

/// Begins the flood and cancels a goal in the midst of it.
pub(crate) struct Canceler {
    begin: Client<AddTwoInts>,
    goals: ActionClient<Fibonacci>,
    outcome: Outcome,
}

impl Actor for Canceler {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::run);
        let begin = node.client(service("begin").timeout(2 * PATIENCE));
        Ok(Self { begin, goals: node.action_client("fibonacci"), outcome: node.outcome() })
    }
}

impl Canceler {
    fn run(&mut self) -> Work<Result<()>> {
        let (begin, goals, outcome) = (self.begin.clone(), self.goals.clone(), self.outcome.clone());
        rosactor::run(async move {
            goals.wait_available().await;
            begin.wait_available().await;
            let goal = goals.send_goal(FibonacciGoal::default()).await?;
            let flood = begin.call(AddTwoIntsRequest::default());
            sleep(Duration::from_millis(100)).await;
            goal.cancel().await?;
            let (status, _) = goal.result().await?;
            outcome.set("status", format!("{status:?}"));
            flood.await?;
            outcome.set("over", true);
            Ok(())
        })
    }
}

const BEAT: Duration = Duration::from_millis(10);

/// A neighbour whose beats nobody may disturb. It shares its thread with the flooded one.
pub(crate) struct Beater {
    /// What its thread had computed at the last beat.
    computed: Option<Duration>,
    /// Beats that did not come while its thread computed: for somebody else.
    taken: u64,
    outcome: Outcome,
}

impl Actor for Beater {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(BEAT, Self::on_beat);
        Ok(Self { computed: None, taken: 0, outcome: node.outcome() })
    }
}

impl Beater {
    /// A machine that is busy with other things lets the thread wait, and it loses beats by that, too. But then it computes
    /// nothing: by its own time only those beats are missed that its actors took from each other.
    fn on_beat(&mut self) -> Result<()> {
        let computed = Duration::from(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?);
        let since = computed - self.computed.replace(computed).unwrap_or(computed);
        self.taken += u64::try_from(since.as_nanos() / BEAT.as_nanos())?.saturating_sub(1);
        self.outcome.set("taken", self.taken);
        Ok(())
    }
}

#[test]
fn a_flood_fills_no_memory_delays_no_cancel_and_holds_no_neighbour_up() {
    let running = run("deployment: d\nactors:\n\
                       \x20 - {name: flooded, type: t/Flooded, mailboxes: {numbers: {keep_last: 10}}}\n\
                       \x20 - {name: beater, type: t/Beater}\n\
                       \x20 - {name: flooder, type: t/Flooder}\n\
                       \x20 - {name: canceler, type: t/Canceler}\n");
    let of_numbers = |report: &Report| counters(report, "flooded", MailboxKind::Topic, "/numbers");
    // Looked at all the time: the bound and the law hold at every moment of it.
    wait_for(&running, "the end of the flood", |report| {
        let counters = of_numbers(report);
        assert!(counters.queued <= 10, "{counters:?}");
        assert_adds_up(counters);
        actor(report, "canceler").outcome.contains_key("over")
    });
    let report = running.stop();
    let numbers = of_numbers(&report);
    assert_adds_up(numbers);
    assert!(numbers.received >= FLOOD && numbers.dropped > 0, "{numbers:?}");
    assert_eq!(numbers.received, told(&report, "flooder", "published"));
    assert_eq!(numbers.delivered, told(&report, "flooded", "delivered"));
    assert_eq!(actor(&report, "flooded").restarts, 0, "the order was kept");
    // The flood waits for the cancel: it was handled while the flood lasted.
    assert_eq!(text(&report, "canceler", "status"), "Canceled");
    let beats = counters(&report, "beater", MailboxKind::Timer, "10ms").delivered;
    let taken = told(&report, "beater", "taken");
    println!("{beats} beats of the neighbour came, and {taken} were taken from it");
    assert!(beats > 0 && beats * 100 >= (beats + taken) * 99, "{beats} came, {taken} were taken");
}
