//! The same bits on every instruction set, for every length and alignment, and for special values; and the order of
//! additions that the documentation states.

use crate::support::{Random, all_bits, bits, same_on_every_level};
use thalweg_kernels::{dense, elementwise, scalar};

/// Four vectors of one length, cut out of longer ones at `offset` so that their alignment varies.
struct Input {
    storage: [Vec<f64>; 4],
    offset: usize,
    n: usize,
}

impl Input {
    fn new(n: usize, offset: usize) -> Self {
        let mut random = Random((n * 8 + offset) as u64);
        Self { storage: std::array::from_fn(|_| random.vector(n + offset)), offset, n }
    }

    fn get(&self, k: usize) -> &[f64] {
        &self.storage[k][self.offset..][..self.n]
    }
}

/// All reductions, under the names of their functions.
fn reductions(input: &Input) -> Vec<(&'static str, f64)> {
    let [a, b, c, w] = [0, 1, 2, 3].map(|k| input.get(k));
    let (ab, ac) = dense::two_dots(a, b, c);
    let mut y = b.to_vec();
    let axpy_dot = dense::axpy_dot(0.75, a, &mut y, c);
    let axpy_sum_squares = dense::axpy_sum_squares(-0.3, a, &mut y);
    vec![
        ("dot", dense::dot(a, b)),
        ("weighted_dot", dense::weighted_dot(w, a, b)),
        ("weighted_sum_squares", dense::weighted_sum_squares(w, a)),
        ("sum", dense::sum(a)),
        ("sum_deviations", dense::sum_deviations(a, 0.3)),
        ("sum_squared_deviations", dense::sum_squared_deviations(a, 0.3)),
        ("weighted_sum_deviations", dense::weighted_sum_deviations(w, a, 0.3)),
        ("weighted_sum_squared_deviations", dense::weighted_sum_squared_deviations(w, a, 0.3)),
        ("sum_squares", dense::sum_squares(a)),
        ("nrm1", dense::nrm1(a)),
        ("nrm2", dense::nrm2(a)),
        ("nrm_inf", dense::nrm_inf(a)),
        ("two_dots.0", ab),
        ("two_dots.1", ac),
        ("axpy_dot", axpy_dot),
        ("axpy_sum_squares", axpy_sum_squares),
    ]
}

/// All functions that write a vector.
fn updates(input: &Input) -> Vec<(&'static str, Vec<u64>)> {
    let [a, b, c, w] = [0, 1, 2, 3].map(|k| input.get(k));
    let mut results = Vec::new();
    let mut record = |name, f: &dyn Fn(&mut [f64])| {
        // The output is cut at the same offset as the inputs.
        let mut storage = vec![0.0; input.n + input.offset];
        storage[input.offset..].copy_from_slice(c);
        f(&mut storage[input.offset..]);
        results.push((name, all_bits(&storage)));
    };
    record("axpy", &|y| dense::axpy(0.7, a, y));
    record("weighted_axpy", &|y| dense::weighted_axpy(-1.3, w, a, y));
    record("axpby", &|y| dense::axpby(1.1, a, -0.2, y));
    record("scaled_add", &|y| dense::scaled_add(1.1, a, 0.9, b, y));
    record("scale", &|y| dense::scale(1.0 / 3.0, y));
    record("axpy_dot", &|y| {
        dense::axpy_dot(0.7, a, y, b);
    });
    record("axpy_sum_squares", &|y| {
        dense::axpy_sum_squares(0.7, a, y);
    });
    record("soft_threshold", &|y| elementwise::soft_threshold(a, 0.01, y));
    record("exp", &|y| elementwise::exp(a, y));
    record("log1p", &|y| elementwise::log1p(a, y));
    record("sigmoid", &|y| elementwise::sigmoid(a, y));
    record("softplus", &|y| elementwise::softplus(a, y));
    results
}

fn check(input: &Input) {
    let what = format!("n = {}, offset = {}", input.n, input.offset);
    same_on_every_level(&what, || reductions(input).into_iter().map(|(name, x)| (name, bits(x))).collect::<Vec<_>>());
    same_on_every_level(&what, || updates(input));
}

