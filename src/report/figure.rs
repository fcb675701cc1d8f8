//! A figure: curves over two axes, drawn as SVG.

use super::canvas::{Anchor, Canvas, TextLook, document};
use super::error::ReportError;
use super::layout::{Frame, label_width};
use super::legend::{self, Entry, Legend};
use super::paths::{self, Edge, Pixel};
use super::scale::{Scale, ScaleKind};
use super::style::{
    self, BAND_OPACITY, CurveStyle, FAINT_INK, FINE_GRID, FONT_SIZE, FRAME, GRID, HEIGHT, INK, LINE_WIDTH, SMALL_SIZE,
    Shape, TITLE_SIZE, WIDTH, shorten,
};
use super::ticks::Ticks;

/// The legend stands beside the axes if it would cover more than this share of the curves in every corner.
const MOST_COVERED: f64 = 0.002;

/// An axis: what it shows, and how.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AxisSpec {
    /// What is shown, with its unit.
    pub label: String,
    /// How values are mapped. On the x axis [`ScaleKind::Auto`] is linear.
    pub scale: ScaleKind,
}

/// One curve.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    /// Its name in the legend; the solver's name comes first (see [`style::assign`]). A curve without a name is drawn thin
    /// and grey, behind the others, and is not in the legend.
    pub label: String,
    /// Abscissae. The curve breaks where a coordinate is NaN.
    pub x: Vec<f64>,
    /// Ordinates, as many as abscissae.
    pub y: Vec<f64>,
    /// Lower and upper edge of the band, as many as abscissae.
    pub band: Option<(Vec<f64>, Vec<f64>)>,
}

/// A figure in the house look.
///
/// ```
/// use thalweg::report::{AxisSpec, Curve, Figure, ScaleKind};
///
/// let x: Vec<f64> = (0..50).map(f64::from).collect();
/// let y = x.iter().map(|k| 0.5f64.powf(*k)).collect();
/// let figure = Figure {
///     title: "Linear convergence".into(),
///     caption: "seed 0".into(),
///     x: AxisSpec { label: "iteration".into(), scale: ScaleKind::Linear },
///     y: AxisSpec { label: "relative gap".into(), scale: ScaleKind::Log },
///     curves: vec![Curve { label: "cd".into(), x, y, band: None }],
/// };
/// assert!(figure.to_svg()?.contains("relative gap"));
/// # Ok::<(), thalweg::report::ReportError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figure {
    /// Above the axes; may be empty.
    pub title: String,
    /// Below the axes, shortened to one line; may be empty. The document's description has it in full.
    pub caption: String,
    /// The horizontal axis.
    pub x: AxisSpec,
    /// The vertical axis.
    pub y: AxisSpec,
    /// The curves, in the order of the legend.
    pub curves: Vec<Curve>,
}

/// A curve in pixels.
struct Drawn {
    /// Without a name.
    faint: bool,
    style: CurveStyle,
    pieces: Vec<Vec<Pixel>>,
    /// Polygons.
    bands: Vec<Vec<(f64, f64)>>,
}

