//! An actor that numbers what it sends and notes the numbers that it hears. Tests run it to count what gets lost or comes twice on
//! the way to ROS 2 nodes and back.

use rosactor::{messages::std_msgs, prelude::*};

/// Publishes "native N" on `seq_to_ros` every 20 ms, N from its parameter `first` on; hears "NAME N" on `seq_from_ros`, and logs each N.
///
/// Outcomes: `sent`, the number after the last that went out, and `heard`, the numbers in the order of their arrival.
pub(crate) struct Sequences {
    to_ros: Publisher<std_msgs::String>,
    sent: u64,
    heard: Vec<u64>,
    outcome: Outcome,
}

impl Actor for Sequences {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe(topic("seq_from_ros").keep_last(100), Self::on_number);
        node.every(Duration::from_millis(20), Self::on_beat);
        let sent = u64::try_from(node.fixed_param("first", 0_i64))?;
        Ok(Self { to_ros: node.publisher("seq_to_ros"), sent, heard: Vec::new(), outcome: node.outcome() })
    }

    fn on_stop(&mut self) {
        self.outcome.set("sent", self.sent);
        self.outcome.set("heard", &self.heard);
    }
}

impl Sequences {
    fn on_number(&mut self, message: std_msgs::String) -> Result<()> {
        let number = message.data.rsplit(' ').next().unwrap_or_default().parse()?;
        self.heard.push(number);
        info!("heard {number}");
        Ok(())
    }

    fn on_beat(&mut self) {
        self.to_ros.publish(std_msgs::String { data: format!("native {}", self.sent) });
        self.sent += 1;
    }
}
