//! Where the parts of a figure lie.

use super::style::{FONT_SIZE, HEIGHT, SMALL_SIZE, WIDTH, text_width};
use super::ticks::{Label, Ticks};

/// A rectangle in pixels; y grows downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl Frame {
    /// The frame of the axes: what titles, tick labels, the caption and a legend beside the axes leave.
    pub(super) fn of_axes(y_ticks: &Ticks, has_title: bool, has_caption: bool, legend_beside: f64) -> Self {
        let widest = y_ticks.major.iter().map(|tick| label_width(&tick.label)).fold(0.0, f64::max);
        let has_note = y_ticks.offset.is_some() || y_ticks.factor.is_some();
        Self {
            left: 34.0 + widest + 8.0,
            right: WIDTH - 24.0 - legend_beside,
            top: if has_title { 40.0 } else { 18.0 } + if has_note { 14.0 } else { 0.0 },
            bottom: HEIGHT - 48.0 - if has_caption { 20.0 } else { 0.0 },
        }
    }

    /// The point at these shares of width and height, from the lower left corner.
    pub(super) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.left + x * (self.right - self.left), self.bottom - y * (self.bottom - self.top))
    }

    /// Whether the point is inside, or nearer than `margin`.
    pub(super) fn contains(&self, (x, y): (f64, f64), margin: f64) -> bool {
        x >= self.left - margin && x <= self.right + margin && y >= self.top - margin && y <= self.bottom + margin
    }

    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn corners(&self) -> [(f64, f64); 4] {
        [(self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom)]
    }
}

/// Estimated width of a tick label.
pub(super) fn label_width(label: &Label) -> f64 {
    match label {
        Label::Plain(text) => text_width(text, FONT_SIZE),
        Label::Power { prefix, exponent } => text_width(prefix, FONT_SIZE) + text_width(exponent, SMALL_SIZE) + 1.0,
    }
}
