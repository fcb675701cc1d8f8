//! The gap: against F - D computed directly, and as a bound that no point beats.

use super::*;

/// `x log x`, 0 at 0.
fn entropy(x: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { x * x.ln() }
}

/// `sum phi_i^*(-v_i)` from the textbook formulas.
fn loss_conjugate(datafit: &dyn Datafit, fit: &[f64], v: &[f64]) -> f64 {
    let weight = |i: usize| datafit.weights().map_or(1.0, |w| w[i]);
    let mut gradient = vec![0.0; fit.len()];
    datafit.gradient(fit, &mut gradient);
    (0..v.len())
        .filter(|&i| weight(i) > 0.0)
        .map(|i| {
            if datafit.is_quadratic() {
                // The target, from phi' = w (z - y).
                let y = fit[i] - gradient[i] / weight(i);
                v[i] * v[i] / (2.0 * weight(i)) - y * v[i]
            } else {
                let a = v[i].abs() / weight(i);
                weight(i) * (entropy(a) + entropy(1.0 - a))
            }
        })
        .sum()
}

/// `psi_j^*(c)` from the textbook formulas, 0 where the correlation lies in the domain by rounding.
fn penalty_conjugate(name: &str, c: f64) -> f64 {
    match name {
        "elastic-net" => (c.abs() - 0.8).max(0.0).powi(2) / 0.6,
        "ridge" => c * c / 0.6,
        "box" => (-0.5 * c).max(c),
        _ => 0.0,
    }
}

/// `v = -phi'(z)`, balanced if there is an intercept, and all correlations.
fn dual_of<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>, fit: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (mut v, mut c) = (vec![0.0; ROWS], vec![0.0; COLUMNS]);
    problem.dual(fit, &mut v);
    problem.design().multiply_transposed(&v, &mut c);
    (v, c)
}

proptest! {
    #[test]
    fn the_gap_is_f_minus_d(seed in any::<u64>()) {
        let data = data(seed);
        let mut random = SplitMix64::new(seed ^ 1);
        for datafit in &data.datafits {
            for penalty in penalties() {
                for intercept in [false, true] {
                    let problem = Glm::new(&data.design, &**datafit, &*penalty).unwrap().with_intercept(intercept);
                    let coefficients = some_point(&*penalty, &mut random);
                    let mut point = GlmPoint { coefficients, intercept: 0.0 };
                    problem.fit_intercept(&mut point);
                    let fit = fit_of(&problem, &point);
                    let (v, c) = dual_of(&problem, &fit);
                    let columns = [0, 1, 2, 3];
                    let best = best_dual_point(&problem, &point.coefficients, &fit, &v, &columns, &c);
                    let f = problem.objective(&point);
                    if best.gap == f64::INFINITY {
                        prop_assert!(!penalty.has_gap(), "{problem:?}");
                        continue;
                    }
                    prop_assert!(best.gap >= 0.0);
                    let scaled: Vec<f64> = v.iter().map(|v| best.scale * v).collect();
                    let name = match (penalty.name(), penalty.null_strength(&[1.0]).is_some(), penalty.has_gap()) {
                        ("elastic-net", false, _) => "ridge",
                        ("box", _, false) => "half line",
                        (name, ..) => name,
                    };
                    // A ridge term read as part of the loss adds its conjugate, and the rest of the penalty has none.
                    let of_penalty: f64 = if best.ridge > 0.0 {
                        point.coefficients.iter().map(|x| 0.5 * best.ridge * (best.scale * x).powi(2)).sum()
                    } else {
                        c.iter().map(|c| penalty_conjugate(name, best.scale * c)).sum()
                    };
                    let d = -loss_conjugate(&**datafit, &fit, &scaled) - of_penalty;
                    let size = 1.0 + f.abs() + d.abs();
                    prop_assert!((best.gap - (f - d)).abs() <= 1e-12 * size, "{problem:?}: {best:?}, {f} - {d}");
                }
            }
        }
    }

    /// `F(x) - gap <= F* <= F(y)` for every other point y, whatever the intercepts are.
    #[test]
    fn no_point_is_better_than_the_gap_allows(seed in any::<u64>()) {
        let data = data(seed);
        let mut random = SplitMix64::new(seed ^ 2);
        for datafit in &data.datafits {
            for penalty in penalties() {
                for intercept in [false, true] {
                    let problem = Glm::new(&data.design, &**datafit, &*penalty).unwrap().with_intercept(intercept);
                    let mut point = || {
                        let coefficients = some_point(&*penalty, &mut random);
                        let c = if intercept { random.normal() } else { 0.0 };
                        GlmPoint { coefficients, intercept: c }
                    };
                    let (x, mut y) = (point(), point());
                    let fit = fit_of(&problem, &x);
                    let (v, c) = dual_of(&problem, &fit);
                    let best = best_dual_point(&problem, &x.coefficients, &fit, &v, &[0, 1, 2, 3], &c);
                    let f = problem.objective(&x);
                    // A few proximal gradient steps make y a serious competitor.
                    for _ in 0..30 {
                        problem.fit_intercept(&mut y);
                        let (_, c) = dual_of(&problem, &fit_of(&problem, &y));
                        for (j, y) in y.coefficients.iter_mut().enumerate() {
                            *y = penalty.prox_at(j, *y + 0.01 * c[j], 0.01);
                        }
                    }
                    let other = problem.objective(&y);
                    prop_assert!(f - best.gap <= other + 1e-12 * (1.0 + f), "{problem:?}: {f} - {} > {other}", best.gap);
                }
            }
        }
    }

    /// With some columns held, the gap bounds what the others can still gain.
    #[test]
    fn restricted_gaps_bound_the_restricted_problem(seed in any::<u64>(), mask in 1..15usize) {
        let data = data(seed);
        let mut random = SplitMix64::new(seed ^ 3);
        let columns: Vec<usize> = (0..COLUMNS).filter(|j| mask >> j & 1 == 1).collect();
        for datafit in &data.datafits {
            for penalty in penalties() {
                let problem = Glm::new(&data.design, &**datafit, &*penalty).unwrap();
                let x = GlmPoint { coefficients: some_point(&*penalty, &mut random), intercept: 0.0 };
                let fit = fit_of(&problem, &x);
                let (v, all) = dual_of(&problem, &fit);
                let c: Vec<f64> = columns.iter().map(|&j| all[j]).collect();
                let best = best_dual_point(&problem, &x.coefficients, &fit, &v, &columns, &c);
                let whole = best_dual_point(&problem, &x.coefficients, &fit, &v, &[0, 1, 2, 3], &all);
                prop_assert!(best.gap <= whole.gap * (1.0 + 1e-12) + 1e-12 || best.scale != whole.scale);
                let mut y = x.clone();
                for _ in 0..30 {
                    let (_, c) = dual_of(&problem, &fit_of(&problem, &y));
                    for &j in &columns {
                        y.coefficients[j] = penalty.prox_at(j, y.coefficients[j] + 0.01 * c[j], 0.01);
                    }
                }
                let (f, other) = (problem.objective(&x), problem.objective(&y));
                prop_assert!(f - best.gap <= other + 1e-12 * (1.0 + f), "{problem:?}: {f} - {} > {other}", best.gap);
            }
        }
    }
}

