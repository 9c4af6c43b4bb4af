//! Reading a world from JSON.
//!
//! ```json
//! {
//!   "name": "room",
//!   "wall_height_m": 1.0,
//!   "start": {"x_m": 1.0, "y_m": 1.0, "heading_deg": 90.0},
//!   "walls": [[[0, 0], [4, 0], [4, 3], [0, 3], [0, 0]]],
//!   "boxes": [{"center": [3, 2], "size": [0.5, 0.8], "turned_deg": 30}],
//!   "pillars": [{"center": [2, 2], "radius_m": 0.2}]
//! }
//! ```
//!
//! A wall is a polyline of points in metres. `boxes`, `pillars`, `wall_height_m` and `heading_deg` may be left out.

use std::{f64::consts::TAU, fs, io, path::Path};

use serde::Deserialize;

use super::{
    geometry::{Point, Pose},
    world::{Outline, World},
};

/// The world that is used when none is named.
const DEFAULT_WORLD: &str = include_str!("default_world.json");

/// More walls than this are a mistake: each of them costs time in every beam of every scan.
const MAX_WALLS: usize = 10_000;

/// A pillar is drawn and sensed as a polygon with this many sides.
const PILLAR_SIDES: u32 = 24;

/// Why a world cannot be used. Each message names the file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorldError {
    /// The file is missing or may not be read.
    #[error("cannot read the world file `{path}`: {source}; the path is relative to the working directory")]
    Unreadable { path: String, source: io::Error },
    /// The file is not JSON, or has keys or values that no world has. `source` names line and column.
    #[error("the world file `{path}` is not a valid world: {source}")]
    Malformed { path: String, source: serde_json::Error },
    /// The file can be read, but describes a world that cannot be.
    #[error("the world file `{path}` is not a valid world: {problem}")]
    Impossible { path: String, problem: String },
}

/// Loads the world at `path`, or the built-in one when `path` is empty, for a robot of the given radius.
///
/// # Errors
/// When the file cannot be read, is no world, or the robot does not fit where it starts.
pub(crate) fn load(path: &str, robot_radius_m: f64) -> Result<World, WorldError> {
    if path.is_empty() {
        return parse("built-in world", DEFAULT_WORLD, robot_radius_m);
    }
    let text = fs::read_to_string(Path::new(path))
        .map_err(|source| WorldError::Unreadable { path: path.into(), source })?;
    parse(path, &text, robot_radius_m)
}

