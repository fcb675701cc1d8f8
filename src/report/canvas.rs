//! Drawing in pixels on the SVG backend of plotters: the one file that knows the library.
//!
//! The backend has integer coordinates. It is given a canvas ten times as large, shown at the size of the figure, so
//! that a coordinate is exact to a tenth of a pixel. Axes are laid out here and not by the library's meshes, which
//! have no raised exponents and read fonts to measure text.

use plotters::prelude::{
    Color, DrawingBackend, FontFamily, FontStyle, FontTransform, RGBColor, SVGBackend, ShapeStyle,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, TextStyle};

use super::error::ReportError;
use super::style::text_width;
use super::style::{CurveStyle, FONT_SIZE, HEIGHT, INK, MARKER_RADIUS, Rgb, SMALL_SIZE, Shape, WIDTH, is_xml};
use super::ticks::Label;

/// Units of the backend in a pixel.
const UNITS: f64 = 10.0;
/// The backend divides font sizes by this.
const FONT_SCALE: f64 = 1.24;

type Outcome = Result<(), ReportError>;

/// Where a text lies relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

/// How a text looks. It is centred vertically on its point.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextLook {
    pub(super) size: f64,
    pub(super) colour: Rgb,
    pub(super) anchor: Anchor,
    pub(super) bold: bool,
    /// Reading upwards.
    pub(super) upright: bool,
}

impl TextLook {
    pub(super) fn new(size: f64, colour: Rgb, anchor: Anchor) -> Self {
        Self { size, colour, anchor, bold: false, upright: false }
    }
}

/// A figure being drawn; all coordinates in pixels from the upper left corner.
pub(super) struct Canvas<'a> {
    backend: SVGBackend<'a>,
}

fn units(value: f64) -> i32 {
    (value * UNITS).round() as i32
}

fn rgb((r, g, b): Rgb) -> RGBColor {
    RGBColor(r, g, b)
}

fn failed(error: impl std::fmt::Display) -> ReportError {
    ReportError::Draw(error.to_string())
}

