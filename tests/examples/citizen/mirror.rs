//! Sends back what it gets.

use rosactor::messages::sensor_msgs::{Image, PointCloud2};
use rosactor::messages::std_msgs;
use rosactor::prelude::*;

/// What comes on `NAME_in` goes out on `NAME_out`, for `image`, `cloud` and `number`.
pub(crate) struct Mirror {
    image: Publisher<Image>,
    cloud: Publisher<PointCloud2>,
    number: Publisher<std_msgs::String>,
}

/// Ten seconds of a thousand a second, and as much again.
const DEPTH: usize = 20_000;

impl Actor for Mirror {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe("image_in", |mirror: &mut Self, image: Image| mirror.image.publish(image));
        node.subscribe("cloud_in", |mirror: &mut Self, cloud: PointCloud2| mirror.cloud.publish(cloud));
        let number_in = topic("number_in").keep_last(DEPTH);
        node.subscribe(number_in, |mirror: &mut Self, number: std_msgs::String| mirror.number.publish(number));
        Ok(Self {
            image: node.publisher("image_out"),
            cloud: node.publisher("cloud_out"),
            number: node.publisher(topic("number_out").keep_last(DEPTH)),
        })
    }
}
