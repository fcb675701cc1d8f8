//! Curves in pixels: mapping, thinning out, places of markers.

use super::layout::Frame;
use super::scale::{Placed, Scale};
use super::style::MARKER_SPACING;

/// More points than this are never drawn for one piece of a curve.
const MAX_POINTS: usize = 10_000;

/// A point of a curve in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pixel {
    pub(super) x: f64,
    pub(super) y: f64,
    /// Where the value itself lies.
    pub(super) edge: Edge,
}

/// Whether a value is inside the axis or shown on an edge of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    Inside,
    Low,
    High,
}

impl Pixel {
    pub(super) fn point(&self) -> (f64, f64) {
        (self.x, self.y)
    }
}

/// Maps a curve into the frame; it breaks where a coordinate is NaN.
///
/// What has no place on an axis is shown on its edge: zero and below on a logarithmic axis, and infinities. (For x
/// that is the usual iteration zero.)
pub(super) fn map(frame: &Frame, scales: (&Scale, &Scale), x: &[f64], y: &[f64]) -> Vec<Vec<Pixel>> {
    let mut pieces = Vec::new();
    let mut piece = Vec::new();
    for (&x, &y) in x.iter().zip(y) {
        let (Some(px), Some(py)) = (scales.0.place(x), scales.1.place(y)) else {
            if !piece.is_empty() {
                pieces.push(std::mem::take(&mut piece));
            }
            continue;
        };
        let unit = |placed| match placed {
            Placed::Inside(unit) => (unit, Edge::Inside),
            Placed::Below => (0.0, Edge::Low),
            Placed::Above => (1.0, Edge::High),
        };
        let ((ux, _), (uy, edge)) = (unit(px), unit(py));
        let (x, y) = frame.at(ux, uy);
        piece.push(Pixel { x, y, edge });
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// Leaves out points that cannot be seen: of consecutive points in the same column of pixels the first, the lowest, the
/// highest and the last stay, in their order. Where that is still too much, the same is done with runs of equal length.
pub(super) fn decimate(points: &[Pixel]) -> Vec<Pixel> {
    let thinned = thin(points, |_, point| point.x.floor());
    if thinned.len() <= MAX_POINTS {
        return thinned;
    }
    let run = thinned.len().div_ceil(MAX_POINTS / 4);
    thin(&thinned, |i, _| (i / run) as f64)
}

/// Keeps first, lowest, highest and last of each run of points with the same key.
fn thin(points: &[Pixel], key: impl Fn(usize, &Pixel) -> f64) -> Vec<Pixel> {
    let mut kept: Vec<Pixel> = Vec::new();
    let mut start = 0;
    while start < points.len() {
        let this = key(start, &points[start]);
        let mut end = start + 1;
        let (mut lowest, mut highest) = (start, start);
        while end < points.len() && key(end, &points[end]) == this {
            if points[end].y < points[lowest].y {
                lowest = end;
            }
            if points[end].y > points[highest].y {
                highest = end;
            }
            end += 1;
        }
        let mut chosen = [start, lowest, highest, end - 1];
        chosen.sort_unstable();
        for (i, &index) in chosen.iter().enumerate() {
            if i == 0 || chosen[i - 1] != index {
                kept.push(points[index]);
            }
        }
        start = end;
    }
    kept
}

/// Places of the markers of a curve: sparse, at points of the curve, shifted by `phase` (0 to 1) of the distance so
/// that curves that coincide can be told apart. Curves of few points are marked at all of them.
pub(super) fn markers(pieces: &[Vec<Pixel>], phase: f64) -> Vec<(f64, f64)> {
    let count: usize = pieces.iter().map(Vec::len).sum();
    if count <= 12 {
        return pieces.iter().flatten().map(Pixel::point).collect();
    }
    let spaced = spaced(pieces, phase, |a, b| (a.x - b.x).abs().max((a.y - b.y).abs()));
    // A noisy curve goes up and down more than ahead.
    if spaced.len() <= 14 { spaced } else { self::spaced(pieces, phase, |a, b| (a.x - b.x).abs()) }
}

fn spaced(pieces: &[Vec<Pixel>], phase: f64, distance: impl Fn(&Pixel, &Pixel) -> f64) -> Vec<(f64, f64)> {
    let mut places = Vec::new();
    for piece in pieces {
        let Some(mut last) = piece.first() else { continue };
        let mut wanted = phase * MARKER_SPACING;
        // A piece of one point has no line to be seen by.
        let alone = piece.len() == 1;
        for point in piece {
            if alone || distance(point, last) >= wanted {
                places.push(point.point());
                last = point;
                wanted = MARKER_SPACING;
            }
        }
    }
    places
}

/// Places of the markers for values that are shown on an edge: the first of each run, and sparse ones after it.
pub(super) fn edge_markers(pieces: &[Vec<Pixel>], edge: Edge) -> Vec<(f64, f64)> {
    let mut places: Vec<(f64, f64)> = Vec::new();
    for piece in pieces {
        let mut last: Option<f64> = None;
        for point in piece {
            if point.edge != edge {
                last = None;
            } else if last.is_none_or(|x| (point.x - x).abs() >= 0.5 * MARKER_SPACING) {
                // Runs may be shorter than a marker.
                if places.last().is_none_or(|&(x, _)| (point.x - x).abs() >= 6.0) {
                    places.push(point.point());
                }
                last = Some(point.x);
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::super::scale::ScaleKind;
    use super::*;

    fn pixels(points: &[(f64, f64)]) -> Vec<Pixel> {
        points.iter().map(|&(x, y)| Pixel { x, y, edge: Edge::Inside }).collect()
    }

    #[test]
    fn decimation_keeps_first_last_and_extremes() {
        let mut points: Vec<(f64, f64)> = (0..1_000_000).map(|i| (f64::from(i) * 7e-4, 100.0)).collect();
        points[123_456].1 = 3.0;
        points[654_321].1 = 300.0;
        let points = pixels(&points);
        let thin = decimate(&points);
        assert!(thin.len() <= 4 * 701, "{}", thin.len());
        for i in [0, 123_456, 654_321, 999_999] {
            assert!(thin.contains(&points[i]), "{i}");
        }
        assert!(thin.windows(2).all(|pair| pair[0].x <= pair[1].x));
        assert_eq!(thin, decimate(&points));
    }

    #[test]
    fn few_points_are_kept_as_they_are() {
        let points = pixels(&[(0.0, 1.0), (10.0, 2.0), (20.0, 1.0)]);
        assert_eq!(decimate(&points), points);
        assert!(decimate(&[]).is_empty());
    }

    #[test]
    fn points_without_order_are_bounded_too() {
        let points: Vec<(f64, f64)> =
            (0..200_000).map(|i| (f64::from(i * 7919 % 700), f64::from(i * 7 % 397))).collect();
        assert!(decimate(&pixels(&points)).len() <= MAX_POINTS);
    }

    #[test]
    fn a_curve_breaks_at_nan_and_zeros_go_to_the_edge() {
        let frame = Frame { left: 0.0, right: 100.0, top: 0.0, bottom: 50.0 };
        let y = [1.0, f64::NAN, 1e-2, 0.0, f64::INFINITY];
        let x = [0.0, 1.0, 2.0, 3.0, 4.0];
        let sx = Scale::fit(ScaleKind::Linear, x.into_iter(), false).unwrap();
        let sy = Scale::fit(ScaleKind::Log, y.into_iter(), true).unwrap();
        let pieces = map(&frame, (&sx, &sy), &x, &y);
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces[0], [Pixel { x: 0.0, y: 0.0, edge: Edge::Inside }]);
        assert_eq!(pieces[1][1], Pixel { x: 75.0, y: 50.0, edge: Edge::Low });
        assert_eq!(pieces[1][2], Pixel { x: 100.0, y: 0.0, edge: Edge::High });
        assert_eq!(edge_markers(&pieces, Edge::Low), [(75.0, 50.0)]);
        assert_eq!(edge_markers(&pieces, Edge::High), [(100.0, 0.0)]);
    }

    #[test]
    fn markers_are_sparse() {
        let short = vec![pixels(&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)])];
        assert_eq!(markers(&short, 0.5).len(), 3);
        let long = vec![pixels(&(0..700).map(|i| (f64::from(i), f64::from(i % 2) * 300.0)).collect::<Vec<_>>())];
        let places = markers(&long, 0.0);
        assert!((8..=10).contains(&places.len()), "{}", places.len());
        assert_eq!(places[0], (0.0, 0.0));
        assert!(markers(&long, 0.5)[0].0 >= 40.0);
    }
}
