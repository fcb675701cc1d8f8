//! Axis scales: from a value to a place between 0 and 1.

/// How an axis maps its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ScaleKind {
    /// Logarithmic where no finite value is negative and the positive ones span at least two decades; symmetric
    /// logarithmic where negative values occur and the magnitudes span at least four decades; otherwise linear.
    #[default]
    Auto,
    /// Linear.
    Linear,
    /// Logarithmic by decades; values that are not positive are shown on the lower edge. Linear where no value is
    /// positive.
    Log,
    /// `sign(v) log10(1 + |v| / c)`, with `c` a power of ten near the smallest magnitude.
    Symlog,
}

/// Where a value lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Placed {
    Inside(f64),
    /// Not positive on a logarithmic axis, or minus infinity: shown on the lower edge.
    Below,
    /// Infinite: shown on the upper edge.
    Above,
}

/// The transformation of a scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Transform {
    Linear,
    Log,
    /// The parameter is `log10 c`.
    Symlog(f64),
}

/// A scale with its range, in transformed units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    pub(super) transform: Transform,
    pub(super) low: f64,
    pub(super) high: f64,
    /// What the lower edge of a logarithmic axis stands for, if not for a value of its own.
    pub(super) floor: Option<Floor>,
    /// All values are integers: ticks between them would say nothing.
    pub(super) integral: bool,
}

/// The lower edge of a logarithmic axis where values that are not positive are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Floor {
    pub(super) label: &'static str,
    /// Where the logarithms begin.
    pub(super) above: f64,
}

/// What the values of an axis look like.
struct Extent {
    min: f64,
    max: f64,
    min_positive: f64,
    min_magnitude: f64,
    /// Values that a logarithmic axis cannot show.
    has_zero: bool,
    has_negative: bool,
    integral: bool,
}

impl Scale {
    /// The scale that fits all values; `None` if none is finite. `padded` leaves room at both ends of a linear axis.
    pub(super) fn fit(kind: ScaleKind, values: impl Iterator<Item = f64>, padded: bool) -> Option<Self> {
        let extent = Extent::of(values)?;
        Some(match extent.choose(kind) {
            Transform::Linear => extent.linear(padded),
            Transform::Log => extent.log(),
            c @ Transform::Symlog(_) => extent.symlog(c),
        })
    }

    /// The place of a value; `None` for NaN.
    pub(super) fn place(&self, value: f64) -> Option<Placed> {
        if value.is_nan() {
            None
        } else if value == f64::INFINITY {
            Some(Placed::Above)
        } else if value == f64::NEG_INFINITY || (self.transform == Transform::Log && value <= 0.0) {
            Some(Placed::Below)
        } else {
            Some(Placed::Inside(self.unit(self.forward(value))))
        }
    }

    /// The place of a transformed value, 0 at the lower end and 1 at the upper.
    pub(super) fn unit(&self, transformed: f64) -> f64 {
        // Quarters, so that the width of the widest ranges does not overflow.
        let unit = (0.25 * transformed - 0.25 * self.low) / (0.25 * self.high - 0.25 * self.low);
        unit.clamp(0.0, 1.0)
    }

    pub(super) fn forward(&self, value: f64) -> f64 {
        match self.transform {
            Transform::Linear => value,
            Transform::Log => log10(value),
            Transform::Symlog(c) => symlog(value, c),
        }
    }
}

/// `log10` with exact decades, so that 1e-3 lies on its grid line.
pub(super) fn log10(value: f64) -> f64 {
    let log = value.log10();
    // Twelve digits are far below a pixel, and hide the last bits in which mathematical libraries differ.
    if log.is_finite() { (log * 1e12).round() / 1e12 } else { log }
}

fn symlog(value: f64, log_c: f64) -> f64 {
    let magnitude = value.abs();
    let ratio = log10(magnitude) - log_c;
    // 1 + r written so that r may exceed the range of f64.
    let log = if ratio > 15.0 { ratio } else { log10(1.0 + 10f64.powf(ratio)) };
    log.copysign(value)
}

