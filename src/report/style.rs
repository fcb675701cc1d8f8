//! The house look: sizes, colours, markers, the widths of letters.

/// Width of a figure in pixels.
pub const WIDTH: f64 = 800.0;
/// Height of a figure in pixels.
pub const HEIGHT: f64 = 500.0;
/// Size of the text.
pub const FONT_SIZE: f64 = 12.0;
/// Size of the title.
pub const TITLE_SIZE: f64 = 14.0;
/// Size of the caption, of notes and of exponents.
pub const SMALL_SIZE: f64 = 10.0;
/// Width of a curve.
pub const LINE_WIDTH: f64 = 2.0;
/// Distance between two markers of a curve.
pub const MARKER_SPACING: f64 = 80.0;
/// Half the size of a marker.
pub const MARKER_RADIUS: f64 = 4.0;
/// Opacity of a quartile band.
pub const BAND_OPACITY: f64 = 0.18;

/// A colour without opacity.
pub type Rgb = (u8, u8, u8);

/// Text and axes.
pub const INK: Rgb = (0x22, 0x22, 0x22);
/// Captions and notes.
pub const FAINT_INK: Rgb = (0x66, 0x66, 0x66);
/// Grid lines with labels.
pub const GRID: Rgb = (0xdd, 0xdd, 0xdd);
/// Grid lines without labels.
pub const FINE_GRID: Rgb = (0xf1, 0xf1, 0xf1);
/// Frame of the legend.
pub const FRAME: Rgb = (0xcc, 0xcc, 0xcc);

/// The colours of Okabe and Ito (2008), told apart by readers with any colour vision; the one that is faint on white
/// comes last.
pub const COLOURS: [Rgb; 8] = [
    (0x00, 0x72, 0xb2), // blue
    (0xd5, 0x5e, 0x00), // vermillion
    (0x00, 0x9e, 0x73), // bluish green
    (0xcc, 0x79, 0xa7), // reddish purple
    (0xe6, 0x9f, 0x00), // orange
    (0x56, 0xb4, 0xe9), // sky blue
    (0x00, 0x00, 0x00), // black
    (0xf0, 0xe4, 0x42), // yellow
];

/// The shape of a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the shapes")]
pub enum Shape {
    Circle,
    Square,
    TriangleUp,
    Diamond,
    Cross,
    Plus,
    TriangleRight,
    TriangleLeft,
    TriangleDown,
}

/// Shapes in the order of [`COLOURS`]. [`Shape::TriangleDown`] is kept for values below the axis.
pub const SHAPES: [Shape; 8] = [
    Shape::Circle,
    Shape::Square,
    Shape::TriangleUp,
    Shape::Diamond,
    Shape::Cross,
    Shape::Plus,
    Shape::TriangleRight,
    Shape::TriangleLeft,
];

/// How one curve looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurveStyle {
    /// Line, marker and band.
    pub colour: Rgb,
    /// Marker.
    pub shape: Shape,
    /// Whether the marker is filled with the colour, or with white.
    pub filled: bool,
}

/// Solvers whose colour is fixed, by family: those that are drawn together differ. The number is the place in
/// [`COLOURS`].
const FIXED: [(&str, usize); 32] = [
    // Equality-constrained programmes.
    ("ada-sketch-newton", 0),
    ("exact-al-newton", 1),
    ("gmres-l1", 2),
    ("augmented-lagrangian", 3),
    ("sqp", 4),
    // Bilevel programmes.
    ("lv-hba", 0),
    ("sflcb", 1),
    ("f2sa", 2),
    ("f3sa", 3),
    ("aipod", 4),
    // Inclusions and linear programmes.
    ("vr-halpern", 0),
    ("halpern", 1),
    ("eag", 2),
    ("extragradient", 3),
    ("r2hpdhg", 4),
    ("pdlp", 5),
    // Generalised linear models.
    ("bcd", 0),
    ("working-set-cd", 1),
    ("prox-newton", 2),
    ("cd", 3),
    // Completion.
    ("alt-min", 0),
    ("als-cg", 1),
    ("ccd", 2),
    ("lmafit", 3),
    ("soft-impute", 4),
    // Acyclic graphs.
    ("topo", 0),
    ("insertion", 1),
    ("dagma", 2),
    ("notears", 3),
    ("golem", 4),
    // Streams and games.
    ("oomd", 0),
    ("ogd", 1),
];

