//! The camera: what the robot sees ahead, drawn column by column from one ray each.

use super::{
    color::{Color, checker, palette},
    geometry::{Point, Pose},
    world::{Hit, World},
};

/// The light comes from here, so that walls of different directions differ in brightness.
const LIGHT: Point = Point::new(0.8, 0.6);

/// At this distance a wall or the floor is half as bright as near by.
const FADE_M: f64 = 6.0;

const CEILING: Color = Color::new(222, 232, 240);
const CEILING_FAR: Color = Color::new(176, 192, 206);

/// A camera that looks straight ahead, its horizon in the middle of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Camera {
    pub(crate) width_px: usize,
    pub(crate) height_px: usize,
    /// The angle between the left and the right edge of the picture, less than π.
    pub(crate) field_of_view: f64,
    /// How high above the floor the camera is.
    pub(crate) height_m: f64,
}

/// Where one column of the picture looks, and where its wall begins and ends.
struct Column {
    direction: Point,
    /// Along the ray, for every metre straight ahead.
    stretch: f64,
    wall: [u8; 3],
    /// The first row of the wall and the first row below it.
    wall_rows: (f64, f64),
}

/// What is in a row where there is no wall.
enum Row {
    Ceiling([u8; 3]),
    /// The floor, so far straight ahead.
    Floor(f64),
}

impl Camera {
    /// Draws the view as rows of red, green, blue bytes, the upper left pixel first (`rgb8` without padding).
    pub(crate) fn render(&self, world: &World, pose: Pose) -> Vec<u8> {
        let focal_px = self.focal_px();
        let columns: Vec<_> = (0..self.width_px).map(|x| self.column(world, pose, focal_px, x)).collect();
        let mut pixels = Vec::with_capacity(self.width_px * self.height_px * 3);
        for y in 0..self.height_px {
            let middle = y as f64 + 0.5;
            let row = self.row(focal_px, middle);
            for column in &columns {
                let (wall_top, wall_end) = column.wall_rows;
                pixels.extend_from_slice(&match row {
                    _ if (wall_top..wall_end).contains(&middle) => column.wall,
                    Row::Ceiling(color) => color,
                    Row::Floor(ahead_m) => floor_color(pose, column, ahead_m).bytes(),
                });
            }
        }
        pixels
    }

    /// Pixels per unit of slope: a thing 1 m wide, 1 m away, is this many pixels wide.
    fn focal_px(&self) -> f64 {
        self.width_px as f64 / 2.0 / (self.field_of_view / 2.0).tan()
    }

    fn horizon_px(&self) -> f64 {
        self.height_px as f64 / 2.0
    }

    fn row(&self, focal_px: f64, middle: f64) -> Row {
        let below_px = middle - self.horizon_px();
        match below_px > 0.0 {
            true => Row::Floor(focal_px * self.height_m / below_px),
            false => Row::Ceiling(CEILING.mixed(CEILING_FAR, middle / self.horizon_px()).bytes()),
        }
    }

    fn column(&self, world: &World, pose: Pose, focal_px: f64, x: usize) -> Column {
        let slope = (self.width_px as f64 / 2.0 - (x as f64 + 0.5)) / focal_px;
        let angle = slope.atan();
        let heading = pose.heading + angle;
        let horizon_px = self.horizon_px();
        let (wall, wall_rows) = match world.cast(pose.position, heading) {
            None => ([0; 3], (horizon_px, horizon_px)),
            Some(hit) => {
                let px_per_m = focal_px / (hit.distance_m * angle.cos()).max(1e-6);
                let top = horizon_px - px_per_m * (world.wall_height_m - self.height_m);
                (wall_color(hit).bytes(), (top, horizon_px + px_per_m * self.height_m))
            }
        };
        Column { direction: Point::along(heading), stretch: 1.0 / angle.cos(), wall, wall_rows }
    }
}

/// The floor is a chessboard, so that driving and turning can be seen.
fn floor_color(pose: Pose, column: &Column, ahead_m: f64) -> Color {
    let distance_m = ahead_m * column.stretch;
    faded(checker(pose.position + column.direction * distance_m), distance_m)
}

fn wall_color(hit: Hit) -> Color {
    let along = hit.wall.to - hit.wall.from;
    let facing = (along.cross(LIGHT) / along.length().max(1e-9)).abs();
    faded(palette(hit.outline).scaled(0.6 + 0.4 * facing), hit.distance_m)
}

fn faded(color: Color, distance_m: f64) -> Color {
    color.scaled(FADE_M / (FADE_M + distance_m))
}

#[cfg(test)]
mod tests {
    use super::{super::world::tests::square_room, *};

    const CAMERA: Camera = Camera { width_px: 64, height_px: 48, field_of_view: 1.2, height_m: 0.3 };

    fn pixel(image: &[u8], x: usize, y: usize) -> &[u8] {
        let at = (y * CAMERA.width_px + x) * 3;
        &image[at..at + 3]
    }

    #[test]
    fn the_picture_has_its_size_and_depends_on_the_pose_only() {
        let room = square_room(3.0);
        let image = CAMERA.render(&room, Pose::default());
        assert_eq!(image.len(), 64 * 48 * 3);
        assert_eq!(image, CAMERA.render(&room, Pose::default()));
        let elsewhere = Pose { position: Point::new(0.3, 0.0), heading: 0.4 };
        assert_ne!(image, CAMERA.render(&room, elsewhere));
    }

    #[test]
    fn ceiling_is_above_and_the_wall_on_the_horizon() {
        let room = square_room(3.0);
        let image = CAMERA.render(&room, Pose::default());
        let wall = wall_color(room.cast(Point::default(), 0.0).unwrap_or_else(|| unreachable!()));
        let seen = pixel(&image, 32, 24);
        assert!(seen.iter().zip(wall.bytes()).all(|(seen, wall)| seen.abs_diff(wall) <= 1), "{seen:?}");
        assert!(pixel(&image, 32, 0).iter().all(|&part| part > 200));
    }

    #[test]
    fn a_nearer_wall_covers_more_rows() {
        let rows = |x: f64| {
            let room = square_room(3.0);
            let pose = Pose { position: Point::new(x, 0.0), heading: 0.0 };
            let column = CAMERA.column(&room, pose, CAMERA.focal_px(), 32);
            column.wall_rows.1 - column.wall_rows.0
        };
        let (far, near) = (rows(-1.0), rows(1.0));
        assert!((near / far - 2.0).abs() < 1e-6, "half the distance is twice the height: {far} and {near}");
    }
}
