//! Ticks: where an axis has its grid lines, and what stands beside them.

use super::scale::{Scale, Transform, log10};

/// A text beside a tick. Powers of ten are kept apart from their exponent, which is drawn raised.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Label {
    Plain(String),
    /// `prefix` ends in 10.
    Power {
        prefix: String,
        exponent: String,
    },
}

/// One labelled tick.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    /// Between 0 and 1 along the axis.
    pub(super) unit: f64,
    pub(super) label: Label,
}

/// The ticks of an axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ticks {
    pub(super) major: Vec<Tick>,
    /// Places of the lighter grid lines without labels.
    pub(super) minor: Vec<f64>,
    /// What is to be added to the labels.
    pub(super) offset: Option<String>,
    /// What the labels are to be multiplied with.
    pub(super) factor: Option<Label>,
}

impl Ticks {
    /// About `target` ticks, never more than twice as many.
    pub(super) fn new(scale: &Scale, target: usize) -> Self {
        match scale.transform {
            Transform::Linear => linear(scale, target),
            Transform::Log => log(scale, target),
            Transform::Symlog(log_c) => symlog(scale, log_c, target),
        }
    }
}

/// A number with `decimals` decimals and a proper minus sign.
fn plain(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| c == '0' || c == '.') => digits.to_owned(),
        Some(digits) => format!("\u{2212}{digits}"),
        None => text,
    }
}

fn power(sign: f64, mantissa: u32, exponent: i32) -> Label {
    let minus = if sign < 0.0 { "\u{2212}" } else { "" };
    let factor = if mantissa == 1 { String::new() } else { format!("{mantissa}\u{d7}") };
    Label::Power { prefix: format!("{minus}{factor}10"), exponent: plain(f64::from(exponent), 0) }
}

fn floor_log10(value: f64) -> i32 {
    log10(value).floor() as i32
}

/// `mantissa * 10^exponent`, also where the power alone would be subnormal.
fn decimal(mantissa: f64, exponent: i32) -> f64 {
    if exponent < -300 { mantissa * 1e-300 * 10f64.powi(exponent + 300) } else { mantissa * 10f64.powi(exponent) }
}

fn linear(scale: &Scale, target: usize) -> Ticks {
    let raw = (scale.high / target as f64) - (scale.low / target as f64);
    let mut exponent = floor_log10(raw);
    // 1, 2, 5 or 10: the smallest that gives at most a quarter more ticks than asked for.
    let mut mantissa = [1.0, 2.0, 5.0].into_iter().find(|&m| decimal(m, exponent) >= raw * 0.79).unwrap_or_else(|| {
        exponent += 1;
        1.0
    });
    if scale.integral && exponent < 0 {
        (mantissa, exponent) = (1.0, 0);
    }
    let step = decimal(mantissa, exponent);
    let (first, last) = ((scale.low / step - 1e-6).ceil(), (scale.high / step + 1e-6).floor());
    let count = ((last - first) as usize).min(2 * target) + 1;
    let indices = (0..count).map(|i| first + i as f64);

    let largest = first.abs().max(last.abs()) * mantissa;
    let digits = floor_log10(largest.max(1.0));
    let has_offset = digits >= 5;
    let base = if has_offset { first } else { 0.0 };
    let shown = if has_offset { (last - first) * mantissa } else { largest };
    let top = floor_log10(shown.max(1.0)) + exponent;
    let shift = if (-3..5).contains(&top) { 0 } else { top };
    let decimals = (shift - exponent).max(0) as usize;

    let major = indices
        .map(|i| Tick {
            unit: scale.unit((i * mantissa) * decimal(1.0, exponent)),
            label: Label::Plain(plain(decimal((i - base) * mantissa, exponent - shift), decimals)),
        })
        .collect();
    let offset = has_offset.then(|| {
        let value = decimal(base * mantissa, exponent);
        let sign = if value < 0.0 { "\u{2212}" } else { "+" };
        let digits = if (-16..=0).contains(&exponent) {
            let digits = format!("{:.*}", exponent.unsigned_abs() as usize, value.abs());
            if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.').to_owned() } else { digits }
        } else {
            format!("{:e}", value.abs())
        };
        format!("{sign}\u{2009}{digits}")
    });
    let factor = (shift != 0).then(|| match power(1.0, 1, shift) {
        Label::Power { prefix, exponent } => Label::Power { prefix: format!("\u{d7}{prefix}"), exponent },
        label @ Label::Plain(_) => label,
    });
    Ticks { major, minor: Vec::new(), offset, factor }
}

