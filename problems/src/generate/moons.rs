//! Instance E of Nutini, Laradji, Schmidt (JMLR 23, 2022, section 7): label propagation on two moons.

use super::reference_random::SplitMix64;
use crate::Sparse;
use crate::graph::LabelledGraph;
use std::f64::consts::PI;

/// The neighbours of a point before the graph is symmetrised.
const NEIGHBOURS: usize = 5;

/// Two half circles of `points / 2` points, the second shifted by (1, 0.5) and mirrored, with Gaussian noise of variance
/// 0.04; the symmetrised graph of the five nearest neighbours with weight 1. The first `labels` points of a shuffle are
/// labelled 1 on the first moon, 2 on the second.
pub fn moons(points: usize, labels: usize, seed: u64) -> LabelledGraph {
    let mut random = SplitMix64::new(seed);
    let first = points / 2;
    let mut places: Vec<[f64; 2]> = (0..points)
        .map(|i| {
            let (sin, cos) = (PI * random.uniform()).sin_cos();
            if i < first { [cos, sin] } else { [1.0 + cos, 0.5 - sin] }
        })
        .collect();
    places.iter_mut().flatten().for_each(|x| *x += 0.2 * random.normal());
    let mut order: Vec<usize> = (0..points).collect();
    random.shuffle(&mut order);
    let labels = order.into_iter().take(labels).map(|i| (i, if i < first { 1.0 } else { 2.0 })).collect();
    LabelledGraph { weights: nearest_neighbours(&places), labels }
}

/// The graph with an edge where one of two points is among the other's nearest; ties go to the lower index.
fn nearest_neighbours(places: &[[f64; 2]]) -> Sparse {
    let points = places.len();
    let mut near: Vec<Vec<u32>> = vec![Vec::new(); points];
    for (i, a) in places.iter().enumerate() {
        let mut distances: Vec<(f64, u32)> = places
            .iter()
            .enumerate()
            .filter(|&(j, _)| j != i)
            .map(|(j, b)| ((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]), j as u32))
            .collect();
        let count = NEIGHBOURS.min(distances.len());
        if count < distances.len() {
            distances.select_nth_unstable_by(count, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        }
        for &(_, j) in &distances[..count] {
            near[i].push(j);
            near[j as usize].push(i as u32);
        }
    }
    let (mut offsets, mut indices) = (vec![0], Vec::new());
    for mut row in near {
        row.sort_unstable();
        row.dedup();
        indices.extend(row);
        offsets.push(indices.len());
    }
    let values = vec![1.0; indices.len()];
    Sparse::new((points, points), offsets, indices, values)
}
