//! The types of `test_msgs`, and a macro to do something with every type.

include!(concat!(env!("OUT_DIR"), "/test_interfaces.rs"));

include!(concat!(env!("OUT_DIR"), "/every_type.rs"));
pub(crate) use every_type;
