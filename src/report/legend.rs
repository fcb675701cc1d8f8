//! The legend: what it says, and where it hides the least.

use super::layout::Frame;
use super::paths::Pixel;
use super::style::{CurveStyle, FONT_SIZE, shorten, text_width};

/// Height of a row.
pub(super) const ROW: f64 = 18.0;
/// Room for the piece of line before a label.
pub(super) const SWATCH: f64 = 34.0;
/// Room inside the frame of the legend.
pub(super) const PADDING: f64 = 7.0;
/// Distance from the axes.
const GAP: f64 = 10.0;

/// A row of the legend.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) label: String,
    pub(super) style: CurveStyle,
    /// Whether a piece of line is drawn, or the marker alone.
    pub(super) line: bool,
}

/// The rows of a legend and the size of their box.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Legend {
    pub(super) entries: Vec<Entry>,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Legend {
    /// A legend whose labels are shortened to fit into `max_width`.
    pub(super) fn new(mut entries: Vec<Entry>, max_width: f64) -> Self {
        let around = SWATCH + 2.0 * PADDING;
        for entry in &mut entries {
            entry.label = shorten(&entry.label, FONT_SIZE, max_width - around);
        }
        let text = entries.iter().map(|entry| text_width(&entry.label, FONT_SIZE)).fold(0.0, f64::max);
        let height = entries.len() as f64 * ROW + 2.0 * PADDING - 4.0;
        Self { entries, width: text + around, height }
    }

    /// The corner of the frame where the legend covers the fewest of the points, and the share of them it covers.
    /// Of equal corners the first counts: upper right, upper left, lower left, lower right.
    pub(super) fn place(&self, frame: &Frame, points: &[(f64, f64)]) -> (Frame, f64) {
        let corner = |right: bool, bottom: bool| {
            let left = if right { frame.right - GAP - self.width } else { frame.left + GAP };
            let top = if bottom { frame.bottom - GAP - self.height } else { frame.top + GAP };
            Frame { left, right: left + self.width, top, bottom: top + self.height }
        };
        let covered = |place: &Frame| points.iter().filter(|point| place.contains(**point, 4.0)).count();
        let mut best = corner(true, false);
        let mut fewest = covered(&best);
        for (right, bottom) in [(false, false), (false, true), (true, true)] {
            let place = corner(right, bottom);
            let count = covered(&place);
            if count < fewest {
                (best, fewest) = (place, count);
            }
        }
        (best, fewest as f64 / points.len().max(1) as f64)
    }
}

/// Points along the lines of a curve, at most five pixels apart.
pub(super) fn along(piece: &[Pixel], points: &mut Vec<(f64, f64)>) {
    points.extend(piece.first().map(Pixel::point));
    for pair in piece.windows(2) {
        let (dx, dy) = (pair[1].x - pair[0].x, pair[1].y - pair[0].y);
        let steps = (dx.abs().max(dy.abs()) / 5.0).ceil().max(1.0);
        for i in 1..=steps as usize {
            let t = i as f64 / steps;
            points.push((pair[0].x + t * dx, pair[0].y + t * dy));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::paths::Edge;
    use super::super::style::assign;
    use super::*;

    const FRAME: Frame = Frame { left: 100.0, right: 700.0, top: 50.0, bottom: 450.0 };

    fn legend(labels: &[&str]) -> Legend {
        let entries = labels.iter().zip(assign(labels));
        let entries = entries.map(|(label, style)| Entry { label: (*label).into(), style, line: true }).collect();
        Legend::new(entries, 300.0)
    }

    fn line(from: (f64, f64), to: (f64, f64)) -> Vec<(f64, f64)> {
        let pixel = |(x, y)| Pixel { x, y, edge: Edge::Inside };
        let mut points = Vec::new();
        along(&[pixel(from), pixel(to)], &mut points);
        points
    }

    #[test]
    fn the_emptiest_corner_is_taken() {
        let legend = legend(&["a", "b"]);
        let falling = line((100.0, 50.0), (700.0, 450.0));
        let (place, covered) = legend.place(&FRAME, &falling);
        assert_eq!((place.right, place.top, covered), (690.0, 60.0, 0.0));
        let rising = line((100.0, 450.0), (700.0, 50.0));
        assert_eq!(legend.place(&FRAME, &rising).0.left, 110.0);
        let mut top = line((100.0, 70.0), (700.0, 70.0));
        top.extend(line((120.0, 50.0), (120.0, 450.0)));
        let (place, covered) = legend.place(&FRAME, &top);
        assert_eq!((place.right, place.bottom, covered), (690.0, 440.0, 0.0));
    }

    #[test]
    fn a_full_plot_is_noticed() {
        let mut points = Vec::new();
        for i in 0..40 {
            points.extend(line((100.0, 50.0 + 10.0 * f64::from(i)), (700.0, 50.0 + 10.0 * f64::from(i))));
        }
        assert!(legend(&["a", "b"]).place(&FRAME, &points).1 > 0.005);
    }

    #[test]
    fn long_labels_are_shortened() {
        let legend = legend(&[&"long ".repeat(40)]);
        assert!(legend.width <= 301.0 && legend.entries[0].label.contains('\u{2026}'));
    }
}