impl Figure {
    /// The figure as an SVG document of 800 x 500 pixels. The same figure gives the same bytes.
    ///
    /// Values that a logarithmic axis cannot show are drawn on its lower edge, which is then labelled 0 (or ≤ 0) and lies
    /// below all decades, with open triangles that the legend explains; infinite values are drawn in the same way.
    ///
    /// # Errors
    /// [`ReportError::Length`] if the vectors of a curve differ in length; [`ReportError::Empty`] if no curve has a
    /// point with finite coordinates.
    pub fn to_svg(&self) -> Result<String, ReportError> {
        self.check_lengths()?;
        let (x_scale, y_scale) = self.scales()?;
        let (x_ticks, y_ticks) = (Ticks::new(&x_scale, 8), Ticks::new(&y_scale, 8));
        let (has_title, has_caption) = (!self.title.is_empty(), !self.caption.is_empty());

        let mut frame = Frame::of_axes(&y_ticks, has_title, has_caption, 0.0);
        let mut drawn = self.map(&frame, (&x_scale, &y_scale));
        let mut legend = Legend::new(self.entries(&drawn), 0.5 * frame.width());
        let (mut place, covered) = legend.place(&frame, &points_to_see(&drawn));
        if covered > MOST_COVERED {
            legend = Legend::new(self.entries(&drawn), 0.36 * frame.width());
            frame = Frame::of_axes(&y_ticks, has_title, has_caption, legend.width + 6.0);
            drawn = self.map(&frame, (&x_scale, &y_scale));
            let left = frame.right + 12.0;
            place = Frame { left, right: left + legend.width, top: frame.top, bottom: frame.top + legend.height };
        }

        document(&self.title, &self.caption, |canvas| {
            draw_grid(canvas, &frame, &x_ticks, &y_ticks)?;
            for curve in &drawn {
                for band in &curve.bands {
                    canvas.fill(band, curve.style.colour, BAND_OPACITY)?;
                }
            }
            draw_axes(canvas, &frame, &x_ticks, &y_ticks)?;
            draw_curves(canvas, &drawn)?;
            draw_legend(canvas, &legend, &place)?;
            self.draw_texts(canvas, &frame)
        })
    }

    fn check_lengths(&self) -> Result<(), ReportError> {
        for curve in &self.curves {
            let expected = curve.x.len();
            let band = curve.band.as_ref();
            let lengths = [
                ("y", Some(curve.y.len())),
                ("the lower edge of the band", band.map(|band| band.0.len())),
                ("the upper edge of the band", band.map(|band| band.1.len())),
            ];
            for (what, length) in lengths {
                if let Some(found) = length.filter(|&length| length != expected) {
                    return Err(ReportError::Length { label: curve.label.clone(), what, expected, found });
                }
            }
        }
        Ok(())
    }

    fn scales(&self) -> Result<(Scale, Scale), ReportError> {
        // Only what is drawn counts: a value beside a NaN does not stretch the axis.
        let shown = || {
            self.curves
                .iter()
                .flat_map(|curve| curve.x.iter().zip(&curve.y))
                .filter(|(x, y)| !x.is_nan() && !y.is_nan())
        };
        let bands = self.curves.iter().filter_map(|curve| curve.band.as_ref());
        let bands = bands.flat_map(|(lower, upper)| lower.iter().chain(upper)).copied();
        let x_kind = if self.x.scale == ScaleKind::Auto { ScaleKind::Linear } else { self.x.scale };
        let x = Scale::fit(x_kind, shown().map(|(x, _)| *x), false);
        let y = Scale::fit(self.y.scale, shown().map(|(_, y)| *y).chain(bands), true);
        match (x, y) {
            (Some(x), Some(y)) => Ok((x, y)),
            _ if self.curves.is_empty() => Err(ReportError::Empty("the figure has no curves".into())),
            _ => {
                let labels: Vec<&str> = self.curves.iter().map(|curve| curve.label.as_str()).collect();
                let labels = labels.join(", ");
                Err(ReportError::Empty(format!("no point of {labels} has finite coordinates")))
            }
        }
    }