impl Extent {
    fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let mut extent = Self {
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            min_positive: f64::INFINITY,
            min_magnitude: f64::INFINITY,
            has_zero: false,
            has_negative: false,
            integral: true,
        };
        for value in values {
            extent.has_zero |= value == 0.0;
            extent.has_negative |= value < 0.0;
            if !value.is_finite() {
                continue;
            }
            extent.integral &= value.fract() == 0.0;
            extent.min = extent.min.min(value);
            extent.max = extent.max.max(value);
            if value != 0.0 {
                extent.min_magnitude = extent.min_magnitude.min(value.abs());
            }
            if value > 0.0 {
                extent.min_positive = extent.min_positive.min(value);
            }
        }
        (extent.min <= extent.max).then_some(extent)
    }

    fn choose(&self, kind: ScaleKind) -> Transform {
        let symlog = || {
            let smallest = log10(self.min_magnitude).floor();
            // At most sixteen decades on one side: nothing below matters beside the largest.
            let largest = log10(self.min.abs().max(self.max.abs()));
            Transform::Symlog(smallest.max((largest - 16.0).floor()))
        };
        let decades_above = |low: f64| log10(self.min.abs().max(self.max.abs())) - log10(low);
        let all_zero = self.min_magnitude == f64::INFINITY;
        match kind {
            _ if all_zero => Transform::Linear,
            ScaleKind::Linear => Transform::Linear,
            ScaleKind::Log if self.max > 0.0 => Transform::Log,
            ScaleKind::Log => Transform::Linear,
            ScaleKind::Symlog => symlog(),
            ScaleKind::Auto if self.min >= 0.0 && decades_above(self.min_positive) >= 2.0 => Transform::Log,
            ScaleKind::Auto if self.min < 0.0 && decades_above(self.min_magnitude) >= 4.0 => symlog(),
            ScaleKind::Auto => Transform::Linear,
        }
    }

    fn linear(&self, padded: bool) -> Scale {
        let (mut low, mut high) = (self.min, self.max);
        let magnitude = low.abs().max(high.abs());
        let width = 0.5 * high - 0.5 * low;
        if magnitude == 0.0 {
            (low, high) = if padded { (-1.0, 1.0) } else { (0.0, 1.0) };
        } else if width <= 1e-12 * magnitude {
            // One value: room on both sides, so that the tick labels differ.
            (low, high) = (low - 0.05 * magnitude, high + 0.05 * magnitude);
        } else if padded {
            let near_zero = low >= 0.0 && low <= 0.1 * high;
            low = if near_zero { 0.0 } else { low - 0.1 * width };
            high += 0.1 * width;
        }
        let limit = |v: f64| v.clamp(-f64::MAX, f64::MAX);
        let (low, high) = (limit(low), limit(high));
        // Subnormal values have no digits left for a range of their own.
        let (low, high) = if high - low < 1e-300 { (low - 1e-300, high + 1e-300) } else { (low, high) };
        Scale { transform: Transform::Linear, low, high, floor: None, integral: self.integral && !padded }
    }

    fn log(&self) -> Scale {
        let (min, max) = (log10(self.min_positive), log10(self.max));
        let (mut low, mut high) = (min.floor(), max.ceil());
        if max - min < 1.0 {
            // Less than a decade: from one of 1, 2, 5 to another.
            low = *preferred(low as i32).iter().rev().find(|&&v| v <= min + 1e-9).unwrap_or(&low);
            high = *preferred(high as i32 - 1).iter().find(|&&v| v >= max - 1e-9).unwrap_or(&high);
        }
        if high - low < 0.1 {
            (low, high) = (low - 1.0, high + 1.0);
        }
        let label = match (self.has_zero, self.has_negative) {
            (false, false) => None,
            (true, false) => Some("0"),
            _ => Some("\u{2264} 0"),
        };
        let floor = label.map(|label| Floor { label, above: low });
        if floor.is_some() {
            low -= (0.06 * (high - low)).max(1.0);
        }
        Scale { transform: Transform::Log, low, high, floor, integral: false }
    }

    fn symlog(&self, c: Transform) -> Scale {
        let scale = Scale { transform: c, low: 0.0, high: 1.0, floor: None, integral: false };
        let (mut low, mut high) = (scale.forward(self.min).min(0.0), scale.forward(self.max).max(0.0));
        let pad = 0.04 * (high - low);
        low -= if low < 0.0 { pad } else { 0.0 };
        high += if high > 0.0 { pad } else { 0.0 };
        Scale { low, high, ..scale }
    }
}