#[test]
fn every_length_up_to_200_and_every_alignment() {
    let (lengths, offsets) = if cfg!(miri) { (40, 1..2) } else { (201, 0..8) };
    for n in 0..lengths {
        for offset in offsets.clone() {
            check(&Input::new(n, offset));
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn large_odd_lengths() {
    for (n, offset) in [(1001, 1), (4097, 0), (4097, 3), (65_537, 5), (1_000_003, 1)] {
        check(&Input::new(n, offset));
    }
}

#[test]
fn special_values_anywhere() {
    let special = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        0.0,
        -0.0,
        f64::MIN_POSITIVE / 8.0,
        -5e-324,
        f64::MAX,
        -f64::MAX,
        -1.0,
        710.0,
        -745.5,
    ];
    let lengths = if cfg!(miri) { vec![35] } else { vec![1, 7, 8, 9, 31, 33, 41, 75] };
    for n in lengths {
        for position in 0..n {
            for (k, &x) in special.iter().enumerate() {
                let mut input = Input::new(n, 1);
                input.storage[k % 4][1 + position] = x;
                input.storage[0][1 + position] = x;
                check(&input);
                for (name, result) in reductions(&input) {
                    // w_i or b_i is finite, so that NaN is the only entry which must always make the sum NaN.
                    assert!(!x.is_nan() || result.is_nan(), "{name} of NaN at {position} of {n} is {result}");
                }
                if x.is_infinite() {
                    for f in [dense::nrm1, dense::nrm2, dense::nrm_inf, dense::sum_squares] {
                        assert_eq!(f(input.get(0)), f64::INFINITY);
                    }
                    assert_eq!(dense::sum(input.get(0)), x);
                }
            }
        }
    }
}

#[test]
fn opposite_infinities_sum_to_nan() {
    for n in [2, 40, 100] {
        let mut a = vec![1.0; n];
        a[0] = f64::INFINITY;
        a[n - 1] = f64::NEG_INFINITY;
        assert!(dense::sum(&a).is_nan());
        assert_eq!(dense::nrm_inf(&a), f64::INFINITY);
    }
}

/// The layout as the documentation words it, one term at a time.
fn in_stated_order(terms: &[f64]) -> f64 {
    let n = terms.len();
    let (blocks, eights) = (n / 32 * 32, n / 8 * 8);
    let mut acc = [[0.0; 8]; 4];
    for i in 0..blocks {
        acc[i % 32 / 8][i % 8] += terms[i];
    }
    let mut s: Vec<f64> = (0..8).map(|l| (acc[0][l] + acc[1][l]) + (acc[2][l] + acc[3][l])).collect();
    for i in blocks..eights {
        s[i % 8] += terms[i];
    }
    let tail = terms[eights..].iter().fold(0.0, |t, x| t + x);
    ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7])) + tail
}

#[test]
fn reductions_add_in_the_stated_order() {
    for n in 0..200 {
        let input = Input::new(n, 0);
        let [a, b, c, w] = [0, 1, 2, 3].map(|k| input.get(k));
        let terms = |f: &dyn Fn(usize) -> f64| bits(in_stated_order(&(0..n).map(f).collect::<Vec<_>>()));
        let y: Vec<f64> = (0..n).map(|i| b[i] + 0.75 * a[i]).collect();
        let z: Vec<f64> = (0..n).map(|i| y[i] + -0.3 * a[i]).collect();
        let expected = [
            ("dot", terms(&|i| a[i] * b[i])),
            ("weighted_dot", terms(&|i| w[i] * a[i] * b[i])),
            ("weighted_sum_squares", terms(&|i| w[i] * (a[i] * a[i]))),
            ("sum", terms(&|i| a[i])),
            ("sum_deviations", terms(&|i| a[i] - 0.3)),
            ("sum_squared_deviations", terms(&|i| (a[i] - 0.3) * (a[i] - 0.3))),
            ("weighted_sum_deviations", terms(&|i| w[i] * (a[i] - 0.3))),
            ("weighted_sum_squared_deviations", terms(&|i| w[i] * ((a[i] - 0.3) * (a[i] - 0.3)))),
            ("sum_squares", terms(&|i| a[i] * a[i])),
            ("nrm1", terms(&|i| a[i].abs())),
            ("two_dots.0", terms(&|i| a[i] * b[i])),
            ("two_dots.1", terms(&|i| a[i] * c[i])),
            ("axpy_dot", terms(&|i| y[i] * c[i])),
            ("axpy_sum_squares", terms(&|i| z[i] * z[i])),
        ];
        let got = reductions(&input);
        for (name, expected) in expected {
            let &(_, result) = got.iter().find(|(k, _)| *k == name).unwrap();
            assert_eq!(bits(result), expected, "{name}, n = {n}");
        }
    }
}

#[test]
fn slices_have_the_bits_of_the_scalar_functions() {
    let mut random = Random(7);
    let x: Vec<f64> = (0..1003).map(|_| 60.0 * random.unit() - 30.0).collect();
    let mut out = vec![0.0; x.len()];
    type Pair = (fn(&[f64], &mut [f64]), fn(f64) -> f64);
    let pairs: [Pair; 5] = [
        (elementwise::exp, scalar::exp),
        (elementwise::log1p, scalar::log1p),
        (elementwise::sigmoid, scalar::sigmoid),
        (elementwise::softplus, scalar::softplus),
        (|x, out| elementwise::soft_threshold(x, 0.5, out), |x| dense::soft_threshold(x, 0.5)),
    ];
    for (slice, one) in pairs {
        slice(&x, &mut out);
        assert_eq!(all_bits(&out), x.iter().map(|&x| bits(one(x))).collect::<Vec<_>>());
    }
}
