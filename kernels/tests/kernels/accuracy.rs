//! Errors of exp, log1p, sigmoid and softplus in units in the last place, over a dense grid and at the edges.

use crate::double_double::Dd;
use crate::support::{Random, bits, same_on_every_level};
use thalweg_kernels::{elementwise, scalar};

/// `reference 2^k` compared with `got`, in ulps of the reference (2^-1074 in the subnormal range).
fn error_in_ulps(got: f64, reference: Dd, k: i32) -> f64 {
    let exponent = ((reference.hi.abs().to_bits() >> 52) as i32 - 1023 + k).max(-1022);
    // Scale so that an ulp is 1; exact for got, and the reference has its low part.
    let scale = 52 - exponent;
    let got = Dd::from(got).times_power(scale);
    let difference = got - reference.times_power(k + scale);
    (difference.hi + difference.lo).abs()
}

fn reference_exp(x: f64) -> (Dd, i32) {
    Dd::from(x).exp_parts()
}

fn reference_log1p(x: f64) -> (Dd, i32) {
    (Dd::from(x).ln_1p(), 0)
}

fn reference_sigmoid(x: f64) -> (Dd, i32) {
    let (m, k) = Dd::from(-x.abs()).exp_parts();
    let e = m.times_power(k.max(-900));
    let d = Dd::from(1.0) + e;
    if x < 0.0 { (m / d, k) } else { (Dd::from(1.0) / d, 0) }
}

fn reference_softplus(x: f64) -> (Dd, i32) {
    let (m, k) = Dd::from(-x.abs()).exp_parts();
    if k < -120 {
        // log1p(e) is e to more digits than the reference has.
        return if x > 0.0 { (Dd::from(x) + m.times_power(k.max(-900)), 0) } else { (m, k) };
    }
    let l = m.times_power(k).ln_1p();
    (if x > 0.0 { Dd::from(x) + l } else { l }, 0)
}

/// Points spread evenly, and by magnitude over many powers of two on both sides, and near multiples of ln(2)/2, where
/// the argument reductions switch.
fn points(low: f64, high: f64, smallest: i32, count: usize) -> Vec<f64> {
    let mut random = Random(17);
    let mut points = Vec::new();
    for i in 0..count {
        let u = (i as f64 + random.unit()) / count as f64;
        points.push(low + (high - low) * u);
        let top = if i % 2 == 0 { low.abs() } else { high }.log2();
        let size = 2f64.powf(f64::from(smallest) + (top - f64::from(smallest)) * u);
        points.push(if i % 2 == 0 { -size } else { size });
        let half_ln2 = 0.5 * std::f64::consts::LN_2 * (random.below(200) as f64 - 100.0);
        points.push(half_ln2 * (1.0 + (random.unit() - 0.5) * 1e-9));
        points.push(4.0 * random.unit() - 2.0);
    }
    points.retain(|x| (low..=high).contains(x));
    points
}

fn largest_error(
    name: &str,
    points: &[f64],
    kernel: fn(&[f64], &mut [f64]),
    reference: fn(f64) -> (Dd, i32),
    bound: f64,
) {
    assert!(points.len() > if cfg!(miri) { 100 } else { 100_000 });
    let mut out = vec![0.0; points.len()];
    same_on_every_level(name, || {
        let mut out = vec![0.0; points.len()];
        kernel(points, &mut out);
        out.iter().fold(0u64, |hash, &x| hash.wrapping_mul(0x100_0000_01b3) ^ bits(x))
    });
    kernel(points, &mut out);
    let mut worst = (0.0, 0.0);
    for (&x, &y) in points.iter().zip(&out) {
        let (r, k) = reference(x);
        let error = error_in_ulps(y, r, k);
        if error > worst.0 || error.is_nan() {
            worst = (error, x);
        }
    }
    println!("{name}: largest error {:.3} ulp at {:e}, {} points", worst.0, worst.1, points.len());
    assert!(worst.0 <= bound, "{name}: {} ulp at {:e}", worst.0, worst.1);
    // The reference resolves far less than an ulp, so a perfect score would mean that nothing was compared.
    assert!(worst.0 > 0.4, "{name}: {} ulp", worst.0);
}

