//! The messages once more, as the types that the peers' users have.
//!
//! The lists below name each field and what it is: `one` value, a sequence of `numbers`, a fixed `array` of numbers, or a
//! sequence of which `each` element is visited.

pub(crate) mod by_hand;
mod generated;
pub(crate) mod serde;
pub(crate) mod traits;
mod zbuf;

use std::fmt::Debug;

use ::serde::de::DeserializeOwned;
use hiroz_cdr::{CdrDeserialize, CdrSerialize, CdrSerializedSize};

/// Everything that the comparison needs of a mirror with hiroz's traits.
pub(crate) trait HirozValue:
    CdrSerialize + CdrDeserialize + CdrSerializedSize + DeserializeOwned + PartialEq + Debug
{
}

impl<T: CdrSerialize + CdrDeserialize + CdrSerializedSize + DeserializeOwned + PartialEq + Debug> HirozValue for T {}

/// Gives the types that hold nothing but numbers of one size to the macro `$do`.
macro_rules! geometry {
    ($do:ident) => {
        $do! {
            Point { x: one(f64), y: one(f64), z: one(f64) }
            Vector3 { x: one(f64), y: one(f64), z: one(f64) }
            Quaternion { x: one(f64), y: one(f64), z: one(f64), w: one(f64) }
            Pose { position: one(Point), orientation: one(Quaternion) }
            Twist { linear: one(Vector3), angular: one(Vector3) }
        }
    };
}

/// Gives all other types to the macro `$do`. Byte sequences are `Bytes`, which each module of mirrors chooses.
macro_rules! messages {
    ($do:ident) => {
        $do! {
            Time { sec: one(i32), nanosec: one(u32) }
            Header { stamp: one(Time), frame_id: one(String) }
            LaserScan {
                header: one(Header), angle_min: one(f32), angle_max: one(f32), angle_increment: one(f32),
                time_increment: one(f32), scan_time: one(f32), range_min: one(f32), range_max: one(f32),
                ranges: numbers(f32), intensities: numbers(f32),
            }
            Image {
                header: one(Header), height: one(u32), width: one(u32), encoding: one(String),
                is_bigendian: one(u8), step: one(u32), data: one(Bytes),
            }
            PointField { name: one(String), offset: one(u32), datatype: one(u8), count: one(u32) }
            PointCloud2 {
                header: one(Header), height: one(u32), width: one(u32), fields: each(PointField),
                is_bigendian: one(bool), point_step: one(u32), row_step: one(u32), data: one(Bytes),
                is_dense: one(bool),
            }
            PoseWithCovariance {
                pose: one(Pose),
                #[serde(with = "serde_big_array::BigArray")]
                covariance: array(f64, 36),
            }
            TwistWithCovariance {
                twist: one(Twist),
                #[serde(with = "serde_big_array::BigArray")]
                covariance: array(f64, 36),
            }
            Odometry {
                header: one(Header), child_frame_id: one(String), pose: one(PoseWithCovariance),
                twist: one(TwistWithCovariance),
            }
            JointState {
                header: one(Header), name: each(String), position: numbers(f64), velocity: numbers(f64),
                effort: numbers(f64),
            }
            PoseStamped { header: one(Header), pose: one(Pose) }
            Path { header: one(Header), poses: each(PoseStamped) }
            KeyValue { key: one(String), value: one(String) }
            DiagnosticStatus {
                level: one(u8), name: one(String), message: one(String), hardware_id: one(String),
                values: each(KeyValue),
            }
            DiagnosticArray { header: one(Header), status: each(DiagnosticStatus) }
        }
    };
}

/// The type of a field.
macro_rules! kind {
    (one $of:ty) => { $of };
    (numbers $of:ty) => { Vec<$of> };
    (each $of:ty) => { Vec<$of> };
    (array $of:ty, $count:literal) => { [$of; $count] };
}

/// Declares structs that serde can read and write.
macro_rules! structs {
    ($($name:ident { $($(#[$attribute:meta])* $field:ident: $kind:ident($($of:tt)*)),* $(,)? })*) => {$(
        #[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        pub(crate) struct $name {
            $($(#[$attribute])* pub(crate) $field: $crate::mirrors::kind!($kind $($of)*),)*
        }
    )*};
}

pub(crate) use {geometry, kind, messages, structs};
