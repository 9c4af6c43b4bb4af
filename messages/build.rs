//! Writes the Rust types of every package in `interfaces/`.

use rosactor_codegen::{Errors, Generator};

fn main() -> Result<(), Errors> {
    // All packages are read, whatever the features, so that an error in one is seen. The manifest says what belongs where.
    Generator::new()
        .packages("interfaces")
        .feature("common", &["geometry_msgs", "tf2_msgs", "sensor_msgs", "nav_msgs", "trajectory_msgs"])
        .feature("visualization", &["visualization_msgs", "shape_msgs", "stereo_msgs"])
        .feature("diagnostics", &["diagnostic_msgs"])
        .feature("introspection", &["statistics_msgs", "composition_interfaces"])
        .feature("examples", &["example_interfaces", "action_tutorials_interfaces", "lesson_interfaces"])
        .build()
}