    fn map(&self, frame: &Frame, scales: (&Scale, &Scale)) -> Vec<Drawn> {
        let labels: Vec<&str> =
            self.curves.iter().map(|c| c.label.as_str()).filter(|label| !label.is_empty()).collect();
        let mut styles = style::assign(&labels).into_iter();
        let mut drawn = Vec::with_capacity(labels.len());
        for curve in &self.curves {
            let faint = curve.label.is_empty();
            let grey = CurveStyle { colour: FRAME, shape: Shape::Circle, filled: false };
            let style = if faint { grey } else { styles.next().unwrap_or(grey) };
            let thin = |pieces: Vec<Vec<Pixel>>| pieces.iter().map(|piece| paths::decimate(piece)).collect::<Vec<_>>();
            let mut bands = Vec::new();
            if let Some((lower, upper)) = &curve.band {
                // An edge breaks where the other does.
                let known: Vec<f64> = lower
                    .iter()
                    .zip(upper)
                    .map(|(l, u)| if l.is_nan() || u.is_nan() { f64::NAN } else { 0.0 })
                    .collect();
                let x: Vec<f64> = curve.x.iter().zip(&known).map(|(x, known)| x + known).collect();
                let lower = thin(paths::map(frame, scales, &x, lower));
                let upper = thin(paths::map(frame, scales, &x, upper));
                for (lower, upper) in lower.iter().zip(&upper) {
                    bands.push(upper.iter().chain(lower.iter().rev()).map(Pixel::point).collect());
                }
            }
            drawn.push(Drawn { faint, style, pieces: thin(paths::map(frame, scales, &curve.x, &curve.y)), bands });
        }
        drawn
    }

    fn entries(&self, drawn: &[Drawn]) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self
            .curves
            .iter()
            .zip(drawn)
            .filter(|(_, drawn)| !drawn.faint)
            .map(|(curve, drawn)| {
                let note = if drawn.pieces.is_empty() { " (no values)" } else { "" };
                Entry { label: format!("{}{note}", curve.label), style: drawn.style, line: true }
            })
            .collect();
        let on_edge = |edge| drawn.iter().flat_map(|curve| &curve.pieces).flatten().any(|pixel| pixel.edge == edge);
        let notes = [(Edge::Low, Shape::TriangleDown, "zero or negative"), (Edge::High, Shape::TriangleUp, "infinite")];
        for (edge, shape, note) in notes {
            if on_edge(edge) {
                let style = CurveStyle { colour: FAINT_INK, shape, filled: false };
                entries.push(Entry { label: note.into(), style, line: false });
            }
        }
        entries
    }

    fn draw_texts(&self, canvas: &mut Canvas<'_>, frame: &Frame) -> Result<(), ReportError> {
        let middle = 0.5 * (frame.left + frame.right);
        let height = frame.bottom - frame.top;
        let axis = TextLook::new(FONT_SIZE, INK, Anchor::Middle);
        canvas.text(&shorten(&self.x.label, FONT_SIZE, frame.width()), (middle, frame.bottom + 36.0), axis)?;
        let upright = TextLook { upright: true, ..axis };
        let centre = (18.0, 0.5 * (frame.top + frame.bottom));
        canvas.text(&shorten(&self.y.label, FONT_SIZE, height), centre, upright)?;
        if !self.title.is_empty() {
            let look = TextLook { bold: true, ..TextLook::new(TITLE_SIZE, INK, Anchor::Middle) };
            canvas.text(&shorten(&self.title, 1.1 * TITLE_SIZE, WIDTH - 40.0), (0.5 * WIDTH, 20.0), look)?;
        }
        if !self.caption.is_empty() {
            let look = TextLook::new(SMALL_SIZE, FAINT_INK, Anchor::Left);
            canvas.text(&shorten(&self.caption, SMALL_SIZE, WIDTH - 36.0), (18.0, HEIGHT - 14.0), look)?;
        }
        Ok(())
    }
}

/// Points that the legend should not cover.
fn points_to_see(drawn: &[Drawn]) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for curve in drawn {
        for piece in &curve.pieces {
            legend::along(piece, &mut points);
        }
        for band in &curve.bands {
            points.extend(band);
        }
    }
    points
}

fn draw_grid(canvas: &mut Canvas<'_>, frame: &Frame, x: &Ticks, y: &Ticks) -> Result<(), ReportError> {
    let major = |ticks: &Ticks| ticks.major.iter().map(|tick| tick.unit).collect::<Vec<_>>();
    for (x, y, colour) in [(x.minor.clone(), y.minor.clone(), FINE_GRID), (major(x), major(y), GRID)] {
        for unit in x {
            canvas.path(&[frame.at(unit, 0.0), frame.at(unit, 1.0)], colour, 1.0)?;
        }
        for unit in y {
            canvas.path(&[frame.at(0.0, unit), frame.at(1.0, unit)], colour, 1.0)?;
        }
    }
    Ok(())
}