const COUNT: usize = if cfg!(miri) { 40 } else { 60_000 };

#[test]
fn exp_is_within_its_bound() {
    largest_error("exp", &points(-745.0, 709.78, -60, COUNT), elementwise::exp, reference_exp, 1.5);
}

#[test]
fn log1p_is_within_its_bound() {
    let mut points = points(-0.9999, 40.0, -300, COUNT);
    // Near -1, and large.
    points.extend((1..50).map(|k| -1.0 + 2f64.powi(-k)));
    points.extend((0..1000).map(|k| 2f64.powi(k) * (1.0 + f64::from(k) * 1e-3)));
    largest_error("log1p", &points, elementwise::log1p, reference_log1p, 1.5);
}

#[test]
fn sigmoid_is_within_its_bound() {
    largest_error("sigmoid", &points(-744.0, 60.0, -60, COUNT), elementwise::sigmoid, reference_sigmoid, 1.5);
}

#[test]
fn softplus_is_within_its_bound() {
    largest_error("softplus", &points(-744.0, 800.0, -60, COUNT), elementwise::softplus, reference_softplus, 2.0);
}

#[test]
fn edges() {
    let (inf, nan, tiny) = (f64::INFINITY, f64::NAN, 5e-324);
    let exp = [
        (0.0, 1.0),
        (-0.0, 1.0),
        (tiny, 1.0),
        (-tiny, 1.0),
        (inf, inf),
        (-inf, 0.0),
        (nan, nan),
        (1e300, inf),
        (-1e300, 0.0),
        (709.8, inf),
        (710.0, inf),
        (-745.13, tiny),
        (-745.14, 0.0),
        (-746.0, 0.0),
    ];
    let log1p = [
        (0.0, 0.0),
        (-0.0, -0.0),
        (tiny, tiny),
        (-tiny, -tiny),
        (1e-300, 1e-300),
        (inf, inf),
        (-inf, nan),
        (nan, nan),
        (-1.0, -inf),
        (-1.0000000000000002, nan),
        (-2.0, nan),
        (1.0, std::f64::consts::LN_2),
        (f64::MAX, 709.782712893384),
    ];
    let sigmoid = [
        (0.0, 0.5),
        (-0.0, 0.5),
        (inf, 1.0),
        (-inf, 0.0),
        (nan, nan),
        (800.0, 1.0),
        (-800.0, 0.0),
        (-745.13, tiny),
        (40.0, 1.0),
    ];
    let softplus = [
        (0.0, std::f64::consts::LN_2),
        (-0.0, std::f64::consts::LN_2),
        (inf, inf),
        (-inf, 0.0),
        (nan, nan),
        (800.0, 800.0),
        (f64::MAX, f64::MAX),
        (-800.0, 0.0),
        (-745.13, tiny),
    ];
    type Case<'a> = (&'a str, fn(f64) -> f64, fn(&[f64], &mut [f64]), &'a [(f64, f64)]);
    let cases: [Case<'_>; 4] = [
        ("exp", scalar::exp, elementwise::exp, &exp),
        ("log1p", scalar::log1p, elementwise::log1p, &log1p),
        ("sigmoid", scalar::sigmoid, elementwise::sigmoid, &sigmoid),
        ("softplus", scalar::softplus, elementwise::softplus, &softplus),
    ];
    for (name, scalar, slice, values) in cases {
        for &(x, expected) in values {
            assert_eq!(bits(scalar(x)), bits(expected), "{name}({x:e}) = {:e}", scalar(x));
            // In a vector of every length, so that the packed loop and its tail meet the value.
            for n in [1, 2, 3, 8, 9, 33] {
                same_on_every_level(name, || {
                    let mut out = vec![1.0; n];
                    slice(&vec![x; n], &mut out);
                    assert!(out.iter().all(|&y| bits(y) == bits(expected)), "{name}({x:e}) in a slice of {n}");
                });
            }
        }
    }
    // The largest argument whose exponential is finite, and its neighbour.
    assert!(scalar::exp(709.782712893384).is_finite());
    assert_eq!(scalar::exp(709.7827128933841), inf);
}