fn parse(path: &str, text: &str, robot_radius_m: f64) -> Result<World, WorldError> {
    let file: WorldFile = serde_json::from_str(text)
        .map_err(|source| WorldError::Malformed { path: path.into(), source })?;
    file.into_world(robot_radius_m)
        .map_err(|problem| WorldError::Impossible { path: path.into(), problem })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorldFile {
    name: String,
    #[serde(default = "one_metre")]
    wall_height_m: f64,
    start: Start,
    walls: Vec<Vec<[f64; 2]>>,
    #[serde(default)]
    boxes: Vec<BoxShape>,
    #[serde(default)]
    pillars: Vec<Pillar>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    x_m: f64,
    y_m: f64,
    #[serde(default)]
    heading_deg: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BoxShape {
    center: [f64; 2],
    size: [f64; 2],
    #[serde(default)]
    turned_deg: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pillar {
    center: [f64; 2],
    radius_m: f64,
}

fn one_metre() -> f64 {
    1.0
}

impl WorldFile {
    fn into_world(self, robot_radius_m: f64) -> Result<World, String> {
        if !(self.wall_height_m > 0.0 && self.wall_height_m.is_finite()) {
            return Err(format!("`wall_height_m` must be more than 0, found {}", self.wall_height_m));
        }
        let outlines = self.outlines()?;
        let segments: usize = outlines.iter().map(|outline| outline.points.len() - 1).sum();
        if segments > MAX_WALLS {
            return Err(format!("it has {segments} wall segments, at most {MAX_WALLS} are allowed"));
        }
        let start = Pose {
            position: Point::new(self.start.x_m, self.start.y_m),
            heading: self.start.heading_deg.to_radians(),
        };
        let world = World::new(self.name, self.wall_height_m, start, outlines);
        let clearance_m = world.clearance_m(start.position);
        if clearance_m < robot_radius_m {
            return Err(format!(
                "the robot does not fit at its start: the nearest wall is {clearance_m:.3} m away, \
                 its radius is {robot_radius_m:.3} m"
            ));
        }
        Ok(world)
    }

    fn outlines(&self) -> Result<Vec<Outline>, String> {
        let walls = self.walls.iter().enumerate().map(|(number, points)| wall(number, points));
        let boxes = self.boxes.iter().enumerate().map(|(number, shape)| shape.outline(number));
        let pillars = self.pillars.iter().enumerate().map(|(number, shape)| shape.outline(number));
        walls.chain(boxes).chain(pillars).collect()
    }
}

fn wall(number: usize, points: &[[f64; 2]]) -> Result<Outline, String> {
    if points.len() < 2 {
        return Err(format!("walls[{number}] has {} point(s), a wall needs at least 2", points.len()));
    }
    let points = points.iter().map(|&[x, y]| Point::new(x, y)).collect();
    Ok(Outline { points, solid: false })
}

impl BoxShape {
    fn outline(&self, number: usize) -> Result<Outline, String> {
        let [width, depth] = self.size;
        if !(width > 0.0 && depth > 0.0) {
            return Err(format!("boxes[{number}] has the size {width} x {depth}, both must be more than 0"));
        }
        let center = Point::new(self.center[0], self.center[1]);
        let turned = self.turned_deg.to_radians();
        let corners = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5)];
        let points = corners
            .map(|(x, y)| center + Point::new(x * width, y * depth).rotated(turned))
            .to_vec();
        Ok(Outline { points, solid: true })
    }
}

impl Pillar {
    fn outline(&self, number: usize) -> Result<Outline, String> {
        if self.radius_m <= 0.0 {
            return Err(format!("pillars[{number}] has the radius {} m, it must be more than 0", self.radius_m));
        }
        let center = Point::new(self.center[0], self.center[1]);
        let corner = |side: u32| {
            let angle = TAU * f64::from(side % PILLAR_SIDES) / f64::from(PILLAR_SIDES);
            center + Point::along(angle) * self.radius_m
        };
        Ok(Outline { points: (0..=PILLAR_SIDES).map(corner).collect(), solid: true })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn problem(text: &str) -> String {
        parse("my_world.json", text, 0.2).unwrap_err().to_string()
    }

    #[test]
    fn the_built_in_world_is_valid() {
        let world = load("", 0.2).unwrap();
        assert!(!world.outlines().is_empty());
    }

    #[test]
    fn every_shape_becomes_walls() {
        let text = r#"{"name": "shapes", "start": {"x_m": 1, "y_m": 1, "heading_deg": 180},
            "walls": [[[0, 0], [4, 0], [4, 3]]],
            "boxes": [{"center": [3, 2], "size": [1, 0.5], "turned_deg": 90}],
            "pillars": [{"center": [2, 2], "radius_m": 0.25}]}"#;
        let world = parse("my_world.json", text, 0.2).unwrap();
        assert_eq!(world.outlines().len(), 3);
        assert_eq!(world.outlines()[0].points[2], Point::new(4.0, 3.0));
        // The box stands on its end: 0.5 m wide, 1 m deep.
        assert!((world.clearance_m(Point::new(3.0, 1.0)) - 0.5).abs() < 1e-9);
        assert!((world.cast(Point::new(1.0, 2.0), 0.0).unwrap().distance_m - 0.75).abs() < 1e-9);
        assert!((world.start.heading - std::f64::consts::PI).abs() < 1e-12);
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = load("no/such/world.json", 0.2).unwrap_err().to_string();
        assert!(error.contains("`no/such/world.json`"), "{error}");
        assert!(error.contains("working directory"), "{error}");
    }

    #[test]
    fn a_file_that_is_no_world_is_refused_with_its_place() {
        let error = problem("{\n  \"name\": \"x\",\n  \"wals\": []\n}");
        assert!(error.contains("my_world.json") && error.contains("`wals`") && error.contains("line 3"), "{error}");
        assert!(problem("").contains("my_world.json"));
        assert!(problem(&"[".repeat(100_000)).contains("my_world.json"));
    }

    #[test]
    fn impossible_worlds_are_refused_with_the_reason() {
        let start = r#""name": "x", "start": {"x_m": 1, "y_m": 1}"#;
        for (rest, reason) in [
            (r#""walls": [[[0, 0]]]"#, "walls[0] has 1 point(s)"),
            (r#""walls": [], "boxes": [{"center": [0, 0], "size": [1, 0]}]"#, "boxes[0] has the size 1 x 0"),
            (r#""walls": [], "pillars": [{"center": [0, 0], "radius_m": -1}]"#, "pillars[0] has the radius -1"),
            (r#""walls": [[[0, 1], [2, 1]]]"#, "does not fit at its start"),
            (r#""walls": [], "wall_height_m": 0"#, "`wall_height_m`"),
        ] {
            let error = problem(&format!("{{{start}, {rest}}}"));
            assert!(error.contains(reason), "{error}");
        }
    }
}