/// Near a solution the gap has all its digits, far below the rounding of F and D.
#[test]
fn gaps_below_the_rounding_of_the_objective() {
    // One column, x = S(x'y, lambda) / |x|^2 = 0.5; a step d beside it costs |x|^2 d^2 / 2.
    let design = Design::from_column_major(2, 1, vec![1.0, 1.0]).unwrap();
    let loss = Quadratic::new(vec![1.0 + 1e6, 1.0 - 1e6]).unwrap();
    let penalty = L1::new(1.0).unwrap();
    let problem = Glm::new(&design, &loss, &penalty).unwrap();
    for d in [0.0, 1e-7, 1e-9] {
        let point = GlmPoint { coefficients: vec![0.5 + d], intercept: 0.0 };
        let fit = fit_of(&problem, &point);
        let mut v = vec![0.0; 2];
        problem.dual(&fit, &mut v);
        let c = [design.dot(0, &v, v.iter().sum())];
        let gap = best_dual_point(&problem, &point.coefficients, &fit, &v, &[0], &c).gap;
        // F is 1e12: its ulp is 1e-4. The residual c itself is known to an ulp of 1e6.
        assert!(gap <= 3.0 * d + 1e-9, "{d}: {gap:e}");
    }
}

#[test]
fn no_feasible_multiple_is_an_infinite_gap() {
    let data = data(4);
    let penalty = L1::new(0.0).unwrap();
    let problem = Glm::new(&data.design, &*data.datafits[0], &penalty).unwrap();
    let point = problem.null_point();
    let fit = fit_of(&problem, &point);
    let (v, c) = dual_of(&problem, &fit);
    let best = best_dual_point(&problem, &point.coefficients, &fit, &v, &[0, 1, 2, 3], &c);
    // Only the multiple 0 is feasible, and it bounds F by 0.
    assert_eq!(best.scale, 0.0);
    assert!((best.gap - problem.objective(&point)).abs() <= 1e-12 * best.gap);
}
