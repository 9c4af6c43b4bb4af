//! A picture of what the robot did: world, way, last scan, as SVG text.

use std::fmt::{self, Write as _};

use super::{color::palette, geometry::Point, simulation::Simulation};

/// The longer side of the drawn world.
const WORLD_PX: f64 = 820.0;
const MARGIN_PX: f64 = 36.0;
/// Room for the title above the world and for the legend below it.
const TITLE_PX: f64 = 58.0;
const LEGEND_PX: f64 = 64.0;
/// Title and legend need this much, however narrow the world is.
const MIN_WIDTH_PX: f64 = 640.0;
/// Free space around the world's walls.
const BORDER_M: f64 = 0.3;

const PATH: &str = "#1f5fbf";
const SCAN: &str = "#d62728";
const ROBOT: &str = "#f28e1c";
const START: &str = "#2a9d4a";
const TEXT: &str = "#222";

/// Draws a simulation as it is now.
pub(crate) fn draw(simulation: &Simulation, title: &str) -> String {
    let mut svg = String::new();
    // Writing into a `String` cannot fail.
    let _ = Plot::of(simulation, title).write(&mut svg);
    svg
}

/// From metres (y upwards) to pixels (y downwards).
struct Plot<'a> {
    simulation: &'a Simulation,
    title: &'a str,
    low: Point,
    high: Point,
    px_per_m: f64,
    left_px: f64,
    width_px: f64,
    height_px: f64,
}

impl<'a> Plot<'a> {
    fn of(simulation: &'a Simulation, title: &'a str) -> Self {
        let (low, high) = simulation.world().bounds();
        let trail = simulation.trail().points().iter();
        let (low, high) = trail.fold((low, high), |(low, high), point| {
            (Point::new(low.x.min(point.x), low.y.min(point.y)), Point::new(high.x.max(point.x), high.y.max(point.y)))
        });
        let border = Point::new(BORDER_M, BORDER_M);
        let (low, high) = (low - border, high + border);
        let size = high - low;
        let px_per_m = WORLD_PX / size.x.max(size.y);
        let width_px = (size.x * px_per_m + 2.0 * MARGIN_PX).max(MIN_WIDTH_PX);
        Self {
            simulation,
            title,
            low,
            high,
            px_per_m,
            left_px: (width_px - size.x * px_per_m) / 2.0,
            width_px,
            height_px: size.y * px_per_m + TITLE_PX + LEGEND_PX,
        }
    }

    fn at(&self, point: Point) -> (f64, f64) {
        (self.left_px + (point.x - self.low.x) * self.px_per_m, TITLE_PX + (self.high.y - point.y) * self.px_per_m)
    }

