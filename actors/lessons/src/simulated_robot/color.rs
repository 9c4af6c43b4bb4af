//! Colours of walls and floor, the same ones in the camera picture and in the plot.

use super::geometry::Point;

/// The edge of one field of the floor's chessboard.
const CHECKER_M: f64 = 0.5;

const FLOOR: [Color; 2] = [Color::new(168, 156, 140), Color::new(140, 128, 112)];

const PALETTE: [Color; 6] = [
    Color::new(214, 196, 160),
    Color::new(70, 130, 180),
    Color::new(190, 96, 78),
    Color::new(96, 150, 96),
    Color::new(150, 110, 170),
    Color::new(220, 160, 60),
];

/// Red, green and blue, each 0 to 255 but not rounded yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Color([f64; 3]);

impl Color {
    pub(crate) const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red as f64, green as f64, blue as f64])
    }

    /// The same hue, brighter or darker.
    pub(crate) fn scaled(self, factor: f64) -> Self {
        Self(self.0.map(|part| part * factor))
    }

    /// From this colour (`share` 0) to `other` (`share` 1).
    pub(crate) fn mixed(self, other: Self, share: f64) -> Self {
        let Self([red, green, blue]) = self;
        let Self([other_red, other_green, other_blue]) = other;
        let between = |from: f64, to: f64| from + (to - from) * share;
        Self([between(red, other_red), between(green, other_green), between(blue, other_blue)])
    }

    pub(crate) fn bytes(self) -> [u8; 3] {
        // The cast cuts what is after the point, and keeps to what a byte can be.
        self.0.map(|part| (part + 0.5) as u8)
    }

    /// As CSS and SVG write it, such as `#d6c4a0`.
    pub(crate) fn hex(self) -> String {
        let [red, green, blue] = self.bytes();
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

/// The colour of the outline with this number.
pub(crate) fn palette(outline: usize) -> Color {
    PALETTE[outline % PALETTE.len()]
}

/// The colour of the floor at a place.
pub(crate) fn checker(place: Point) -> Color {
    let field = (place.x / CHECKER_M).floor() as i64 ^ (place.y / CHECKER_M).floor() as i64;
    FLOOR[(field & 1) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_fields_of_the_floor_differ() {
        assert_ne!(checker(Point::new(0.1, 0.1)), checker(Point::new(0.6, 0.1)));
        assert_ne!(checker(Point::new(0.1, 0.1)), checker(Point::new(-0.1, 0.1)));
        assert_eq!(checker(Point::new(0.1, 0.1)), checker(Point::new(0.6, 0.6)));
    }

    #[test]
    fn colours_are_rounded_and_clipped() {
        assert_eq!(Color::new(255, 100, 0).scaled(1.5).bytes(), [255, 150, 0]);
        assert_eq!(Color::new(0, 0, 0).mixed(Color::new(200, 100, 255), 0.5).hex(), "#643280");
    }
}