/// The logarithms of 1, 2, 5 and 10 times `10^exponent`.
fn preferred(exponent: i32) -> [f64; 4] {
    [1.0f64, 2.0, 5.0, 10.0].map(|mantissa| f64::from(exponent) + log10(mantissa))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(kind: ScaleKind, values: &[f64]) -> Scale {
        Scale::fit(kind, values.iter().copied(), true).unwrap()
    }

    #[test]
    fn auto_chooses_by_sign_and_range() {
        assert_eq!(fit(ScaleKind::Auto, &[1.0, 1e-6]).transform, Transform::Log);
        assert_eq!(fit(ScaleKind::Auto, &[1.0, 0.0, 1e-6]).transform, Transform::Log);
        assert_eq!(fit(ScaleKind::Auto, &[3.0, 2.0]).transform, Transform::Linear);
        assert_eq!(fit(ScaleKind::Auto, &[-3.0, 2.0]).transform, Transform::Linear);
        assert_eq!(fit(ScaleKind::Auto, &[-3.0, 2e-5, 1e4]).transform, Transform::Symlog(-5.0));
        assert_eq!(fit(ScaleKind::Log, &[0.0, -1.0]).transform, Transform::Linear);
        assert!(Scale::fit(ScaleKind::Auto, [f64::NAN, f64::INFINITY].into_iter(), true).is_none());
    }

    #[test]
    fn a_log_range_is_made_of_decades_and_leaves_one_for_zeros() {
        let scale = fit(ScaleKind::Log, &[3.0, 2e-9]);
        assert_eq!((scale.low, scale.high), (-9.0, 1.0));
        let scale = fit(ScaleKind::Log, &[1.0, 1e-3, 0.0]);
        assert_eq!((scale.low, scale.high), (-4.0, 0.0));
        assert_eq!(scale.floor, Some(Floor { label: "0", above: -3.0 }));
        assert_eq!(fit(ScaleKind::Log, &[1.0, -1.0]).floor.unwrap().label, "\u{2264} 0");
        assert_eq!(scale.place(1e-3), Some(Placed::Inside(0.25)));
        assert_eq!(scale.place(0.0), Some(Placed::Below));
        assert_eq!(scale.place(f64::INFINITY), Some(Placed::Above));
        assert_eq!(scale.place(f64::NAN), None);
        let scale = fit(ScaleKind::Log, &[0.3, 0.4]);
        assert!((scale.low - 0.2f64.log10()).abs() < 1e-9 && (scale.high - 0.5f64.log10()).abs() < 1e-9);
    }

    #[test]
    fn equal_and_extreme_values_have_a_proper_range() {
        for values in [
            &[0.0][..],
            &[7.0, 7.0],
            &[-1e-320],
            &[f64::MAX, -f64::MAX],
            &[f64::MAX],
            &[5e-324, f64::MAX],
            &[1e16, 1e16 + 2.0],
        ] {
            for kind in [ScaleKind::Auto, ScaleKind::Linear, ScaleKind::Log, ScaleKind::Symlog] {
                let scale = fit(kind, values);
                assert!(
                    scale.low < scale.high && scale.low.is_finite() && scale.high.is_finite(),
                    "{kind:?} {values:?}"
                );
                for &value in values {
                    match scale.place(value).unwrap() {
                        Placed::Inside(unit) => assert!((0.0..=1.0).contains(&unit), "{kind:?} {value}"),
                        placed => assert!(placed == Placed::Below && value <= 0.0),
                    }
                }
            }
        }
    }

    #[test]
    fn symlog_is_odd_and_increasing() {
        let scale = fit(ScaleKind::Symlog, &[-1e3, 1e-2, 1e8]);
        assert_eq!(scale.forward(0.0), 0.0);
        let places: Vec<f64> = [-1e3, -1.0, -0.01, 0.0, 0.01, 1.0, 1e8].iter().map(|&v| scale.forward(v)).collect();
        assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(scale.forward(-5.0), -scale.forward(5.0));
    }
}