/// The number of decades between labels.
fn decade_step(decades: f64, target: usize) -> i32 {
    [1, 2, 3, 5, 10, 20, 50].into_iter().find(|&step| decades / f64::from(step) <= target as f64).unwrap_or(100)
}

fn log(scale: &Scale, target: usize) -> Ticks {
    let (low, high) = (scale.floor.map_or(scale.low, |floor| floor.above) - 1e-9, scale.high + 1e-9);
    let inside = |v: f64| v >= low && v <= high;
    let decades = scale.high - scale.low;
    let mut ticks = Ticks { major: Vec::new(), minor: Vec::new(), offset: None, factor: None };
    if let Some(floor) = scale.floor {
        ticks.major.push(Tick { unit: 0.0, label: Label::Plain(floor.label.into()) });
    }
    let step = decade_step(decades, target);
    for exponent in (low.floor() as i32)..=(high.ceil() as i32) {
        for mantissa in 1..10_u32 {
            let place = f64::from(exponent) + log10(f64::from(mantissa));
            if !inside(place) {
                continue;
            }
            let labelled = match mantissa {
                1 => exponent.rem_euclid(step) == 0,
                2 | 5 => decades < 2.0,
                _ => false,
            };
            if labelled {
                ticks.major.push(Tick { unit: scale.unit(place), label: power(1.0, mantissa, exponent) });
            } else if decades <= 4.0 || (mantissa == 1 && decades <= 40.0) {
                ticks.minor.push(scale.unit(place));
            }
        }
    }
    ticks
}