fn draw_axes(canvas: &mut Canvas<'_>, frame: &Frame, x: &Ticks, y: &Ticks) -> Result<(), ReportError> {
    canvas.path(&[frame.at(0.0, 1.0), frame.at(0.0, 0.0), frame.at(1.0, 0.0)], INK, 1.0)?;
    for tick in &x.major {
        let (px, py) = frame.at(tick.unit, 0.0);
        canvas.path(&[(px, py), (px, py + 4.0)], INK, 1.0)?;
        canvas.label(&tick.label, (px, py + 14.0), Anchor::Middle)?;
    }
    for tick in &y.major {
        let (px, py) = frame.at(0.0, tick.unit);
        canvas.path(&[(px - 4.0, py), (px, py)], INK, 1.0)?;
        canvas.label(&tick.label, (px - 8.0, py), Anchor::Right)?;
    }
    let notes =
        [(x, (frame.right, frame.bottom + 34.0), Anchor::Right), (y, (frame.left, frame.top - 12.0), Anchor::Left)];
    for (ticks, (mut px, py), anchor) in notes {
        let offset_width = ticks.offset.as_ref().map_or(0.0, |offset| style::text_width(offset, FONT_SIZE) + 8.0);
        if let Some(factor) = &ticks.factor {
            canvas.label(factor, (px, py), anchor)?;
            let width = label_width(factor) + 6.0;
            px += if anchor == Anchor::Left { width } else { -width };
        }
        if let Some(offset) = ticks.offset.as_ref().filter(|_| offset_width < frame.width()) {
            canvas.text(offset, (px, py), TextLook::new(FONT_SIZE, INK, anchor))?;
        }
    }
    Ok(())
}

fn draw_curves(canvas: &mut Canvas<'_>, drawn: &[Drawn]) -> Result<(), ReportError> {
    let (faint, named): (Vec<_>, Vec<_>) = drawn.iter().partition(|curve| curve.faint);
    for curve in faint.iter().chain(&named) {
        for piece in curve.pieces.iter().filter(|piece| piece.len() > 1) {
            let points: Vec<(f64, f64)> = piece.iter().map(Pixel::point).collect();
            canvas.path(&points, curve.style.colour, if curve.faint { 1.0 } else { LINE_WIDTH })?;
        }
    }
    for (i, curve) in drawn.iter().enumerate().filter(|(_, curve)| !curve.faint) {
        for place in paths::markers(&curve.pieces, i as f64 / drawn.len() as f64) {
            canvas.marker(curve.style, place)?;
        }
        for (edge, shape) in [(Edge::Low, Shape::TriangleDown), (Edge::High, Shape::TriangleUp)] {
            for place in paths::edge_markers(&curve.pieces, edge) {
                canvas.marker(CurveStyle { shape, filled: false, ..curve.style }, place)?;
            }
        }
    }
    Ok(())
}

fn draw_legend(canvas: &mut Canvas<'_>, legend: &Legend, place: &Frame) -> Result<(), ReportError> {
    canvas.fill(&place.corners(), (255, 255, 255), 0.9)?;
    let mut outline = place.corners().to_vec();
    outline.push(outline[0]);
    canvas.path(&outline, FRAME, 1.0)?;
    let left = place.left + legend::PADDING;
    for (i, entry) in legend.entries.iter().enumerate() {
        let y = place.top + legend::PADDING - 2.0 + (i as f64 + 0.5) * legend::ROW;
        if entry.line {
            canvas.path(&[(left, y), (left + 26.0, y)], entry.style.colour, LINE_WIDTH)?;
        }
        canvas.marker(entry.style, (left + 13.0, y))?;
        let look = TextLook::new(FONT_SIZE, INK, Anchor::Left);
        canvas.text(&entry.label, (left + legend::SWATCH, y), look)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
