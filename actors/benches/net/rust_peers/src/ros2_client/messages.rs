//! The messages, as its users write them or have them written.

use ros2_client::{Message, MessageTypeName};
use serde::{Deserialize, Serialize};

use crate::bench::job::Job;

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Dimension {
    label: String,
    size: u32,
    stride: u32,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Layout {
    dim: Vec<Dimension>,
    data_offset: u32,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct UInt8MultiArray {
    layout: Layout,
    /// In one piece: without this, serde goes byte by byte.
    #[serde(with = "serde_bytes")]
    data: Vec<u8>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Header {
    sec: i32,
    nanosec: u32,
    frame_id: String,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct LaserScan {
    header: Header,
    angle_min: f32,
    angle_max: f32,
    angle_increment: f32,
    time_increment: f32,
    scan_time: f32,
    range_min: f32,
    range_max: f32,
    ranges: Vec<f32>,
    intensities: Vec<f32>,
}

/// A message that is thrown.
pub(crate) trait Ball: Message + PartialEq + Send + Sync + 'static {
    fn of(job: &Job) -> Self;
    fn type_name() -> MessageTypeName;
}

impl Message for UInt8MultiArray {}

impl Ball for UInt8MultiArray {
    fn of(job: &Job) -> Self {
        Self { data: vec![7; job.payload], ..Self::default() }
    }

    fn type_name() -> MessageTypeName {
        MessageTypeName::new("std_msgs", "UInt8MultiArray")
    }
}

impl Message for LaserScan {}

impl Ball for LaserScan {
    fn of(_: &Job) -> Self {
        Self { ranges: vec![1.5; 1080], intensities: vec![0.5; 1080], ..Self::default() }
    }

    fn type_name() -> MessageTypeName {
        MessageTypeName::new("sensor_msgs", "LaserScan")
    }
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct AddTwoIntsRequest {
    pub(crate) a: i64,
    pub(crate) b: i64,
}

impl Message for AddTwoIntsRequest {}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct AddTwoIntsResponse {
    pub(crate) sum: i64,
}

impl Message for AddTwoIntsResponse {}
