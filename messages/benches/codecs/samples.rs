//! The messages of the comparison, in sizes that robots send.

use rosactor_messages::{
    builtin_interfaces::Time,
    diagnostic_msgs::{DiagnosticArray, DiagnosticStatus, KeyValue},
    geometry_msgs::{Point, Pose, PoseStamped, PoseWithCovariance, Quaternion, Twist, TwistWithCovariance, Vector3},
    nav_msgs::{Odometry, Path},
    sensor_msgs::{Image, JointState, LaserScan, PointCloud2, PointField},
    std_msgs::Header,
};

use crate::{
    codec::Sample,
    mirrors::{by_hand, serde, traits},
};

/// Names the mirrors of a message, which have its name.
macro_rules! sample {
    ($name:ident, $label:literal, $batch:literal, $build:expr) => {
        impl Sample for $name {
            const LABEL: &'static str = $label;
            const BATCH: u32 = $batch;
            type Serde = serde::$name;
            type Traits = traits::$name;
            type ByHand = by_hand::$name;

            fn build() -> Self {
                $build
            }
        }
    };
}

sample!(Header, "Header", 1000, header("base_link"));
sample!(LaserScan, "LaserScan 2x1080", 100, laser_scan());
sample!(Image, "Image 640x480 rgb8", 10, image());
sample!(PointCloud2, "PointCloud2 1 MiB", 10, point_cloud());
sample!(Odometry, "Odometry", 200, odometry());
sample!(JointState, "JointState 30", 50, joint_state());
sample!(Path, "Path of 100 poses", 20, path());
sample!(DiagnosticArray, "DiagnosticArray 10x10", 20, diagnostics());

fn header(frame: &str) -> Header {
    Header { stamp: Time { sec: 1_700_000_000, nanosec: 123_456_789 }, frame_id: frame.into() }
}

/// Numbers that have no pattern of bytes in common.
fn numbers(count: u16, scale: f64) -> impl Iterator<Item = f64> {
    (0..count).map(move |i| (f64::from(i) * 0.37).sin() * scale)
}

#[expect(clippy::cast_possible_truncation, reason = "a sensor's reading has as many digits as f32")]
fn readings(count: u16, scale: f64) -> Vec<f32> {
    numbers(count, scale).map(|number| number as f32).collect()
}

fn octets(count: usize) -> Vec<u8> {
    (0..=250).cycle().take(count).collect()
}

fn laser_scan() -> LaserScan {
    LaserScan {
        header: header("laser"),
        angle_min: -2.356,
        angle_max: 2.356,
        angle_increment: 0.004_36,
        time_increment: 1.736e-5,
        scan_time: 0.025,
        range_min: 0.02,
        range_max: 30.0,
        ranges: readings(1080, 30.0),
        intensities: readings(1080, 4096.0),
    }
}

fn image() -> Image {
    Image {
        header: header("camera_optical_frame"),
        height: 480,
        width: 640,
        encoding: "rgb8".into(),
        is_bigendian: 0,
        step: 640 * 3,
        data: octets(640 * 480 * 3).into(),
    }
}

fn point_cloud() -> PointCloud2 {
    let field =
        |(name, offset): (&str, u32)| PointField { name: name.into(), offset, datatype: PointField::FLOAT32, count: 1 };
    PointCloud2 {
        header: header("velodyne"),
        height: 1,
        width: 65_536,
        fields: [("x", 0), ("y", 4), ("z", 8), ("intensity", 12)].map(field).into(),
        is_bigendian: false,
        point_step: 16,
        row_step: 1 << 20,
        data: octets(1 << 20).into(),
        is_dense: true,
    }
}

fn pose(x: f64) -> Pose {
    Pose { position: Point { x, y: x * 0.5, z: 0.25 }, orientation: Quaternion { x: 0.0, y: 0.0, z: 0.6, w: 0.8 } }
}

fn covariance() -> [f64; 36] {
    let mut numbers = numbers(36, 0.01);
    [0.0; 36].map(|_| numbers.next().unwrap_or_default())
}

fn odometry() -> Odometry {
    let (linear, angular) = (Vector3 { x: 0.5, y: 0.0, z: 0.0 }, Vector3 { x: 0.0, y: 0.0, z: -0.125 });
    Odometry {
        header: header("odom"),
        child_frame_id: "base_link".into(),
        pose: PoseWithCovariance { pose: pose(1.5), covariance: covariance() },
        twist: TwistWithCovariance { twist: Twist { linear, angular }, covariance: covariance() },
    }
}

fn joint_state() -> JointState {
    JointState {
        header: header("base_link"),
        name: (0..30).map(|i| format!("arm_joint_{i}")).collect(),
        position: numbers(30, 3.1).collect(),
        velocity: numbers(30, 1.5).collect(),
        effort: numbers(30, 40.0).collect(),
    }
}

fn path() -> Path {
    let poses = numbers(100, 20.0).map(|x| PoseStamped { header: header("map"), pose: pose(x) });
    Path { header: header("map"), poses: poses.collect() }
}

fn diagnostics() -> DiagnosticArray {
    let reading = |i| KeyValue { key: format!("Temperature of cell {i} (°C)"), value: format!("{}.5", 20 + i) };
    let status = |i| DiagnosticStatus {
        level: DiagnosticStatus::WARN,
        name: format!("/power/battery_{i}"),
        message: "Charge is low".into(),
        hardware_id: format!("BAT-2024-{i:04}"),
        values: (0..10).map(reading).collect(),
    };
    DiagnosticArray { header: header(""), status: (0..10).map(status).collect() }
}
