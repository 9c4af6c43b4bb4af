//! What the sensors deliver, as ROS messages.

use rosactor::messages::{
    builtin_interfaces::Time,
    geometry_msgs::{Point as PointMessage, Pose as PoseMessage, Quaternion, TransformStamped, Twist, Vector3},
    nav_msgs::Odometry as OdometryMessage,
    sensor_msgs::{Image, LaserScan},
    std_msgs::Header,
    tf2_msgs::TFMessage,
};

use super::{
    drive::Velocity,
    geometry::Pose,
    settings::Frames,
    simulation::{Odometry, RobotSpec},
};

/// Takes a command from a message; the robot can neither slip sideways nor fly, so the rest of it is ignored.
pub(crate) fn command(twist: &Twist) -> Velocity {
    Velocity { linear_m_s: twist.linear.x, angular_rad_s: twist.angular.z }
}

/// The scanner sits in the middle of the robot and looks ahead, so its frame is the robot's own.
pub(crate) fn scan(ranges: Vec<f32>, spec: &RobotSpec, frames: &Frames, stamp: Time) -> LaserScan {
    let lidar = &spec.lidar;
    LaserScan {
        header: header(&frames.base, stamp),
        angle_min: lidar.first_angle() as f32,
        angle_max: lidar.angle(lidar.beams - 1) as f32,
        angle_increment: lidar.step_angle() as f32,
        // All beams are measured at one moment.
        time_increment: 0.0,
        scan_time: if spec.scan_rate_hz > 0.0 { (1.0 / spec.scan_rate_hz) as f32 } else { 0.0 },
        range_min: lidar.min_m as f32,
        range_max: lidar.max_m as f32,
        ranges,
        intensities: Vec::new(),
    }
}

pub(crate) fn odometry(odometry: &Odometry, frames: &Frames, stamp: Time) -> OdometryMessage {
    let mut message = OdometryMessage {
        header: header(&frames.odom, stamp),
        child_frame_id: frames.base.clone(),
        ..OdometryMessage::default()
    };
    message.pose.pose = pose(odometry.pose);
    message.twist.twist.linear.x = odometry.velocity.linear_m_s;
    message.twist.twist.angular.z = odometry.velocity.angular_rad_s;
    message
}

pub(crate) fn transform(odometry: &Odometry, frames: &Frames, stamp: Time) -> TFMessage {
    let PoseMessage { position, orientation } = pose(odometry.pose);
    let mut transform = TransformStamped {
        header: header(&frames.odom, stamp),
        child_frame_id: frames.base.clone(),
        ..TransformStamped::default()
    };
    transform.transform.translation = Vector3 { x: position.x, y: position.y, z: position.z };
    transform.transform.rotation = orientation;
    TFMessage { transforms: vec![transform] }
}

pub(crate) fn image(pixels: Vec<u8>, spec: &RobotSpec, frames: &Frames, stamp: Time) -> Image {
    let (width, height) = (spec.camera.width_px as u32, spec.camera.height_px as u32);
    Image {
        header: header(&frames.camera, stamp),
        height,
        width,
        encoding: "rgb8".to_owned(),
        is_bigendian: 0,
        step: width * 3,
        data: pixels.into(),
    }
}

fn header(frame: &str, stamp: Time) -> Header {
    Header { stamp, frame_id: frame.to_owned() }
}

fn pose(pose: Pose) -> PoseMessage {
    let (half_sin, half_cos) = (pose.heading / 2.0).sin_cos();
    PoseMessage {
        position: PointMessage { x: pose.position.x, y: pose.position.y, z: 0.0 },
        // A turn around the vertical axis.
        orientation: Quaternion { x: 0.0, y: 0.0, z: half_sin, w: half_cos },
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{FRAC_PI_2, PI};

    use super::{
        super::{geometry::Point, simulation::tests::SPEC},
        *,
    };

    const STAMP: Time = Time { sec: 7, nanosec: 8 };

    fn frames() -> Frames {
        Frames { odom: "odom".into(), base: "base_link".into(), camera: "camera".into() }
    }

    #[test]
    fn a_scan_says_where_its_beams_point() {
        let message = scan(vec![1.0; 360], &SPEC, &frames(), STAMP);
        assert_eq!((message.angle_min, message.angle_max), (-FRAC_PI_2 as f32, FRAC_PI_2 as f32));
        assert!((f64::from(message.angle_increment) - PI / 359.0).abs() < 1e-9);
        assert_eq!((message.range_min, message.range_max, message.scan_time), (0.1, 10.0, 0.1));
        assert_eq!((message.header.frame_id.as_str(), message.header.stamp), ("base_link", STAMP));
        assert_eq!(message.ranges.len(), 360);
    }

    #[test]
    fn odometry_and_transform_agree() {
        let there = Odometry {
            pose: Pose { position: Point::new(1.0, -2.0), heading: FRAC_PI_2 },
            velocity: Velocity { linear_m_s: 0.5, angular_rad_s: -0.25 },
        };
        let odom = odometry(&there, &frames(), STAMP);
        assert_eq!((odom.header.frame_id.as_str(), odom.child_frame_id.as_str()), ("odom", "base_link"));
        assert_eq!((odom.twist.twist.linear.x, odom.twist.twist.angular.z), (0.5, -0.25));
        let half = std::f64::consts::FRAC_1_SQRT_2;
        let turned = &odom.pose.pose.orientation;
        assert!((turned.z - half).abs() < 1e-12 && (turned.w - half).abs() < 1e-12, "{turned:?}");

        let tf = transform(&there, &frames(), STAMP);
        let [only] = tf.transforms.as_slice() else { unreachable!("one transform") };
        assert_eq!((only.header.clone(), only.child_frame_id.clone()), (odom.header, odom.child_frame_id));
        assert_eq!((only.transform.translation.x, only.transform.translation.y), (1.0, -2.0));
        assert_eq!(&only.transform.rotation, turned);
    }

    #[test]
    fn an_image_has_three_bytes_for_each_pixel() {
        let message = image(vec![9; 160 * 120 * 3], &SPEC, &frames(), STAMP);
        assert_eq!((message.width, message.height, message.step), (160, 120, 480));
        assert_eq!(message.encoding, "rgb8");
        assert_eq!(message.data.len(), (message.step * message.height) as usize);
    }
}
