//! What is measured: every message with every codec, in both directions.

use divan::{Bencher, black_box};
use rosactor_messages::{
    diagnostic_msgs::DiagnosticArray,
    nav_msgs::{Odometry, Path},
    sensor_msgs::{Image, JointState, LaserScan, PointCloud2},
    std_msgs::Header,
};

use crate::{
    codec::{Codec, Place, Sample, check, received},
    peers::{Cdr, CdrEncoding, Copy, HirozByHand, HirozSerde, HirozShared, HirozTraits, Ours, OursShared},
};

/// A line of the table.
pub(crate) struct Row {
    /// The message as divan names it.
    pub(crate) key: &'static str,
    /// The message as the table names it.
    pub(crate) label: &'static str,
    /// How many bytes the message takes, header included.
    pub(crate) bytes: usize,
}

/// The directions as divan names them, and as the tables do.
pub(crate) const DIRECTIONS: [(&str, &str); 3] =
    [("encode", "Encode"), ("decode", "Decode, from aligned memory"), ("decode_odd", "Decode, from an odd address")];

/// The codecs as divan names them, and as the table does. The first one is what the others are compared with.
pub(crate) const COLUMNS: [(&str, &str); 9] = [
    ("Copy", "copy"),
    ("Ours", "**rosactor**"),
    ("OursShared", "**rosactor shared**"),
    ("Cdr", "cdr"),
    ("CdrEncoding", "cdr-encoding"),
    ("HirozSerde", "hiroz-cdr serde"),
    ("HirozTraits", "hiroz-cdr traits"),
    ("HirozByHand", "hiroz-cdr by hand"),
    ("HirozShared", "hiroz-cdr shared"),
];

/// The payload is freed within what is measured, as a publisher frees it: so no codec gains by leaving work to the end.
fn encode<S: Sample, C: Codec<S>>(bencher: Bencher<'_, '_>) {
    let sample = S::build();
    let (value, size) = (C::value(&sample), size(&sample));
    warm_up(|| C::encode(&value, size));
    bencher.bench_local(|| drop(black_box(C::encode(black_box(&value), size))));
}

/// Decodes bytes that lie as well as they can.
fn decode<S: Sample, C: Codec<S>>(bencher: Bencher<'_, '_>) {
    decode_at::<S, C>(Place::Aligned, bencher);
}

/// Decodes bytes that lie as they mostly do.
fn decode_odd<S: Sample, C: Codec<S>>(bencher: Bencher<'_, '_>) {
    decode_at::<S, C>(Place::Odd, bencher);
}

/// The value is dropped within what is measured, for the same reason.
fn decode_at<S: Sample, C: Codec<S>>(place: Place, bencher: Bencher<'_, '_>) {
    let bytes = S::build().encode().expect("the sample can be encoded");
    let payload = C::payload(received(&bytes, place));
    warm_up(|| C::decode(&payload));
    bencher.bench_local(|| drop(black_box(C::decode(black_box(&payload)))));
}

/// The first calls find code and memory cold.
fn warm_up<T>(call: impl Fn() -> T) {
    (0..10).for_each(|_| drop(black_box(call())));
}

fn size<S: Sample>(sample: &S) -> usize {
    sample.encode().expect("the sample can be encoded").len()
}

fn check_message<S: Sample>() {
    check::<S, Copy>();
    check::<S, Ours>();
    check::<S, OursShared>();
    check::<S, Cdr>();
    check::<S, CdrEncoding>();
    check::<S, HirozSerde>();
    check::<S, HirozTraits>();
    check::<S, HirozByHand>();
    check::<S, HirozShared>();
}

macro_rules! directions {
    ($($direction:ident)* => $messages:tt) => {$(directions!(@ $direction $messages);)*};
    (@ $direction:ident { $($key:ident: $message:ident),* $(,)? }) => {
        mod $direction {
            use super::*;
            $(
                #[divan::bench(sample_size = $message::BATCH, types = [Copy, Ours, OursShared, Cdr, CdrEncoding, HirozSerde, HirozTraits, HirozByHand, HirozShared])]
                fn $key<C: Codec<$message>>(bencher: Bencher<'_, '_>) {
                    super::$direction::<$message, C>(bencher);
                }
            )*
        }
    };
}

macro_rules! messages {
    ($($key:ident: $message:ident),* $(,)?) => {
        directions! { encode decode decode_odd => { $($key: $message),* } }

        /// The lines of the table.
        pub(crate) fn rows() -> Vec<Row> {
            vec![$(Row { key: stringify!($key), label: $message::LABEL, bytes: size(&$message::build()) }),*]
        }

        /// Makes sure that all codecs do the same work.
        pub(crate) fn check_all() {
            $(check_message::<$message>();)*
        }
    };
}

messages! {
    header: Header,
    laser_scan: LaserScan,
    image: Image,
    point_cloud: PointCloud2,
    odometry: Odometry,
    joint_state: JointState,
    path: Path,
    diagnostics: DiagnosticArray,
}
