//! The structure of drawn documents.

use super::*;

fn curve(label: &str, points: &[(f64, f64)]) -> Curve {
    Curve {
        label: label.into(),
        x: points.iter().map(|point| point.0).collect(),
        y: points.iter().map(|point| point.1).collect(),
        band: None,
    }
}

fn geometric(label: &str, rate: f64, count: u32) -> Curve {
    curve(label, &(0..count).map(|k| (f64::from(k), rate.powf(f64::from(k)))).collect::<Vec<_>>())
}

fn figure(curves: Vec<Curve>) -> Figure {
    Figure {
        title: "A title".into(),
        caption: "thalweg; seed 0".into(),
        x: AxisSpec { label: "epochs".into(), scale: ScaleKind::Auto },
        y: AxisSpec { label: "relative gap".into(), scale: ScaleKind::Auto },
        curves,
    }
}

/// Checks that tags are closed in order and texts have no bare `<` or `&`; returns the names of all elements.
fn elements(svg: &str) -> Vec<String> {
    let (mut open, mut names) = (Vec::new(), Vec::new());
    for piece in svg.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("a tag ends");
        for part in [tag, text] {
            for (at, _) in part.match_indices('&') {
                let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"];
                assert!(known.iter().any(|name| part[at..].starts_with(name)), "{part}");
            }
        }
        assert!(text.chars().all(|c| c == '\n' || style::is_xml(c)), "{text:?}");
        let name: String = tag.trim_start_matches('/').chars().take_while(|c| c.is_alphanumeric()).collect();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else {
            if !tag.ends_with('/') {
                open.push(name.clone());
            }
            names.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    names
}

/// The number of curves, without their samples in the legend.
fn lines_of(svg: &str, colour: usize) -> usize {
    let (r, g, b) = style::COLOURS[colour];
    let start = format!("<polyline fill=\"none\" opacity=\"1\" stroke=\"#{r:02X}{g:02X}{b:02X}\" stroke-width=\"20\"");
    svg.matches(&start).count() - 1
}

#[test]
fn a_figure_has_its_parts() {
    let svg = figure(vec![geometric("topo", 0.5, 41), geometric("dagma", 0.8, 41)]).to_svg().unwrap();
    let names = elements(&svg);
    assert!(svg.starts_with("<svg width=\"800\" height=\"500\" viewBox=\"0 0 8000 5000\""));
    assert_eq!((lines_of(&svg, 0), lines_of(&svg, 2)), (1, 1));
    assert!(names.iter().filter(|name| *name == "circle").count() >= 5);
    for text in ["A title", "thalweg; seed 0", "epochs", "relative gap", "topo", "dagma", "\u{2212}12", "40"] {
        assert!(svg.contains(&format!(">\n{text}\n</text>")), "{text}");
    }
    assert!(svg.contains("<title>A title</title>") && svg.contains("<desc>thalweg; seed 0</desc>"));
    assert!(!svg.contains("zero or negative"));
}

#[test]
fn the_same_figure_gives_the_same_bytes() {
    let make = || figure(vec![geometric("a", 0.5, 100), geometric("b", 0.9, 100)]).to_svg().unwrap();
    assert_eq!(make(), make());
}

#[test]
fn zeros_are_shown_and_explained() {
    let mut points: Vec<(f64, f64)> = (0..20).map(|k| (f64::from(k), 0.1f64.powi(k))).collect();
    points.push((20.0, 0.0));
    let svg = figure(vec![curve("topo", &points)]).to_svg().unwrap();
    elements(&svg);
    assert!(svg.contains("zero or negative"));
    // At the lower end of both axes, and in the exponent of one.
    assert_eq!(svg.matches(">\n0\n</text>").count(), 3);
    let infinite = figure(vec![curve("topo", &[(0.0, f64::INFINITY), (1.0, 1.0), (2.0, 0.5)])]).to_svg().unwrap();
    assert!(infinite.contains("infinite") && !infinite.contains("zero or negative"));
}

#[test]
fn a_curve_breaks_at_nan() {
    let mut broken = geometric("topo", 0.5, 40);
    broken.y[20] = f64::NAN;
    assert_eq!(lines_of(&figure(vec![broken]).to_svg().unwrap(), 0), 2);
    let nothing = curve("dagma", &[(0.0, f64::NAN)]);
    let svg = figure(vec![geometric("topo", 0.5, 40), nothing]).to_svg().unwrap();
    assert!(svg.contains("dagma (no values)"));
}

#[test]
fn bands_are_polygons_with_both_edges() {
    let mut banded = geometric("topo", 0.5, 30);
    let edge = |factor: f64| banded.y.iter().map(|y| factor * y).collect::<Vec<_>>();
    banded.band = Some((edge(0.5), edge(2.0)));
    let svg = figure(vec![banded]).to_svg().unwrap();
    let band = svg.lines().find(|line| line.starts_with("<polygon opacity=\"0.18\"")).unwrap();
    assert_eq!(band.matches(',').count(), 60);
}

#[test]
fn any_numbers_can_be_drawn() {
    let extremes = [
        0.0,
        -0.0,
        5e-324,
        -1e-300,
        1.0,
        1.0 + f64::EPSILON,
        1e16,
        f64::MAX,
        -f64::MAX,
        f64::INFINITY,
        f64::NEG_INFINITY,
    ];
    for &a in &extremes {
        for &b in &extremes {
            for scale in [ScaleKind::Auto, ScaleKind::Linear, ScaleKind::Log, ScaleKind::Symlog] {
                let mut figure = figure(vec![curve("a", &[(a, b), (b, a), (1.0, 2.0), (f64::NAN, a)])]);
                figure.x.scale = scale;
                figure.y.scale = scale;
                elements(&figure.to_svg().unwrap());
            }
        }
    }
}

#[test]
fn texts_are_escaped_and_fit() {
    let mut figure =
        figure((0..12).map(|i| geometric(&format!("<&\"'\u{1} {i} {}", "long ".repeat(40)), 0.9, 30)).collect());
    figure.title = "a < b & c ".repeat(30);
    figure.caption = "\u{0}\n".repeat(500);
    figure.y.label = "gap > 0".repeat(80);
    let svg = figure.to_svg().unwrap();
    elements(&svg);
    assert!(svg.contains("&lt;&amp;&quot;"));
}

#[test]
fn a_million_rows_become_a_small_document() {
    let noisy = |k: u32| 1.0 / f64::from(1 + k) * f64::from(1 + k.wrapping_mul(2_654_435_761) % 7);
    let points: Vec<(f64, f64)> = (0..1_000_000).map(|k| (f64::from(k), noisy(k))).collect();
    let svg = figure(vec![curve("a", &points)]).to_svg().unwrap();
    assert!(svg.len() < 100_000, "{}", svg.len());
}

#[test]
fn what_cannot_be_drawn_is_named() {
    let message = |curves| figure(curves).to_svg().unwrap_err().to_string();
    assert_eq!(message(vec![]), "nothing to draw: the figure has no curves");
    assert_eq!(message(vec![curve("a", &[])]), "nothing to draw: no point of a has finite coordinates");
    let mut uneven = curve("a", &[(0.0, 1.0)]);
    uneven.y.push(1.0);
    assert_eq!(message(vec![uneven]), "curve a: y has 2 values, x has 1");
    let mut uneven = curve("a", &[(0.0, 1.0)]);
    uneven.band = Some((vec![1.0], vec![]));
    assert_eq!(message(vec![uneven]), "curve a: the upper edge of the band has 0 values, x has 1");
}