/// Draws a whole figure: runs `draw` on a white canvas and returns the document. `title` and `description` are for
/// readers that do not see the drawing.
pub(super) fn document(
    title: &str,
    description: &str,
    draw: impl FnOnce(&mut Canvas<'_>) -> Outcome,
) -> Result<String, ReportError> {
    let mut body = String::new();
    {
        let backend = SVGBackend::with_string(&mut body, (units(WIDTH) as u32, units(HEIGHT) as u32));
        let mut canvas = Canvas { backend };
        canvas.fill(&[(0.0, 0.0), (WIDTH, 0.0), (WIDTH, HEIGHT), (0.0, HEIGHT)], (255, 255, 255), 1.0)?;
        draw(&mut canvas)?;
        canvas.backend.present().map_err(failed)?;
    }
    let (_, rest) = body.split_once('\n').ok_or_else(|| failed("the backend wrote no document"))?;
    let mut svg = format!(
        "<svg width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {} {}\" stroke-linejoin=\"round\" \
         stroke-linecap=\"round\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\">\n",
        units(WIDTH),
        units(HEIGHT)
    );
    for (tag, text) in [("title", title), ("desc", description)] {
        if !text.is_empty() {
            svg.push_str(&format!("<{tag}>{}</{tag}>\n", escape(text)));
        }
    }
    svg.push_str(rest);
    Ok(svg)
}

fn escape(text: &str) -> String {
    let clean: String = text.chars().map(|c| if is_xml(c) { c } else { ' ' }).collect();
    clean.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

impl Canvas<'_> {
    /// A line through the points.
    pub(super) fn path(&mut self, points: &[(f64, f64)], colour: Rgb, width: f64) -> Outcome {
        let style = ShapeStyle { color: rgb(colour).to_rgba(), filled: false, stroke_width: units(width) as u32 };
        self.backend.draw_path(points.iter().map(|&(x, y)| (units(x), units(y))), &style).map_err(failed)
    }

    /// A filled polygon.
    pub(super) fn fill(&mut self, points: &[(f64, f64)], colour: Rgb, opacity: f64) -> Outcome {
        let points: Vec<(i32, i32)> = points.iter().map(|&(x, y)| (units(x), units(y))).collect();
        self.backend.fill_polygon(points, &rgb(colour).mix(opacity)).map_err(failed)
    }

    /// One line of text.
    pub(super) fn text(&mut self, text: &str, (x, y): (f64, f64), look: TextLook) -> Outcome {
        let horizontal = match look.anchor {
            Anchor::Left => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::Right => HPos::Right,
        };
        let weight = if look.bold { FontStyle::Bold } else { FontStyle::Normal };
        let transform = if look.upright { FontTransform::Rotate270 } else { FontTransform::None };
        let font = FontDesc::new(FontFamily::SansSerif, look.size * UNITS * FONT_SCALE, weight).transform(transform);
        let colour = rgb(look.colour);
        let style = TextStyle::from(font).color(&colour).pos(Pos::new(horizontal, VPos::Center));
        self.backend.draw_text(text, &style, (units(x), units(y))).map_err(failed)
    }

    /// A tick label. The base of a power and its exponent meet at a point that is estimated from the width of the
    /// label, but known exactly to both, so that they join in any font.
    pub(super) fn label(&mut self, label: &Label, (x, y): (f64, f64), anchor: Anchor) -> Outcome {
        match label {
            Label::Plain(text) => self.text(text, (x, y), TextLook::new(FONT_SIZE, INK, anchor)),
            Label::Power { prefix, exponent } => {
                let left = text_width(prefix, FONT_SIZE);
                let right = text_width(exponent, SMALL_SIZE);
                let joint = match anchor {
                    Anchor::Left => x + left,
                    Anchor::Middle => x + 0.5 * (left - right),
                    Anchor::Right => x - right,
                };
                self.text(prefix, (joint - 0.5, y), TextLook::new(FONT_SIZE, INK, Anchor::Right))?;
                self.text(exponent, (joint + 0.5, y - 5.0), TextLook::new(SMALL_SIZE, INK, Anchor::Left))
            }
        }
    }

    /// A marker of a curve.
    pub(super) fn marker(&mut self, style: CurveStyle, (x, y): (f64, f64)) -> Outcome {
        let r = MARKER_RADIUS;
        let at = |points: &[(f64, f64)]| points.iter().map(|&(dx, dy)| (x + r * dx, y + r * dy)).collect::<Vec<_>>();
        let outline = match style.shape {
            Shape::Circle => return self.circle(style, (x, y)),
            Shape::Cross => {
                return self.strokes(style, &[at(&[(-0.8, -0.8), (0.8, 0.8)]), at(&[(-0.8, 0.8), (0.8, -0.8)])]);
            }
            Shape::Plus => {
                return self.strokes(style, &[at(&[(-1.1, 0.0), (1.1, 0.0)]), at(&[(0.0, -1.1), (0.0, 1.1)])]);
            }
            Shape::Square => at(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
            Shape::Diamond => at(&[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)]),
            Shape::TriangleUp => at(&[(-1.1, 0.8), (1.1, 0.8), (0.0, -1.2)]),
            Shape::TriangleDown => at(&[(-1.1, -0.8), (1.1, -0.8), (0.0, 1.2)]),
            Shape::TriangleRight => at(&[(-0.8, -1.1), (-0.8, 1.1), (1.2, 0.0)]),
            Shape::TriangleLeft => at(&[(0.8, -1.1), (0.8, 1.1), (-1.2, 0.0)]),
        };
        let mut closed = outline.clone();
        closed.extend(outline.first().copied());
        if style.filled {
            // A white edge keeps the marker apart from the curves below.
            self.path(&closed, (255, 255, 255), 2.0)?;
            self.fill(&outline, style.colour, 1.0)
        } else {
            self.fill(&outline, (255, 255, 255), 1.0)?;
            self.path(&closed, style.colour, 1.4)
        }
    }

    fn circle(&mut self, style: CurveStyle, (x, y): (f64, f64)) -> Outcome {
        let center = (units(x), units(y));
        let radius = units(MARKER_RADIUS) as u32;
        if style.filled {
            let edge = units(MARKER_RADIUS + 1.0) as u32;
            self.backend.draw_circle(center, edge, &RGBColor(255, 255, 255), true).map_err(failed)?;
            return self.backend.draw_circle(center, radius, &rgb(style.colour), true).map_err(failed);
        }
        self.backend.draw_circle(center, radius, &RGBColor(255, 255, 255), true).map_err(failed)?;
        let ring = ShapeStyle { color: rgb(style.colour).to_rgba(), filled: false, stroke_width: units(1.4) as u32 };
        self.backend.draw_circle(center, radius, &ring, false).map_err(failed)
    }

    fn strokes(&mut self, style: CurveStyle, lines: &[Vec<(f64, f64)>; 2]) -> Outcome {
        for (colour, width) in [((255, 255, 255), 3.6), (style.colour, 2.0)] {
            for line in lines {
                self.path(line, colour, width)?;
            }
        }
        Ok(())
    }
}
