use super::*;
use thalweg_problems::generate::reference_random::SplitMix64;

/// The matrix of dense lower rows.
fn dense(rows: &[&[f64]]) -> SparseSymmetric {
    let entries: Vec<(usize, usize)> =
        rows.iter().enumerate().flat_map(|(i, row)| (0..row.len()).map(move |j| (i, j))).collect();
    let (mut matrix, positions) = SparseSymmetric::from_entries(rows.len(), &entries);
    let values = rows.iter().flat_map(|row| row.iter());
    for (position, value) in positions.iter().zip(values) {
        matrix.values_mut()[*position] = *value;
    }
    matrix
}

/// `[H G'; G 0]` with a random sparse H of `n` rows whose diagonal is `shift` plus noise, and `m` independent rows G.
fn saddle_point(n: usize, m: usize, shift: f64, random: &mut SplitMix64) -> SparseSymmetric {
    let mut entries = Vec::new();
    let mut values = Vec::new();
    for i in 0..n {
        entries.push((i, i));
        values.push(shift + random.normal());
        if i > 0 {
            entries.push((i, random.below(i)));
            values.push(random.normal());
        }
    }
    for k in 0..m {
        for _ in 0..3 {
            entries.push((n + k, random.below(n)));
            values.push(random.normal());
        }
        entries.push((n + k, k * n / m));
        values.push(3.0);
    }
    let (mut matrix, positions) = SparseSymmetric::from_entries(n + m, &entries);
    for (position, value) in positions.iter().zip(values) {
        matrix.values_mut()[*position] += value;
    }
    matrix
}

/// The signs of the eigenvalues from a dense eigenvalue decomposition.
fn eigenvalue_signs(matrix: &SparseSymmetric) -> Inertia {
    let n = matrix.order();
    let mut full = faer::Mat::<f64>::zeros(n, n);
    for j in 0..n {
        for (i, value) in matrix.column(j) {
            full[(i, j)] = value;
            full[(j, i)] = value;
        }
    }
    let values = full.self_adjoint_eigenvalues(faer::Side::Lower).unwrap();
    let largest = values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    Inertia {
        positive: values.iter().filter(|v| **v > 1e-12 * largest).count(),
        negative: values.iter().filter(|v| **v < -1e-12 * largest).count(),
        zero: values.iter().filter(|v| v.abs() <= 1e-12 * largest).count(),
    }
}

fn residual(matrix: &SparseSymmetric, x: &[f64], b: &[f64]) -> f64 {
    let mut product = vec![0.0; b.len()];
    matrix.multiply_into(x, &mut product);
    let worst = product.iter().zip(b).map(|(p, b)| (p - b).abs()).fold(0.0, f64::max);
    worst / b.iter().fold(0.0_f64, |m, b| m.max(b.abs()))
}

#[test]
fn inertia_agrees_with_the_eigenvalues_and_solutions_with_the_right_side() {
    let mut random = SplitMix64::new(3);
    let mut ldlt = Ldlt::new();
    for (n, m) in [(1, 0), (1, 1), (5, 3), (30, 12), (60, 60), (90, 40)] {
        for shift in [-3.0, 0.0, 4.0] {
            let matrix = saddle_point(n, m, shift, &mut random);
            assert_eq!(ldlt.factor(&matrix).unwrap(), eigenvalue_signs(&matrix), "{n} {m} {shift}");
            let b: Vec<f64> = (0..n + m).map(|_| random.normal()).collect();
            let mut x = vec![0.0; n + m];
            ldlt.solve(&b, &mut x).unwrap();
            assert!(residual(&matrix, &x, &b) < 1e-10, "{n} {m} {shift}: {}", residual(&matrix, &x, &b));
        }
    }
}

#[test]
fn singular_matrices_show_in_the_inertia() {
    let mut ldlt = Ldlt::new();
    let inertia = |positive, negative, zero| Inertia { positive, negative, zero };
    assert_eq!(ldlt.factor(&dense(&[&[0.0]])).unwrap(), inertia(0, 0, 1));
    assert_eq!(ldlt.factor(&dense(&[&[4.0], &[2.0, 1.0]])).unwrap(), inertia(1, 0, 1));
    // Two equal constraints.
    let twice = dense(&[&[1.0], &[0.0, 1.0], &[1.0, 2.0, 0.0], &[1.0, 2.0, 0.0, 0.0]]);
    assert_eq!(ldlt.factor(&twice).unwrap(), inertia(2, 1, 1));
    // No curvature at all.
    let feasibility = dense(&[&[0.0], &[0.0, 0.0], &[1.0, 2.0, 0.0], &[3.0, -1.0, 0.0, 0.0]]);
    assert_eq!(ldlt.factor(&feasibility).unwrap(), inertia(2, 2, 0));
}

#[test]
fn one_analysis_for_a_pattern_and_the_same_bits_from_new_factors() {
    let mut random = SplitMix64::new(4);
    let mut matrix = saddle_point(40, 20, 0.0, &mut random);
    let mut kept = Ldlt::new();
    for _ in 0..4 {
        for value in matrix.values_mut() {
            *value *= 1.0 + 0.5 * random.normal();
        }
        let (mut fresh, b) = (Ldlt::new(), vec![1.0; 60]);
        let (mut x, mut y) = (vec![0.0; 60], vec![0.0; 60]);
        assert_eq!(kept.factor(&matrix).unwrap(), fresh.factor(&matrix).unwrap());
        kept.solve(&b, &mut x).unwrap();
        fresh.solve(&b, &mut y).unwrap();
        assert!(x.iter().zip(&y).all(|(x, y)| x.to_bits() == y.to_bits()));
    }
    assert_eq!(kept.analyses(), 1);
}

#[test]
fn numbers_that_are_not_finite_are_errors() {
    let error = Ldlt::new().factor(&dense(&[&[f64::NAN]])).unwrap_err();
    assert!(error.to_string().contains("non-finite"), "{error}");
    assert!(Ldlt::new().solve(&[1.0], &mut [0.0]).is_err());
}