fn symlog(scale: &Scale, log_c: f64, target: usize) -> Ticks {
    let decades = scale.high - scale.low;
    let step = decade_step(decades, target.saturating_sub(1).max(1));
    let mut ticks = Ticks { major: Vec::new(), minor: Vec::new(), offset: None, factor: None };
    let zero = scale.unit(0.0);
    ticks.major.push(Tick { unit: zero, label: Label::Plain("0".into()) });
    let reach = scale.low.abs().max(scale.high.abs()) + log_c;
    for sign in [-1.0, 1.0] {
        for exponent in (log_c as i32)..=(reach.ceil() as i32) {
            let place = scale.forward(sign * decimal(1.0, exponent));
            if place < scale.low || place > scale.high || !place.is_finite() {
                continue;
            }
            let unit = scale.unit(place);
            // The innermost powers are crowded towards zero.
            if exponent.rem_euclid(step) == 0 && (unit - zero).abs() > 0.05 {
                ticks.major.push(Tick { unit, label: power(sign, 1, exponent) });
            } else if decades <= 40.0 {
                ticks.minor.push(unit);
            }
        }
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::super::scale::ScaleKind;
    use super::*;

    fn ticks(kind: ScaleKind, values: &[f64]) -> Ticks {
        Ticks::new(&Scale::fit(kind, values.iter().copied(), false).unwrap(), 8)
    }

    fn labels(ticks: &Ticks) -> Vec<String> {
        let text = |label: &Label| match label {
            Label::Plain(text) => text.clone(),
            Label::Power { prefix, exponent } => format!("{prefix}^{exponent}"),
        };
        ticks.major.iter().map(|tick| text(&tick.label)).collect()
    }

    #[test]
    fn linear_ticks_are_round() {
        assert_eq!(labels(&ticks(ScaleKind::Linear, &[0.0, 12.0])), ["0", "2", "4", "6", "8", "10", "12"]);
        assert_eq!(
            labels(&ticks(ScaleKind::Linear, &[-1.3, 1.3])),
            ["\u{2212}1.0", "\u{2212}0.5", "0.0", "0.5", "1.0"]
        );
        assert_eq!(labels(&ticks(ScaleKind::Linear, &[0.0, 2.0])), ["0", "1", "2"]);
        let small = ticks(ScaleKind::Linear, &[0.0, 3e-7]);
        assert_eq!(labels(&small), ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5", "3.0"]);
        assert_eq!(small.factor, Some(Label::Power { prefix: "\u{d7}10".into(), exponent: "\u{2212}7".into() }));
        let large = ticks(ScaleKind::Linear, &[0.0, 1_200_000.0]);
        assert_eq!(labels(&large), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0", "1.2"]);
        assert_eq!(large.factor, Some(Label::Power { prefix: "\u{d7}10".into(), exponent: "6".into() }));
        assert_eq!((large.major[0].unit, large.major[6].unit), (0.0, 1.0));
    }

    #[test]
    fn a_narrow_range_far_from_zero_has_an_offset() {
        let narrow = ticks(ScaleKind::Linear, &[1_234.567_801, 1_234.567_809]);
        assert_eq!(narrow.offset.as_deref(), Some("+\u{2009}1234.567801"));
        assert_eq!(narrow.factor, Some(Label::Power { prefix: "\u{d7}10".into(), exponent: "\u{2212}6".into() }));
        assert_eq!(labels(&narrow)[..3], ["0", "1", "2"]);
    }

    #[test]
    fn log_ticks_are_decades() {
        assert_eq!(
            labels(&ticks(ScaleKind::Log, &[1e-3, 10.0])),
            ["10^\u{2212}3", "10^\u{2212}2", "10^\u{2212}1", "10^0", "10^1"]
        );
        let twelve = ticks(ScaleKind::Log, &[1e-12, 1.0]);
        assert_eq!(twelve.major.len(), 7);
        assert_eq!(twelve.minor.len(), 6);
        let zero = ticks(ScaleKind::Log, &[0.0, 1e-3, 1.0]);
        assert_eq!(labels(&zero), ["0", "10^\u{2212}3", "10^\u{2212}2", "10^\u{2212}1", "10^0"]);
        assert_eq!((zero.major[0].unit, zero.major[1].unit), (0.0, 0.25));
        assert_eq!(labels(&ticks(ScaleKind::Log, &[2.0, 5.0])), ["2\u{d7}10^0", "5\u{d7}10^0"]);
    }

    #[test]
    fn symlog_ticks_have_zero_and_both_signs() {
        let labels = labels(&ticks(ScaleKind::Symlog, &[-1e3, 1e-2, 1e3]));
        for label in ["0", "\u{2212}10^2", "10^2"] {
            assert!(labels.iter().any(|l| l == label), "{label} in {labels:?}");
        }
    }

    #[test]
    fn the_number_of_ticks_is_bounded_on_any_range() {
        let extremes = [5e-324, 1e-300, 1e-10, 1.0, 1e16, 1e300, f64::MAX];
        for &a in &extremes {
            for &b in &extremes {
                for pair in [[a, b], [-a, b], [-a, -b]] {
                    for kind in [ScaleKind::Auto, ScaleKind::Linear, ScaleKind::Log, ScaleKind::Symlog] {
                        let ticks = ticks(kind, &pair);
                        let count = ticks.major.len();
                        assert!((1..=17).contains(&count), "{kind:?} {pair:?}: {count}");
                        assert!(ticks.major.iter().all(|tick| (0.0..=1.0).contains(&tick.unit)));
                        let longest = labels(&ticks).iter().map(String::len).max().unwrap_or(0);
                        assert!(longest <= 16, "{kind:?} {pair:?}: {:?}", labels(&ticks));
                    }
                }
            }
        }
    }
}
