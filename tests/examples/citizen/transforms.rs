//! Transforms that do not change: told once, for all who come later.

use std::collections::BTreeMap;

use rosactor::messages::geometry_msgs::TransformStamped;
use rosactor::messages::tf2_msgs::TFMessage;
use rosactor::prelude::*;

/// Says once where its frame is.
pub(crate) struct Broadcaster {
    to: Publisher<TFMessage>,
    frame: String,
    place: f64,
}

impl Actor for Broadcaster {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::say);
        let frame = node.fixed_param("frame", String::new());
        Ok(Self { to: node.publisher(topic("/tf_static").latched(1)), frame, place: node.fixed_param("place", 0.0) })
    }
}

impl Broadcaster {
    fn say(&mut self) {
        let mut transform = TransformStamped { child_frame_id: self.frame.clone(), ..Default::default() };
        transform.header.frame_id = "base_link".to_owned();
        transform.transform.translation.x = self.place;
        self.to.publish(TFMessage { transforms: vec![transform] });
    }
}

/// Tells `frames JSON`, where each frame is, whenever it hears of one.
pub(crate) struct Listener {
    frames: BTreeMap<String, f64>,
}

impl Actor for Listener {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe(topic("/tf_static").latched(100), Self::on_transforms);
        Ok(Self { frames: BTreeMap::new() })
    }
}

impl Listener {
    fn on_transforms(&mut self, message: TFMessage) {
        for transform in message.transforms {
            self.frames.insert(transform.child_frame_id, transform.transform.translation.x);
        }
        info!("frames {}", serde_json::json!(self.frames));
    }
}
