//! Actors that feed the lessons and note what they say. Notes are outcomes, as these can be read while it runs.

use rosactor::{
    Actors,
    messages::{
        example_interfaces::{AddTwoInts, AddTwoIntsRequest, Fibonacci, FibonacciGoal},
        geometry_msgs::Twist,
        lesson_interfaces::{ComputeStatistics, ComputeStatisticsRequest},
        sensor_msgs::{Image, LaserScan},
        std_msgs::String as Text,
    },
    prelude::*,
};

pub(crate) fn register(actors: &mut Actors) {
    actors.add::<ScanSource>("probe/ScanSource");
    actors.add::<ImageSource>("probe/ImageSource");
    actors.add::<TwistSource>("probe/TwistSource");
    actors.add::<TwistLog>("probe/TwistLog");
    actors.add::<TextLog>("probe/TextLog");
    actors.add::<Caller>("probe/Caller");
}

/// Publishes scans with the ranges of its parameter, `count` of them (0: for ever).
struct ScanSource {
    scan: Publisher<LaserScan>,
    ranges: Vec<f32>,
    left: Option<i64>,
}

impl Actor for ScanSource {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let count = node.param("count", 0_i64).get();
        let ranges: Vec<f64> = node.param("ranges", Vec::new()).get();
        node.every(Duration::from_millis(10), Self::on_beat);
        Ok(Self {
            scan: node.publisher("scan"),
            ranges: ranges.into_iter().map(|range| range as f32).collect(),
            left: (count > 0).then_some(count),
        })
    }
}

impl ScanSource {
    fn on_beat(&mut self) {
        match &mut self.left {
            Some(0) => return,
            Some(left) => *left -= 1,
            None => {}
        }
        self.scan.publish(LaserScan { ranges: self.ranges.clone(), ..Default::default() });
    }
}

/// Publishes small pictures.
struct ImageSource {
    image: Publisher<Image>,
}

impl Actor for ImageSource {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(Duration::from_millis(10), Self::on_beat);
        Ok(Self { image: node.publisher("camera/image_raw") })
    }
}

impl ImageSource {
    fn on_beat(&mut self) {
        self.image.publish(Image { width: 4, height: 3, ..Default::default() });
    }
}

/// Publishes one command again and again.
struct TwistSource {
    cmd_vel: Publisher<Twist>,
    command: Twist,
}

impl Actor for TwistSource {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let mut command = Twist::default();
        command.linear.x = node.param("linear", 0.0).get();
        command.angular.z = node.param("angular", 0.0).get();
        node.every(Duration::from_millis(20), Self::on_beat);
        Ok(Self { cmd_vel: node.publisher("cmd_vel"), command })
    }
}

impl TwistSource {
    fn on_beat(&mut self) {
        self.cmd_vel.publish(self.command.clone());
    }
}

/// Notes how many commands came (`count`), each change of the command (`changes`), and whether any had a part that must
/// be zero (`odd`).
struct TwistLog {
    outcome: Outcome,
    count: u64,
    changes: Vec<(f64, f64)>,
}

impl Actor for TwistLog {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe("cmd_vel", Self::on_twist);
        Ok(Self { outcome: node.outcome(), count: 0, changes: Vec::new() })
    }
}

impl TwistLog {
    fn on_twist(&mut self, twist: Twist) {
        self.count += 1;
        let command = (twist.linear.x, twist.angular.z);
        if self.changes.last() != Some(&command) {
            self.changes.push(command);
        }
        let mut expected = Twist::default();
        (expected.linear.x, expected.angular.z) = command;
        if twist != expected {
            self.outcome.set("odd", true);
        }
        self.outcome.set("changes", &self.changes);
        self.outcome.set("count", self.count);
    }
}

/// Notes how often each text came on `text`.
struct TextLog {
    outcome: Outcome,
}

impl Actor for TextLog {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe("text", Self::on_text);
        Ok(Self { outcome: node.outcome() })
    }
}

impl TextLog {
    fn on_text(&mut self, text: Text) {
        let before = self.outcome.get(&text.data).and_then(|count| count.as_u64()).unwrap_or(0);
        self.outcome.set(text.data, before + 1);
    }
}

/// Calls every server of the lessons again and again, whatever they answer.
struct Caller {
    adder: Client<AddTwoInts>,
    statistics: Client<ComputeStatistics>,
    fibonacci: ActionClient<Fibonacci>,
}

impl Actor for Caller {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(period(Duration::from_millis(20)).concurrent(8), Self::on_beat);
        Ok(Self {
            adder: node.client("add_two_ints"),
            statistics: node.client("compute_statistics"),
            fibonacci: node.action_client("fibonacci"),
        })
    }
}

impl Caller {
    fn on_beat(&mut self) -> Work<()> {
        let sum = self.adder.call(AddTwoIntsRequest { a: 1, b: 2 });
        let statistics = self.statistics.call(ComputeStatisticsRequest { data: vec![1.0] });
        let goal = self.fibonacci.send_goal(FibonacciGoal { order: 0 });
        run(async move {
            let (_, _, _) = (sum.await, statistics.await, goal.await);
        })
    }
}
