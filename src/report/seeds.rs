//! Runs of one solver with several seeds, joined to a median and quartiles.

/// More grid points than this are thinned out to an even grid.
const MAX_GRID: usize = 2000;

/// The median of several runs with its quartile band.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Joined {
    pub(super) x: Vec<f64>,
    pub(super) median: Vec<f64>,
    pub(super) lower: Vec<f64>,
    pub(super) upper: Vec<f64>,
}

/// Quantile of sorted values, interpolated between neighbours (Hyndman and Fan 1996, definition 7); NaN of none.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = share * last as f64;
    let below = place.floor() as usize;
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    let part = place - below as f64;
    // Equal neighbours may be infinite.
    if part == 0.0 || low == high { low } else { (1.0 - part) * low + part * high }
}

/// Joins runs on a common grid.
///
/// The grid is the union of all abscissae from where the last run begins to where the last one ends, made even where it
/// is longer than 2000. Between its rows, and after its end, a run keeps the value of its last row.
pub(super) fn join(runs: &[(&[f64], &[f64])]) -> Joined {
    let runs: Vec<Vec<(f64, f64)>> =
        runs.iter().map(|run| sorted(run.0, run.1)).filter(|run| !run.is_empty()).collect();
    let mut joined = Joined { x: grid(&runs), median: Vec::new(), lower: Vec::new(), upper: Vec::new() };
    let mut places = vec![0; runs.len()];
    let mut values = Vec::with_capacity(runs.len());
    for &x in &joined.x {
        values.clear();
        for (run, place) in runs.iter().zip(&mut places) {
            while run.get(*place + 1).is_some_and(|next| next.0 <= x) {
                *place += 1;
            }
            let (start, value) = run[*place];
            if start <= x && !value.is_nan() {
                values.push(value);
            }
        }
        values.sort_by(f64::total_cmp);
        joined.median.push(quantile(&values, 0.5));
        joined.lower.push(quantile(&values, 0.25));
        joined.upper.push(quantile(&values, 0.75));
    }
    joined
}

/// The rows with a finite abscissa, by abscissa.
fn sorted(x: &[f64], y: &[f64]) -> Vec<(f64, f64)> {
    let mut rows: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).filter(|row| row.0.is_finite()).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    rows
}

fn grid(runs: &[Vec<(f64, f64)>]) -> Vec<f64> {
    let start = runs.iter().map(|run| run[0].0).fold(f64::NEG_INFINITY, f64::max);
    let mut grid: Vec<f64> = runs.iter().flatten().map(|row| row.0).filter(|&x| x >= start).collect();
    grid.sort_by(f64::total_cmp);
    grid.dedup();
    let (Some(&first), Some(&last)) = (grid.first(), grid.last()) else { return grid };
    if grid.len() > MAX_GRID {
        let steps = MAX_GRID - 1;
        let part = |i: usize| i as f64 / steps as f64;
        grid = (0..=steps).map(|i| (1.0 - part(i)) * first + part(i) * last).collect();
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_known_samples() {
        let sample = [1.0, 2.0, 3.0, 4.0];
        assert_eq!([0.0, 0.25, 0.5, 0.75, 1.0].map(|q| quantile(&sample, q)), [1.0, 1.75, 2.5, 3.25, 4.0]);
        assert_eq!(quantile(&[5.0], 0.25), 5.0);
        assert!(quantile(&[], 0.5).is_nan());
        assert_eq!(quantile(&[1.0, f64::INFINITY, f64::INFINITY], 0.75), f64::INFINITY);
    }

    #[test]
    fn runs_keep_their_last_value() {
        let joined =
            join(&[(&[0.0, 1.0, 2.0], &[8.0, 4.0, 2.0]), (&[0.0, 1.0], &[6.0, 6.0]), (&[0.0, 2.0], &[1.0, 0.0])]);
        assert_eq!(joined.x, [0.0, 1.0, 2.0]);
        assert_eq!(joined.median, [6.0, 4.0, 2.0]);
        assert_eq!(joined.lower, [3.5, 2.5, 1.0]);
        assert_eq!(joined.upper, [7.0, 5.0, 4.0]);
    }

    #[test]
    fn the_grid_begins_where_all_runs_have_begun_and_nan_is_left_out() {
        let joined = join(&[(&[0.0, 1.0, 3.0], &[9.0, 5.0, f64::NAN]), (&[2.0, f64::NAN], &[7.0, 0.0]), (&[], &[])]);
        assert_eq!(joined.x, [2.0, 3.0]);
        assert_eq!(joined.median, [6.0, 7.0]);
    }

    #[test]
    fn long_grids_are_even() {
        let x: Vec<f64> = (0..10_000).map(f64::from).collect();
        let joined = join(&[(&x, &x), (&x, &x)]);
        assert_eq!(joined.x.len(), MAX_GRID);
        assert_eq!((joined.x[0], joined.x[MAX_GRID - 1]), (0.0, 9999.0));
        assert_eq!(joined.median[MAX_GRID - 1], 9999.0);
    }
}
