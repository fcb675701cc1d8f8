//! Instances A and B of Nutini, Laradji, Schmidt (JMLR 23, 2022, section 7): sparse designs with wildly scaled columns.

use super::gaussian::Regression;
use super::reference_random::SplitMix64;
use crate::{Design, ProblemError};

/// `n x p` design: standard normal plus 1, each column times ten normal, each entry kept with probability `10 log(n) / n`;
/// a tenth of the true coefficients are normal, the others 0.
fn design_and_fit(n: usize, p: usize, random: &mut SplitMix64) -> (Vec<f64>, Vec<f64>) {
    let mut rows: Vec<f64> = (0..n * p).map(|_| random.normal() + 1.0).collect();
    let scales: Vec<f64> = (0..p).map(|_| 10.0 * random.normal()).collect();
    let keep = 10.0 * (n as f64).ln() / n as f64;
    for (k, x) in rows.iter_mut().enumerate() {
        *x = if random.uniform() < keep { *x * scales[k % p] } else { 0.0 };
    }
    let normals: Vec<f64> = (0..p).map(|_| random.normal()).collect();
    let weights: Vec<f64> = normals.into_iter().map(|w| if random.uniform() < 0.1 { w } else { 0.0 }).collect();
    let fit = rows.chunks_exact(p).map(|row| row.iter().zip(&weights).map(|(x, w)| x * w).sum()).collect();
    let mut columns = vec![0.0; n * p];
    for (k, &x) in rows.iter().enumerate() {
        columns[k % p * n + k / p] = x;
    }
    (columns, fit)
}

/// Instance A: least squares, `y = X w + noise` with standard normal noise.
///
/// # Errors
/// If `n = 0`.
pub fn regression(n: usize, p: usize, seed: u64) -> Result<Regression, ProblemError> {
    let mut random = SplitMix64::new(seed);
    let (columns, mut targets) = design_and_fit(n, p, &mut random);
    targets.iter_mut().for_each(|y| *y += random.normal());
    Ok(Regression { design: Design::from_column_major(n, p, columns)?, targets })
}

/// Instance B: labels `sign(X w)` in {-1, +1}, each flipped with probability 0.1.
///
/// # Errors
/// If `n = 0`.
pub fn classification(n: usize, p: usize, seed: u64) -> Result<Regression, ProblemError> {
    let mut random = SplitMix64::new(seed);
    let (columns, fit) = design_and_fit(n, p, &mut random);
    let mut targets: Vec<f64> = fit.iter().map(|&z| if z >= 0.0 { 1.0 } else { -1.0 }).collect();
    targets.iter_mut().for_each(|y| *y = if random.uniform() < 0.1 { -*y } else { *y });
    Ok(Regression { design: Design::from_column_major(n, p, columns)?, targets })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The recorded facts of A(100, 300, 1) and B(100, 300, 2).
    #[test]
    fn the_recorded_instances() {
        let Regression { design, targets } = regression(100, 300, 1).unwrap();
        let x = design.to_column_major();
        let first = [x[0], x[100], x[200], x[300]];
        for (found, expected) in first.iter().zip([-8.322_397_83, 0.0, 1.265_468_08, -6.908_187_82]) {
            approx::assert_abs_diff_eq!(*found, expected, epsilon = 5e-9);
        }
        assert_eq!(x.iter().filter(|v| **v != 0.0).count(), 13_696);
        approx::assert_relative_eq!(x.iter().sum::<f64>(), -2_861.541_387_619_766, max_relative = 1e-11);
        let half_square = 0.5 * targets.iter().map(|y| y * y).sum::<f64>();
        approx::assert_relative_eq!(half_square, 63_026.844_101_439_87, max_relative = 1e-12);
        for (found, expected) in targets.iter().zip([-21.871_308_78, -9.070_500_94, -40.580_793_64]) {
            approx::assert_abs_diff_eq!(*found, expected, epsilon = 5e-9);
        }
        assert_eq!(classification(100, 300, 2).unwrap().targets.iter().sum::<f64>(), 24.0);
    }
}