/// Styles for the curves of one figure, by label.
///
/// The solver is what stands before the first comma, parenthesis or space of a label. A known solver always has its
/// own colour; where that is taken, and for other names, it is the first that is free. After eight curves the colours
/// come again with open markers and other shapes.
#[must_use]
pub fn assign(labels: &[&str]) -> Vec<CurveStyle> {
    let place = |label: &str| {
        let solver = label.split([',', '(', ' ']).next().unwrap_or_default();
        FIXED.iter().find(|(name, _)| *name == solver).map(|&(_, place)| place)
    };
    let mut taken = [false; COLOURS.len()];
    let mut places: Vec<Option<usize>> = Vec::with_capacity(labels.len());
    for label in labels {
        let wanted = place(label).filter(|&i| !std::mem::replace(&mut taken[i], true));
        places.push(wanted);
    }
    let mut extra = 0;
    let style = |place: Option<usize>| {
        let free = place.or_else(|| taken.iter().position(|&used| !used));
        if let Some(i) = free {
            taken[i] = true;
            return CurveStyle { colour: COLOURS[i], shape: SHAPES[i], filled: true };
        }
        extra += 1;
        // Three is coprime to eight: every pair of colour and shape comes before one is repeated.
        let i = (extra - 1) % COLOURS.len();
        CurveStyle { colour: COLOURS[i], shape: SHAPES[(i + 3 * extra.div_ceil(8)) % 4], filled: false }
    };
    places.into_iter().map(style).collect()
}

/// Estimated width of a text, in pixels. No font is read, so that figures do not depend on the machine; the widths are
/// those of a wide sans-serif.
#[must_use]
pub fn text_width(text: &str, size: f64) -> f64 {
    let em = |c: char| match c {
        'i' | 'j' | 'l' | '\'' | '|' => 0.3,
        'f' | 't' | 'r' | '.' | ',' | ':' | ';' | ' ' | '(' | ')' | '[' | ']' | '-' | '!' | '/' => 0.39,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '\u{2212}' | '+' | '=' | '\u{d7}' => 0.88,
        '\u{2009}' => 0.2,
        '\u{2e80}'.. => 1.05,
        c if c.is_uppercase() => 0.71,
        _ => 0.62,
    };
    text.chars().map(em).sum::<f64>() * size
}

/// The text, at most `width` wide, without characters that XML forbids. Where it is too long an ellipsis stands for its
/// middle: names differ at their ends, and commands end with what matters.
#[must_use]
pub fn shorten(text: &str, size: f64, width: f64) -> String {
    let clean: String = text.chars().map(|c| if is_xml(c) { c } else { ' ' }).collect();
    if text_width(&clean, size) <= width {
        return clean;
    }
    let half = 0.5 * (width - text_width("\u{2026}", size));
    let fitting = |chars: &mut dyn Iterator<Item = char>| {
        let mut used = 0.0;
        let fits = |c: &char| {
            used += text_width(c.encode_utf8(&mut [0; 4]), size);
            used <= half
        };
        chars.take_while(fits).collect::<Vec<char>>()
    };
    let head: String = fitting(&mut clean.chars()).into_iter().collect();
    let tail: String = fitting(&mut clean.chars().rev()).into_iter().rev().collect();
    format!("{}\u{2026}{}", head.trim_end(), tail.trim_start())
}

/// Whether XML 1.0 allows the character in a text, as one that does not break a line.
pub(super) fn is_xml(c: char) -> bool {
    !c.is_control() && c != '\u{fffe}' && c != '\u{ffff}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_solver_keeps_its_colour() {
        for labels in [&["topo"][..], &["x", "topo"], &["a", "b", "topo (graph)"], &["dagma", "topo, er"]] {
            let styles = assign(labels);
            let i = labels.iter().position(|label| label.starts_with("topo")).unwrap();
            assert_eq!(styles[i].colour, COLOURS[0], "{labels:?}");
        }
        let styles = assign(&["golem", "new", "golem, other"]);
        assert_eq!([styles[0].colour, styles[1].colour, styles[2].colour], [COLOURS[4], COLOURS[0], COLOURS[1]]);
    }

    #[test]
    fn twelve_curves_differ_in_colour_or_marker() {
        let names: Vec<String> = (0..16).map(|i| format!("solver{i}")).collect();
        let labels: Vec<&str> = names.iter().map(String::as_str).collect();
        let styles = assign(&labels);
        for i in 0..styles.len() {
            for j in 0..i {
                assert_ne!(styles[i], styles[j], "{i} {j}");
            }
        }
    }

    #[test]
    fn known_solvers_of_a_family_differ() {
        for (i, (name, _)) in FIXED.iter().enumerate() {
            assert!(FIXED[..i].iter().all(|(other, _)| other != name), "{name}");
        }
        assert!(FIXED.iter().all(|&(_, place)| place < COLOURS.len()));
    }

    #[test]
    fn long_texts_are_cut_to_their_width() {
        let long = format!("start {} end", "wide ".repeat(100));
        let cut = shorten(&long, 12.0, 200.0);
        assert!(cut.starts_with("start wide") && cut.contains('\u{2026}') && cut.ends_with("end"), "{cut}");
        assert!(text_width(&cut, 12.0) <= 200.0);
        assert_eq!(shorten("\u{4e2d}\u{4e2d}\u{4e2d}", 12.0, 1.0), "\u{2026}");
        assert_eq!(shorten("short", 12.0, 200.0), "short");
        assert_eq!(shorten("a\u{0}b\nc", 12.0, 200.0), "a b c");
    }
}