    /// Points as SVG lists them.
    fn list<'p>(&self, points: impl IntoIterator<Item = &'p Point>) -> String {
        points.into_iter().fold(String::new(), |mut list, &point| {
            let (x, y) = self.at(point);
            let _ = write!(list, "{x:.1},{y:.1} ");
            list
        })
    }

    fn write(&self, svg: &mut String) -> fmt::Result {
        let (width, height) = (self.width_px, self.height_px);
        writeln!(
            svg,
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0}" height="{height:.0}" viewBox="0 0 {width:.0} {height:.0}" font-family="DejaVu Sans, Helvetica, Arial, sans-serif" fill="{TEXT}">"#
        )?;
        writeln!(svg, r##"<rect width="100%" height="100%" fill="#ffffff"/>"##)?;
        self.heading(svg)?;
        self.grid(svg)?;
        self.scan(svg)?;
        self.walls(svg)?;
        self.path(svg)?;
        self.robot(svg)?;
        self.legend(svg)?;
        writeln!(svg, "</svg>")
    }

    fn heading(&self, svg: &mut String) -> fmt::Result {
        let drive = self.simulation.drive();
        let left = MARGIN_PX;
        let title = escaped(self.title);
        writeln!(svg, r#"<text x="{left}" y="26" font-size="17" font-weight="bold">{title}</text>"#)?;
        let world = escaped(&self.simulation.world().name);
        let collisions = drive.collisions();
        let plural = if collisions == 1 { "" } else { "s" };
        writeln!(
            svg,
            r##"<text x="{left}" y="46" font-size="13" fill="#555">{world} · {:.1} s · {:.2} m driven · {collisions} collision{plural}</text>"##,
            self.simulation.elapsed_s(),
            drive.distance_m(),
        )
    }

    /// The floor with a line for every metre; in a very large world for every 10, 100, ... metres.
    fn grid(&self, svg: &mut String) -> fmt::Result {
        let (x, y) = self.at(Point::new(self.low.x, self.high.y));
        let size = (self.high - self.low) * self.px_per_m;
        writeln!(svg, r##"<rect x="{x:.1}" y="{y:.1}" width="{:.1}" height="{:.1}" fill="#f7f8fa"/>"##, size.x, size.y)?;
        let mesh_m = self.mesh_m();
        writeln!(svg, r##"<g stroke="#dfe3e8" stroke-width="1">"##)?;
        for number in lines(self.low.x, self.high.x, mesh_m) {
            let (x, top) = self.at(Point::new(number * mesh_m, self.high.y));
            let (_, bottom) = self.at(Point::new(number * mesh_m, self.low.y));
            writeln!(svg, r#"<line x1="{x:.1}" y1="{top:.1}" x2="{x:.1}" y2="{bottom:.1}"/>"#)?;
        }
        for number in lines(self.low.y, self.high.y, mesh_m) {
            let (left, y) = self.at(Point::new(self.low.x, number * mesh_m));
            let (right, _) = self.at(Point::new(self.high.x, number * mesh_m));
            writeln!(svg, r#"<line x1="{left:.1}" y1="{y:.1}" x2="{right:.1}" y2="{y:.1}"/>"#)?;
        }
        writeln!(svg, "</g>")
    }

    /// The distance of two grid lines: at least 20 pixels.
    fn mesh_m(&self) -> f64 {
        10_f64.powi((20.0 / self.px_per_m).log10().ceil().max(0.0) as i32)
    }

    fn walls(&self, svg: &mut String) -> fmt::Result {
        for (number, outline) in self.simulation.world().outlines().iter().enumerate() {
            let fill = if outline.solid { palette(number).hex() } else { "none".into() };
            let points = self.list(&outline.points);
            writeln!(
                svg,
                r##"<polyline points="{points}" fill="{fill}" fill-opacity="0.55" stroke="#30343b" stroke-width="3.5" stroke-linejoin="round" stroke-linecap="round"/>"##
            )?;
        }
        Ok(())
    }

    /// The area that the last scan saw, and a dot for each beam that met something.
    fn scan(&self, svg: &mut String) -> fmt::Result {
        let Some(scan) = self.simulation.last_scan() else { return Ok(()) };
        let lidar = &self.simulation.spec().lidar;
        let ends = scan.ranges_m.iter().enumerate().map(|(beam, &range)| {
            let range_m = f64::from(range).clamp(lidar.min_m, lidar.max_m);
            (scan.from.position + Point::along(scan.from.heading + lidar.angle(beam)) * range_m, range.is_finite())
        });
        let ends: Vec<(Point, bool)> = ends.collect();
        let mut outline: Vec<Point> = ends.iter().map(|(end, _)| *end).collect();
        if lidar.field_of_view < std::f64::consts::TAU - 1e-9 {
            outline.push(scan.from.position);
        }
        let (x, y) = self.at(Point::new(self.low.x, self.high.y));
        let size = (self.high - self.low) * self.px_per_m;
        writeln!(
            svg,
            r#"<clipPath id="floor"><rect x="{x:.1}" y="{y:.1}" width="{:.1}" height="{:.1}"/></clipPath>"#,
            size.x, size.y
        )?;
        let area = self.list(&outline);
        writeln!(svg, r#"<g clip-path="url(#floor)" fill="{SCAN}"><polygon points="{area}" fill-opacity="0.08"/>"#)?;
        for (end, _) in ends.iter().filter(|(_, met)| *met) {
            let (x, y) = self.at(*end);
            writeln!(svg, r#"<circle cx="{x:.1}" cy="{y:.1}" r="2.6"/>"#)?;
        }
        writeln!(svg, "</g>")
    }

    fn path(&self, svg: &mut String) -> fmt::Result {
        let here = self.simulation.drive().pose().position;
        let points = self.list(self.simulation.trail().points().iter().chain([&here]));
        writeln!(
            svg,
            r#"<polyline points="{points}" fill="none" stroke="{PATH}" stroke-width="2.5" stroke-linejoin="round"/>"#
        )?;
        let (x, y) = self.at(self.simulation.world().start.position);
        writeln!(svg, r##"<circle cx="{x:.1}" cy="{y:.1}" r="6" fill="{START}" stroke="#fff" stroke-width="1.5"/>"##)
    }

    fn robot(&self, svg: &mut String) -> fmt::Result {
        let drive = self.simulation.drive();
        let pose = drive.pose();
        let radius = drive.radius_m() * self.px_per_m;
        let (x, y) = self.at(pose.position);
        writeln!(
            svg,
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="{radius:.1}" fill="{ROBOT}" fill-opacity="0.9" stroke="{TEXT}" stroke-width="1.5"/>"#
        )?;
        let (nose_x, nose_y) = self.at(pose.position + Point::along(pose.heading) * drive.radius_m());
        writeln!(
            svg,
            r#"<line x1="{x:.1}" y1="{y:.1}" x2="{nose_x:.1}" y2="{nose_y:.1}" stroke="{TEXT}" stroke-width="2.5"/>"#
        )
    }

    fn legend(&self, svg: &mut String) -> fmt::Result {
        let y = self.height_px - LEGEND_PX / 2.0;
        let text_y = y + 4.5;
        writeln!(svg, r#"<g font-size="13">"#)?;
        let entries = [
            (format!(r##"<circle cx="8" r="6" fill="{START}" stroke="#fff"/>"##), "start", 75.0),
            (format!(r#"<line x1="-2" x2="20" stroke="{PATH}" stroke-width="2.5"/>"#), "way driven", 128.0),
            (format!(r#"<circle cx="2" r="2.6" fill="{SCAN}"/><circle cx="12" r="2.6" fill="{SCAN}"/>"#), "last scan", 110.0),
            (format!(r#"<circle cx="8" r="8" fill="{ROBOT}" stroke="{TEXT}"/><line x1="8" x2="16" stroke="{TEXT}" stroke-width="2"/>"#), "robot", 0.0),
        ];
        let mut x = MARGIN_PX;
        for (symbol, label, width) in entries {
            writeln!(svg, r#"<g transform="translate({x},{y:.1})">{symbol}</g>"#)?;
            writeln!(svg, r#"<text x="{:.1}" y="{text_y:.1}">{label}</text>"#, x + 26.0)?;
            x += width;
        }
        self.scale_bar(svg, y)?;
        writeln!(svg, "</g>")
    }

    /// One mesh of the grid with its length, at the right.
    fn scale_bar(&self, svg: &mut String, y: f64) -> fmt::Result {
        let mesh_m = self.mesh_m();
        let right = self.width_px - MARGIN_PX - 40.0;
        let left = right - mesh_m * self.px_per_m;
        let (top, bottom) = (y - 5.0, y + 5.0);
        writeln!(
            svg,
            r#"<path d="M{left:.1},{top:.1}V{bottom:.1}M{left:.1},{y:.1}H{right:.1}M{right:.1},{top:.1}V{bottom:.1}" stroke="{TEXT}" stroke-width="2" fill="none"/>"#
        )?;
        writeln!(svg, r#"<text x="{:.1}" y="{:.1}">{mesh_m} m</text>"#, right + 8.0, y + 4.5)
    }
}

/// The numbers of the grid lines between two coordinates.
fn lines(low: f64, high: f64, mesh_m: f64) -> impl Iterator<Item = f64> {
    let (first, last) = ((low / mesh_m).ceil() as i64, (high / mesh_m).floor() as i64);
    (first..=last).map(|number| number as f64)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            simulation::tests::{SPEC, drive_around},
            world::tests::square_room,
        },
        *,
    };

    #[test]
    fn the_picture_shows_walls_way_scan_and_robot() {
        let mut simulation = Simulation::new(square_room(3.0), SPEC, 1);
        drive_around(&mut simulation, 5.0);
        let svg = draw(&simulation, "robot <1>");
        assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
        assert!(svg.contains("robot &lt;1&gt;") && svg.contains("square · 5.0 s · "), "{svg}");
        assert!(svg.contains("0 collisions"));
        let dots = svg.matches(r#"r="2.6"/>"#).count();
        assert_eq!(dots, 360, "one dot for each beam that met a wall");
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn a_world_without_walls_can_be_drawn() {
        let empty = crate::simulated_robot::world::World::new("empty".into(), 1.0, Default::default(), vec![]);
        let svg = draw(&Simulation::new(empty, SPEC, 1), "nothing");
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }
}
